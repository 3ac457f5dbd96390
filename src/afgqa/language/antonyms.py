"""Opposites of words: "open" and "closed", "rise" and "fall"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from afgqa.language.lexicon.meaning import OPPOSITES
from afgqa.language.tokens import terms

__all__ = ["antonyms"]


def antonyms(term: str) -> frozenset[str]:
    """The index terms that are opposites of an index term; none for most."""
    return _by_term().get(term, frozenset())


@cache
def _by_term() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, others in OPPOSITES:
        for other in others:
            (first,), (second,) = terms(word), terms(other)
            found.setdefault(first, set()).add(second)
            found.setdefault(second, set()).add(first)
    return {term: frozenset(opposites) for term, opposites in found.items()}
