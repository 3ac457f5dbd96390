"""The pages that are open: whose each session is, and which of them have been left."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

__all__ = ["LEFT_AFTER", "MOST", "Visitors"]

LEFT_AFTER: Final = 120.0
"""Seconds after which a session is dropped that has no heartbeat and asks for nothing."""
MOST: Final = 256
"""Sessions that are kept in all; an open one more and the one that was idle the longest goes."""


@dataclass(slots=True)
class _Visitor:
    client: str
    used: float


class Visitors:
    """The sessions by the id that each page chose. `drop` lets go of what a session holds."""

    def __init__(
        self, drop: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._drop = drop
        self._clock = clock
        self._known: OrderedDict[str, _Visitor] = OrderedDict()
        self._hearts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._known)

    def claim(self, session: str, client: str) -> bool:
        """Whether the session is this client's; one that is new becomes so."""
        visitor = self._known.setdefault(session, _Visitor(client, 0.0))
        if visitor.client != client:
            return False
        visitor.used = self._clock()
        self._known.move_to_end(session)
        if len(self._known) > MOST:
            idle = (it for it in self._known if not self._hearts[it] and it != session)
            self._forget(next(idle, next(iter(self._known))))
        return True

    def of(self, client: str) -> list[str]:
        """The sessions of a client."""
        return [session for session, it in self._known.items() if it.client == client]

    @contextmanager
    def heartbeat(self, session: str) -> Iterator[None]:
        """The page of this session is open while the context lasts."""
        self._hearts[session] += 1
        try:
            yield
        finally:
            self._hearts[session] -= 1
            if not self._hearts[session]:
                del self._hearts[session]

    def sweep(self) -> None:
        """Drop the sessions that have been left."""
        now = self._clock()
        left = [
            session
            for session, visitor in self._known.items()
            if not self._hearts[session] and now - visitor.used > LEFT_AFTER
        ]
        for session in left:
            self._forget(session)

    def _forget(self, session: str) -> None:
        del self._known[session]
        self._drop(session)
