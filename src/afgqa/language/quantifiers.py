"""How much of something a text speaks of: all, some, only, also, parts of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.meaning import ADDITIVE, EXCEPTIVE, EXCLUSIVE, PARTIAL, UNIVERSAL

__all__ = [
    "is_none", "partitive_start", "says_all", "says_also", "says_less_than_all", "says_only",
]  # fmt: skip


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b{one_of(words)}\b", re.IGNORECASE)


_ONLY: Final = _any_of(EXCLUSIVE)
_ALSO: Final = _any_of(ADDITIVE)
_ALL: Final = _any_of(UNIVERSAL)
_SOME: Final = _any_of(PARTIAL)
_EXCEPT: Final = _any_of(EXCEPTIVE)
_NONE: Final = re.compile(r"\W*(?:no|none|not any)\W*", re.IGNORECASE)
_PARTITIVE: Final = re.compile(
    r"\b(?:(?:some|many|most|several|various|certain|other|few|all|large|different) )?(?:of the )?"
    r"(?:\w+ )?(?:parts|areas|regions|districts|provinces|corners|pockets|suburbs|outskirts"
    r"|portions|sections|stretches|swathes) of (?:the )?$|\b(?:much|most|half) of (?:the )?$",
    re.IGNORECASE,
)


def says_only(text: str) -> bool:
    """Whether it speaks of something and of nothing else."""
    return _ONLY.search(text) is not None


def says_also(text: str) -> bool:
    """Whether it speaks of something beside something else."""
    return _ALSO.search(text) is not None


def says_all(text: str) -> bool:
    """Whether it speaks of all of something."""
    return _ALL.search(text) is not None


def says_less_than_all(text: str) -> bool:
    """Whether it makes an exception, or speaks of some and nowhere of all."""
    some = _SOME.search(text) is not None and not says_all(text)
    return some or _EXCEPT.search(text) is not None


def is_none(text: str) -> bool:
    """Whether it is "no", "none" or "not any", and nothing more."""
    return _NONE.fullmatch(text) is not None


def partitive_start(text: str, start: int) -> int:
    """Where "some parts of the" begins that ends at `start`; `start` where there is no such."""
    match = _PARTITIVE.search(text, 0, start)
    return start if match is None else match.start()
