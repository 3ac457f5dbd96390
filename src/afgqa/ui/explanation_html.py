"""How an answer came about, as a panel: what was found, weighed, taken and dropped, and why."""

from __future__ import annotations

from typing import Final

from afgqa.answering.explanation import Explanation
from afgqa.answering.explanation_view import CANDIDATES, CONFIDENCE, SEARCHED, explanation_view
from afgqa.templating import Markup, render

__all__ = ["explanation_html"]

_MOST: Final = 5


def explanation_html(explanation: Explanation) -> Markup:
    """Return the steps of an answer in their order, the best five of each."""
    view = explanation_view(explanation, most=_MOST)
    return render(
        "ui/templates/explanation.html",
        view=view,
        signals=[part for part in view.signals if round(part.logit, 2)],
        searched_title=SEARCHED,
        candidates_title=CANDIDATES,
        confidence_title=CONFIDENCE,
    )
