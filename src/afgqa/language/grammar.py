"""Function words as patterns, and what they tell of a sentence."""

from __future__ import annotations

import re
from typing import Final

from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import (
    AUXILIARIES,
    CONNECTIVES,
    DEMONSTRATIVES,
    POSSESSIVES,
    QUESTION_WORDS,
    THIRD_PERSON,
)

__all__ = ["AUXILIARY", "QUESTION_WORD", "depends_on_context", "refers_back", "without_preposition"]

AUXILIARY: Final = rf"{one_of(AUXILIARIES)}(?:n['’]t)?"
QUESTION_WORD: Final = one_of(QUESTION_WORDS)

_REFERRING: Final = one_of((*THIRD_PERSON, *DEMONSTRATIVES))
_REFERS: Final = re.compile(rf"(?:^|, )\W{{0,8}}{_REFERRING}\b", re.IGNORECASE)
_DEPENDS: Final = re.compile(
    rf"\W*(?:{_REFERRING}|{one_of((*POSSESSIVES, *CONNECTIVES))})\b", re.IGNORECASE
)

# Of a time or a place, and its article.
_PREPOSITION: Final = re.compile(r"\b(?:in|on|at|during|for|to|into)(?: the)? $", re.IGNORECASE)


def refers_back(sentence: str) -> bool:
    """Whether the sentence, or a clause of it after a comma, has a pronoun as its first word."""
    return _REFERS.search(sentence) is not None


def depends_on_context(sentence: str) -> bool:
    """Whether the sentence opens so that it is understood less well without the one before."""
    return _DEPENDS.match(sentence) is not None


def without_preposition(text: str) -> str:
    """`text` without the preposition of a time or a place that it ends with, and its article."""
    return _PREPOSITION.sub("", text)
