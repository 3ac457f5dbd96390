"""What an evaluation found: a row per question, and every figure derived from the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from afgqa.evaluation.measures import Metric, mean, percentile
from afgqa.evaluation.rows import Row, plain
from afgqa.evaluation.scores import SECONDS
from afgqa.evaluation.selective_metrics import calibration_error, interval, risk_coverage
from afgqa.types import Mode

__all__ = ["LOWER_IS_BETTER", "MEANINGS", "Report", "as_dict", "join", "make_report"]

MEANINGS: Final[Mapping[str, str]] = {
    "R@1": "a gold sentence is the first found",
    "R@5": "a gold sentence is among the first 5 found",
    "MRR@10": "1 / rank of the first gold sentence, 0 beyond 10",
    "nDCG@10": "gold sentences near the top, of the first 10",
    "right": "accepted answer and a gold sentence cited, or refused if there is no answer",
    "right_answerable": "accepted answer and a gold sentence cited, on answerable questions",
    "EM": "the short answer equals an accepted one; unanswerable: refused",
    "F1": "words shared with an accepted answer; unanswerable: refused",
    "EM_answerable": "EM on answerable questions",
    "F1_answerable": "F1 on answerable questions",
    "accepted": "the answer contains an accepted answer, on answerable questions",
    "first_citation": "the first citation is a gold sentence",
    "citation_precision": "share of citations that are gold sentences",
    "citation_recall": "a gold sentence is cited",
    "citation_sufficiency": "the cited sentences alone give the same answer",
    "citation_necessity": "without the cited sentences there is a different answer, or none",
    "refused_unanswerable": "unanswerable questions refused: higher is better",
    "refused_answerable": "answerable questions refused: lower is better",
    "refusal_precision": "share of the refusals that are right",
    "answer_precision": "share of the answered questions that have an answer",
    "risk_coverage": "area under the risk-coverage curve (risk: 1 - F1): lower is better",
    "calibration_error": "expected calibration error, ten bins: lower is better",
    "seconds_p50": "median time per answer",
    "seconds_p95": "95th percentile of the time per answer",
}
"""Every figure that a report can hold, in the order in which it is shown."""

LOWER_IS_BETTER: Final = frozenset(
    ("refused_answerable", "risk_coverage", "calibration_error", "seconds_p50", "seconds_p95")
)
"""The figures of `MEANINGS` of which a lower value is a better one."""

_OF_SECONDS: Final[Mapping[str, float]] = {"seconds_p50": 50, "seconds_p95": 95}


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over all rows and by kind of question. A figure of no question is left out."""

    mode: Mode
    rows: tuple[Row, ...]
    metrics: Mapping[str, Metric]
    kinds: Mapping[str, Mapping[str, Metric]]


def make_report(mode: Mode, rows: Sequence[Row]) -> Report:
    """The report on `rows`; kinds are in order of their name."""
    kinds = sorted({row.kind for row in rows})
    metrics = _metrics(rows) | _of_confidence(rows)
    return Report(
        mode=mode,
        rows=tuple(rows),
        metrics={name: metrics[name] for name in MEANINGS if name in metrics},
        kinds={kind: _metrics([row for row in rows if row.kind == kind]) for kind in kinds},
    )


def join(reports: Sequence[Report]) -> Report:
    """One report on the rows of several, in order. ValueError unless all are of one mode."""
    modes = sorted({report.mode for report in reports})
    if len(modes) != 1:
        raise ValueError(f"reports to join must be of one mode, and these are of {modes}")
    return make_report(modes[0], [row for report in reports for row in report.rows])


def as_dict(report: Report) -> dict[str, Any]:
    """The whole report as plain values for JSON."""
    return {
        "mode": report.mode,
        "questions": len(report.rows),
        "metrics": _plain(report.metrics),
        "kinds": {kind: _plain(metrics) for kind, metrics in report.kinds.items()},
        "rows": [plain(row) for row in report.rows],
    }


def _metrics(rows: Sequence[Row]) -> dict[str, Metric]:
    """The figures that are means or percentiles of the rows' scores."""
    found = {}
    for name in MEANINGS:
        score = SECONDS if name in _OF_SECONDS else name
        values = [row.scores[score] for row in rows if score in row.scores]
        if values and name in _OF_SECONDS:
            found[name] = percentile(values, _OF_SECONDS[name])
        elif values:
            found[name] = mean(values)
    return found


def _of_confidence(rows: Sequence[Row]) -> dict[str, Metric]:
    """The figures that say what the confidences of all rows together are worth."""
    worth = np.array([row.answerable * row.scores.get("F1", 0.0) for row in rows])
    scored = np.array(["F1" in row.scores for row in rows], dtype=np.bool_)
    confidence = np.array([row.confidence for row in rows])
    answerable = np.array([row.answerable for row in rows], dtype=np.bool_)
    found = {}
    if scored.any():
        found["risk_coverage"] = interval(
            risk_coverage, confidence[scored], worth[scored], strata=answerable[scored].tolist()
        )
    if len(rows):
        found["calibration_error"] = interval(
            calibration_error, confidence, answerable, strata=answerable.tolist(), basic=True
        )
    return found


def _plain(metrics: Mapping[str, Metric]) -> dict[str, dict[str, float]]:
    return {
        name: {"value": m.value, "low": m.low, "high": m.high, "n": m.n}
        for name, m in metrics.items()
    }
