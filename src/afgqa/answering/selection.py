"""Which candidate answers: those that may, and the one with the most evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from afgqa.answering.answer_type_policy import policy
from afgqa.language.tokens import terms
from afgqa.question.analysis import Question
from afgqa.reading.candidates import Candidate, SpanCandidate, is_heading
from afgqa.types import Document

__all__ = ["eligible", "from_sentences", "fused", "pick", "standing"]


def eligible(candidates: Sequence[Candidate], question: Question) -> tuple[Candidate, ...]:
    """The candidates whose span may answer the question, in the same order.

    Left out is what measures something else than is asked for, and, where a cause is asked for,
    what only repeats the question.
    """
    asked = set(terms(question.search_text)) if policy(question.answer_type).new_words else set()

    def may(candidate: Candidate) -> bool:
        if not isinstance(candidate, SpanCandidate):
            return True
        span = candidate.span
        if asked and set(terms(span.text)) <= asked:
            return False
        return question.measure is None or question.measure.allows(span.text)

    return tuple(candidate for candidate in candidates if may(candidate))


def from_sentences(
    candidates: Sequence[Candidate], documents: Mapping[str, Document], *, likely: float
) -> tuple[Candidate, ...]:
    """The candidates without the spans in headings and date lines, if a sentence has the answer.

    It has one if a span in it has a margin of at least `likely`: it says of what the words are
    true, which a heading does not.
    """
    spans = [it for it in candidates if isinstance(it, SpanCandidate)]
    headings = {it.passage.ref for it in spans if is_heading(it.passage, documents)}
    if not any(it.margin >= likely for it in spans if it.passage.ref not in headings):
        return tuple(candidates)
    return tuple(
        it
        for it in candidates
        if not isinstance(it, SpanCandidate) or it.passage.ref not in headings
    )


def fused(candidate: Candidate, *, weight: float, whole: float) -> float:
    """The evidence of a candidate: the hit's score and `weight` times the span's.

    A whole sentence counts as if its span had the score `whole`; one that was judged by its margin.
    """
    score = whole
    if isinstance(candidate, SpanCandidate):
        score = candidate.span.score
    elif candidate.verdict is not None and candidate.margin is not None:
        score = candidate.margin
    return round(candidate.hit.score + weight * score, 6)


def pick(
    candidates: Sequence[Candidate], question: Question, *, weight: float, whole: float
) -> Candidate | None:
    """The one of `standing` with the most evidence (see `fused`); None without a candidate."""
    return max(
        standing(candidates, question),
        key=lambda c: fused(c, weight=weight, whole=whole),
        default=None,
    )


def standing(candidates: Sequence[Candidate], question: Question) -> list[Candidate]:
    """The candidates that may be picked, in the same order.

    A span always; a whole sentence only where no span was found in it, or where the answer type may
    want it.
    """
    if policy(question.answer_type).whole_sentence:
        return [*candidates]
    marked = {c.hit.passage.ref for c in candidates if isinstance(c, SpanCandidate)}
    return [
        c for c in candidates if isinstance(c, SpanCandidate) or c.hit.passage.ref not in marked
    ]
