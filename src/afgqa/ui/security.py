"""What the server refuses, and the headers that make a browser refuse the rest."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from afgqa.documents.loading import SIZE

__all__ = ["HEADERS", "HERE", "Headers"]

HERE = frozenset(("127.0.0.1", "localhost", "::1"))
"""The names of the machine that serves."""

# A document comes as base64, which is a third longer, with a few words around it.
_BODY = SIZE * 4 // 3 + 100_000

# Gradio compiles its templates in the browser, hence 'unsafe-eval' and 'unsafe-inline'. They let
# nothing in from outside: every host but our own stays shut, and document text is escaped.
HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self' data: blob:",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Headers:
    """ASGI middleware: adds `HEADERS` to every HTTP response, and takes no file from anyone.

    `hosts` are the names under which the page may be asked for, None for any. A page of another
    site may have a name of its own point to this machine, and would then read here what it likes
    (DNS rebinding); so a page for this machine alone answers to this machine's names alone.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None = None) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on unless it is an upload, and add the headers to the response."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._hosts is not None and not _names(scope) <= self._hosts:
            refusal = PlainTextResponse("This page is for its own machine alone.", status_code=403)
            await refusal(scope, receive, with_headers)
        elif _is_upload(scope["path"]):
            refusal = PlainTextResponse("This page takes no files.", status_code=403)
            await refusal(scope, receive, with_headers)
        elif _length(scope) > _BODY:
            refusal = PlainTextResponse("This is too large; the limit is 20 MB.", status_code=413)
            await refusal(scope, receive, with_headers)
        else:
            await self._app(scope, _limited(receive), with_headers)


def _names(scope: Scope) -> set[str]:
    """The names of hosts under which the call was made, and from a page of which it came."""
    told = dict(scope["headers"])
    host = told.get(b"host", b"").decode("latin-1")
    origin = told.get(b"origin", b"").decode("latin-1")
    called = urlsplit(f"//{host}").hostname or ""
    # A call by hand has no origin; one that is "null" comes from a page that hides its own.
    return {called, urlsplit(origin).hostname or ""} if origin else {called}


def _length(scope: Scope) -> int:
    """The length of the body as the call says it, 0 where it does not."""
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() else 0


def _limited(receive: Receive) -> Receive:
    """The body, cut off where it is longer than any document may be, whatever it said."""
    so_far = 0

    async def some() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        return {"type": "http.disconnect"} if so_far > _BODY else message

    return some


def _is_upload(path: str) -> bool:
    """Whether this is Gradio's own door for files, which it opens whether or not a page asks."""
    return path.rstrip("/").endswith("/upload")
