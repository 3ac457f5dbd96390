"""Punctuation: final marks, quotation marks, brackets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = [
    "CLOSERS",
    "DOUBLE_QUOTES",
    "FINAL_MARKS",
    "OPENERS",
    "PAIRED_MARKS",
    "PLAIN_MARKS",
    "QUOTES",
    "UNSPACED_MARKS",
]  # fmt: skip

FINAL_MARKS: Final = ".!?…‼⁇⁈⁉。！？｡؟۔।॥"
"""Marks that can end a sentence."""

UNSPACED_MARKS: Final = "。！？｡"
"""Final marks that need no space after them."""

QUOTES: Final = "\"'”’»›"
"""Marks that close a quotation, single ones too."""

CLOSERS: Final = QUOTES + ")]}）」』】*_"
"""What may stand between a final mark and the end of its sentence."""

OPENERS: Final = "\"'“‘„‚«‹([{（「『【*_¿¡—–-"
"""What may stand before the first word of a sentence; the hyphen is last, for character classes."""

DOUBLE_QUOTES: Final = '“”„"«»'
"""Marks that open or close a quotation; single ones are left out, for they are apostrophes too."""

PAIRED_MARKS: Final = (("“", "”"), ("(", ")"), ("«", "»"))
"""An opening and a closing mark that differ, so that one without the other can be told."""

PLAIN_MARKS: Final[Mapping[str, str]] = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
"""The ASCII mark for each typographic one, character for character."""
