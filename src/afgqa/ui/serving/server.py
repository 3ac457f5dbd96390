"""The server: Gradio's application behind `Front`, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import secrets
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import gradio as gr
import uvicorn
from fastapi import FastAPI

from afgqa.errors import InputError
from afgqa.ui.mcp import serve_tools
from afgqa.ui.serving.access import FIRST_PORT, Access
from afgqa.ui.serving.connections import BoundedConnection
from afgqa.ui.serving.front import INSIDE, Front
from afgqa.ui.serving.hosts import ServedHosts, is_loopback
from afgqa.ui.serving.limits import LOCAL, Capacity, Limits
from afgqa.ui.serving.metrics import Metrics
from afgqa.ui.serving.passwords import read_accounts
from afgqa.ui.serving.sign_in_sessions import SignIn
from afgqa.ui.serving.visitors import MOST, Visitors

if TYPE_CHECKING:
    from starlette.applications import Starlette

__all__ = ["Server", "serve"]

_PORTS: Final = 100
_STOP: Final = 3  # seconds for requests that are being answered when the server is stopped
_SWEEP: Final = 10.0  # seconds between two looks for sessions that were left


class Server(uvicorn.Server):
    """A server in a thread, which tells when it has begun, and ends within seconds."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket) -> None:
        super().__init__(config)
        self._listening = listening
        self._thread = threading.Thread(
            target=self.run, args=([listening],), name="server", daemon=True
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave signals to the thread that waits for this one."""
        yield

    def begin(self) -> None:
        """Return once requests are answered; InputError where that does not come about."""
        self._thread.start()
        while not self.started:
            self._thread.join(0.01)
            if not self._thread.is_alive():
                raise InputError("The server ended as it began. Run `afgqa doctor`.")

    def close(self) -> None:
        """End; what is being answered gets `_STOP` seconds."""
        self.should_exit = True
        self._thread.join(timeout=_STOP + 1.5)
        self._listening.close()


def serve(blocks: gr.Blocks, access: Access, **options: Any) -> str:
    """Serve a page; the address at which it is. `options` are those of `gr.mount_gradio_app`.

    `blocks.close()` ends it. InputError when the port is taken or access is not settled.
    """
    access.check()
    sign_in = None if access.auth_file is None else SignIn(read_accounts(access.auth_file))
    listening = _listen(access.host, access.port)
    try:
        port = int(listening.getsockname()[1])
        hosts = ServedHosts(access.host, port, access.names)
        secret = secrets.token_urlsafe(32)
        # Gradio looks at this when it builds its application; its own is 10,000.
        blocks.state_session_capacity = 2 * MOST
        parent = FastAPI(openapi_url=None)
        gr.mount_gradio_app(
            parent, blocks, path="/", server_name=access.host, server_port=port,
            app_kwargs={"openapi_url": None}, ssr_mode=False, pwa=False, run_history=False,
            enable_monitoring=False, footer_links=[], mcp_server=True, **options,
        )  # fmt: skip
        visitors = Visitors(functools.partial(_drop, blocks))
        front = _front(blocks, parent, access, hosts, visitors, sign_in, secret)
        parent.router.lifespan_context = _sweeping(parent.router.lifespan_context, visitors)
        server = Server(_config(front, proxied=bool(access.names)), listening)
        _attach(blocks, parent, server, port)
        inner = f"http://{_reached(access.host)}:{port}/"
        serve_tools(blocks, inner, {INSIDE: secret})
        server.begin()
    except BaseException:
        listening.close()
        raise
    shown = "127.0.0.1" if access.host in ("0.0.0.0", "::") else _reached(access.host)
    return f"http://{shown}:{port}/"


def _front(
    blocks: gr.Blocks,
    parent: FastAPI,
    access: Access,
    hosts: ServedHosts,
    visitors: Visitors,
    sign_in: SignIn | None,
    secret: str,
) -> Front:
    usual = LOCAL if is_loopback(access.host) and not access.names else Capacity()
    waiting = blocks._queue.pending_event_ids_session
    return Front(
        app=parent,
        hosts=hosts,
        limits=Limits(access.capacity or usual),
        visitors=visitors,
        metrics=Metrics(lambda: len(visitors)),
        secret=secret,
        instance=secrets.token_urlsafe(8),
        sign_in=sign_in,
        queued=lambda session: len(waiting.get(session, ())),
        ready=lambda: blocks.is_running and not blocks._queue.stopped,
    )


def _config(front: Front, *, proxied: bool) -> uvicorn.Config:
    return uvicorn.Config(
        front,
        http=BoundedConnection,
        ws="none",
        lifespan="on",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        # Only a proxy on this machine is believed, and only where one was spoken of.
        proxy_headers=proxied,
        forwarded_allow_ips="127.0.0.1",
        timeout_graceful_shutdown=_STOP,
        timeout_keep_alive=15,
    )


def _attach(blocks: gr.Blocks, parent: FastAPI, server: Server, port: int) -> None:
    """Tell Gradio what it tells itself when it starts a server of its own."""
    mounted: Any = parent.routes[-1]
    blocks.app = blocks.server_app = mounted.app
    blocks.server = server  # type: ignore[assignment]
    blocks.server_port = port
    blocks.is_running = blocks.has_launched = True
    blocks._queue.set_server_app(mounted.app)


def _drop(blocks: gr.Blocks, session: str) -> None:
    """Let go of all that a session holds."""
    holder = blocks.state_holder
    holder.delete_state(session)
    holder.session_data.pop(session, None)
    holder.time_last_used.pop(session, None)


def _sweeping(lifespan: Any, visitors: Visitors) -> Any:
    """The lifespan, with a look for sessions that were left from time to time."""

    async def sweep() -> None:
        while True:
            await asyncio.sleep(_SWEEP)
            visitors.sweep()

    @contextlib.asynccontextmanager
    async def around(app: Starlette) -> AsyncIterator[Any]:
        task = asyncio.create_task(sweep())
        try:
            async with lifespan(app) as state:
                yield state
        finally:
            task.cancel()

    return around


def _listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens; a `port` of None takes a free one. InputError where there is none."""
    ports: Sequence[int] = range(FIRST_PORT, FIRST_PORT + _PORTS) if port is None else (port,)
    problem: OSError | None = None
    for one in ports:
        try:
            family, _, _, _, address = socket.getaddrinfo(
                host.strip("[]"), one, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            listening = socket.socket(family, socket.SOCK_STREAM)
            try:
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listening.bind(address)
                listening.listen(2048)
            except OSError:
                listening.close()
                raise
            return listening
        except OSError as error:
            problem = error
            if error.errno != errno.EADDRINUSE:
                break
    taken = problem is not None and problem.errno == errno.EADDRINUSE
    why = "the port is taken" if taken else str(problem and problem.strerror)
    raise InputError(
        f"cannot serve the page at {host}:{ports[0]}: {why}; name another port"
    ) from problem


def _reached(host: str) -> str:
    """Under which address this machine itself reaches the server."""
    if host in ("0.0.0.0", "localhost"):
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
