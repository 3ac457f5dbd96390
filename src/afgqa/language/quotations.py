"""Quotations: what stands in quotation marks."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["QUOTATION", "quotation_at"]

QUOTATION: Final = re.compile(
    # A straight mark opens before a word and closes after one; 6" opens nothing.
    r"“[^“”]+”|(?<!\w)\"(?=\S)[^\"\n]+(?<=\S)\"(?!\w)|„[^„“]+“|«[^«»]+»"
)
_SHORTEST: Final = 4  # words; what is shorter is a name or a word that is held at arm's length


def quotation_at(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest quotation of at least four words that `text[start:end]` has a part in.

    Its offsets in `text`, with its marks; it may begin before `start` and end after `end`.
    """
    found = [span for span in _long_quotations(text) if span[0] < end and span[1] > start]
    return max(found, key=lambda span: (span[1] - span[0], -span[0]), default=None)


@lru_cache(maxsize=64)  # each candidate of a question looks for its quotation in the whole text
def _long_quotations(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        match.span() for match in QUOTATION.finditer(text) if len(match[0].split()) >= _SHORTEST
    )
