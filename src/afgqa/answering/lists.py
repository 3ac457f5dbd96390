"""All of several things that are asked for: the members of a list, and those of other sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from afgqa.answering.confidence import Margins
from afgqa.language.enumerations import enumeration_start, joins_members
from afgqa.language.tokens import normalize
from afgqa.reading.candidates import Candidate
from afgqa.types import Passage, Span

__all__ = ["elsewhere", "with_list"]

_MOST: Final = 4  # sentences


def elsewhere(
    chosen: Candidate, candidates: Sequence[Candidate], margins: Margins
) -> Iterator[Candidate]:
    """The best of each other sentence that is likely, nearly as sure and says something new."""
    told = [chosen]
    least = max(margins.likely, (chosen.margin or 0.0) - margins.behind)
    for other in sorted(candidates, key=lambda c: -(c.margin or 0.0)):
        if other.span is None or other.margin is None or other.margin < least:
            continue
        if len(told) == _MOST or any(_overlap(other.passage, one.passage) for one in told):
            continue
        known = " ".join(normalize(one.span.text) for one in told if one.span is not None)
        if not set(normalize(other.span.text).split()) <= set(known.split()):
            told.append(with_list(other, other.span, candidates, margins))
            yield told[-1]


def with_list(
    chosen: Candidate, span: Span, candidates: Sequence[Candidate], margins: Margins
) -> Candidate:
    """The candidate with a span from the first to the last member of the list that `span` is in."""
    start, end = _list(chosen, span, candidates, margins)
    return replace(chosen, span=Span(start, end, chosen.passage.text[start:end], span.score))


def _list(
    chosen: Candidate, span: Span, candidates: Sequence[Candidate], margins: Margins
) -> tuple[int, int]:
    """From the first to the last of the spans that only commas and conjunctions part."""
    text, least = chosen.passage.text, (chosen.margin or 0.0) - margins.behind
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
