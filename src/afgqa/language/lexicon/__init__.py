"""Closed sets of English words and marks, each kept once, one idea a file.

Words are in lower case unless English always writes them with a capital. Patterns are built from
these sets where they are used, with `one_of`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["one_of"]


def one_of(words: Iterable[str]) -> str:
    """A group that matches any of `words` literally; where two fit, the longer one."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return rf"(?:{'|'.join(map(re.escape, ordered))})"
