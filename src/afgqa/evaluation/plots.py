"""The plots of a report, each as one SVG element in the colours of the page around it."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from afgqa.evaluation.report import Report
from afgqa.evaluation.rows import Row
from afgqa.evaluation.selective_metrics import bins, risk_coverage_curve

__all__ = ["calibration", "kinds", "risk"]

_INK, _SOFT, _ACCENT = "#1c1e21", "#8d8f8f", "#0b5d5b"
# A page that says what these are, for dark as well, is followed; alone they are what they are.
_OF_PAGE = {_INK: "--ink", _SOFT: "--edge", _ACCENT: "--accent"}


def risk(rows: Sequence[Row]) -> str:
    """Risk against coverage: what is wrong among the surest answers."""
    scored = [row for row in rows if "F1" in row.scores]
    worth = np.array([row.answerable * row.scores["F1"] for row in scored])
    curve = risk_coverage_curve(np.array([row.confidence for row in scored]), worth)

    def draw(axes: Any) -> None:
        axes.plot(np.arange(1, len(curve) + 1) / len(curve), curve, color=_ACCENT)
        axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="share answered, surest first")
        axes.set_ylabel("1 - mean F1")

    return _svg(draw)


def calibration(rows: Sequence[Row]) -> str:
    """The share of questions with an answer against the confidence, in ten bins."""
    found = bins(
        np.array([row.confidence for row in rows]),
        np.array([row.answerable for row in rows], dtype=np.bool_),
    )

    def draw(axes: Any) -> None:
        axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=0.8)
        axes.scatter(
            [some.probability for some in found],
            [some.answerable for some in found],
            s=[20 + 400 * some.weight for some in found],
            color=_ACCENT,
        )
        axes.set(xlim=(-0.05, 1.05), ylim=(-0.05, 1.05), xlabel="confidence")
        axes.set_ylabel("share with an answer")

    return _svg(draw)


def kinds(report: Report) -> str:
    """The share that is right, by kind of question, with its interval."""
    rows = [(kind, metrics["right"]) for kind, metrics in report.kinds.items()][::-1]

    def draw(axes: Any) -> None:
        values = [metric.value for _, metric in rows]
        sides = [
            [max(0.0, m.value - m.low) for _, m in rows],
            [max(0.0, m.high - m.value) for _, m in rows],
        ]
        axes.barh([kind for kind, _ in rows], values, xerr=sides, color=_ACCENT, ecolor=_SOFT)
        axes.set(xlim=(0, 1), xlabel="right")

    return _svg(draw, height=max(2.0, 0.6 + 0.26 * len(rows)))


def _svg(draw: Callable[[Any], None], *, height: float = 3.2) -> str:
    # Imported here: only a report needs it, and it takes a second.
    matplotlib = importlib.import_module("matplotlib")
    figure = importlib.import_module("matplotlib.figure")
    look = {
        "svg.fonttype": "none",
        "svg.hashsalt": "afgqa",  # the same report gives the same file
        "font.family": "sans-serif",
        "text.parse_math": False,  # a kind of question may have any name
        **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor"), _INK),
        **dict.fromkeys(("xtick.color", "ytick.color"), _INK),
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    with matplotlib.rc_context(look):
        drawn = figure.Figure(figsize=(4.4, height), layout="constrained")
        draw(drawn.subplots())
        file = io.StringIO()
        drawn.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    text = file.getvalue()
    for colour, name in _OF_PAGE.items():
        text = text.replace(colour, f"var({name}, {colour})")
    return text[text.index("<svg") :]
