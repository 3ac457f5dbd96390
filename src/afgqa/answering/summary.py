"""Summaries: which sentences make one.

They are those that together are most like all others: each next one is the one that brings most
that none of the chosen is near to (facility location by greedy choice, Lin and Bilmes 2011,
section 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from afgqa.language.grammar import depends_on_context
from afgqa.language.sentences import ended

__all__ = ["central"]

_SHORTEST: Final = 5  # words
# In mean cosine to all sentences; chosen by reading what came of it for a few texts.
_EARLY: Final = 0.05  # what the first place is worth; the fourth is worth half of it
_LEANS: Final = 0.03


def central(texts: Sequence[str], vectors: NDArray[np.float32], count: int) -> tuple[int, ...]:
    """The places of at most `count` sentences that together say what all of them are about.

    `vectors` has one unit row for each of `texts`, shape (len(texts), dimension). In reading order.
    Headings and other short pieces are left out, unless there is nothing else.
    """
    if not texts:
        return ()
    places = [
        n for n, text in enumerate(texts) if len(text.split()) >= _SHORTEST and ended(text)
    ] or [*range(len(texts))]
    rows = vectors[places].astype(np.float64)
    likeness = np.maximum(rows @ rows.T, 0.0)
    early = np.array([_EARLY / (1 + n / 3) for n in places])
    leans = np.array([_LEANS * depends_on_context(texts[n]) for n in places])
    near = np.zeros(len(places))  # how near each sentence is to one that is chosen
    chosen: list[int] = []
    for _ in range(min(count, len(places))):
        # What leans on a sentence that is chosen is understood.
        led = [places[n] + 1 for n in chosen]
        gain = np.maximum(likeness, near).mean(axis=1) - near.mean() + early
        gain -= np.where(np.isin(places, led), 0.0, leans)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
        near = np.maximum(near, likeness[chosen[-1]])
    return tuple(sorted(places[n] for n in chosen))
