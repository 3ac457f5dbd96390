"""HTTP connections that are closed where nothing comes of them."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_SECONDS", "BoundedConnection"]

HEAD_SECONDS: Final = 10.0
"""Seconds in which a request must have told its headers."""
_MOST: Final = 1024  # connections; a process may commonly have as many files open


class BoundedConnection(H11Protocol):
    """uvicorn's connection, which by itself waits for ever for the rest of a request's headers."""

    _unfinished: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > _MOST:
            transport.abort()
        else:
            self._expect()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._expect()
        else:
            self._relax()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def _expect(self) -> None:
        """Give the next request its time; what has begun already is not given more."""
        if self._unfinished is None:
            self._unfinished = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _relax(self) -> None:
        if self._unfinished is not None:
            self._unfinished.cancel()
            self._unfinished = None

    def _give_up(self) -> None:
        self._unfinished = None
        if self.conn.their_state is h11.IDLE and not self.transport.is_closing():
            self.transport.close()
