"""How much a question's term counts: what is learned of it in general, times its rarity here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from afgqa.language.tokens import terms
from afgqa.protocols import Snapshot

__all__ = ["FILE", "coverage", "coverages", "question_weights", "weigh"]

FILE: Final = Path(__file__).parents[1] / "models" / "salience.json"
_MOST_TERMS: Final = 32  # the rarest terms of a long question say all; an OR of common ones is slow


def question_weights(view: Snapshot, question: str) -> dict[str, float]:
    """The weights of the rarest terms of a question in what is searched, in its order."""
    asked = dict.fromkeys(terms(question))
    if not asked:
        return {}
    frequencies = view.frequencies(list(asked))
    rarest = sorted(asked, key=lambda term: (frequencies[term], term))[:_MOST_TERMS]
    kept = [term for term in asked if term in rarest]
    return weigh(kept, frequencies, view.count("sentence"))


def weigh(terms: Sequence[str], frequencies: Mapping[str, int], total: int) -> dict[str, float]:
    """The weight of each distinct term of a question, in order; they sum to 1.

    `frequencies` says in how many of `total` sentences a term occurs. The weight is the inverse
    document frequency of BM25 (Robertson and Zaragoza 2009, eq. 3.3, kept above 0) times the
    share of questions with this term whose answer sentence holds it, as learned by
    `training/salience.py`.
    """
    prior, table = _table()
    weights = {}
    for term in dict.fromkeys(terms):
        df = frequencies[term]
        weights[term] = table.get(term, prior) * math.log(1 + (total - df + 0.5) / (df + 0.5))
    whole = sum(weights.values())
    return {term: weight / whole for term, weight in weights.items()}


def coverage(weights: Mapping[str, float], terms: Sequence[str]) -> float:
    """The share (0..1) of the question's weight in the terms of one passage."""
    (share,) = coverages(weights, [terms])
    return share


def coverages(weights: Mapping[str, float], passages: Iterable[Sequence[str]]) -> list[float]:
    """The share (0..1) of the question's weight in the terms of each passage."""
    return [
        sum(weight for term, weight in weights.items() if term in held)
        for held in map(frozenset, passages)
    ]


@cache
def _table() -> tuple[float, dict[str, float]]:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return data["prior"], data["terms"]
