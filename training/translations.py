"""Which word of a question stands for which word of the sentence that answers it.

Model 1 of Brown et al. (1993), as Berger and Lafferty (1999) use it for retrieval: the words of a
question are a translation of those of the sentence, each of one of them or of none. How often is
found by expectation maximisation.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TIMES = 5  # questions or sentences that a word must stand in
_ROUNDS = 6


class Translation(NamedTuple):
    """How probably a sentence's word is asked for by another, and how often it was (expected)."""

    probability: float
    times: float


def translations(
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> dict[str, dict[str, Translation]]:
    """For each word of the sentences the words of the questions that stand for it, itself too.

    `pairs` are the distinct words of a question and of the sentence that answers it. A word that
    stands in fewer than five of them is left out.
    """
    words = _common(question for question, _ in pairs)
    sources = _common(sentence for _, sentence in pairs)
    ours, theirs = ({word: n for n, word in enumerate(some)} for some in (words, sources))
    none = len(sources)
    at: list[int] = []  # the place in all questions, one after the other
    targets: list[int] = []
    origins: list[int] = []
    places = 0
    for question, sentence in pairs:
        held = [theirs[word] for word in sentence if word in theirs] + [none]
        for word in question:
            if word in ours:
                at += [places] * len(held)
                targets += [ours[word]] * len(held)
                origins += held
                places += 1
    place, target, origin = (np.array(some, dtype=np.int64) for some in (at, targets, origins))
    size = max(1, len(words))
    both, index = np.unique(origin * size + target, return_inverse=True)
    source = both // size
    times = np.ones(len(both), dtype=np.float64)
    for _ in range(_ROUNDS):
        probability = _shares(times, source, none + 1)
        share = probability[index]
        times = _sums(index, share / _sums(place, share, places)[place], len(both))
    probability = _shares(times, source, none + 1)
    found: dict[str, dict[str, Translation]] = defaultdict(dict)
    for pair, likely, often in zip(
        both.tolist(), probability.tolist(), times.tolist(), strict=True
    ):
        if pair // size != none:
            found[sources[pair // size]][words[pair % size]] = Translation(likely, often)
    return dict(found)


def _shares(times: Floats, source: NDArray[np.int64], count: int) -> Floats:
    """What part of its source's times each pair has."""
    return times / np.maximum(_sums(source, times, count)[source], 1e-9)


def _sums(groups: NDArray[np.int64], values: Floats, count: int) -> Floats:
    """The sum of the values in each of so many groups."""
    return np.bincount(groups, values, count).astype(np.float64)


def _common(texts: Iterable[Sequence[str]]) -> list[str]:
    times = Counter(word for text in texts for word in text)
    return sorted(word for word, n in times.items() if n >= _TIMES)
