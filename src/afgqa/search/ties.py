"""The one order in which every store ranks."""

from __future__ import annotations

from collections.abc import Sequence

from afgqa.protocols import Ranked
from afgqa.types import Ref

__all__ = ["best", "equal"]


_DECIMALS = 6


def best(refs: Sequence[Ref], scores: Sequence[float], k: int) -> Ranked:
    """The k best of `refs`, by falling score and then by name.

    Scores are compared to the sixth decimal: engines sum in different orders, and passages that
    differ by less than that are equals whose order must not depend on the engine.
    """
    order = sorted(range(len(refs)), key=lambda i: (-round(scores[i], _DECIMALS), refs[i]))
    return tuple((refs[i], scores[i]) for i in order[:k])


def equal(one: float, other: float) -> bool:
    """Whether two scores tie."""
    return round(one, _DECIMALS) == round(other, _DECIMALS)
