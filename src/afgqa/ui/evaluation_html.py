"""The evaluation of a question set as HTML: its form, its progress, and what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from afgqa.evaluation import Comparison
from afgqa.evaluation.html_report import report_view
from afgqa.evaluation.text_report import verdict
from afgqa.templating import Markup, render
from afgqa.ui.session import Run

__all__ = ["form_html", "progress_html", "report_html"]

_MOST: Final = 20  # answers that are wrong, or that have changed


def form_html(names: Sequence[str]) -> Markup:
    """Return the choice of a question set, and what runs it."""
    return render("ui/templates/evaluation_form.html", names=names)


def progress_html(done: int, every: int) -> Markup:
    """Return how far a run has come."""
    return render("ui/templates/evaluation_progress.html", done=done, every=every)


def report_html(
    run: Run | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    linked: bool = True,
    compared: Comparison | None = None,
    baseline: Run | None = None,
    problem: str | None = None,
) -> Markup:
    """Return the pane of a run; before the first it is empty, or says what the `problem` was.

    `texts` are the documents' by their id; where they are those of the page (`linked`), sentences
    lead into the article.
    """
    return render(
        "ui/templates/evaluation.html",
        run=run,
        view=None if run is None else report_view(run.report),
        texts=texts,
        linked=linked,
        compared=compared,
        baseline=baseline,
        problem=problem,
        verdict=verdict,
        most=_MOST,
    )
