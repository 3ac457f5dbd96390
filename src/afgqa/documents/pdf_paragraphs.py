"""Lines with their places on pages -> paragraphs, and where in them each page begins.

Lines are taken in the order in which they were written, which in what word processors, browsers
and TeX make is the reading order, column after column. The rest is geometry, in heights of type:

- A block ends where the type changes, where lines stand further apart than usual, and where the
  next one stands beside or above: another column.
- Inside a block a paragraph ends where the next word would still have fitted on the line, and
  before an indented line or an item of a list after a final mark. A large heading stays whole.
- A paragraph goes on in the next column or on the next page where its last line has no final mark
  and is full, or the next begins in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median, quantiles
from typing import Final, NamedTuple

from afgqa.documents.extracted import BREAK, Extracted
from afgqa.documents.hyphenation import keeps_hyphen, spoken
from afgqa.documents.pdf_lines import Line, without_running_heads
from afgqa.language.sentences import unfinished

__all__ = ["set_lines"]

_BULLET: Final = re.compile(r"[•‣◦▪●–*-]\s")
_ITEM: Final = re.compile(r"[•‣◦▪●–*-]\s|(?:\d{1,3}|[A-Za-z])[.)]\s|\((?:\d{1,3}|[a-z])\)\s")
_LEADERS: Final = re.compile(r"(?:\.\s?){4}\s*\w{1,6}\Z")  # a line of a table of contents
_WORD: Final = re.compile(r"[^\W\d_]+")
_RANGE: Final = re.compile(r"\w[-–—/]\Z")  # 1920-, before 1930 on the next line

_ALIKE: Final = 0.15  # share by which the height of type may differ within a block
_APART: Final = 1.25  # times the usual distance of lines, from where a block ends
_LARGE: Final = 1.3  # times the usual height of type, from where a line is a heading
_INDENT: Final = 0.5  # heights of type
_LONG: Final = 30  # characters: a shorter line may be a cell or an item


class _Placed(NamedTuple):
    """A line, its page (from 0), and how far to the right its block goes."""

    line: Line
    page: int
    edge: float


def set_lines(pages: Sequence[Sequence[Line]]) -> Extracted:
    """The text of pages that hold these lines; titled by the largest heading of the first one."""
    heads, bodies = without_running_heads(pages)
    usual = median([line.size for page in pages for line in page] or [1.0])
    paragraphs: list[list[_Placed]] = []
    for block in _blocks(bodies):
        whole = block[0].line.size > _LARGE * usual
        for n, part in enumerate([block] if whole else _split(block)):
            if n == 0 and paragraphs and _goes_on(paragraphs[-1], part[0]):
                paragraphs[-1] += part
            else:
                paragraphs.append(part)
    paragraphs_and_heads = [*paragraphs, *([_Placed(head, at, head.right)] for head, at in heads)]
    # A head comes after what ends on its page, so it never parts a paragraph.
    ordered = sorted(paragraphs_and_heads, key=lambda part: part[-1].page)
    return _written(ordered, len(pages), _title(paragraphs, usual))


def _blocks(pages: Sequence[Sequence[Line]]) -> Iterator[list[_Placed]]:
    pitch = _pitch(pages)
    for page, lines in enumerate(pages):
        found: list[list[Line]] = []
        for line in lines:
            if found and _follows(found[-1][-1], line, pitch):
                found[-1].append(line)
            else:
                found.append([line])
        for block in found:
            edge = max(line.right for line in block)
            yield [_Placed(line, page, edge) for line in block]


def _pitch(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance from line to line, in heights of type."""
    steps = [
        (above.bottom - line.bottom) / above.size
        for lines in pages
        for above, line in pairwise(lines)
        if _alike(above, line) and 0.3 < (above.bottom - line.bottom) / above.size < 3
    ]
    return quantiles(steps, n=4)[0] if len(steps) > 1 else 1.2


def _follows(above: Line, line: Line, pitch: float) -> bool:
    step = (above.bottom - line.bottom) / above.size
    beside = line.left > above.right or line.right < above.left
    return _alike(above, line) and not beside and 0.3 < step < _APART * max(pitch, 1.0)


def _alike(above: Line, line: Line) -> bool:
    return abs(above.size - line.size) <= _ALIKE * max(above.size, line.size)


def _split(block: Sequence[_Placed]) -> list[list[_Placed]]:
    """The paragraphs of a block."""
    parts = [[block[0]]]
    for above, line in pairwise(block):
        if _ends(above, line.line, opens=len(parts[-1]) == 1):
            parts.append([line])
        else:
            parts[-1].append(line)
    return parts


def _ends(above: _Placed, line: Line, *, opens: bool) -> bool:
    """Whether a paragraph ends between two lines of a block; `opens`: it began with the first."""
    text = above.line.text
    closed = not unfinished(text)
    if above.line.broken:
        return False
    if _BULLET.match(line.text) or _LEADERS.search(text) or (closed and _ITEM.match(line.text)):
        return True
    if not closed and len(text) >= _LONG and line.text[0].islower():
        return False
    if _fits(above, line):
        return True
    indent = (line.left - above.line.left) / line.size
    hangs = _ITEM.match(text) is not None
    if indent > _INDENT:
        return closed and not hangs
    return indent < -_INDENT and closed and (hangs or not opens)


def _fits(above: _Placed, line: Line) -> bool:
    """Whether the first word of a line had room on the line above."""
    word = line.text.split(None, 1)[0]
    width = len(word) * (line.right - line.left) / len(line.text)
    return above.line.right + 0.3 * line.size + 1.15 * width < above.edge


def _goes_on(paragraph: Sequence[_Placed], first: _Placed) -> bool:
    """Whether a paragraph goes on in another column or on another page."""
    above, line = paragraph[-1], first.line
    elsewhere = first.page != above.page or line.bottom > above.line.top
    if not elsewhere or not _alike(above.line, line):
        return False
    if above.line.broken:
        return True
    if not unfinished(above.line.text) or _ITEM.match(line.text):
        return False
    long = len(above.line.text) >= _LONG or len(paragraph) > 1
    return long and (line.text[0].islower() or (len(paragraph) > 1 and not _fits(above, line)))


def _title(paragraphs: Sequence[Sequence[_Placed]], usual: float) -> str | None:
    first = [part for part in paragraphs if part[0].page == paragraphs[0][0].page]
    headings = [
        part
        for part in first
        if part[0].line.size > _LARGE * usual and len("".join(_WORD.findall(_plain(part)))) > 3
    ]
    return _plain(max(headings, key=lambda part: part[0].line.size)) if headings else None


def _plain(part: Sequence[_Placed]) -> str:
    return " ".join(placed.line.text for placed in part)


def _written(paragraphs: Sequence[Sequence[_Placed]], count: int, title: str | None) -> Extracted:
    words = spoken(placed.line.text for part in paragraphs for placed in part)
    pieces: list[str] = []
    starts: dict[int, int] = {}
    at = 0
    for part in paragraphs:
        above: Line | None = None
        for placed in part:
            joint = _joint(above, placed.line, words) if above else BREAK if at else ""
            starts.setdefault(placed.page, at + len(joint))
            pieces += [joint, placed.line.text]
            at += len(joint) + len(placed.line.text)
            above = placed.line
    pages = [at]
    for page in reversed(range(count)):
        pages.append(starts.get(page, pages[-1]))
    return Extracted("".join(pieces), title, tuple(reversed(pages[1:])))


def _joint(above: Line, line: Line, words: frozenset[str]) -> str:
    """What stands between two lines of a paragraph."""
    if above.broken:
        return "-" if keeps_hyphen(above.text, line.text, words) else ""
    return "" if _RANGE.search(above.text) else " "
