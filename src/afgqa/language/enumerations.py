"""Lists in running text: what parts their members, and what stands before the first one."""

from __future__ import annotations

import re
from typing import Final

from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import PREPOSITIONS

__all__ = ["enumeration_start", "joins_members"]

# What may stand between the members of a list: a comma or a conjunction, and then an article, a
# preposition or the like before the next.
_BETWEEN: Final = re.compile(
    r"(?:\s*[,;])?\s*(?:\b(?:and|or|as well as|in addition to|along with|together with|plus"
    r"|but also)\b)?\s*(?:(?!not\b|no\b|never\b)[\w’'-]+\s+){0,2}",
    re.IGNORECASE,
)
_JOINS: Final = re.compile(
    r"[,;]|\b(?:and|or|as well as|in addition to|with|plus|also)\b", re.IGNORECASE
)
# "500 grams of" belongs to what it measures.
_QUANTITY: Final = re.compile(r"\b\d[\d.,]* \w+ of $")
# "At dusk and at dawn": the preposition of the others is that of the first one too. Not so of "to",
# which may open an infinitive: "to France and to see Spain".
_PREPOSITION: Final = re.compile(rf"\b({one_of(PREPOSITIONS - {'to'})}) $", re.IGNORECASE)


_LONGEST: Final = 80  # characters that may stand between two members, or before the first


def joins_members(between: str) -> bool:
    """Whether what stands between two phrases joins them to members of one list."""
    near = len(between) <= _LONGEST  # else it is no joint, whatever it is
    return near and bool(_BETWEEN.fullmatch(between) and _JOINS.search(between))


def enumeration_start(text: str, start: int, end: int) -> int:
    """Where the list `text[start:end]` begins with the quantity or preposition of its first member.

    A preposition belongs to it where another member repeats it.
    """
    quantity = _QUANTITY.search(text, max(0, start - _LONGEST), start)
    if quantity:
        return quantity.start()
    before = _PREPOSITION.search(text, max(0, start - _LONGEST), start)
    again = before and re.search(rf"(?:,|\band|\bor) {before[1]}\b", text[start:end], re.IGNORECASE)
    return before.start() if before and again else start
