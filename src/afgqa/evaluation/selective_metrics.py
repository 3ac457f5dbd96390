"""Pure measures of a system that may refuse: risk, coverage, calibration, and their intervals.

All take one row per question: `confidence`, the evidence that there is an answer, higher for more
(a probability in 0..1 where it says so); `worth`, what the answer is worth (0..1, F1 say; 0 for
any answer to a question that has none); `answerable`, whether there is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from afgqa.evaluation.measures import Metric

__all__ = [
    "Bin",
    "auc",
    "bins",
    "calibration_error",
    "interval",
    "refused_at",
    "risk_coverage",
    "risk_coverage_curve",
]

Values = NDArray[np.float64]
Truth = NDArray[np.bool_]
_RESAMPLES = 1000
_SEED = 20160616  # any fixed number: the same rows give the same interval


def risk_coverage_curve(confidence: Values, worth: Values) -> Values:
    """The risk, 1 - mean worth, of answering the surest 1, 2, ... n questions; shape (n,).

    Source: El-Yaniv and Wiener 2010. Equal confidences are answered together: each of them gets
    the risk at the end of its group, so the order of the rows has no part in it.
    """
    order = np.argsort(-confidence, kind="stable")
    risk = 1 - np.cumsum(worth[order]) / np.arange(1, len(order) + 1)
    last = np.searchsorted(-confidence[order], -confidence[order], side="right") - 1
    return np.asarray(risk[last], dtype=np.float64)


def risk_coverage(confidence: Values, worth: Values) -> float:
    """The area under the curve: mean risk over all coverages (0..1, lower is better)."""
    return float(risk_coverage_curve(confidence, worth).mean())


def refused_at(confidence: Values, answerable: Truth, share: float) -> float:
    """The share of the unanswerable that is refused where `share` of the answerable is.

    The threshold is the quantile of these same rows; what lies under it is refused. ValueError
    unless both sorts are there.
    """
    _both(answerable)
    threshold = np.quantile(confidence[answerable], share)
    return float(np.mean(confidence[~answerable] < threshold))


def auc(confidence: Values, answerable: Truth) -> float:
    """Area under the ROC curve: how often an answerable question has the larger confidence.

    By midranks (Mann and Whitney 1947): a tie counts half. ValueError unless both sorts are there.
    """
    _both(answerable)
    positive, negative = int(answerable.sum()), int((~answerable).sum())
    _, place, times = np.unique(confidence, return_inverse=True, return_counts=True)
    rank = np.cumsum(times) - (times - 1) / 2
    total = float(rank[place][answerable].sum())
    return (total - positive * (positive + 1) / 2) / (positive * negative)


class Bin(NamedTuple):
    """Questions of about equal probability: its mean, the share answerable, their weight (0..1)."""

    probability: float
    answerable: float
    weight: float


def bins(
    probability: Values, answerable: Truth, weight: Values | None = None, *, count: int = 10
) -> tuple[Bin, ...]:
    """The questions in `count` equal ranges of probability, empty ones left out, in order.

    `weight` says how much each question counts; without it all count the same.
    """
    weights = np.ones(len(probability)) if weight is None else weight
    number = np.minimum((probability * count).astype(int), count - 1)
    found = []
    for inside in (number == n for n in range(count)):
        total = weights[inside].sum()
        if total:
            mean = (weights[inside] * probability[inside]).sum() / total
            share = (weights[inside] * answerable[inside]).sum() / total
            found.append(Bin(float(mean), float(share), float(total / weights.sum())))
    return tuple(found)


def calibration_error(
    probability: Values, answerable: Truth, weight: Values | None = None
) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017, eq. 3), 0..1."""
    return sum(
        some.weight * abs(some.answerable - some.probability)
        for some in bins(probability, answerable, weight)
    )


def interval(
    statistic: Callable[..., float],
    *rows: NDArray[np.generic],
    strata: Sequence[object] = (),
    basic: bool = False,
) -> Metric:
    """`statistic` of the columns `rows`, with its 95 % bootstrap interval.

    Questions are drawn with replacement, 1000 times; those of one value of `strata` among
    themselves, so that each draw has as many of each. They are taken as independent of each
    other. The interval is the percentile one, or with `basic` the basic one, cut off at 0: for a
    statistic that noise alone makes larger, as it does the calibration error, so that the values
    of the draws lie above that of the rows (Davison and Hinkley 1997, section 5.2). ValueError
    without questions.
    """
    n = len(rows[0])
    if n == 0:
        raise ValueError("there is no question to take a statistic of")
    labels = np.array([0] * n if not len(strata) else [str(label) for label in strata])
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    rng = np.random.default_rng(_SEED)
    drawn = []
    for _ in range(_RESAMPLES):
        some = np.concatenate(
            [group[rng.integers(len(group), size=len(group))] for group in groups]
        )
        drawn.append(statistic(*(column[some] for column in rows)))
    low, high = np.percentile(drawn, [2.5, 97.5])
    value = statistic(*rows)
    if basic:
        low, high = max(0.0, 2 * value - high), max(value, 2 * value - low)
    return Metric(value, float(low), float(high), n)


def _both(answerable: Truth) -> None:
    if answerable.all() or not answerable.any():
        raise ValueError("answerable and unanswerable questions are compared: give some of both")
