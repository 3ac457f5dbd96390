"""Pure measures of answers, citations and rankings, and the interval around their mean.

Values are per question, in 0..1, higher is better unless said otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from afgqa.language.tokens import normalize

__all__ = [
    "DEPTH",
    "Metric",
    "Place",
    "citation_precision",
    "citation_recall",
    "difference",
    "exact_match",
    "f1",
    "first_citation",
    "mean",
    "overlaps",
    "percentile",
    "retrieval",
]

DEPTH: Final = 10
"""How many results of a search are judged."""

_RESAMPLES: Final = 1000
_SEED: Final = 20160616  # any fixed number: the same values give the same interval
_DRAWN_AT_ONCE: Final = 1 << 20  # 8 MB of drawn values, however many questions there are


class Place(NamedTuple):
    """Where a sentence stands: half-open, in characters of that document's text."""

    doc_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Metric:
    """A statistic over `n` questions and its 95 % bootstrap interval `low` to `high`."""

    value: float
    low: float
    high: float
    n: int


# -- answers ------------------------------------------------------------------------------------


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """1.0 if the prediction equals an accepted answer once both are normalised, else 0.0.

    Without an accepted answer the question is unanswerable, and the empty prediction is right.
    Source: the SQuAD 2.0 script. That of 1.1 differs only where an accepted answer is empty once
    normalised ("the"): 2.0 leaves such an answer out.
    """
    predicted = normalize(prediction)
    return float(any(predicted == answer for answer in _accepted(answers)))


def f1(prediction: str, answers: Sequence[str]) -> float:
    """The best F1 of the prediction's words against an accepted answer's, both normalised.

    Words count as often as they occur. Without an accepted answer: 1.0 for the empty
    prediction, else 0.0. Source: as `exact_match`.
    """
    predicted = normalize(prediction).split()
    return max(_f1(predicted, answer.split()) for answer in _accepted(answers))


def _accepted(answers: Sequence[str]) -> list[str]:
    return [text for text in map(normalize, answers) if text] or [""]


def _f1(predicted: list[str], gold: list[str]) -> float:
    if not predicted or not gold:
        return float(predicted == gold)
    shared = (Counter(predicted) & Counter(gold)).total()
    return 2 * shared / (len(predicted) + len(gold))


# -- citations ----------------------------------------------------------------------------------


def overlaps(one: Place, other: Place) -> bool:
    """Whether two places of one document share more than half of the shorter of them.

    A citation is right if it so overlaps a gold sentence. Half, and not all, so that two ways
    of splitting sentences can be compared; more than half, so that no neighbour is right.
    """
    shared = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return one.doc_id == other.doc_id and 2 * shared > shorter


def first_citation(cited: Sequence[Place], gold: Sequence[Place]) -> float:
    """1.0 if the first citation is right: what a reader who follows one link meets."""
    return citation_precision(cited[:1], gold)


def citation_precision(cited: Sequence[Place], gold: Sequence[Place]) -> float:
    """The share of citations that are right; 0.0 without citations."""
    right = [any(overlaps(place, sentence) for sentence in gold) for place in cited]
    return sum(right) / len(right) if right else 0.0


def citation_recall(cited: Sequence[Place], gold: Sequence[Place]) -> float:
    """1.0 if at least one gold sentence is cited, else 0.0.

    Gold sentences are alternatives: each of them carries the answer by itself, so citing a
    second one is no better. Where an answer needs several sentences this is lenient.
    """
    return float(any(overlaps(place, sentence) for place in cited for sentence in gold))


# -- rankings -----------------------------------------------------------------------------------


def retrieval(
    found: Mapping[str, Sequence[Place]], gold: Mapping[str, Sequence[Place]]
) -> dict[str, dict[str, float]]:
    """R@1, R@5, MRR@10 and nDCG@10 of the first `DEPTH` results of each question in `gold`.

    `found` holds results by question id, best first; a question that is not in it scores 0. A
    result is relevant if it `overlaps` a gold place; a gold place counts once, where it is found
    first. R@k is 1.0 if one of the first k results is relevant: gold places are alternatives.

    Source: Success@k, RR and nDCG (Järvelin and Kekäläinen 2002, gain 1) of ir-measures
    (MacAvaney et al. 2022) over trec_eval.
    """
    # Imported here: only evaluation needs it.
    import ir_measures as ir

    named: dict[Any, str] = {
        ir.Success @ 1: "R@1",
        ir.Success @ 5: "R@5",
        ir.RR: f"MRR@{DEPTH}",
        ir.nDCG @ DEPTH: f"nDCG@{DEPTH}",
    }
    values = {question: dict.fromkeys(named.values(), 0.0) for question in gold}
    judged = {
        question: {f"gold-{number}": 1 for number, _ in enumerate(places)}
        for question, places in gold.items()
    }
    # trec_eval orders by score and breaks ties in its own way, so scores fall strictly.
    run = {
        question: {
            name: float(DEPTH - rank)
            for rank, name in enumerate(_names(found[question][:DEPTH], places))
        }
        for question, places in gold.items()
        if question in found
    }
    for result in ir.iter_calc(list(named), judged, run):
        values[result.query_id][named[result.measure]] = float(result.value)
    return values


def _names(found: Sequence[Place], gold: Sequence[Place]) -> list[str]:
    """Results as trec_eval is to see them: by the gold place that each is the first to show."""
    left = dict(enumerate(gold))
    names = []
    for rank, place in enumerate(found):
        match = next((n for n, sentence in left.items() if overlaps(place, sentence)), None)
        names.append(f"other-{rank}" if match is None else f"gold-{match}")
        if match is not None:
            del left[match]
    return names


# -- statistics over questions ------------------------------------------------------------------


def mean(values: Sequence[float]) -> Metric:
    """The mean and its interval. ValueError without values.

    The interval is the percentile bootstrap (Efron and Tibshirani 1993, chapter 13): the 2.5th
    and 97.5th percentile of the mean over 1000 samples of questions, drawn with replacement and
    a fixed seed. Questions are taken as independent of each other.
    """
    return _bootstrap(values, lambda drawn: drawn.mean(axis=-1))


def percentile(values: Sequence[float], q: float) -> Metric:
    """The q-th percentile (0..100, linear between values), with an interval as in `mean`."""
    return _bootstrap(values, lambda drawn: np.percentile(drawn, q, axis=-1))


def difference(before: Sequence[float], after: Sequence[float]) -> Metric:
    """The mean of `after - before`, paired by question, with an interval as in `mean`.

    An interval without 0 in it tells the two apart. ValueError for unequal lengths.
    """
    return mean([b - a for a, b in zip(before, after, strict=True)])


def _bootstrap(
    values: Sequence[float], statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> Metric:
    data = np.asarray(values, dtype=np.float64)
    n = len(data)
    if n == 0:
        raise ValueError("there is no value to take a statistic of")
    rng = np.random.default_rng(_SEED)
    block = max(1, _DRAWN_AT_ONCE // n)
    drawn = np.concatenate(
        [
            statistic(data[rng.integers(n, size=(min(block, _RESAMPLES - done), n))])
            for done in range(0, _RESAMPLES, block)
        ]
    )
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Metric(float(statistic(data)), float(low), float(high), n)
