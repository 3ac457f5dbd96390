"""Threads for what visitors ask for; files have their own, so questions never wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from afgqa.errors import InputError

__all__ = ["Lane", "Lanes"]

T = TypeVar("T")

_QUESTIONS: Final = 8  # they take turns at two cores; a long one must not hold up all others
_FILES: Final = 2  # as many as are read at once in processes of their own
_MOST_QUESTIONS: Final = 64
_MOST_FILES: Final = 12  # the last of them waits for six others


class Lane:
    """So many threads, and so many places in the line before them."""

    def __init__(self, name: str, threads: int, most: int) -> None:
        self._threads = ThreadPoolExecutor(threads, name)
        self._most = most
        self._inside = 0

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` gives, in a thread of the lane; InputError where the line is full.

        Not for several event loops: the one of the server counts who is inside.
        """
        if self._inside >= self._most:
            raise InputError("The server is busy. Try again in a moment.")
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._inside -= 1

    def close(self) -> None:
        """Begin nothing more; what is being done is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Lanes:
    """The lanes of a page."""

    def __init__(self) -> None:
        self._questions = Lane("question", _QUESTIONS, _MOST_QUESTIONS)
        self._files = Lane("file", _FILES, _MOST_FILES)

    def of(self, action: object) -> Lane:
        """The lane in which an action is done."""
        return self._files if action == "bring" else self._questions

    def close(self) -> None:
        """Begin nothing more."""
        self._questions.close()
        self._files.close()
