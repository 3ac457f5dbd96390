"""Reports and comparisons as aligned tables of plain text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from afgqa.evaluation.comparison import Comparison
from afgqa.evaluation.measures import Metric
from afgqa.evaluation.report import LOWER_IS_BETTER, MEANINGS, Report
from afgqa.evaluation.rows import Row
from afgqa.evaluation.scores import SECONDS

__all__ = ["BY_KIND", "as_text", "comparison_text", "verdict"]

BY_KIND: Final = (
    "R@1",
    "right",
    "EM",
    "F1",
    "first_citation",
    "refused_unanswerable",
    "refused_answerable",
)
"""The figures of the table by kind of question."""


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
    names = [name for name in BY_KIND if name in report.metrics]
    counts = {kind: sum(r.kind == kind for r in report.rows) for kind in report.kinds}
    by_kind = [
        (kind, str(counts[kind]), *(_number(m[n].value) if n in m else "-" for n in names))
        for kind, m in report.kinds.items()
    ]
    return f"{text}\n{_table(('kind', 'n', *names), by_kind)}"


def comparison_text(found: Comparison) -> str:
    """The differences as a table, then every question whose answer or citations changed."""
    head = ("measure", "difference", "95 % interval", "n", "")
    rows = [
        (name, f"{m.value:+.3f}", f"{m.low:+.3f} to {m.high:+.3f}", str(m.n), verdict(name, m))
        for name, m in found.differences.items()
    ]
    text = f"Compared with the baseline, paired by question.\n\n{_table(head, rows)}"
    if found.unpaired:
        text += f"\nAsked in only one of the runs: {', '.join(found.unpaired)}\n"
    text += f"\nAnswers or citations that changed: {len(found.changed)}\n"
    for before, after in found.changed:
        text += (
            f"\n{after.id}  {after.question}\n  before: {_said(before)}\n  now:    {_said(after)}\n"
        )
    return text


def verdict(name: str, metric: Metric) -> str:
    """Whether a difference that its interval tells from none is a gain."""
    if metric.low <= 0 <= metric.high:
        return ""
    lower = name in LOWER_IS_BETTER or name == SECONDS
    return "better" if (metric.high < 0) is lower else "worse"


def _said(row: Row) -> str:
    verdict = "correct" if row.scores.get("right") else "incorrect"
    if not row.answered:
        return f"({verdict}) refused: {row.reason}"
    cited = " ".join(row.quotes)
    short = "" if row.prediction == cited else f"{row.prediction} | "
    return f"({verdict}) {short}{cited}"


def _number(value: float) -> str:
    return f"{value:.3f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; the first and a "meaning" stand left."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    sides: list[Callable[[str, int], str]] = [
        str.ljust if i == 0 or name in ("meaning", "") else str.rjust for i, name in enumerate(head)
    ]
    lines = (
        "  ".join(side(cell, width) for side, cell, width in zip(sides, row, widths, strict=True))
        for row in (head, *rows)
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)
