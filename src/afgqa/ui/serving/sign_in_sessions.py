"""Who is signed in: sessions with an idle and an absolute limit, kept in memory alone."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from afgqa.templating import render
from afgqa.ui.serving.passwords import Accounts

__all__ = ["ABSOLUTE", "COOKIE", "IDLE", "SignIn"]

COOKIE: Final = "afgqa-session"
IDLE: Final = 3600.0
"""Seconds without a request after which a session ends."""
ABSOLUTE: Final = 12 * 3600.0
"""Seconds after which a session ends in any case."""

_MOST: Final = 1000  # sessions; the one that was idle the longest makes room
_KNOWN: Final = 300.0  # seconds for which a program's name and password need not be hashed again


@dataclass(slots=True)
class _Session:
    account: str
    began: float
    used: float
    program: bool  # sends its password each time; what it sent is looked at anew from time to time


class SignIn:
    """Signs visitors in and tells them apart. `clock` gives seconds."""

    def __init__(self, accounts: Accounts, clock: Callable[[], float] = time.monotonic) -> None:
        self._accounts = accounts
        self._clock = clock
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()
        self._hashing = threading.Semaphore(1)  # a guess costs 32 MB

    def who(self, headers: Headers) -> str | None:
        """The session of a request as a name that is no secret; None where there is none."""
        token = _token(headers)
        key = b"" if token is None else _key(token)
        session = self._sessions.get(key)
        if session is None:
            return None
        now = self._clock()
        longest = _KNOWN if session.program else ABSOLUTE
        if now - session.used > IDLE or now - session.began > longest:
            del self._sessions[key]
            return None
        session.used = now
        self._sessions.move_to_end(key)
        return f"{session.account}/{key.hex()[:12]}"

    async def by_password(self, headers: Headers) -> str | None:
        """As `who`, for a program that sends its name and password with each request."""
        given = _basic(headers)
        if given is None or not await self._fits(*given):
            return None
        self._keep(_key(headers["authorization"]), given[0], program=True)
        return self.who(headers)

    def page(self, problem: str | None = None) -> Response:
        """The page on which a visitor signs in."""
        html = render("ui/templates/login.html", problem=problem)
        return HTMLResponse(html, 200 if problem is None else 401)

    async def sign_in(self, request: Request) -> Response:
        """Answer the form of that page, or the same fields from gradio_client."""
        form = await request.form()
        name, password = form.get("username"), form.get("password")
        browser = "text/html" in request.headers.get("accept", "")
        fits = isinstance(name, str) and isinstance(password, str)
        if not (fits and await self._fits(str(name), str(password))):
            if browser:
                return self.page("The name or the password is wrong.")
            return JSONResponse({"detail": "The name or the password is wrong."}, 401)
        token = secrets.token_urlsafe(32)
        self._keep(_key(token), str(name))
        answer = RedirectResponse("/", 303) if browser else JSONResponse({"success": True})
        answer.set_cookie(
            COOKIE,
            token,
            max_age=int(ABSOLUTE),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    def sign_out(self, headers: Headers) -> Response:
        """End the session of the request."""
        token = _token(headers)
        if token is not None:
            self._sessions.pop(_key(token), None)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE)
        return answer

    def _keep(self, key: bytes, account: str, *, program: bool = False) -> None:
        now = self._clock()
        self._sessions[key] = _Session(account, now, now, program)
        while len(self._sessions) > _MOST:
            self._sessions.popitem(last=False)

    async def _fits(self, name: str, password: str) -> bool:
        def work() -> bool:
            with self._hashing:
                return self._accounts.fits(name, password)

        return await run_in_threadpool(work)


def _key(token: str) -> bytes:
    """What is kept of a token: one who reads the memory cannot use it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _token(headers: Headers) -> str | None:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    return headers.get("authorization") if cookie is None else cookie.value


def _basic(headers: Headers) -> tuple[str, str] | None:
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, password) if colon else None
