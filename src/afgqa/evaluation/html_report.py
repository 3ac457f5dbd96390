"""A report as one self-contained HTML page: figures, plots, and the answers to look at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from afgqa.evaluation.failures import worst
from afgqa.evaluation.plots import calibration, kinds, risk
from afgqa.evaluation.report import MEANINGS, Report
from afgqa.evaluation.rows import Row
from afgqa.evaluation.scores import SECONDS
from afgqa.evaluation.text_report import BY_KIND
from afgqa.templating import Markup, render

__all__ = ["ReportView", "as_html", "report_view"]

_SLOWEST: Final = 10
_WORST: Final = 100


@dataclass(frozen=True, slots=True)
class ReportView:
    """What HTML shows of a report, for the macros of `evaluation/templates/report.html`.

    `meanings` explain the figures by their names; `by_kind` are the names of those that are shown
    for each kind of question, `counts` how many questions a kind has. `plots` are SVG by their
    titles; `wrong` is what is not right, the surest first.
    """

    report: Report
    meanings: Mapping[str, str]
    by_kind: list[str]
    counts: Mapping[str, int]
    plots: Mapping[str, Markup]
    wrong: list[Row]


def report_view(report: Report) -> ReportView:
    """The view of a report."""
    rows = report.rows
    plots = {
        "Risk against coverage": risk(rows),
        "Calibration": calibration(rows),
        "Right, by kind of question": kinds(report),
    }
    return ReportView(
        report=report,
        meanings=MEANINGS,
        by_kind=[name for name in BY_KIND if name in report.metrics],
        counts={kind: sum(row.kind == kind for row in rows) for kind in report.kinds},
        plots={title: Markup(svg) for title, svg in plots.items()},  # Matplotlib escapes its text
        wrong=worst(rows),
    )


def as_html(report: Report, texts: Mapping[str, str]) -> str:
    """The page; `texts` are the documents' by their id, so that sentences can be shown."""
    page = render(
        "evaluation/templates/page.html",
        view=report_view(report),
        slowest=sorted(report.rows, key=lambda row: -row.scores[SECONDS])[:_SLOWEST],
        texts=texts,
        most=_WORST,
    )
    return f"{page}\n"
