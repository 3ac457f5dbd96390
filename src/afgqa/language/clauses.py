"""Clauses: where they begin and end, and those that tell a cause or a manner.

All offsets are half-open, into the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from afgqa.language.dates import MONTH, WEEKDAY
from afgqa.language.grammar import AUXILIARY
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import (
    ARTICLES,
    CONTRASTS,
    POSSESSIVES,
    PREPOSITIONS,
    THIRD_PERSON,
)
from afgqa.language.lexicon.marks import DOUBLE_QUOTES
from afgqa.language.lexicon.meaning import CAUSES
from afgqa.language.lexicon.verbs import IRREGULAR_PASTS

__all__ = [
    "CAUSE", "MANNER", "cause_around", "clause_end", "clauses", "joins_a_verb", "manner_around",
    "noun_phrase_end",
]  # fmt: skip

# What tells a cause or a manner, from the word that opens it. "Since May" tells a time.
_OTHERS: Final = one_of(word for word in CAUSES if word != "since")
CAUSE: Final = re.compile(
    rf"\b(?:{_OTHERS}|since(?! (?:\d|{MONTH}|{WEEKDAY})))\b[^.;]*", re.IGNORECASE
)
MANNER: Final = re.compile(r"\b(?:by|through|via|using)\s[^,.;]*", re.IGNORECASE)

# The scope of a negation: each conjunction begins a clause.
_SCOPE: Final = re.compile(
    rf"[,;:—]|\b{one_of((*CONTRASTS, 'and', 'because', 'that', 'which', 'who'))}\b", re.IGNORECASE
)
# The end of what an answer says: "and" goes on, but for "and the ...", "and she ...". A comma, a
# colon or a dash between digits is of a number or a time.
_BREAK: Final = re.compile(
    rf"(?<!\d)[,:—–]|[,:—–](?!\d)|[;(){DOUBLE_QUOTES}]"
    rf"|\b(?:{one_of(CONTRASTS)}|and {one_of((*THIRD_PERSON, 'the', 'we'))})\b"
)
# Where a cause is known to be told, these open it too.
_CAUSAL: Final = re.compile(
    rf"\b{one_of((*CAUSES, 'for fear', 'fearing', 'hoping', 'out of'))}\b", re.IGNORECASE
)
# "They have quickly and quietly" before "sold the house"; no family, reply or supply.
_ADVERBS: Final = re.compile(
    r"(?:\b(?!(?:only|family|reply|supply|assembly|ally|bully|daily|weekly|monthly|yearly|monopoly"
    r"|anomaly)\b)[a-z]{2,}ly(?:,| and)? )+$"
)
_NEAR: Final = 120  # characters of adverbs in a row
# What follows is of the same clause; a verb would make a subject of the span, and "and the ..."
# begins another clause.
_DETERMINER: Final = one_of((*ARTICLES, *POSSESSIVES))
_WITHIN: Final = one_of(
    PREPOSITIONS | {"into", "onto", "without", "through", "over", "under", "between"}
)
_GOES_ON: Final = re.compile(
    rf"\s(?:(?:and|or)(?!\s(?:{_DETERMINER}|{one_of((*THIRD_PERSON, 'we', 'I'))})\b)"
    rf"|{_WITHIN}|{_DETERMINER})\b"
)
# A noun phrase ends where its verb, a preposition or a conjunction begins.
_NO_NOUN: Final = one_of(PREPOSITIONS | {"than", "that", "which", "who", "and", "or", "but"})
_NOUN_PHRASE: Final = re.compile(
    rf"(?:\s(?!(?:{AUXILIARY}|{_NO_NOUN})\b)[\w.’'-]+){{1,4}}", re.IGNORECASE
)
_AND_DOES: Final = re.compile(
    r" (?:and|or) (?:(?:also|then|later|again) )?"
    rf"(?=(?:to|has|have|had|was|were|is|are|{one_of(IRREGULAR_PASTS)}|(?!indeed)[a-z]+ed) )"
)


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """The clauses of `text` in order, as far as marks and conjunctions part them."""
    start = 0
    for match in _SCOPE.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def clause_end(text: str, start: int, end: int) -> int:
    """Where the clause ends that `text[start:end]` is in, without its final mark."""
    after = _BREAK.search(text, end)
    return start + len(text[start : after.start() if after else len(text)].rstrip(" .!?"))


def cause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """`start:end` with the rest of its clause, from the word that opens the cause."""
    breaks = [match.end() for match in _BREAK.finditer(text, 0, start)]
    left = max(breaks, default=0)
    openings = [
        match.start() for match in _CAUSAL.finditer(text, left, end) if match.start() <= start
    ]
    left = openings[-1] if openings else start - 3 if text[:start].endswith(" to ") else start
    after = _BREAK.search(text, end)
    right = after.start() if after else len(text)
    right = left + len(text[left:right].rstrip(" .!?"))
    return left, max(right, end)


def manner_around(text: str, start: int, end: int) -> tuple[int, int]:
    """`start:end` with the adverbs before it and what goes on after it: how is told by both."""
    adverbs = _ADVERBS.search(text, max(0, start - _NEAR), start)
    start = adverbs.start() if adverbs else start
    return start, clause_end(text, start, end) if _GOES_ON.match(text, end) else end


def noun_phrase_end(text: str, end: int) -> int:
    """Where the noun phrase ends whose first word ends at `end`: the "no" of "no library"."""
    phrase = _NOUN_PHRASE.match(text, end)
    return phrase.end() if phrase else end


def joins_a_verb(text: str, end: int) -> bool:
    """Whether "and sold" or the like follows at `end`: another verb of the same subject."""
    return _AND_DOES.match(text, end) is not None
