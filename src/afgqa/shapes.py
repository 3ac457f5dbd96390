"""The shape that an answer takes: all of the things asked for, the clause of a cause, what is none.

A reader learns to mark the shortest words that answer. Who asks why wants the clause that tells it,
not the noun in the middle of it; who asks for several things wants all of them; and "no" is no
answer to how many without the word that it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from afgqa.kinds import AUXILIARY, Kind
from afgqa.reading import Candidate
from afgqa.types import Span

__all__ = ["asks_for_several", "shaped"]

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

# What opens the clause of a cause; what comes before it is the effect.
_CAUSE: Final = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|on account of|as a result of|so that|in order to"
    r"|for fear|fearing|hoping|out of)\b",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"[,;:—–()“”\"]|\b(?:but|while|whereas|although|though)\b")


# How many: none. The noun phrase ends where its verb or a preposition begins.
_NONE: Final = re.compile(r"\W*(?:no|none|not any)\W*", re.IGNORECASE)
_PHRASE: Final = re.compile(
    rf"(?:\s(?!(?:{AUXILIARY}|of|in|on|at|to|for|from|by|with|than|that|which|who|and|or|but)\b)"
    r"[\w.’'-]+){1,4}",
    re.IGNORECASE,
)
# "500 grams of" belongs to what it measures.
_QUANTITY: Final = re.compile(r"\b\d[\d.,]* \w+ of $")


def shaped(
    question: str, kind: Kind, chosen: Candidate, candidates: Sequence[Candidate]
) -> Candidate:
    """The chosen candidate with its span as wide as the question wants it, in the same passage.

    `candidates` are all of the same reading. A cause of which the reader is not sure (a margin
    below 0) is the whole sentence.
    """
    span, text = chosen.span, chosen.passage.text
    if span is None:
        return chosen
    if kind == "reason":
        if chosen.margin is not None and chosen.margin < 0:
            return replace(chosen, span=None)
        start, end = _clause(text, span.start, span.end)
    elif kind == "number" and _NONE.fullmatch(span.text):
        phrase = _PHRASE.match(text, span.end)
        start, end = span.start, phrase.end() if phrase else span.end
        end = start + len(text[start:end].rstrip("."))
    elif asks_for_several(question):
        start, end = _list(chosen, span, candidates)
    else:
        return chosen
    return replace(chosen, span=Span(start, end, text[start:end], span.score))


def asks_for_several(question: str) -> bool:
    """Whether a question asks for more than one thing: "which countries", "name the two ..."."""
    return _SEVERAL.search(question) is not None


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the rest of its clause, from the word that opens the cause."""
    breaks = [match.end() for match in _BREAK.finditer(text, 0, start)]
    left = max(breaks, default=0)
    openings = [
        match.start() for match in _CAUSE.finditer(text, left, end) if match.start() <= start
    ]
    left = openings[-1] if openings else start - 3 if text[:start].endswith(" to ") else start
    after = _BREAK.search(text, end)
    right = after.start() if after else len(text)
    right = left + len(text[left:right].rstrip(" .!?"))
    return left, max(right, end)


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
    return quantity.start() if quantity else start, end


def _parted(between: str) -> bool:
    return bool(_BETWEEN.fullmatch(between) and _JOINS.search(between))
