"""The shape that an answer takes: all things asked for, the clause of a cause or a manner, none.

A reader learns to mark the shortest words that answer. Who asks why or how wants the clause that
tells it, not the noun in the middle of it; who asks for several things wants all of them; and "no"
is no answer to how many without the word that it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from afgqa.answering.answer_type_policy import policy
from afgqa.answering.confidence import LOGITS, Margins
from afgqa.answering.lists import elsewhere, with_list
from afgqa.language.clauses import (
    cause_around,
    clause_end,
    joins_a_verb,
    manner_around,
    noun_phrase_end,
)
from afgqa.language.lexicon.marks import PAIRED_MARKS
from afgqa.language.quantifiers import is_none, partitive_start
from afgqa.question.analysis import Question
from afgqa.reading.candidates import Candidate, SentenceCandidate, SpanCandidate

__all__ = ["expand_spans"]

# What may stand before the closing mark of a pair.
_ENDS: Final = ".,!?"


def expand_spans(
    question: Question,
    chosen: Candidate,
    candidates: Sequence[Candidate],
    margins: Margins = LOGITS,
) -> tuple[Candidate, ...]:
    """What is shown of the chosen candidate: its span as wide as the question wants it.

    `candidates` are all of the same reading, `margins` what theirs mean. A cause of which the
    reader is not sure (a margin below 0) is the whole sentence. Where several things are asked for,
    those that other sentences hold are there too, in the order of the text.
    """
    several = question.several and policy(question.answer_type).several
    if isinstance(chosen, SentenceCandidate):
        return (chosen,)
    if not several:
        expanded = _expand(question, chosen)
        if isinstance(expanded, SentenceCandidate):
            return (expanded,)
        return (_balance_marks(question, expanded),)
    first = with_list(chosen, candidates, margins)
    every = [first, *elsewhere(first, candidates, margins)]
    every.sort(key=lambda one: (one.passage.ref.doc_id, one.passage.start))
    return tuple(_balance_marks(question, one) for one in every)


def _expand(question: Question, chosen: SpanCandidate) -> Candidate:
    span, text = chosen.span, chosen.passage.text
    start, end = span.start, span.end
    match policy(question.answer_type).expansion:
        case "cause":
            if chosen.margin < 0:
                return SentenceCandidate(
                    chosen.hit, chosen.passage, chosen.margin, chosen.agreement
                )
            start, end = cause_around(text, start, end)
        case "manner":
            start, end = manner_around(text, start, end)
        case "counted" if is_none(span.text):
            end = noun_phrase_end(text, end)
            end = start + len(text[start:end].rstrip("."))
        case "action" if question.action and joins_a_verb(text, end):
            end = clause_end(text, start, end)
    return chosen.marking(start, end)


def _balance_marks(question: Question, chosen: SpanCandidate) -> SpanCandidate:
    """The candidate with the part of a place, and with both marks of a pair where it has one."""
    text = chosen.passage.text
    start, end = chosen.span.start, chosen.span.end
    if question.parts or policy(question.answer_type).partitive:
        start = partitive_start(text, start)
    for opening, closing in PAIRED_MARKS:
        missing = text.count(opening, start, end) - text.count(closing, start, end)
        if missing == 1:
            after = end + len(text[end:]) - len(text[end:].lstrip(_ENDS))
            if text.startswith(closing, after):
                end = after + 1
            elif text.startswith(opening, start):
                start += 1
        elif missing == -1:
            if start > 0 and text[start - 1] == opening:
                start -= 1
            elif text.endswith(closing, start, end):
                end -= 1
    return chosen.marking(start, end)
