"""Initials that a question has and the text does not: "UAE" of the United Arab Emirates.

Abbreviations that a text explains itself are the matter of `language/abbreviation_expansions.py`.
Here the text has the name in full alone, and who asks writes its first letters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from afgqa.language.names import UPPER
from afgqa.language.spelling import is_word
from afgqa.language.tokens import terms

__all__ = ["in_full", "initials_of"]

_CAPITAL: Final = rf"[{UPPER}][^\W\d_]*"  # letters alone: each word gives one initial
# The words between those that count have no initial; "and" joins two names more often than it is in
# one. Of two words there are too many names.
_NAME: Final = re.compile(
    rf"(?<![\w’'-]){_CAPITAL}(?:[ \n](?:(?:of|the|for)[ \n]){{0,2}}{_CAPITAL}){{2,7}}(?!\w)"
)
_WORD: Final = re.compile(_CAPITAL)
_SHORT: Final = re.compile(rf"(?<![\w.])(?:[{UPPER}]\.?){{3,8}}(?!\w)")
_ASKED: Final = re.compile(
    r"(?<![\w.])(?:[^\W\d_]\.){2,7}[^\W\d_](?:\.(?! [A-Z]|$)|(?!\w))"
    r"|(?<![\w'’.-])[^\W\d_]{3,8}(?![\w-])"
)
_MEANING: Final = re.compile(
    r"\b(?:stands? for|short for|abbreviat\w+|acronym|initials)\b", re.IGNORECASE
)


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
            if len(words) > 2:
                letters = "".join(word.group()[0] for word in words)
                full = " ".join(text[words[0].start() : words[-1].end()].split())
                found.setdefault(letters, set()).add(full)
    return {
        letters: next(iter(names))
        for letters, names in found.items()
        if len(names) == 1 and letters not in used
    }


def in_full(question: str, names: Mapping[str, str], words: Collection[str] = ()) -> str:
    """The question with the names of `initials_of` in the place of their initials.

    Written large, with full stops or without; small only where that is no English word, as in a
    question that is all in capitals. Never for one of `words`, those of the documents in lower
    case, a word of grammar ("NOT"), a name that the question has in full, or where the question is
    what the letters stand for.
    """
    if _MEANING.search(question):
        return question
    shouted = question.isupper() and len(question.split()) > 1

    def name(match: re.Match[str]) -> str:
        typed = match.group()
        letters = typed.replace(".", "")
        small = letters.lower()
        full = names.get(letters.upper(), typed)
        if small in words or not terms(small) or not (letters.isupper() or letters == small):
            return typed
        if (shouted or letters == small) and is_word(small):
            return typed
        return typed if full.casefold() in question.casefold() else full

    return _ASKED.sub(name, question)
