"""How probable it is that the documents answer a question: a logistic model over the evidence.

The weights are fitted by `training/confidence.py` on questions with and without an answer in
the text they are asked of, and lie in `models/confidence.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from afgqa.types import Hit, Span

__all__ = ["FILE", "Evidence", "confidence", "evidence_of", "operating_point"]

FILE: Final = Path(__file__).parent / "models" / "confidence.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for an answer; every value lies about in 0..1.

    `score`, `similarity` and `coverage` are those of the chosen hit; `lead` is how far its score
    is above the mean of the others that were read; `unknown` is the salient share of the
    question's terms that no sentence of the documents holds; `pull` is the score of the chosen
    span and `span` is 1.0 where the kind of question got one; `untyped` is 1.0 where the kind
    of question asks for no span.
    """

    score: float
    similarity: float
    coverage: float
    lead: float
    unknown: float
    pull: float
    span: float
    untyped: float


def evidence_of(
    chosen: Hit,
    read: Sequence[Hit],
    span: Span | None,
    *,
    typed: bool,
    weights: Mapping[str, float],
    frequencies: Mapping[str, int],
) -> Evidence:
    """The evidence for `chosen` among the hits that were read."""
    others = [hit.score for hit in read if hit is not chosen]
    return Evidence(
        score=chosen.score,
        similarity=0.0 if chosen.similarity is None else chosen.similarity,
        coverage=chosen.coverage,
        lead=chosen.score - sum(others) / len(others) if others else 0.0,
        unknown=sum(weight for term, weight in weights.items() if not frequencies[term]),
        pull=0.0 if span is None else span.score,
        span=float(span is not None),
        untyped=float(not typed),
    )


def confidence(evidence: Evidence) -> float:
    """The probability (0..1) that the documents answer the question."""
    model = _model()
    weights = model["weights"]
    total = model["bias"] + sum(weights[name] * value for name, value in asdict(evidence).items())
    return 1 / (1 + math.exp(-total))


def operating_point() -> float:
    """The confidence under which to refuse: it refuses 5 % of answerable questions in the fit."""
    return float(_model()["threshold"])


@cache
def _model() -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(FILE.read_text(encoding="utf-8")))
