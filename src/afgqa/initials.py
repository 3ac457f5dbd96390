"""Initials that a question has and the text does not: "UAE" of the United Arab Emirates.

Abbreviations that a text explains itself are the matter of `abbreviations.py`. Here the text has
the name in full alone, and who asks writes its first letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from afgqa.spelling import is_word
from afgqa.terms import terms

__all__ = ["in_full", "initials_of"]

_CAPITAL: Final = r"[A-Z][^\W\d_]*(?:['’][^\W\d_]+)?"
_SMALL: Final = r"(?:of|the|for|and) "
# The words between those that count have no initial. Of two words there are too many names.
_NAME: Final = re.compile(rf"\b{_CAPITAL}(?: (?:{_SMALL}){{0,2}}{_CAPITAL}){{2,7}}")
_WORD: Final = re.compile(_CAPITAL)
_SHORT: Final = re.compile(r"(?<![\w.])(?:[A-Z]\.?){3,8}(?!\w)")
_ASKED: Final = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){3,8}|(?<![\w'’.-])[^\W\d_]{3,8}(?![\w'’-])")


def initials_of(texts: Iterable[str]) -> dict[str, str]:
    """The names of three words or more in the texts by their initials, in capitals.

    Initials that a text has itself are left out, and those of two names.
    """
    found: dict[str, set[str]] = {}
    used: set[str] = set()
    for text in texts:
        used.update(match.group().replace(".", "") for match in _SHORT.finditer(text))
        for name in _NAME.finditer(text):
            # What begins a sentence is often no part of the name.
            words = [word for word in _WORD.finditer(text, *name.span()) if terms(word.group())]
            letters = "".join(word.group()[0] for word in words)
            if len(words) > 2:
                found.setdefault(letters, set()).add(text[words[0].start() : words[-1].end()])
    return {
        letters: next(iter(names))
        for letters, names in found.items()
        if len(names) == 1 and letters not in used
    }


def in_full(question: str, names: Mapping[str, str]) -> str:
    """The question with the names of `initials_of` in the place of their initials.

    Written large, with full stops or without; small only where that is no English word. In a
    question that is all in capitals nothing is known to be written large.
    """
    shouted = question.isupper() and len(question.split()) > 1

    def name(match: re.Match[str]) -> str:
        typed = match.group()
        letters = typed.replace(".", "")
        if not letters.isupper() and not letters.islower():
            return typed
        if (shouted or letters.islower()) and is_word(letters.lower()):
            return typed
        return names.get(letters.upper(), typed)

    return _ASKED.sub(name, question)
