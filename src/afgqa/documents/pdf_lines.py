"""Lines of type with their places on a page; which of them are running heads.

A line at the edge of a page that stands there on another page too, the page's number aside, is a
running head. It is kept where it stands first; its repetitions, and mere numbers of pages, would
only part the halves of sentences.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

__all__ = ["Line", "without_running_heads"]

_NUMBER: Final = re.compile(r"\d{1,6}")
_BARE: Final = re.compile(r"\W*(?:page\s+)?(?:\d+(?:\s*(?:of|/)\s*\d+)?|[ivxl]{1,7})\W*", re.I)


class Line(NamedTuple):
    """A line of type between `left` and `right`, `bottom` and `top`: points from the lower left.

    `broken` says that it ends inside a word; the hyphen is not in `text`.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    broken: bool = False

    @property
    def size(self) -> float:
        """The height of its type."""
        return max(self.top - self.bottom, 0.01)


def without_running_heads(
    pages: Sequence[Sequence[Line]],
) -> tuple[list[tuple[Line, int]], list[list[Line]]]:
    """Running heads with the page (from 0) on which each stands first, and what else pages hold."""
    seen = defaultdict[tuple[object, ...], set[int]](set)
    edges = [_edge_lines(lines) for lines in pages]
    for page, found in enumerate(edges):
        for line in found:
            for key, _ in _keys(line, page):
                seen[key].add(page)
    heads: list[tuple[Line, int]] = []
    bodies: list[list[Line]] = []
    for page, (lines, found) in enumerate(zip(pages, edges, strict=True)):
        running = {
            line: [key for key, least in _keys(line, page) if len(seen[key]) >= least]
            for line in found
        }
        heads += [
            (line, page)
            for line, keys in running.items()
            if keys and page == min(min(seen[key]) for key in keys) and not _is_bare(line)
        ]
        bodies.append([line for line in lines if not running.get(line)])
    return heads, bodies


def _edge_lines(lines: Sequence[Line]) -> list[Line]:
    """The two highest and the two lowest lines of a page, in the order of writing."""
    by_height = sorted(lines, key=lambda line: line.bottom)
    edge = {*by_height[:2], *by_height[-2:]}
    return [line for line in dict.fromkeys(lines) if line in edge]


def _keys(line: Line, page: int) -> Iterator[tuple[tuple[object, ...], int]]:
    """What lines share that are one running head, and on how many pages at least.

    Words and place; or what is around a number that counts on with the pages. "Chapter 1" and
    "Chapter 2" may stand above two neighbouring pages without being one.
    """
    place, bare = round(line.bottom), _is_bare(line)
    if not bare:
        yield (line.text, place), 2
    elif not _NUMBER.search(line.text):
        yield ("roman", place), 2
    for number in _NUMBER.finditer(line.text):
        around = (line.text[: number.start()], line.text[number.end() :])
        yield (*around, int(number[0]) - page, place), 2 if bare else 3


def _is_bare(line: Line) -> bool:
    """Whether there is nothing but the number of a page."""
    return _BARE.fullmatch(line.text) is not None
