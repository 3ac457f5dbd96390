"""Capitalised names, as patterns to build others from. No pattern has a group of its own."""

from __future__ import annotations

from typing import Final

__all__ = ["CAPITALIZED", "CAPITALIZED_OR_DOTTED", "NAME_WORD", "UPPER"]

# `re` has no class for capitals.
UPPER: Final = "".join(c for c in map(chr, (*range(0x530), *range(0x1E00, 0x2000))) if c.isupper())
"""The capitals of the Latin, Greek and Cyrillic scripts, for a character class."""

CAPITALIZED: Final = rf"[{UPPER}][\w’'-]*"
"""A word with a capital: "Lee", "O’Hara", "Anne-Marie"."""

CAPITALIZED_OR_DOTTED: Final = rf"[{UPPER}][\w.’'-]*"
"""The same with full stops, inside and at its end: "U.S.", "St.". Where no sentence ends within."""

NAME_WORD: Final = rf"(?<![\w-])(?:[a-z]{{1,3}}-)?{CAPITALIZED}(?:\.[{UPPER}])*\.?"
"""A word of a name in running text: not inside another word, and a short particle ("al-Farabi") or
full stops between capitals are of it."""
