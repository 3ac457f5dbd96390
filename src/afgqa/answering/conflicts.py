"""A sentence that answers the same question otherwise: another number, another date, yes for no.

A text that says two things is not settled by the one that is found first: both are shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from afgqa.answering.answer_type_policy import policy
from afgqa.answering.citations import short_answer
from afgqa.answering.confidence import LOGITS, Margins
from afgqa.language.grammar import refers_back
from afgqa.language.quantities import dates_differ, numbers_differ
from afgqa.question.analysis import Question
from afgqa.reading.candidates import Candidate, SpanCandidate
from afgqa.types import Document

__all__ = ["find_conflict"]

# The other sentence must be about the same: it holds nearly as much of the question, or half as
# much where a yes or no tells more by itself, and no less than this share of its weight.
_SAME: Final = 0.9
_HALF: Final = 0.5
_ENOUGH: Final = 0.3
_NEXT: Final = re.compile(r"[\s-]?[^\W\d_]*")  # after a number: what it counts


def find_conflict(
    question: Question,
    chosen: Candidate,
    candidates: Sequence[Candidate],
    documents: Mapping[str, Document],
    *,
    sure: float = 1.0,
    margins: Margins = LOGITS,
) -> Candidate | None:
    """The likeliest of `candidates` whose sentence says otherwise than the chosen one.

    Numbers are compared with what they count, dates by year, month and day, a yes or no by the
    sentences (one of the reader if it is as probable as `sure`); other kinds of answers are not
    compared. None where nothing differs. `documents` are those of the candidates, by id. Its span
    must be likely, and not far behind the chosen one (`margins`).
    """
    comparison = policy(question.answer_type).comparison
    if comparison == "verdicts":
        said = _verdict(question, chosen, documents, sure)
        whole = [c.as_sentence for c in candidates]
        others = _about_it(chosen, whole, margins, polar=True) if said else []
        return next(
            (c for c in others if _verdict(question, c, documents, sure) not in (said, None)), None
        )
    differ = {"numbers": numbers_differ, "dates": dates_differ}.get(comparison)
    if differ is None or not isinstance(chosen, SpanCandidate):
        return None
    others = _about_it(chosen, candidates, margins, polar=False)
    return next((other for other in others if differ(_marked(chosen), _marked(other))), None)


def _about_it(
    chosen: Candidate, candidates: Sequence[Candidate], margins: Margins, *, polar: bool
) -> list[Candidate]:
    """Those apart from the chosen one that are about what is asked, the likeliest first."""
    found = [
        c
        for c in candidates
        if not _overlap(chosen, c) and _is_about_it(chosen, c, margins, polar=polar)
    ]
    return sorted(found, key=lambda other: 0.0 if other.margin is None else -other.margin)


def _is_about_it(chosen: Candidate, other: Candidate, margins: Margins, *, polar: bool) -> bool:
    """Whether the other sentence is about what is asked, as far as reader and words tell.

    One that refers back by a pronoun can hold little of a question for yes or no.
    """
    share = _HALF if polar else _SAME
    alike = other.hit.coverage >= max(_ENOUGH, share * chosen.hit.coverage)
    if chosen.margin is None:
        return alike
    # To contradict takes more than to be likelier right than wrong.
    least = max(margins.likely, LOGITS.likely, chosen.margin - margins.behind)
    sure = other.margin is not None and other.margin >= least
    return sure and (alike or (polar and refers_back(other.passage.text)))


def _verdict(
    question: Question, candidate: Candidate, documents: Mapping[str, Document], sure: float
) -> str | None:
    """What would be answered from the candidate."""
    glossary = documents[candidate.passage.ref.doc_id].glossary
    return short_answer(question, [candidate], glossary, sure=sure)


def _marked(candidate: Candidate) -> str:
    """The span with the word after it; "" without one."""
    if not isinstance(candidate, SpanCandidate):
        return ""
    following = _NEXT.match(candidate.passage.text, candidate.span.end)
    end = following.end() if following else candidate.span.end
    return candidate.passage.text[candidate.span.start : end]


def _overlap(one: Candidate, other: Candidate) -> bool:
    ours, theirs = one.passage, other.passage
    same = ours.ref.doc_id == theirs.ref.doc_id
    return same and ours.start < theirs.end and theirs.start < ours.end
