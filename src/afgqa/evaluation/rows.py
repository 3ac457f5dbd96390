"""One question of an evaluation: what was asked, what came back, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from afgqa.answers import Answer
from afgqa.evaluation.measures import Place
from afgqa.evaluation.question_sets import Example
from afgqa.types import Hit

__all__ = ["Row", "as_row", "from_plain", "plain"]


@dataclass(frozen=True, slots=True)
class Row:
    """A question, its gold, its answer, and its scores by the name of the measure.

    `found` are the sentences that a search gave, best first. `prediction` is what was compared
    with the accepted answers: the short answer, or the cited sentences where there is none, ""
    for a refusal. `quotes` are the texts of `citations`. A score that the question has no gold
    for is left out of `scores`.
    """

    id: str
    kind: str
    question: str
    answerable: bool
    answers: tuple[str, ...]
    evidence: tuple[Place, ...]
    standalone: str
    answered: bool
    prediction: str
    confidence: float
    reason: str | None
    citations: tuple[Place, ...]
    quotes: tuple[str, ...]
    found: tuple[Place, ...]
    scores: Mapping[str, float]


def as_row(
    example: Example, answer: Answer, hits: Iterable[Hit], scores: Mapping[str, float]
) -> Row:
    """The row of an answer and of what a search for the same question found."""
    return Row(
        id=example.id,
        kind=example.kind,
        question=example.question,
        answerable=example.answerable,
        answers=example.answers,
        evidence=example.evidence,
        standalone=answer.standalone,
        answered=answer.answered,
        prediction=prediction(answer),
        confidence=answer.confidence,
        reason=answer.reason,
        citations=places_of(answer),
        quotes=tuple(citation.text for citation in answer.citations),
        found=tuple(
            Place(hit.passage.ref.doc_id, hit.passage.start, hit.passage.end) for hit in hits
        ),
        scores=dict(scores),
    )


def prediction(answer: Answer) -> str:
    """What is compared with the accepted answers: never "" for an answer, always for a refusal."""
    if not answer.answered:
        return ""
    if answer.short is not None:
        return answer.short
    return " ".join(citation.text for citation in answer.citations)


def places_of(answer: Answer) -> tuple[Place, ...]:
    return tuple(Place(c.doc_id, c.start, c.end) for c in answer.citations)


_PLACES = ("evidence", "citations", "found")
_TEXTS = ("answers", "quotes")


def plain(row: Row) -> dict[str, Any]:
    """The row as values for JSON; `from_plain` makes it a row again."""
    values = {name: getattr(row, name) for name in Row.__dataclass_fields__}
    for name in _PLACES:
        values[name] = [place._asdict() for place in values[name]]
    for name in _TEXTS:
        values[name] = list(values[name])
    return values | {"scores": dict(row.scores)}


def from_plain(values: Mapping[str, Any]) -> Row:
    """The row that `plain` wrote. KeyError or TypeError where it is none."""
    given = {name: values[name] for name in Row.__dataclass_fields__}
    for name in _PLACES:
        given[name] = tuple(Place(**place) for place in given[name])
    for name in _TEXTS:
        given[name] = tuple(given[name])
    return Row(**given)
