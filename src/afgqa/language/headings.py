"""Told from its end: whether a sentence of the splitter is one, or a heading or a list's item."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["ended"]

_ENDED: Final = re.compile(r"[.!?…][”\"’'»)\]]*\s*$")


def ended(sentence: str) -> bool:
    """Whether it ends with a full stop or the like; what does not is a heading or an item."""
    return _ENDED.search(sentence) is not None
