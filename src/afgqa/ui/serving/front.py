"""What every request passes before Gradio sees it: an ASGI application around that of Gradio.

In this order: the name of the host and the origin, the allow-list of routes, who asks, how often
and how much, and what the body holds. Whatever is refused is answered here.
"""

from __future__ import annotations

import hmac
import ipaddress
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from afgqa.ui.serving.headers import HEADERS
from afgqa.ui.serving.hosts import ServedHosts, is_loopback
from afgqa.ui.serving.limits import BusyError, Limits
from afgqa.ui.serving.logs import log
from afgqa.ui.serving.metrics import Metrics
from afgqa.ui.serving.payload import PayloadError, checked_body, discard_body, read_body
from afgqa.ui.serving.routes import OPEN_TO_ALL, OpenRoute, find_route
from afgqa.ui.serving.sign_in_sessions import SignIn
from afgqa.ui.serving.visitors import Visitors

__all__ = ["INSIDE", "Front"]

INSIDE: Final = "x-afgqa-inside"
"""The header in which the server's own client says the secret that it was given."""

# Headers in which a request tells where it comes from, which Gradio would believe.
_UNTOLD: Final = ("origin", "forwarded", "x-gradio-user", "x-gradio-server", INSIDE)
_HEARTBEAT: Final = "/gradio_api/heartbeat/"
_STREAMS: Final = (_HEARTBEAT, "/gradio_api/queue/data", "/gradio_api/call/")
_STALLED: Final = 30.0  # seconds that a client may leave a piece of its answer unread


class _RefusedError(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(slots=True)
class _Call:
    """A request on its way through: what is known of it so far."""

    scope: Scope
    headers: Headers
    route: OpenRoute
    client: str
    inside: bool


@dataclass(frozen=True, slots=True)
class Front:
    """Answers for `app`, the application of Gradio, or passes on to it.

    `secret` is what the server's own client sends in `INSIDE`, `instance` tells a page which start
    of the server it talks to; `sign_in` is None where all may ask.
    `queued` gives how many calls of a session wait. `ready` tells whether the page can be used.
    """

    app: ASGIApp
    hosts: ServedHosts
    limits: Limits
    visitors: Visitors
    metrics: Metrics
    secret: str
    instance: str
    sign_in: SignIn | None
    queued: Callable[[str], int]
    ready: Callable[[], bool]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on; other kinds of connections are closed."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # a WebSocket that nobody accepts is refused by the server
        began = time.perf_counter()
        self.metrics.began()
        route = find_route(scope["method"], scope["path"])
        status = 500
        ended = False

        async def heard() -> Message:
            nonlocal ended
            message = await receive()
            ended = ended or not message.get("more_body", False)
            return message

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if status == 503 and "retry-after" not in headers:  # Gradio's queue is full
                    headers["Retry-After"] = "5"
            with anyio.fail_after(_STALLED):
                await send(message)

        try:
            try:
                await self._handle(scope, heard, answer, route)
            except _RefusedError as refused:
                # A connection that is closed with a part of the body unread is reset, and the
                # client never sees the answer.
                if not (ended or await discard_body(receive)):
                    refused.response.headers["Connection"] = "close"
                await refused.response(scope, receive, answer)
        except TimeoutError:
            log("stalled", route="none" if route is None else route.path)
        finally:
            seconds = time.perf_counter() - began
            stream = scope["path"].startswith(_STREAMS)
            name = "none" if route is None else route.path
            self.metrics.ended(name, status, None if stream else seconds)
            log("request", method=scope["method"], route=name, status=status,
                seconds=round(seconds, 3))  # fmt: skip

    async def _handle(
        self, scope: Scope, receive: Receive, send: Send, route: OpenRoute | None
    ) -> None:
        headers = Headers(scope=scope)
        inside = hmac.compare_digest(headers.get(INSIDE, "").encode(), self.secret.encode())
        refusal = None if inside else self.hosts.refusal(scope)
        if refusal is not None:
            raise _RefusedError(PlainTextResponse(refusal.text, refusal.status))
        if route is None:
            raise _RefusedError(PlainTextResponse("There is nothing here.", 404))
        call = _Call(scope, headers, route, _address(scope), inside)
        try:
            if route in OPEN_TO_ALL:
                await self._own(call, receive, send)
            else:
                await self._pass_on(call, receive, send)
        except BusyError as busy:
            text = f"{busy} Try again in {busy.seconds} seconds."
            answer = JSONResponse({"detail": text, "error": text}, 429)
            answer.headers["Retry-After"] = str(busy.seconds)
            raise _RefusedError(answer) from busy
        except PayloadError as error:
            raise _RefusedError(JSONResponse({"detail": str(error)}, error.status)) from error

    async def _own(self, call: _Call, receive: Receive, send: Send) -> None:
        """Answer one of our own routes."""
        path, sign_in = call.route.path, self.sign_in
        answer: Response = PlainTextResponse("There is nothing here.", 404)
        if path == "/healthz":
            answer = JSONResponse({"status": "ok", "instance": self.instance})
        elif path == "/readyz":
            word, status = ("ready", 200) if self.ready() else ("not ready", 503)
            answer = JSONResponse({"status": word}, status)
        elif path == "/metrics":
            known = is_loopback(call.client) if sign_in is None else await self._who(call)
            if known or is_loopback(call.client):
                answer = self.metrics.response()
        elif sign_in is None:
            pass
        elif call.scope["method"] == "GET":
            answer = sign_in.page()
        else:
            body = await self._body(call, receive)
            if path == "/logout":
                answer = sign_in.sign_out(call.headers)
            else:
                self.limits.check_rate(call.client, sign_in=True)
                answer = await sign_in.sign_in(Request(call.scope, _replayed(body, receive)))
        answer.headers["Cache-Control"] = "no-store"
        await answer(call.scope, receive, send)

    async def _pass_on(self, call: _Call, receive: Receive, send: Send) -> None:
        """Let Gradio answer what may be asked."""
        call.client = await self._who(call) or ""
        if not call.client:
            page = call.route.path == "/"
            gone = JSONResponse({"detail": "Sign in first, at /login."}, 401)
            raise _RefusedError(RedirectResponse("/login", 303) if page else gone)
        path: str = call.scope["path"]
        session = QueryParams(call.scope["query_string"]).get("session_hash")
        with ExitStack() as held:
            if call.route.work and not call.inside:
                self.limits.check_rate(call.client)
                # What waits for events of MCP has no work done.
                if call.scope["method"] == "GET":
                    held.enter_context(self.limits.stream(call.client))
                else:
                    held.enter_context(self.limits.work(call.client))
            elif path.startswith(_STREAMS) and not call.inside:
                held.enter_context(self.limits.stream(call.client))
            if path.startswith(_HEARTBEAT):
                session = path.removeprefix(_HEARTBEAT)
                held.enter_context(self.visitors.heartbeat(session))
            if call.scope["method"] == "POST":
                held.enter_context(self.limits.body(_length(call)))
                body = await self._body(call, receive)
                receive = _replayed(body, receive)
                if call.route.json:
                    given = await run_in_threadpool(checked_body, body)
                    session = given.get("session_hash")
                del body
            self._claim(call, session)
            await self.app(_untold(call), receive, send)

    async def _who(self, call: _Call) -> str | None:
        """Who asks: a session that is signed in, or else an address; None where it is unknown."""
        if call.inside:
            return INSIDE
        if self.sign_in is None:
            return call.client
        known = self.sign_in.who(call.headers)
        if known is None and "authorization" in call.headers:
            self.limits.check_rate(call.client, sign_in=True)
            known = await self.sign_in.by_password(call.headers)
        return known

    async def _body(self, call: _Call, receive: Receive) -> bytes:
        kind = call.headers.get("content-type", "").partition(";")[0].strip().lower()
        if call.route.json and kind != "application/json":
            raise PayloadError(415, "The body of this request must be application/json.")
        return await read_body(receive, _length(call))

    def _claim(self, call: _Call, session: object) -> None:
        """Let no client act in the session of another."""
        if session is None:
            return
        if not isinstance(session, str) or not 0 < len(session) <= 64:
            raise PayloadError(400, "This is no id of a session.")
        if not self.visitors.claim(session, call.client):
            raise PayloadError(403, "This session is somebody else's.")
        waiting = sum(self.queued(it) for it in self.visitors.of(call.client))
        if call.route.path == "/gradio_api/queue/join" and not call.inside:
            self.limits.check_queue(waiting)


def _length(call: _Call) -> int:
    """The length of the body as the request says it; PayloadError where it does not or may not."""
    said = call.headers.get("content-length")
    if said is None:
        raise PayloadError(411, "This request must say how long its body is.")
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise PayloadError(400, "The Content-Length of this request is malformed.")
    if int(said) > call.route.largest:
        raise PayloadError(413, f"This is too large; the limit is {call.route.largest:,} bytes.")
    return int(said)


def _address(scope: Scope) -> str:
    """The address of the client; of the sixth version the network, for a home has all of one."""
    host = scope["client"][0] if scope.get("client") else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 4 or address.is_loopback:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def _untold(call: _Call) -> Scope:
    """The request as Gradio may see it."""
    kept = [
        (name, value)
        for name, value in call.scope["headers"]
        if name.decode("latin-1").lower() not in _UNTOLD and not name.lower().startswith(b"x-forw")
    ]
    # The page is the same whatever is asked of it; a "deep link" would be read from the disk.
    query = b"" if call.route.path == "/" else call.scope["query_string"]
    return {**call.scope, "headers": kept, "query_string": query}


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body once more, and then whatever else comes."""
    held: bytes | None = body

    async def again() -> Message:
        nonlocal held
        if held is None:
            return await receive()
        message: Message = {"type": "http.request", "body": held, "more_body": False}
        held = None
        return message

    return again
