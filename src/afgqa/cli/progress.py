"""A progress bar on standard error for the faces that have a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from afgqa.protocols import Progress

__all__ = ["bar"]


@contextmanager
def bar(what: str = "embedding", unit: str = " passages") -> Iterator[Progress]:
    """A `Progress` that draws a bar in a terminal, gone when done; none when nothing is done."""
    drawn: list[tqdm[Any]] = []

    def report(done: int, total: int) -> None:
        if not drawn:
            drawn.append(
                # disable=None: none where standard error is no terminal
                tqdm(desc=what, unit=unit, total=total, file=sys.stderr, leave=False, disable=None)
            )
        drawn[0].update(done - drawn[0].n)

    try:
        yield report
    finally:
        for shown in drawn:
            shown.close()
