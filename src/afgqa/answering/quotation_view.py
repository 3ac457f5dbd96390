"""A quotation in segments: its answer highlighted, and annotations beside what they explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from afgqa.answers import Citation
from afgqa.language.relative_dates import date_in_words
from afgqa.types import Meaning, RelativeDate

__all__ = ["Segment", "date_note", "glossed", "segments"]

_COUNTED = "Counted from the day that the text says it is of"


class Segment(NamedTuple):
    """A part of a quotation, or an annotation beside it, which is not part of the text.

    A "plain" or a "highlighted" segment is text; the highlighted one is the answer. A "gloss" is
    what the editor says the phrase before it means, a "date" what the relative date before it comes
    to; `note` may say more about either.
    """

    text: str
    kind: Literal["plain", "highlighted", "gloss", "date"] = "plain"
    note: str | None = None

    @property
    def is_annotation(self) -> bool:
        """Whether the segment is a gloss or a date, and so not part of the text."""
        return self.kind in ("gloss", "date")

    @property
    def shown(self) -> str:
        """The text; an annotation stands in the brackets of its kind."""
        if self.kind == "gloss":
            return f"[{self.text}]"
        return f"({self.text})" if self.kind == "date" else self.text


def segments(citation: Citation) -> tuple[Segment, ...]:
    """The citation's text in segments, in order; an annotation follows what it explains.

    Joined without the annotations they are the text. A relative date that could not be resolved is
    annotated only where it is part of the answer.
    """
    first, last = citation.highlight or (0, 0)
    annotations = dict[int, list[Segment]]()
    for end, annotation in _annotations(citation, first, last):
        annotations.setdefault(end, []).append(annotation)
    cuts = sorted({0, first, last, *annotations, len(citation.text)})
    found = []
    for start, end in pairwise(cuts):
        inside = first <= start < last
        found.append(Segment(citation.text[start:end], "highlighted" if inside else "plain"))
        found += annotations.get(end, [])
    return tuple(found)


def _annotations(citation: Citation, first: int, last: int) -> Iterator[tuple[int, Segment]]:
    for meaning in citation.glosses:
        yield meaning.end, Segment(meaning.text, "gloss", meaning.note)
    for date in citation.dates:
        answers = date.start < last and first < date.end
        if answers or date.date is not None:
            # What explains the answer stands after it, not inside.
            end = max(date.end, last) if answers else date.end
            note = None if date.date is None else _COUNTED
            yield end, Segment(date_note(date), "date", note)


def date_note(date: RelativeDate) -> str:
    """What a person is told of a relative date: what it comes to, or what it counts from."""
    if date.date is None:
        return "relative to when the text was written"
    return f"{date_in_words(date.date)}, inferred"


def glossed(text: str, meanings: Sequence[Meaning]) -> str:
    """`text` with the meaning of each phrase in brackets after it."""
    said, at = "", 0
    for meaning in meanings:
        said += f"{text[at : meaning.end]} [{meaning.text}]"
        at = meaning.end
    return said + text[at:]
