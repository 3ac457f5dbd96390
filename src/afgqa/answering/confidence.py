"""How probable it is that the documents answer a question: a logistic model over the evidence.

The weights are fitted by `training/confidence.py` on questions with and without an answer in
the text they are asked of, one set for each kind of reader, and lie in `models/confidence.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final

from afgqa.reading.candidates import Candidate, SentenceCandidate, SpanCandidate

__all__ = [
    "EXTRACTIVE",
    "FILE",
    "LOGITS",
    "TYPED",
    "Calibration",
    "Evidence",
    "Margins",
    "calibration",
    "confidence",
    "evidence_of",
]

FILE: Final = Path(__file__).parents[1] / "models" / "confidence.json"
EXTRACTIVE: Final = "extractive"
TYPED: Final = "typed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Features of the confidence model. Those of retrieval are in 0..1, margins in log odds.

    `score`, `similarity` and `coverage` are those of the chosen sentence. `retrieval_lead` is how
    far its score is above the mean of the others that were read. `oov_weight` is the weight of the
    question's terms that no sentence of the documents holds. `span_score` is the score of the
    chosen span, 0.0 without one, and `margin` how far it is above no answer, both in the reader's
    own unit (for a whole sentence the best of any span, 0.0 without one; for one that was judged,
    how far it is from leaving the question open). `margin_gap` is how far the margin is above the
    best one of another sentence. `agreement` is the share of the passages whose best span is the
    same text. `span` is 1.0 where a span was chosen, `no_answer_type` where the question asks for
    no particular form of span, `open_ended` where it asks for a cause, a manner or a list, of which
    a reader is seldom sure, and `contradicted` where the sentence says the opposite of what the
    question takes for granted.
    """

    score: float
    similarity: float
    coverage: float
    retrieval_lead: float
    oov_weight: float
    span_score: float
    margin: float
    margin_gap: float
    agreement: float
    span: float
    no_answer_type: float
    open_ended: float
    contradicted: float


@dataclass(frozen=True, slots=True)
class Margins:
    """What margins of a reader mean, in its own unit.

    From `likely` on a span is likelier right than wrong. One that is no more than `behind` below
    the best one may be right as well: another thing that is asked for, or what another sentence
    says.
    """

    likely: float = 1.0
    behind: float = 5.0


LOGITS: Final = Margins()
"""Those of margins that are log odds, where nothing was fitted."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted for one kind of reader, and for what it reads: spans, or verdicts.

    `bias` and `weights` (by those names of `Evidence` that count for this kind) make the logistic
    model. Under `threshold` a question is refused; it refuses 5 % of answerable questions in the
    fit. `margin` is how much a span's score counts beside the hit's when a candidate is picked,
    `whole` is what stands for the score of a whole sentence. `sure` is how probable (0..1) a yes or
    no must be to be said, `margins` what those of its spans mean. `fitted_on` names the articles
    that took part, so that none of them is measured.
    """

    bias: float
    weights: Mapping[str, float]
    threshold: float
    margin: float
    whole: float
    sure: float = 1.0
    margins: Margins = LOGITS
    fitted_on: frozenset[str] = frozenset()


def evidence_of(
    chosen: Candidate,
    candidates: Sequence[Candidate],
    *,
    typed: bool,
    open_ended: bool,
    contradicted: bool,
    weights: Mapping[str, float],
    frequencies: Mapping[str, int],
) -> Evidence:
    """The evidence for `chosen` among all candidates that one reading gave."""
    hit = chosen.hit
    read = [c.hit for c in candidates if isinstance(c, SentenceCandidate)]
    others = [other.score for other in read if other.passage.ref != hit.passage.ref]
    margins = [c.margin for c in candidates if c.margin is not None]
    margin = chosen.margin if chosen.margin is not None else max(margins, default=0.0)
    rivals = [
        c.margin
        for c in candidates
        if c.margin is not None and c.hit.passage.ref != hit.passage.ref
    ]
    return Evidence(
        score=hit.score,
        similarity=0.0 if hit.similarity is None else hit.similarity,
        coverage=hit.coverage,
        retrieval_lead=hit.score - sum(others) / len(others) if others else 0.0,
        oov_weight=sum(weight for term, weight in weights.items() if not frequencies[term]),
        span_score=chosen.span.score if isinstance(chosen, SpanCandidate) else 0.0,
        margin=margin,
        margin_gap=margin - max(rivals) if rivals else 0.0,
        agreement=chosen.agreement,
        span=float(isinstance(chosen, SpanCandidate)),
        no_answer_type=float(not typed),
        open_ended=float(open_ended),
        contradicted=float(contradicted),
    )


def confidence(evidence: Evidence, fitted: Calibration) -> float:
    """The probability (0..1) that the documents answer the question."""
    values = asdict(evidence)
    total = fitted.bias + sum(weight * values[name] for name, weight in fitted.weights.items())
    # In this form no exponent is positive, so nothing overflows.
    return 1 / (1 + math.exp(-total)) if total >= 0 else (e := math.exp(total)) / (1 + e)


@cache
def calibration(reader: str, *, judged: bool = False, path: Path = FILE) -> Calibration:
    """What was fitted for the reader of this name, or else for any extractive reader.

    For whole sentences that are `judged` for yes or no, or for spans. KeyError where `path` has
    neither.
    """
    table = json.loads(path.read_text(encoding="utf-8"))
    found = table[reader] if reader in table or reader == TYPED else table[EXTRACTIVE]
    if judged:
        found = found["judged"]
    names = ("bias", "weights", "threshold", "margin", "whole")
    return Calibration(
        **{name: found[name] for name in names},
        sure=found.get("sure", 1.0),
        margins=Margins(**found.get("margins", {})),
        fitted_on=frozenset(found.get("fitted on", ())),
    )
