"""What an evaluation found: a row per question, and every figure derived from the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from afgqa.measures import Metric, Place, difference, mean, percentile
from afgqa.questions import Example
from afgqa.types import Answer, Mode

__all__ = ["MEANINGS", "Report", "Row", "as_dict", "as_text", "compare", "join", "make_report"]

MEANINGS: Final[Mapping[str, str]] = {
    "R@1": "a gold sentence is the first found",
    "R@5": "a gold sentence is among the first 5 found",
    "MRR@10": "1 / rank of the first gold sentence, 0 beyond 10",
    "nDCG@10": "gold sentences near the top, of the first 10",
    "EM": "the short answer is an accepted one; refusing is right where there is none",
    "F1": "words shared with an accepted answer; refusing is right where there is none",
    "EM_answerable": "EM where there is an answer",
    "F1_answerable": "F1 where there is an answer",
    "first_citation": "the first citation is a gold sentence",
    "citation_precision": "share of citations that are gold sentences",
    "citation_recall": "a gold sentence is cited",
    "refused_unanswerable": "rightly refused: higher is better",
    "refused_answerable": "wrongly refused: lower is better",
    "seconds_p50": "half of the answers took no longer",
    "seconds_p95": "95 % of the answers took no longer",
}
"""Every figure that a report can hold, in the order in which it is shown."""

SECONDS: Final = "seconds"
_OF_SECONDS: Final[Mapping[str, float]] = {"seconds_p50": 50, "seconds_p95": 95}
_BY_KIND: Final = (
    "R@1",
    "EM",
    "F1",
    "first_citation",
    "refused_unanswerable",
    "refused_answerable",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One question, what came back, and its scores by the name of the measure.

    `answer` is None where only retrieval was evaluated; `prediction` is what was compared with
    the accepted answers, "" for a refusal. A score that the question has no gold for is left
    out of `scores`.
    """

    example: Example
    found: tuple[Place, ...]
    answer: Answer | None
    prediction: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over all rows and by kind of question. A figure of no question is left out."""

    mode: Mode
    rows: tuple[Row, ...]
    metrics: Mapping[str, Metric]
    kinds: Mapping[str, Mapping[str, Metric]]


def make_report(mode: Mode, rows: Sequence[Row]) -> Report:
    """The report on `rows`; kinds are in order of their name."""
    kinds = sorted({row.example.kind for row in rows})
    return Report(
        mode=mode,
        rows=tuple(rows),
        metrics=_metrics(rows),
        kinds={kind: _metrics([r for r in rows if r.example.kind == kind]) for kind in kinds},
    )


def join(reports: Sequence[Report]) -> Report:
    """One report on the rows of several, in order. ValueError unless all are of one mode."""
    modes = sorted({report.mode for report in reports})
    if len(modes) != 1:
        raise ValueError(f"reports to join must be of one mode, and these are of {modes}")
    return make_report(modes[0], [row for report in reports for row in report.rows])


def compare(before: Report, after: Report) -> dict[str, Metric]:
    """The mean difference of each score, paired by question; above 0 is a higher score now.

    `seconds` is compared by its mean. ValueError unless both are on the same questions.
    """
    first = {row.example.id: row.scores for row in before.rows}
    second = {row.example.id: row.scores for row in after.rows}
    if first.keys() != second.keys():
        odd = sorted(first.keys() ^ second.keys())
        raise ValueError(f"the reports are not on the same questions: {odd[:3]} are in one only")
    found = {}
    for name in (*MEANINGS, SECONDS):
        ids = [i for i in first if name in first[i] and name in second[i]]
        if ids:
            found[name] = difference([first[i][name] for i in ids], [second[i][name] for i in ids])
    return found


def as_dict(report: Report) -> dict[str, Any]:
    """The whole report as plain values for JSON."""
    return {
        "mode": report.mode,
        "questions": len(report.rows),
        "metrics": _plain(report.metrics),
        "kinds": {kind: _plain(metrics) for kind, metrics in report.kinds.items()},
        "rows": [_plain_row(row) for row in report.rows],
    }


def as_text(report: Report) -> str:
    """The figures as two aligned tables: all questions, and by kind where there are several."""
    head = ("measure", "value", "95 % interval", "n", "meaning")
    rows = [
        (name, _number(m.value), f"{_number(m.low)} to {_number(m.high)}", str(m.n), MEANINGS[name])
        for name, m in report.metrics.items()
    ]
    text = (
        f"Questions: {len(report.rows)}. Mode: {report.mode}. "
        f"Intervals: bootstrap over questions.\n\n{_table(head, rows)}"
    )
    if len(report.kinds) < 2:
        return text
    names = [name for name in _BY_KIND if name in report.metrics]
    counts = {kind: sum(r.example.kind == kind for r in report.rows) for kind in report.kinds}
    by_kind = [
        (kind, str(counts[kind]), *(_number(m[n].value) if n in m else "-" for n in names))
        for kind, m in report.kinds.items()
    ]
    return f"{text}\n{_table(('kind', 'n', *names), by_kind)}"


def _metrics(rows: Sequence[Row]) -> dict[str, Metric]:
    def values(name: str) -> list[float]:
        return [row.scores[name] for row in rows if name in row.scores]

    found = {}
    for name in MEANINGS:
        if name in _OF_SECONDS:
            if seconds := values(SECONDS):
                found[name] = percentile(seconds, _OF_SECONDS[name])
        elif some := values(name):
            found[name] = mean(some)
    return found


def _plain(metrics: Mapping[str, Metric]) -> dict[str, dict[str, float]]:
    return {
        name: {"value": m.value, "low": m.low, "high": m.high, "n": m.n}
        for name, m in metrics.items()
    }


def _plain_row(row: Row) -> dict[str, Any]:
    example, answer = row.example, row.answer
    plain: dict[str, Any] = {
        "id": example.id,
        "kind": example.kind,
        "question": example.question,
        "answerable": example.answerable,
        "answers": list(example.answers),
        "evidence": _places(example.evidence),
        "found": _places(row.found),
    }
    if answer is not None:
        plain |= {
            "standalone": answer.standalone,
            "answered": answer.answered,
            "prediction": row.prediction,
            "confidence": answer.confidence,
            "reason": answer.reason,
            "citations": _places(Place(c.doc_id, c.start, c.end) for c in answer.citations),
        }
    return {**plain, "scores": dict(row.scores)}


def _places(places: Iterable[Place]) -> list[dict[str, Any]]:
    return [place._asdict() for place in places]


def _number(value: float) -> str:
    return f"{value:.3f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; the first and a "meaning" stand left."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    sides: list[Callable[[str, int], str]] = [
        str.ljust if i == 0 or name == "meaning" else str.rjust for i, name in enumerate(head)
    ]
    lines = (
        "  ".join(side(cell, width) for side, cell, width in zip(sides, row, widths, strict=True))
        for row in (head, *rows)
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)
