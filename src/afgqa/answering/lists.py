"""All of several things that are asked for: the members of a list, and those of other sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from afgqa.answering.confidence import Margins
from afgqa.language.enumerations import enumeration_start, joins_members
from afgqa.language.tokens import normalize
from afgqa.reading.candidates import Candidate, SpanCandidate
from afgqa.types import Passage

__all__ = ["elsewhere", "with_list"]

_MOST: Final = 4  # sentences


def elsewhere(
    chosen: SpanCandidate, candidates: Sequence[Candidate], margins: Margins
) -> Iterator[SpanCandidate]:
    """The best of each other sentence that is likely, nearly as sure and says something new."""
    told = [chosen]
    least = max(margins.likely, chosen.margin - margins.behind)
    for other in sorted(_spans(candidates), key=lambda c: -c.margin):
        if other.margin < least:
            continue
        if len(told) == _MOST or any(_overlap(other.passage, one.passage) for one in told):
            continue
        known = " ".join(normalize(one.span.text) for one in told)
        if not set(normalize(other.span.text).split()) <= set(known.split()):
            told.append(with_list(other, candidates, margins))
            yield told[-1]


def with_list(
    chosen: SpanCandidate, candidates: Sequence[Candidate], margins: Margins
) -> SpanCandidate:
    """The candidate with all of the list that its span is in, from the first member to the last."""
    return chosen.marking(*_list(chosen, candidates, margins))


def _list(
    chosen: SpanCandidate, candidates: Sequence[Candidate], margins: Margins
) -> tuple[int, int]:
    """From the first to the last of the spans that only commas and conjunctions part."""
    text, least = chosen.passage.text, chosen.margin - margins.behind
    members = [
        c.span for c in _spans(candidates) if c.passage == chosen.passage and c.margin >= least
    ]
    start, end = chosen.span.start, chosen.span.end
    for _ in members:
        for member in members:
            if member.end <= start and joins_members(text[member.end : start]):
                start = member.start
            elif end <= member.start and joins_members(text[end : member.start]):
                end = member.end
    return enumeration_start(text, start, end), end


def _spans(candidates: Sequence[Candidate]) -> list[SpanCandidate]:
    return [one for one in candidates if isinstance(one, SpanCandidate)]


def _overlap(one: Passage, other: Passage) -> bool:
    same = one.ref.doc_id == other.ref.doc_id
    return same and one.start < other.end and other.start < one.end
