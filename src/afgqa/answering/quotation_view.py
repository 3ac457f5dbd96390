"""A quotation with its answer marked, and what is not of the text beside what it explains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from afgqa.language.relative_dates import date_in_words
from afgqa.types import Citation, Meaning, RelativeDate

__all__ = ["Stretch", "date_note", "glossed", "stretches"]

_COUNTED = "Counted from the day that the text says it is of"


class Stretch(NamedTuple):
    """A stretch of a quotation, or what is said beside it, which is not of the text.

    `marked` is true inside the answer. `aside` is "gloss" for what the editor says the phrase
    before means, "date" for what a relative date before comes to; `note` may say more about it.
    """

    text: str
    marked: bool = False
    aside: Literal["gloss", "date"] | None = None
    note: str | None = None

    @property
    def shown(self) -> str:
        """The text, in the brackets of its kind where it stands beside the quotation."""
        if self.aside is None:
            return self.text
        return f"[{self.text}]" if self.aside == "gloss" else f"({self.text})"


def stretches(citation: Citation) -> tuple[Stretch, ...]:
    """The citation's text in stretches, in order, what explains a phrase right after it.

    Put together without the asides they are the text. An aside is never marked. A date that is
    not worked out is told of only where the answer holds it.
    """
    first, last = citation.highlight or (0, 0)
    asides = dict[int, list[Stretch]]()
    for end, aside in _asides(citation, first, last):
        asides.setdefault(end, []).append(aside)
    cuts = sorted({0, first, last, *asides, len(citation.text)})
    found = []
    for start, end in pairwise(cuts):
        found.append(Stretch(citation.text[start:end], marked=first <= start < last))
        found += asides.get(end, [])
    return tuple(found)


def _asides(citation: Citation, first: int, last: int) -> Iterator[tuple[int, Stretch]]:
    for meaning in citation.glosses:
        yield meaning.end, Stretch(meaning.text, aside="gloss", note=meaning.note)
    for date in citation.dates:
        answers = date.start < last and first < date.end
        if answers or date.date is not None:
            # What is about the answer stands after it, not inside.
            end = max(date.end, last) if answers else date.end
            note = None if date.date is None else _COUNTED
            yield end, Stretch(date_note(date), aside="date", note=note)


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
