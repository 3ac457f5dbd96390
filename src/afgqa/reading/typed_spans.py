"""Candidate answers in a sentence, by the kind of question: names, dates, numbers, clauses.

Everything here is told from the form of the text: capitals, digits, the calendar's words, and
the words that open a cause or a manner, as `language/` has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from afgqa.language.clauses import CAUSE, MANNER
from afgqa.language.dates import TIME_EXPRESSION
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import PLACE_PREPOSITIONS
from afgqa.language.names import JOINED_NAME, PERSON_NAME
from afgqa.language.quantities import AMOUNT, DURATION
from afgqa.language.quotations import QUOTATION
from afgqa.language.tokens import terms
from afgqa.question.answer_type import AnswerType

__all__ = ["candidates"]

_NAME = re.compile(JOINED_NAME)
_PERSON = re.compile(PERSON_NAME)
# What may stand before the name of a place; "of" and "over" stand before other names as well.
_PLACE_BEFORE = re.compile(
    rf"\b{one_of(PLACE_PREPOSITIONS | {'of', 'over'})}\s(?:the\s)?$", re.IGNORECASE
)
_WORD = re.compile(r"\S+")
_BEFORE = 20  # no preposition with its article is longer: how far back one is looked for

_WHO = re.compile(r"^\W*who(?:['’]s)?\b", re.IGNORECASE)
_APPOSED = re.compile(r",\s([^,]{4,}?)(?:,|\.$)")
_TITLE = re.compile(r"(?:^|[.,;:“\"]\s?)((?:the|an?)\s[^.,;:“”\"]{2,80}),\s$", re.IGNORECASE)
_NOUNS = re.compile(r"(?:^|,\s|[“\"]\s?)((?:[\w.’'-]+\s){1,6})$")


def candidates(kind: AnswerType, question: str, sentence: str) -> Iterator[tuple[int, int]]:
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
            yield from _new(TIME_EXPRESSION, sentence, asked)
        case "number":
            yield from _new(AMOUNT, sentence, asked)
        case "duration":
            yield from _new(DURATION, sentence, set())
        case "reason":
            yield from _new(CAUSE, sentence, asked)
        case "manner":
            yield from _new(MANNER, sentence, asked)
        case "quote":
            yield from _new(QUOTATION, sentence, set())
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
            if TIME_EXPRESSION.fullmatch(sentence, start, end):
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
