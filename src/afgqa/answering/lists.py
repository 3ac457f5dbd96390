"""All of several things that are asked for: the members of a list, and those of other sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from afgqa.language.grammar import AUXILIARY
from afgqa.language.tokens import normalize
from afgqa.reading.candidates import Candidate
from afgqa.types import Passage, Span

__all__ = ["asks_for_several", "elsewhere", "with_list"]

_WORD: Final = rf"(?!{AUXILIARY}\b)(?!(?:kind|sort|type)\b)[\w.’'-]+"
_PLURAL: Final = rf"(?!{AUXILIARY}\b)(?:\w{{2,}}[^\Wsu]s|people|men|women|children)"
_SEVERAL: Final = re.compile(
    rf"\bwhich (?:{_WORD} ){{0,3}}?{_PLURAL}\b"
    rf"|\bwhat (?:{_WORD} ){{0,3}}?{_PLURAL} (?:{AUXILIARY}|of|that)\b"
    rf"|\bwhat (?:are|were) (?:{_WORD} ){{1,3}}?{_PLURAL}\b"
    r"|\b(?:name|list) (?:all|the|two|three|four|five|some)\b"
    r"|\bwh(?:at|ich) (?:two|three|four|five|six|seven|eight|nine|ten)\b|\bwh(?:o|at) all\b",
    re.IGNORECASE,
)
# What may stand between the members of a list: a comma or a conjunction, and then an article, a
# preposition or the like before the next.
_BETWEEN: Final = re.compile(
    r"(?:\s*[,;])?\s*(?:\b(?:and|or|as well as|in addition to|along with|together with|plus"
    r"|but also)\b)?\s*(?:(?!not\b|no\b|never\b)[\w’'-]+\s+){0,2}",
    re.IGNORECASE,
)
_JOINS: Final = re.compile(r"[,;]|\b(?:and|or|as well as|in addition to|with|plus|also)\b", re.I)
# A member is worth this many logits less than the best one, at most.
_MEMBER: Final = 6.0
# One of another sentence must be clearly likelier than no answer too; there are so many at most.
_SURE: Final = 1.0
_MOST: Final = 4
# "500 grams of" belongs to what it measures.
_QUANTITY: Final = re.compile(r"\b\d[\d.,]* \w+ of $")

# "At dusk and at dawn": the preposition of the others is that of the first one too.
_PREPOSITION: Final = re.compile(r"\b(at|by|for|from|in|of|on|with) $", re.IGNORECASE)


def asks_for_several(question: str) -> bool:
    """Whether a question asks for more than one thing: "which countries", "name the two ..."."""
    return _SEVERAL.search(question) is not None


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
            if member.end <= start and _parted(text[member.end : start]):
                start = member.start
            elif end <= member.start and _parted(text[end : member.start]):
                end = member.end
    quantity = _QUANTITY.search(text, 0, start)
    if quantity:
        return quantity.start(), end
    before = _PREPOSITION.search(text, 0, start)
    again = before and re.search(rf"(?:,|\band|\bor) {before[1]}\b", text[start:end], re.I)
    return before.start() if before and again else start, end


def _overlap(one: Passage, other: Passage) -> bool:
    same = one.ref.doc_id == other.ref.doc_id
    return same and one.start < other.end and other.start < one.end


def _parted(between: str) -> bool:
    return bool(_BETWEEN.fullmatch(between) and _JOINS.search(between))
