"""All of several things that are asked for: the members of a list, and those of other sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from afgqa.language.enumerations import enumeration_start, joins_members
from afgqa.language.tokens import normalize
from afgqa.reading.candidates import Candidate
from afgqa.types import Passage, Span

__all__ = ["elsewhere", "with_list"]

# A member is worth this many logits less than the best one, at most.
_MEMBER: Final = 6.0
# One of another sentence must be clearly likelier than no answer too; there are so many at most.
_SURE: Final = 1.0
_MOST: Final = 4


def elsewhere(chosen: Candidate, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """The best of each other sentence that is nearly as sure and says something new."""
    told = [chosen]
    least = max(_SURE, (chosen.margin or 0.0) - _MEMBER)
    for other in sorted(candidates, key=lambda c: -(c.margin or 0.0)):
        if other.span is None or other.margin is None or other.margin < least:
            continue
        if len(told) == _MOST or any(_overlap(other.passage, one.passage) for one in told):
            continue
        known = " ".join(normalize(one.span.text) for one in told if one.span is not None)
        if not set(normalize(other.span.text).split()) <= set(known.split()):
            told.append(with_list(other, other.span, candidates))
            yield told[-1]


def with_list(chosen: Candidate, span: Span, candidates: Sequence[Candidate]) -> Candidate:
    """The candidate with a span from the first to the last member of the list that `span` is in."""
    start, end = _list(chosen, span, candidates)
    return replace(chosen, span=Span(start, end, chosen.passage.text[start:end], span.score))


def _list(chosen: Candidate, span: Span, candidates: Sequence[Candidate]) -> tuple[int, int]:
    """From the first to the last of the spans that only commas and conjunctions part."""
    text, least = chosen.passage.text, (chosen.margin or 0.0) - _MEMBER
    members = [
        c.span
        for c in candidates
        if c.span is not None
        and c.passage == chosen.passage
        and c.margin is not None
        and c.margin >= least
    ]
    start, end = span.start, span.end
    for _ in members:
        for member in members:
            if member.end <= start and joins_members(text[member.end : start]):
                start = member.start
            elif end <= member.start and joins_members(text[end : member.start]):
                end = member.end
    return enumeration_start(text, start, end), end


def _overlap(one: Passage, other: Passage) -> bool:
    same = one.ref.doc_id == other.ref.doc_id
    return same and one.start < other.end and other.start < one.end
