"""A report as one self-contained HTML page: figures, plots, and the answers to look at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final

from afgqa.evaluation.measures import Place
from afgqa.evaluation.plots import calibration, kinds, risk
from afgqa.evaluation.report import MEANINGS, Report
from afgqa.evaluation.rows import Row
from afgqa.evaluation.scores import SECONDS
from afgqa.evaluation.text_report import BY_KIND

__all__ = ["as_html"]

_SLOWEST: Final = 10
_WORST: Final = 100


def as_html(report: Report, texts: Mapping[str, str]) -> str:
    """The page; `texts` are the documents' by their id, so that gold sentences can be shown."""
    # Imported here: only a report needs it.
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    template = (files("afgqa.evaluation") / "page.html").read_text(encoding="utf-8")
    rows = report.rows
    plots = {
        "Risk against coverage": risk(rows),
        "Calibration": calibration(rows),
        "By kind": kinds(report),
    }
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return page.from_string(template).render(
        report=report,
        meanings=MEANINGS,
        by_kind=[name for name in BY_KIND if name in report.metrics],
        counts={kind: sum(row.kind == kind for row in rows) for kind in report.kinds},
        plots={title: Markup(svg) for title, svg in plots.items()},
        slowest=sorted(rows, key=lambda row: -row.scores[SECONDS])[:_SLOWEST],
        wrong=[(row, _cut(row.evidence, texts)) for row in worst(rows)[:_WORST]],
        wrong_in_all=len(worst(rows)),
    )


def worst(rows: Sequence[Row]) -> list[Row]:
    """What is not right, the surest first."""
    return sorted((row for row in rows if not row.scores["right"]), key=lambda row: -_sureness(row))


def _sureness(row: Row) -> float:
    """How sure the run was of what it did: a refusal is the surer the lower its confidence."""
    return row.confidence if row.answered else 1 - row.confidence


def _cut(places: Sequence[Place], texts: Mapping[str, str]) -> list[str]:
    return [texts[place.doc_id][place.start : place.end] for place in places]
