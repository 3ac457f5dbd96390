"""The answer to a question for somebody's exact words: a whole quotation of the document.

A reader that marks short answers knows little of quotations. Which one is meant is told from its
sentences and from who says it: they hold the most of what the question names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from afgqa.answering.selection import fused
from afgqa.language.abbreviation_expansions import expansions
from afgqa.language.glossary import reworded
from afgqa.language.layout import layout
from afgqa.language.quotation_attribution import speaker_of
from afgqa.language.quotations import quotation_at
from afgqa.language.tokens import terms
from afgqa.reading.candidates import Candidate, SpanCandidate
from afgqa.search.term_weights import coverage
from afgqa.types import Document, Passage, Span

__all__ = ["Quoted", "quoted"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation that a candidate lies in.

    `candidate` is that of the reading, `whole` the same with the quotation as its span and every
    sentence that it runs over as its passage; `coverage` is the weighted share (0..1) of the
    question's terms that these sentences and the speaker's name hold.
    """

    candidate: Candidate
    whole: SpanCandidate
    coverage: float


def quoted(
    candidates: Sequence[Candidate],
    weights: Mapping[str, float],
    *,
    documents: Mapping[str, Document],
    weight: float,
    whole: float,
) -> Quoted | None:
    """The quotation that holds the most of the question, by the `weights` of its terms.

    Between equals the candidate with the most evidence decides; `weight` and `whole` as for
    `fused`, `documents` those of the candidates by id. None where no candidate lies in a quotation.
    """
    found = [
        one
        for candidate in sorted(candidates, key=lambda c: -fused(c, weight=weight, whole=whole))
        if (one := _quoted(candidate, weights, documents[candidate.passage.ref.doc_id])) is not None
    ]
    return max(found, key=lambda one: round(one.coverage, 6), default=None)


def _quoted(
    candidate: Candidate, weights: Mapping[str, float], document: Document
) -> Quoted | None:
    around = _around(candidate, document.text)
    if around is None:
        return None
    passage, start, end = around
    score = candidate.span.score if isinstance(candidate, SpanCandidate) else 0.0
    span = Span(start, end, passage.text[start:end], score)
    margin = 0.0 if candidate.margin is None else candidate.margin
    place = (passage.start + start, passage.start + end)
    speaker = speaker_of(document.text, passage.start, passage.end, place) or ""
    meanings = expansions(document)
    said = " ".join(f"{text} {reworded(text, meanings).text}" for text in (passage.text, speaker))
    whole = SpanCandidate(candidate.hit, passage, span, margin, candidate.agreement)
    return Quoted(candidate, whole, coverage(weights, terms(said)))


def _around(candidate: Candidate, text: str) -> tuple[Passage, int, int] | None:
    """The sentences of `text` that the candidate's quotation runs over, and its place in them.

    The one that the span lies in; where that lies in none, the longest of the passage.
    """
    passage, found = candidate.passage, None
    if isinstance(candidate, SpanCandidate):
        span = candidate.span
        found = quotation_at(text, passage.start + span.start, passage.start + span.end)
    found = found or quotation_at(text, passage.start, passage.end)
    if found is None:
        return None
    start, end = found
    whole = layout(text)
    first = whole.number(min(start, passage.start))
    last = whole.number(max(end, passage.end) - 1)
    begin, stop = whole.sentences[first][0], whole.sentences[last][1]
    run = Passage(
        passage.ref._replace(number=first), begin, stop, text[begin:stop], first, last + 1
    )
    return run, start - begin, end - begin
