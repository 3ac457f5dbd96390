"""Which candidate answers: those that may, and the one with the most evidence."""

from __future__ import annotations

from collections.abc import Sequence

from afgqa.answering.answer_type_policy import policy
from afgqa.language.tokens import terms
from afgqa.protocols import Snapshot
from afgqa.question.analysis import Question
from afgqa.reading.candidates import Candidate, SpanCandidate, fused, is_heading

__all__ = ["eligible", "from_sentences", "pick", "stands"]


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
    candidates: Sequence[Candidate], view: Snapshot, *, likely: float
) -> tuple[Candidate, ...]:
    """The candidates without the spans in headings and date lines, if a sentence has the answer.

    It has one if a span in it has a margin of at least `likely`: it says of what the words are
    true, which a heading does not.
    """
    spans = [it for it in candidates if isinstance(it, SpanCandidate)]
    headings = [it for it in spans if is_heading(it.passage, view)]
    if not any(it.margin >= likely for it in spans if it not in headings):
        return tuple(candidates)
    return tuple(it for it in candidates if it not in headings)


def pick(
    candidates: Sequence[Candidate], question: Question, *, weight: float, whole: float
) -> Candidate | None:
    """The candidate with the most evidence: the hit's score and `weight` times the span's.

    A whole sentence counts as if it were a span with the score `whole`. It stands only where no
    span was found in it, or where the answer type may want it. None without a candidate.
    """
    standing = [c for c in candidates if stands(c, candidates, question)]
    return max(standing, key=lambda c: fused(c, weight=weight, whole=whole), default=None)


def stands(candidate: Candidate, candidates: Sequence[Candidate], question: Question) -> bool:
    """Whether a candidate may be picked: a span always, a whole sentence as `pick` says."""
    if isinstance(candidate, SpanCandidate) or policy(question.answer_type).whole_sentence:
        return True
    sentence = candidate.hit.passage.ref
    return not any(
        isinstance(c, SpanCandidate) and c.hit.passage.ref == sentence for c in candidates
    )
