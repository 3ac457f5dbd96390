"""Two runs on the same questions: the paired difference of every figure, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from afgqa.evaluation.measures import Metric, difference
from afgqa.evaluation.report import MEANINGS
from afgqa.evaluation.rows import Row
from afgqa.evaluation.scores import SECONDS

__all__ = ["Comparison", "compare"]

# The precision of answers and of refusals is over those of one run: pairs say nothing of it.
_UNPAIRED: Final = ("answer_precision", "refusal_precision")
_COMPARED: Final = (*(name for name in MEANINGS if name not in _UNPAIRED), SECONDS)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a later run has more than an earlier one, over the questions that both asked.

    `differences` are means of later less earlier, paired by question; `seconds` by its mean.
    `changed` are the pairs of rows (before, after) whose answer, refusal or citations are not the
    same. `unpaired` are the ids of questions that only one of the runs asked.
    """

    differences: Mapping[str, Metric]
    changed: tuple[tuple[Row, Row], ...]
    unpaired: tuple[str, ...]


def compare(before: Sequence[Row], after: Sequence[Row]) -> Comparison:
    """What changed between two runs. A question is the same if its id and its text are."""
    first = {(row.id, row.question): row for row in before}
    second = {(row.id, row.question): row for row in after}
    pairs = [(first[key], second[key]) for key in second if key in first]
    differences = {}
    for name in _COMPARED:
        both = [
            (a.scores[name], b.scores[name])
            for a, b in pairs
            if name in a.scores and name in b.scores
        ]
        if both:
            differences[name] = difference([a for a, _ in both], [b for _, b in both])
    return Comparison(
        differences,
        tuple((a, b) for a, b in pairs if _said(a) != _said(b)),
        tuple(sorted({name for name, _ in first.keys() ^ second.keys()})),
    )


def _said(row: Row) -> tuple[object, ...]:
    return row.prediction, row.citations
