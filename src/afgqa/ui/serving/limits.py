"""How much a client may ask for at once and in a minute, and all clients together."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

__all__ = ["LOCAL", "BusyError", "Capacity", "Limits"]


class BusyError(Exception):
    """The server has too much to do for this; `seconds` tells when to come again."""

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a server takes on.

    `per_minute`: requests of one client that have work done. `sign_ins`: attempts of one client in
    a minute. `at_once`: such requests of one client that are open together, `in_all`: of all
    clients. `bytes_at_once`: of request bodies of all clients together. `streams`: open event
    streams of one client.
    """

    # A person asks a few questions a minute; a program that asks four a second still gets through.
    per_minute: int = 240
    sign_ins: int = 10
    at_once: int = 8
    in_all: int = 96
    bytes_at_once: int = 128_000_000
    streams: int = 32


# All programs of the machine that serves are one client, and nobody else can reach the page.
LOCAL: Final = Capacity(per_minute=6000, sign_ins=60, at_once=80, streams=256)


class Limits:
    """Counts what clients do. Not for several threads: it is asked in one event loop."""

    def __init__(self, capacity: Capacity) -> None:
        self._capacity = capacity
        self._rates = MovingWindowRateLimiter(MemoryStorage())
        self._work = RateLimitItemPerMinute(capacity.per_minute)
        self._sign_ins = RateLimitItemPerMinute(capacity.sign_ins)
        self._open: Counter[str] = Counter()
        self._streams: Counter[str] = Counter()
        self._bytes = 0

    def check_rate(self, client: str, *, sign_in: bool = False) -> None:
        """Count a request of a client; BusyError where it had too many in this minute."""
        item = self._sign_ins if sign_in else self._work
        if not self._rates.hit(item, client):
            again = self._rates.get_window_stats(item, client).reset_time - time.time()
            raise BusyError("Too many requests in a minute.", max(1, math.ceil(again)))

    def check_queue(self, waiting: int) -> None:
        """BusyError where a client has too many calls in the queue already."""
        if waiting >= self._capacity.at_once:
            raise BusyError("Too many calls are waiting.", 5)

    @contextmanager
    def body(self, length: int) -> Iterator[None]:
        """Hold a body of so many bytes, counted before the first of them is read."""
        if self._bytes + length > self._capacity.bytes_at_once:
            raise BusyError("The server is taking in other files.", 5)
        self._bytes += length
        try:
            yield
        finally:
            self._bytes -= length

    @contextmanager
    def work(self, client: str) -> Iterator[None]:
        """Have work done for a client while the context lasts."""
        if self._open.total() >= self._capacity.in_all:
            raise BusyError("The server is busy with other visitors.", 2)
        with _counted(self._open, client, self._capacity.at_once):
            yield

    @contextmanager
    def stream(self, client: str) -> Iterator[None]:
        """Keep a stream open for a client while the context lasts."""
        with _counted(self._streams, client, self._capacity.streams):
            yield


@contextmanager
def _counted(open_now: Counter[str], client: str, most: int) -> Iterator[None]:
    if open_now[client] >= most:
        raise BusyError("Too many requests at once.", 2)
    open_now[client] += 1
    try:
        yield
    finally:
        open_now[client] -= 1
        if not open_now[client]:
            del open_now[client]
