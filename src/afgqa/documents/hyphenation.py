"""A word that a hyphen breaks at the end of a line: made whole, or a compound that keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

__all__ = ["keeps_hyphen", "spoken"]

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST: Final = re.compile(r"[^\W\d_]+\Z")
_LONGEST: Final = 64  # letters of half a word
_FIRST: Final = re.compile(r"[^\W\d_]+")


def spoken(lines: Iterable[str]) -> frozenset[str]:
    """The words of a text in lower case, compounds whole: what its breaks are judged by."""
    return frozenset(word.lower() for line in lines for word in _WORD.findall(line))


def keeps_hyphen(above: str, below: str, words: frozenset[str]) -> bool:
    """Whether the hyphen between two halves belongs to the word: "well-known", not "trans-form".

    `above` ends and `below` begins with the halves. Judged by the words of the same text, then by
    those of English: a compound is two words that are not one.
    """
    from afgqa.language.spelling import is_word

    head, tail = _LAST.search(above, len(above) - _LONGEST), _FIRST.match(below)
    if head is None or tail is None or not tail[0][0].islower():
        return True
    one, other = head[0].lower(), tail[0]
    if one + other in words or f"{one}-{other}" in words:
        return one + other not in words
    return not is_word(one + other) and is_word(one) and is_word(other)
