"""A quotation with its answer marked and its glosses beside the phrases they explain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from afgqa.types import Citation, Meaning

__all__ = ["Stretch", "glossed", "stretches"]


class Stretch(NamedTuple):
    """A stretch of a quotation, or a gloss, which is the editor's and not of the text.

    `marked` is true inside the answer; `note` may say more about a gloss.
    """

    text: str
    marked: bool = False
    gloss: bool = False
    note: str | None = None


def stretches(citation: Citation) -> tuple[Stretch, ...]:
    """The citation's text in stretches, in order, a gloss after each phrase that it explains.

    Put together without the glosses they are the text. A gloss is never marked.
    """
    first, last = citation.highlight or (0, 0)
    ends = {meaning.end: meaning for meaning in citation.glosses}
    cuts = sorted({0, first, last, *ends, len(citation.text)})
    found = []
    for start, end in pairwise(cuts):
        found.append(Stretch(citation.text[start:end], marked=first <= start < last))
        if end in ends:
            found.append(Stretch(ends[end].text, gloss=True, note=ends[end].note))
    return tuple(found)


def glossed(text: str, meanings: Sequence[Meaning]) -> str:
    """`text` with the meaning of each phrase in brackets after it."""
    said, at = "", 0
    for meaning in meanings:
        said += f"{text[at : meaning.end]} [{meaning.text}]"
        at = meaning.end
    return said + text[at:]
