"""The shape that an answer takes: all things asked for, the clause of a cause or a manner, none.

A reader learns to mark the shortest words that answer. Who asks why or how wants the clause that
tells it, not the noun in the middle of it; who asks for several things wants all of them; and "no"
is no answer to how many without the word that it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from afgqa.answering.lists import asks_for_several, elsewhere, with_list
from afgqa.language.grammar import AUXILIARY
from afgqa.question.answer_type import Kind
from afgqa.reading.candidates import Candidate
from afgqa.types import Span

__all__ = ["shaped"]

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
# "Some parts of" a place is less than the place.
_PART: Final = re.compile(
    r"\b(?:(?:some|many|most|several|various|certain|other|few|all|large|different) )?(?:of the )?"
    r"(?:\w+ )?(?:parts|areas|regions|districts|provinces|corners|pockets|suburbs|outskirts"
    r"|portions|sections|stretches|swathes) of (?:the )?$|\b(?:much|most|half) of (?:the )?$",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(r"\b(?:which|what) (?:parts|areas|regions)\b", re.IGNORECASE)
# Who asks what is done wants both things that are: "closed the mill and sold the house".
_DONE: Final = re.compile(
    rf"^(?:\w+ ){{0,3}}what (?:else )?{AUXILIARY}\b[^?]*\b(?:do|done|doing)\b", re.IGNORECASE
)
_AND_DOES: Final = re.compile(
    r" (?:and|or) (?:(?:also|then|later|again) )?(?=(?:to|has|have|had|was|were|is|are|sold|built"
    r"|made|took|gave|went|left|sent|put|set|kept|held|led|won|lost|told|wrote|bought|brought|began"
    r"|broke|found|became|shut|cut|let|paid|met|came|(?!indeed)[a-z]+ed) )"
)
# What is opened and closed by two marks, and what may stand before the end.
_MARKS: Final = (("“", "”"), ("(", ")"), ("«", "»"))
_ENDS: Final = ".,!?"


def shaped(
    question: str, kind: Kind, chosen: Candidate, candidates: Sequence[Candidate]
) -> tuple[Candidate, ...]:
    """What is shown of the chosen candidate: its span as wide as the question wants it.

    `candidates` are all of the same reading. A cause of which the reader is not sure (a margin
    below 0) is the whole sentence. Where several things are asked for, those that other sentences
    hold are there too, in the order of the text.
    """
    if chosen.span is None or kind not in _LISTED or not asks_for_several(question):
        every = [_widened(question, kind, chosen)]
    else:
        first = with_list(chosen, chosen.span, candidates)
        every = [first, *elsewhere(first, candidates)]
        every.sort(key=lambda one: (one.passage.ref.doc_id, one.passage.start))
    return tuple(_rounded(question, kind, one) for one in every)


def _widened(question: str, kind: Kind, chosen: Candidate) -> Candidate:
    span, text = chosen.span, chosen.passage.text
    if span is None:
        return chosen
    start, end = span.start, span.end
    if kind == "reason":
        if chosen.margin is not None and chosen.margin < 0:
            return replace(chosen, span=None)
        start, end = _clause(text, start, end)
    elif kind == "manner":
        start, end = _manner(text, start, end)
    elif kind == "number" and _NONE.fullmatch(span.text):
        phrase = _PHRASE.match(text, end)
        end = phrase.end() if phrase else end
        end = start + len(text[start:end].rstrip("."))
    elif kind == "other" and _DONE.search(question) and _AND_DOES.match(text, end):
        end = _end_of_clause(text, start, end)
    return _with_span(chosen, start, end)


def _with_span(chosen: Candidate, start: int, end: int) -> Candidate:
    assert chosen.span is not None
    span = Span(start, end, chosen.passage.text[start:end], chosen.span.score)
    return replace(chosen, span=span)


def _rounded(question: str, kind: Kind, chosen: Candidate) -> Candidate:
    """The candidate with the part of a place, and with both marks of a pair where it has one."""
    span, text = chosen.span, chosen.passage.text
    if span is None:
        return chosen
    start, end = span.start, span.end
    if (kind == "place" or _PARTS.search(question)) and (part := _PART.search(text, 0, start)):
        start = part.start()
    for opening, closing in _MARKS:
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
    return _with_span(chosen, start, end)


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
    return start, _end_of_clause(text, start, end) if _GOES_ON.match(text, end) else end


def _end_of_clause(text: str, start: int, end: int) -> int:
    after = _BREAK.search(text, end)
    return start + len(text[start : after.start() if after else len(text)].rstrip(" .!?"))
