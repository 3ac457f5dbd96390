"""How a text is laid out: headings, lists, tables; and its parts as a person reads them.

What a person takes in at a glance is spread over a page: a row of a table has its meaning from the
row of headers, an item from the line above the list, a paragraph from its heading. `unit` puts
together what belongs to some sentences of a text, as a reader, an embedder and a search should have
it: "Country: Denmark; Shops: 5." for a row. Everything in it is a slice of the text or one of a
few marks between slices, and `Unit.back` leads from it to the text.

Lines are told by their form alone: a Markdown or tab-separated row, a Markdown heading, a short
line without a final mark, or one that is a question, above the line that it is about, a list item
(the rules of `sentences.py`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from afgqa.language.grammar import depends_on_context
from afgqa.language.sentences import ended, split

__all__ = ["LAYOUT", "Layout", "Slice", "Unit", "layout"]

LAYOUT: Final = "layout-1"
"""Changes whenever a unit of the same text would be another one."""

Kind = Literal["prose", "heading", "item", "header", "row", "rule"]

_WORDS: Final = 14  # of a heading at most
_MARKED: Final = re.compile(r"\s{0,3}#{1,6}\s+")
_ITEM: Final = re.compile(r"\s*(?:[-*+•‣◦]\s+(?:\[[ xX]\]\s+)?|(?:\d{1,3}|[a-zA-Z])[.)]\s+)")
_RULE: Final = re.compile(r"(?=[\s:|=-]*--)[\s:|=-]+")
_CELL: Final = re.compile(r"(?<!\\)\||\t")
# An opening without a word in lower case heads its paragraph: "12 January 2021.", "Day Two."
_RUN_IN: Final = re.compile(r"(?=.{2,40}\Z)(?:[A-Z\d][\w'’/-]*[,.:]*\s*)+")
_BLANK: Final = re.compile(r"\n[^\S\n]*\n")
_LONGEST: Final = 240  # characters of a context slice: what is longer is no heading or lead-in


class Block(NamedTuple):
    """What a sentence is, and the sentences that it is read with, by their numbers.

    `above` are the headings over it, outermost first, and the line that leads to a list; `header`
    is the row of headers of a row, or None; `opening` is the first sentence of its paragraph.
    """

    kind: Kind
    above: tuple[int, ...] = ()
    header: int | None = None
    opening: int = 0


class Slice(NamedTuple):
    """A stretch of a unit's text that begins `here`, and where in the document it was taken from.

    A mark that was put between slices has no length in the document.
    """

    here: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Sentences as a person reads them. `slices` are in the order of `text`."""

    text: str
    slices: tuple[Slice, ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where in the document `text[start:end]` stands: within one slice, that with most of it.

        So nothing crosses from a heading, an item or a cell into another.
        """

        def shared(part: Slice) -> int:
            return min(end, part.here + part.end - part.start) - max(start, part.here)

        part = max(self.slices, key=shared)
        first = min(max(start - part.here, 0), part.end - part.start)
        last = min(max(end - part.here, first), part.end - part.start)
        return part.start + first, part.start + last


@dataclass(frozen=True, slots=True)
class Layout:
    """The sentences of a text (half-open offsets), and what each of them is."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    blocks: tuple[Block, ...]

    def number(self, at: int) -> int:
        """The number of the sentence in which `text[at]` stands, or of the one before it."""
        return max(0, bisect_right(self.sentences, (at, len(self.text))) - 1)

    def unit(self, start: int, end: int, *, headings: bool = True) -> Unit:
        """`text[start:end]`, a run of sentences or a part of one, with what it is read with.

        Without `headings` those above it are left out; what it shares a line or a list with stays.
        """
        first, last = self.number(start), self.number(end - 1)
        before = [
            number
            for number in self._context(first)
            if self.sentences[number][1] <= start
            and (headings or self.blocks[number].kind != "heading")
        ]
        pieces = [
            *(self._plain(number, *self.sentences[number]) for number in before),
            *self._pieces(first, last, start, end),
        ]
        said, slices = "", []
        for piece in pieces:
            for mark, begin, stop in piece:
                said += mark
                slices.append(Slice(len(said), begin, stop))
                said += self.text[begin:stop]
            if piece:
                said += " " if ended(said) or said.endswith((":", ";")) else ". "
        whole = self.text[start:end], (Slice(0, start, end),)  # a rule, or white space
        return Unit(said.rstrip(), tuple(slices)) if slices else Unit(*whole)

    def _context(self, first: int) -> list[int]:
        found = list(self.blocks[first].above)
        if self.blocks[first].kind == "prose":
            opening = self.blocks[first].opening
            refers = depends_on_context(self.text[slice(*self.sentences[first])])
            run_in = _RUN_IN.fullmatch(self.text, *self.sentences[opening]) is not None
            if opening < first and (refers or run_in):
                found.append(opening)
        return [n for n in found if self.sentences[n][1] - self.sentences[n][0] <= _LONGEST]

    def _pieces(
        self, first: int, last: int, start: int, end: int
    ) -> Iterator[list[tuple[str, int, int]]]:
        """Slices with the mark before each; those of one piece belong together."""
        prose: list[tuple[int, int]] = []
        for number in range(first, last + 1):
            begin, stop = self.sentences[number]
            begin, stop = max(begin, start), min(stop, end)
            block = self.blocks[number]
            if block.kind == "prose":
                if prose and block.opening < number:
                    prose[-1] = (prose[-1][0], stop)
                else:
                    prose.append((begin, stop))
                continue
            yield from ([("", a, b)] for a, b in prose)
            prose = []
            if block.kind == "row" and block.header is not None:
                yield self._row(number, block.header, start, end)
            elif block.kind in ("row", "header"):
                cells = [cell for _, cell in self._cells_in(number, start, end)]
                yield [("; " if n else "", a, b) for n, (a, b) in enumerate(cells)]
            elif block.kind != "rule":
                yield self._plain(number, begin, stop)
        yield from ([("", a, b)] for a, b in prose)

    def _plain(self, number: int, start: int, end: int) -> list[tuple[str, int, int]]:
        if self.blocks[number].kind == "heading" and (mark := _MARKED.match(self.text, start, end)):
            start = mark.end()
        return [("", start, end)]

    def _row(self, number: int, header: int, first: int, last: int) -> list[tuple[str, int, int]]:
        named: list[tuple[str, int, int]] = []
        heads = self._cells(header)
        for column, (start, end) in self._cells_in(number, first, last):
            if column < len(heads) and heads[column][0] < heads[column][1]:
                named.append(("; " if named else "", *heads[column]))
                named.append((": ", start, end))
            else:
                named.append(("; " if named else "", start, end))
        return named

    def _cells_in(
        self, number: int, first: int, last: int
    ) -> Iterator[tuple[int, tuple[int, int]]]:
        """The cells of a row within `first:last` by their columns; and its first, which names it.

        Of a very long row, of which each chunk is a part, not every chunk has all cells.
        """
        for column, (start, end) in enumerate(self._cells(number)):
            if column == 0 or (start < last and first < end):
                yield column, (start, end)

    def _cells(self, number: int) -> list[tuple[int, int]]:
        return [*_cells(self.text[slice(*self.sentences[number])], self.sentences[number][0])]


@lru_cache(maxsize=256)  # the headers of a table are asked for with each of its rows
def _cells(line: str, start: int) -> tuple[tuple[int, int], ...]:
    """The cells of a row that begins at `start`, without the white space around them."""
    found, at = list[tuple[int, int]](), 0
    for begin, stop in [*(match.span() for match in _CELL.finditer(line)), (len(line),) * 2]:
        cell = line[at:begin]
        # What stands before the first bar of a Markdown row, or after the last, is no cell.
        if cell.strip() or not ((at == 0 or begin == len(line)) and "|" in line):
            left = at + len(cell) - len(cell.lstrip())
            found.append((start + left, start + max(left, at + len(cell.rstrip()))))
        at = stop
    return tuple(found)


@lru_cache(maxsize=64)
def layout(text: str) -> Layout:
    """The layout of a text; kept for the documents that were asked last."""
    return _laid_out(text, split(text))


def _laid_out(text: str, sentences: tuple[tuple[int, int], ...]) -> Layout:
    kinds: list[Kind] = [_kind(text, sentences, number) for number in range(len(sentences))]
    blocks: list[Block] = []
    headings: list[tuple[int, int]] = []  # depth and number
    lead: tuple[int, str] | None = None  # what leads to a list or table, and the form of its parts
    header: int | None = None
    for number, kind in enumerate(kinds):
        said = text[slice(*sentences[number])]
        above = tuple(n for _, n in headings)
        if kind == "heading":
            depth = _depth(said, first=number == 0)
            headings = [pair for pair in headings if pair[0] < depth]
            above = tuple(n for _, n in headings)
            headings.append((depth, number))
        if kind == "rule" and number and kinds[number - 1] == "row":
            header = number - 1
            blocks[header] = blocks[header]._replace(kind="header")
        elif kind not in ("row", "rule"):
            header = None
        elif kind == "row" and header is None and _heads(text, sentences, kinds, number):
            header, kind = number, "header"
        form = _form(kind, said)
        if lead is not None and form and lead[1] in ("", form):
            above += (lead[0],)
            lead = (lead[0], form)
        elif said.endswith(":") and kind in ("prose", "item"):
            lead = (number, "")
        else:
            lead = None
        opening = number
        if number and blocks[-1].kind == "prose":
            between = text[sentences[number - 1][1] : sentences[number][0]]
            opening = number if _BLANK.search(between) else blocks[-1].opening
        blocks.append(Block(kind, above, header if kind == "row" else None, opening))
    return Layout(text, sentences, tuple(blocks))


def _form(kind: Kind, said: str) -> str:
    """What the parts of one list or table have in common; "" for what is no part of any."""
    if kind in ("row", "header", "rule"):
        return "row"
    mark = _ITEM.match(said)
    return "" if kind != "item" or mark is None else re.sub(r"\w+", "1", mark[0].strip())


def _kind(text: str, sentences: Sequence[tuple[int, int]], number: int) -> Kind:
    start, end = sentences[number]
    said = text[start:end]
    if _RULE.fullmatch(said):
        return "rule"
    if said.lstrip().startswith("|") or "\t" in said.strip():
        return "row"
    if _MARKED.match(said):
        return "heading"
    if _ITEM.match(said):
        return "item"
    alone = _begins_line(text, start) and _ends_line(text, end)
    below = number + 1 < len(sentences)
    if alone and below and len(said.split()) <= _WORDS:
        asks = said.endswith("?")
        if (not ended(said) or asks) and not said.endswith((":", ",", ";")):
            return "heading"
    return "prose"


def _heads(
    text: str, sentences: Sequence[tuple[int, int]], kinds: Sequence[Kind], number: int
) -> bool:
    """Whether a row without a rule under it names the columns: it has no figures, the next does."""
    if number + 1 >= len(kinds) or kinds[number + 1] != "row":
        return False
    ours, theirs = (
        [text[a:b] for a, b in _cells(text[slice(*sentences[n])], sentences[n][0])]
        for n in (number, number + 1)
    )

    def figures(cells: Sequence[str]) -> bool:
        return any(cell[:1].isdigit() and not cell.isalpha() for cell in cells)

    return len(ours) == len(theirs) and not figures(ours) and figures(theirs)


def _depth(said: str, *, first: bool) -> int:
    """How deep a heading is: by its Markdown marks; else the first line of all is the title."""
    return len(said) - len(said.lstrip("#")) or (1 if first else 2)


def _begins_line(text: str, at: int) -> bool:
    while at and text[at - 1] != "\n" and text[at - 1].isspace():
        at -= 1
    return at == 0 or text[at - 1] == "\n"


def _ends_line(text: str, at: int) -> bool:
    while at < len(text) and text[at] != "\n" and text[at].isspace():
        at += 1
    return at == len(text) or text[at] == "\n"
