"""The logistic models of the confidence: what counts for each reader, the fit, the thresholds."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import fields

import numpy as np
from answer_rows import Row, worth
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from afgqa.answering.confidence import EXTRACTIVE, LOGITS, TYPED, Calibration, Evidence, Margins
from afgqa.answering.pipeline import Choice
from afgqa.reading.candidates import SpanCandidate

# What a reader of an article asks, as far as is known: three in four questions have an answer.
SHARES = {"answerable": 0.75, "near miss": 0.15, "off topic": 0.10}
FALSE_REFUSALS = 0.05  # the share of answerable questions that may be refused, for the threshold
# What counts for a typed reader. An extractive one scores by margin: its span's score says no more.
# It always finds a span here, while for a yes-no question the sentence stands alone: what the fit
# made of the few rows without one would decide whether readers get a yes or no. Words that the
# documents never use tell nothing beside the margin (cross-validation over the fitting articles).
_TYPED = (
    "score",
    "similarity",
    "coverage",
    "retrieval_lead",
    "oov_weight",
    "span_score",
    "span",
    "no_answer_type",
)
_NOT_EXTRACTIVE = ("span_score", "span", "oov_weight")
JUDGED = "judged"
NAMES = {
    TYPED: _TYPED,
    EXTRACTIVE: tuple(f.name for f in fields(Evidence) if f.name not in _NOT_EXTRACTIVE),
    JUDGED: ("score", "similarity", "coverage", "retrieval_lead", "margin", "margin_gap"),
}
# Scores of the typed reader lie in 0..1, those of an extractive one in about -15..15.
_MARGINS = (0.0, 0.003, 0.006, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2, 0.4)
WHOLES = {
    TYPED: (-0.6, -0.3, -0.1, 0.0),
    EXTRACTIVE: (-24.0, -18.0, -12.0, -9.0, -6.0, -3.0),
    JUDGED: (0.0,),
}
# How probable a yes or no must be to be said. Not fitted: of the people's questions in our own sets
# and in the files of verdicts, from here on about one in ten that is said is wrong.
SURE = 0.65
_WRONG = 0.05  # share of the yes and no that are said which may be wrong
_RIGHT = 0.5  # F1 of a span that is right
_REACHED = 0.8  # share of the right spans behind another that `behind` reaches
_SURE = [round(0.5 + 0.01 * n, 2) for n in range(50)]


def weights_of(labels: Sequence[str]) -> NDArray[np.float64]:
    """How much each question counts, so that the labels have the shares of `SHARES`.

    Labels that do not occur leave the others in proportion.
    """
    return np.array([SHARES[label] / labels.count(label) for label in labels]) * len(labels)


def choosing(rows: Sequence[Row], wholes: Sequence[float]) -> Calibration:
    """The weight of the margin and the margin of a whole sentence, by a grid search."""
    asked = [row for row in rows if row.answerable]
    grid = [
        Calibration(0.0, {}, 0.0, margin, whole)
        for margin, whole in itertools.product(_MARGINS, wholes)
    ]
    scores = [np.mean([worth_of(row, row.choice(some)) for row in asked]) for some in grid]
    return grid[int(np.argmax(scores))]


def fit(rows: Sequence[Row], chosen: Sequence[Choice], names: Sequence[str]) -> LogisticRegression:
    """The model over the evidence of `names`, weighted so that the labels have their shares."""
    model = LogisticRegression(C=10.0, max_iter=10_000)
    truth = [row.answerable for row in rows]
    model.fit(matrix(chosen, names), truth, sample_weight=row_weights(rows))
    return model


def model_of(
    train: Sequence[Row], own: Sequence[Sequence[Row]], picked: Calibration, names: Sequence[str]
) -> tuple[LogisticRegression, float, NDArray[np.float64]]:
    """The model of both, the threshold, and the probabilities of the rows of both.

    For the threshold the answerable questions of our own sets count as much as all others.
    """
    every = [*train, *(row for some in own for row in some)]
    chosen = choices(every, picked)
    model = fit(every, chosen, names)
    p = model.predict_proba(matrix(chosen, names))[:, 1]
    truth = np.array([row.answerable for row in every])
    ours = np.arange(len(every)) >= len(train)
    counts = np.zeros(len(every))
    for part in (ours & truth, ~ours & truth):
        counts[part] = 1 / max(part.sum(), 1)
    order = np.argsort(p)
    share = np.cumsum(counts[order]) / counts.sum()
    threshold = float(p[order][np.searchsorted(share, FALSE_REFUSALS)])
    return model, round(threshold, 3), p


def margins_of(rows: Sequence[Row]) -> Margins:
    """From where on the best span of a question is likelier right, and how far behind it may be.

    A span is right where its F1 is `_RIGHT` or more. Of the right ones that are not the best of
    their question, `_REACHED` are no more than `behind` below it.
    """
    best, right, gaps = [], [], []
    for row in rows:
        spans = [c for c in row.candidates if isinstance(c, SpanCandidate)]
        spans.sort(key=lambda c: -c.margin)
        if not spans:
            continue
        good = [worth(row, c).f1 >= _RIGHT for c in spans]
        best.append([spans[0].margin])
        right.append(good[0])
        if any(good) and not good[0]:
            first = good.index(True)
            gaps.append(spans[0].margin - spans[first].margin)
    if not gaps or len(set(right)) < 2:  # too few questions to tell
        return LOGITS
    model = LogisticRegression().fit(best, right)
    likely = -float(model.intercept_[0] / model.coef_[0, 0])
    return Margins(round(likely, 2), round(float(np.quantile(gaps, _REACHED)), 2))


def sure(
    rows: Sequence[Row], chosen: Sequence[Choice], probability: NDArray[np.float64], least: float
) -> dict[str, float]:
    """How sure a yes or no must be to be said, the share that is then wrong, and the share said.

    A yes or no is said where the `probability` of an answer is the `least` or more; it is wrong
    where the question has none. Questions count as in the fit.
    """
    counts = row_weights(rows)
    shares, right = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.bool_)
    for n, (row, choice) in enumerate(zip(rows, chosen, strict=True)):
        verdict = choice.candidate.as_sentence.verdict
        if verdict is not None and probability[n] >= least:
            shares[n] = max(verdict.yes, verdict.no)
            word = "Yes" if verdict.yes >= verdict.no else "No"
            right[n] = row.answerable and row.example.answers == (word,)
    asked = counts[[row.answerable for row in rows]].sum()
    for bound in _SURE:
        kept = shares >= bound
        wrong = float(counts[kept & ~right].sum() / max(counts[kept].sum(), 1e-9))
        if wrong <= _WRONG:
            break
    said = float(counts[kept & right].sum() / asked)
    return {"sure": bound, "wrong": round(wrong, 3), "said": round(said, 3)}


def worth_of(row: Row, choice: Choice | None) -> tuple[float, float]:
    found = worth(row, None if choice is None else choice.candidate)
    return found.f1, found.cited


def choices(rows: Sequence[Row], fitted: Calibration) -> list[Choice]:
    found = [row.choice(fitted) for row in rows]
    return [choice for choice in found if choice is not None]  # each row has candidates


def row_weights(rows: Sequence[Row]) -> NDArray[np.float64]:
    return weights_of([row.label for row in rows])


def matrix(chosen: Sequence[Choice], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[getattr(choice.evidence, name) for name in names] for choice in chosen])
