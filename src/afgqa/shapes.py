"""The shape that an answer takes: all things asked for, the clause of a cause or a manner, none.

A reader learns to mark the shortest words that answer. Who asks why or how wants the clause that
tells it, not the noun in the middle of it; who asks for several things wants all of them; and "no"
is no answer to how many without the word that it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from afgqa.kinds import AUXILIARY, Kind
from afgqa.measures import normalize
from afgqa.reading import Candidate
from afgqa.types import Passage, Span

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
# One of another sentence must be clearly likelier than no answer too; there are so many at most.
_SURE: Final = 1.0
_MOST: Final = 4
# Kinds of question that several things may answer; the others have shapes of their own.
_LISTED: Final = frozenset[Kind](("person", "place", "time", "other"))

# What opens the clause of a cause; what comes before it is the effect.
_CAUSE: Final = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|on account of|as a result of|so that|in order to"
    r"|for fear|fearing|hoping|out of)\b",
    re.IGNORECASE,
)
# "They have quickly and quietly" before "sold the house"; no family, reply or supply.
_ADVERBS: Final = re.compile(
    r"(?:\b(?!(?:only|family|reply|supply|assembly|ally|bully|daily|weekly|monthly|yearly|monopoly"
    r"|anomaly)\b)[a-z]{2,}ly(?:,| and)? )+$"
)
# What follows is of the same clause; a verb would make a subject of the span, and "and the ..."
# begins another clause.
_OWN: Final = r"(?:the|an?|its|his|her|their)"
_GOES_ON: Final = re.compile(
    rf"\s(?:(?:and|or)(?!\s(?:{_OWN}|he|she|it|they|we|I)\b)|in|into|on|onto|at|to|from|with"
    rf"|without|by|through|over|under|between|for|of|{_OWN})\b"
)
# A comma, a colon or a dash between digits is of a number or a time.
_BREAK: Final = re.compile(
    r"(?<!\d)[,:—–]|[,:—–](?!\d)|[;()“”\"]"
    r"|\b(?:but|while|whereas|although|though|and (?:the|he|she|it|they|we))\b"
)

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
) -> tuple[Candidate, ...]:
    """What is shown of the chosen candidate: its span as wide as the question wants it.

    `candidates` are all of the same reading. A cause of which the reader is not sure (a margin
    below 0) is the whole sentence. Where several things are asked for, those that other sentences
    hold are there too, in the order of the text.
    """
    if chosen.span is None or kind not in _LISTED or not asks_for_several(question):
        return (_widened(kind, chosen),)
    first = _with_list(chosen, chosen.span, candidates)
    every = [first, *_elsewhere(first, candidates)]
    return tuple(sorted(every, key=lambda one: (one.passage.ref.doc_id, one.passage.start)))


def _widened(kind: Kind, chosen: Candidate) -> Candidate:
    span, text = chosen.span, chosen.passage.text
    if span is None:
        return chosen
    if kind == "reason":
        if chosen.margin is not None and chosen.margin < 0:
            return replace(chosen, span=None)
        start, end = _clause(text, span.start, span.end)
    elif kind == "manner":
        start, end = _manner(text, span.start, span.end)
    elif kind == "number" and _NONE.fullmatch(span.text):
        phrase = _PHRASE.match(text, span.end)
        start, end = span.start, phrase.end() if phrase else span.end
        end = start + len(text[start:end].rstrip("."))
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


def _manner(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the adverbs before it and what goes on after it: how is told by both."""
    adverbs = _ADVERBS.search(text, 0, start)
    start = adverbs.start() if adverbs else start
    if _GOES_ON.match(text, end):
        after = _BREAK.search(text, end)
        end = start + len(text[start : after.start() if after else len(text)].rstrip(" .!?"))
    return start, end


def _elsewhere(chosen: Candidate, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
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
            told.append(_with_list(other, other.span, candidates))
            yield told[-1]


def _with_list(chosen: Candidate, span: Span, candidates: Sequence[Candidate]) -> Candidate:
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
    return quantity.start() if quantity else start, end


def _overlap(one: Passage, other: Passage) -> bool:
    same = one.ref.doc_id == other.ref.doc_id
    return same and one.start < other.end and other.start < one.end


def _parted(between: str) -> bool:
    return bool(_BETWEEN.fullmatch(between) and _JOINS.search(between))
