"""Capitalised names: patterns to build others from, none with a group of its own."""

from __future__ import annotations

import re
from typing import Final

from afgqa.language.lexicon import one_of

__all__ = [
    "CAPITALIZED", "CAPITALIZED_OR_DOTTED", "JOINED_NAME", "NAME", "NAME_WORD", "PERSON_NAME",
    "UPPER",
]  # fmt: skip

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

NAME: Final = re.compile(rf"{CAPITALIZED_OR_DOTTED}(?: (?:of )?(?:the )?{CAPITALIZED_OR_DOTTED})*")
"""A name in a question, "the" and "of" inside it."""

# In a sentence a name ends in no apostrophe or hyphen.
_WORD: Final = rf"(?:{NAME_WORD})(?<![’'-])"
_PARTICLES: Final = (
    "de", "del", "la", "du", "di", "da", "von", "van", "der", "bin", "ibn", "al", "el",
)  # fmt: skip
_JOINERS: Final = one_of((*_PARTICLES, "of", "the", "for", "and"))

PERSON_NAME: Final = rf"\b{_WORD}(?:\s(?:{one_of(_PARTICLES)}\s)?{_WORD})*"
"""The name of a person in a sentence: "Ludwig van Beethoven"."""

JOINED_NAME: Final = rf"\b{_WORD}(?:\s(?:(?:{_JOINERS}\s){{1,2}})?{_WORD})*"
"""Any other name in a sentence: "Bank of the West"."""
