"""Candidate answers in a sentence, by the kind of question: names, dates, numbers, clauses.

Everything here is told from the form of the text: capitals, digits, the calendar's words, and
the words that open a cause or a manner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from afgqa.language.dates import MONTH, WEEKDAY
from afgqa.language.names import NAME_WORD
from afgqa.language.tokens import terms
from afgqa.question.answer_type import Kind

__all__ = ["candidates"]

_CAPITAL = rf"{NAME_WORD}(?<![’'-])"
_JOINER = r"(?:of|the|for|and|de|del|la|du|di|da|von|van|der|bin|ibn|al|el)"
_NAME = re.compile(rf"\b(?:{_CAPITAL})(?:\s(?:(?:{_JOINER}\s){{1,2}})?(?:{_CAPITAL}))*")
_PERSON = re.compile(
    rf"\b(?:{_CAPITAL})(?:\s(?:(?:de|del|la|von|van|der|bin|ibn|al|el)\s)?(?:{_CAPITAL}))*"
)
_YEAR = r"(?:1\d{3}|20\d{2})(?:\s?[–-]\s?(?:\d{4}|\d{2}))?s?"
_PERIOD = r"(?:year|month|week|day|decade|century|summer|winter|spring|autumn|fall)s?"
_TIME = re.compile(
    rf"\b(?:{WEEKDAY},? )?(?:\d{{1,2}} )?{MONTH}(?: \d{{1,2}}(?!\d))?"
    rf"(?:\s?[–-]\s?(?:{MONTH} )?\d{{1,2}}(?!\d))?(?:,? {_YEAR})?"
    rf"|\b(?:in |since |by |early |late |mid-)?{_YEAR}\b"
    rf"|\b(?:\d{{1,2}}(?:st|nd|rd|th)|[a-z]+(?:th|first|second|third)) century\b"
    rf"|\b(?:last|next|(?:earlier |later )?this|previous|past|following) (?:\w+ )?{_PERIOD}\b"
    rf"|\b(?:\w+ ){_PERIOD} (?:ago|later|earlier)\b"
    rf"|\b{WEEKDAY}\b|\b(?:today|yesterday|tomorrow)\b"
)
_DIGITS = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundred|thousand|million|billion|trillion|dozen|half|no|none|several)"
)
_NUMBER = re.compile(
    r"(?:[$€£¥]\s?)?\b\d[\d,]*(?:\.\d+)?(?!\w)"
    r"(?:\s?(?:%|per ?cent|million|billion|trillion|thousand|hundred|dozen))*"
    rf"|\b{_DIGITS}(?:[- ]{_DIGITS})*\b",
    re.IGNORECASE,
)
# Bounded repetitions keep this linear: no duration has more digits, or more words of number.
_DURATION = re.compile(
    rf"(?:\b(?:over|more than|about|nearly|almost|around|at least|less than) )?"
    rf"(?:\b\d[\d,.]{{0,20}}|\b(?:a|an|{_DIGITS})(?:[- ](?:and )?(?:an? )?{_DIGITS}){{0,8}})[ -]"
    rf"(?:{_PERIOD}|hours?|minutes?|seconds?)(?:[ -]old)?\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|as a result of|in order to|so that"
    rf"|since(?! (?:\d|{MONTH}|{WEEKDAY})))\b[^.;]*",
    re.IGNORECASE,
)
_MANNER = re.compile(r"\b(?:by|through|via|using)\s[^,.;]*", re.IGNORECASE)
_QUOTATION = re.compile(r"[“\"«][^“”\"«»]{2,}[”\"»]")
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|to|from|near|into|within|inside|outside|over|of|across)\s(?:the\s)?$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_BEFORE = 20  # no preposition with its article is longer: how far back one is looked for

_WHO = re.compile(r"^\W*who(?:['’]s)?\b", re.IGNORECASE)
_APPOSED = re.compile(r",\s([^,]{4,}?)(?:,|\.$)")
_TITLE = re.compile(r"(?:^|[.,;:“\"]\s?)((?:the|an?)\s[^.,;:“”\"]{2,80}),\s$", re.IGNORECASE)
_NOUNS = re.compile(r"(?:^|,\s|[“\"]\s?)((?:[\w.’'-]+\s){1,6})$")


def candidates(kind: Kind, question: str, sentence: str) -> Iterator[tuple[int, int]]:
    """Spans of `sentence` that may answer a question of this kind, in reading order."""
    asked = set(terms(question))
    match kind:
        case "person":
            names = list(_names(_PERSON, sentence, asked))
            # A person is first named in full; a lone capital is often a people or a place.
            full = [name for name in names if " " in sentence[slice(*name)]]
            yield from full or names
        case "place":
            for start, end in _names(_NAME, sentence, asked):
                if _PLACE_BEFORE.search(sentence, max(0, start - _BEFORE), start):
                    yield start, end
        case "identity":
            yield from _appositions(question, sentence)
        case "time":
            yield from _new(_TIME, sentence, asked)
        case "number":
            yield from _new(_NUMBER, sentence, asked)
        case "duration":
            yield from _new(_DURATION, sentence, set())
        case "reason":
            yield from _new(_REASON, sentence, asked)
        case "manner":
            yield from _new(_MANNER, sentence, asked)
        case "quote":
            yield from _new(_QUOTATION, sentence, set())
        case "summary" | "yes-no" | "other":
            return


def _new(pattern: re.Pattern[str], sentence: str, asked: set[str]) -> Iterator[tuple[int, int]]:
    """Matches that say something the question does not."""
    for match in pattern.finditer(sentence):
        text = match.group().rstrip(" ,")
        if text.strip() and not (asked and set(terms(text)) <= asked and terms(text)):
            yield match.start(), match.start() + len(text)


def _names(pattern: re.Pattern[str], sentence: str, asked: set[str]) -> Iterator[tuple[int, int]]:
    opening = len(sentence) - len(sentence.lstrip(" “\"'‘(["))
    for start, end in _new(pattern, sentence, asked):
        words = sentence[start:end].split()
        # A capital at the start of a sentence says nothing: drop that word unless a name follows
        # it at once and it is no word of grammar.
        if start <= opening and (len(words) == 1 or not terms(words[0])):
            start += len(words[0]) + 1
            while start < end and not sentence[start].isupper():
                start = sentence.find(" ", start, end) + 1 or end
        if start < end and not set(terms(sentence[start:end])) <= asked:
            if _TIME.fullmatch(sentence, start, end):
                continue
            start, end = _without_asked(sentence, start, end, asked)
            if sentence.endswith(("’s", "'s"), start, end):
                end -= 2
            if sentence[end - 1] == "." and "." not in sentence[start : end - 1]:
                end -= 1
            yield start, end


def _without_asked(sentence: str, start: int, end: int, asked: set[str]) -> tuple[int, int]:
    """A name less what the question says itself before it: "Secretary of State Ann Lee"."""
    words = [match.span() for match in _WORD.finditer(sentence, start, end)]
    while len(words) > 1 and set(terms(sentence[slice(*words[0])])) <= asked:
        words.pop(0)
    return words[0][0], end


def _appositions(question: str, sentence: str) -> Iterator[tuple[int, int]]:
    """What stands beside the name that is asked about: "NAME, the head of X," or "head NAME"."""
    for name in dict.fromkeys(_PERSON.findall(_WHO.sub("", question))):
        found = re.search(rf"\b{re.escape(name.rstrip('.'))}\b", sentence)
        if not found:
            continue
        title = _TITLE.search(sentence, 0, found.start())
        if title:
            yield title.span(1)
            continue
        after = _APPOSED.match(sentence, found.end())
        if after:
            yield after.span(1)
        before = _NOUNS.search(sentence, 0, found.start())
        if before and terms(before[1].split()[-1]):
            yield before.start(1), before.end(1) - 1
