"""The names that a question mentions, and what each of them may be, told from their form."""

from __future__ import annotations

import re
from typing import NamedTuple

from afgqa.language.grammar import AUXILIARY, QUESTION_WORD
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.calendar import MONTHS, WEEKDAYS
from afgqa.language.lexicon.function_words import IRREGULAR_PLURALS, PLACE_PREPOSITIONS
from afgqa.language.names import NAME_WORD

__all__ = ["Mention", "mentions"]

_NOT_PERSONS = PLACE_PREPOSITIONS | frozenset("of for on over against".split())
_NO_NAMES = frozenset((*MONTHS, *WEEKDAYS, "I"))
# A question that was borrowed stands after a colon, and begins with a capital that is no name's.
_NO_NAME = re.compile(rf"(?:{QUESTION_WORD}|tell|{AUXILIARY})$", re.IGNORECASE)
_NAME = rf"(?:the\s)?{NAME_WORD}(?:\s(?:(?:of|for)\s(?:the\s)?)?{NAME_WORD})*"
# A word in "us" is taken for a plural here, unlike in `noun_phrases`.
_NOUN = rf"(?:\s(?!{AUXILIARY}\b)(?:[a-z]+[^\Ws]s|{one_of(IRREGULAR_PLURALS)})\b)?"
_MENTION = re.compile(rf"(?:\b(?P<word>[a-z]+)\s)?(?P<name>{_NAME})(?P<noun>{_NOUN})")
_DOTTED = re.compile(r"\w\.\w")
_FIRST_WORD = re.compile(r"\W*[\w’'-]*")


class Mention(NamedTuple):
    """A name, its article included, between the `word` before it and a plural `noun` after it."""

    name: str
    word: str
    noun: str

    @property
    def person(self) -> bool:
        """Whether it may be one person: "Ann Lee", not "the Alps", "NATO", "U.S." or "in York"."""
        plain = not self.noun and not self.name.isupper() and self.word not in _NOT_PERSONS
        return plain and not self.name.startswith("the ") and not _DOTTED.match(self.name)

    @property
    def many(self) -> bool:
        """Whether it may be several: "the Celts", "French writers"."""
        plural = self.name.startswith("the ") or self.name.endswith("s") or bool(self.noun)
        return plural and self.word not in PLACE_PREPOSITIONS


def mentions(question: str) -> list[Mention]:
    """The names in a question in order, its first word aside, the calendar's words left out."""
    first = _FIRST_WORD.match(question)
    found = []
    for match in _MENTION.finditer(question, first.end() if first else 0):
        name = re.sub(r"['’]s$", "", match["name"])
        name = name if re.search(r"\.\w\.$", name) else name.rstrip(".")
        begins = question[: match.start()].rstrip().endswith(":")
        if name not in _NO_NAMES and not (begins and _NO_NAME.match(name)):
            found.append(Mention(name, match["word"] or "", match["noun"].strip()))
    return found
