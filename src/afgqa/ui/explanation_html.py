"""How an answer came about, as a panel: what was found, weighed, taken and dropped, and why."""

from __future__ import annotations

from typing import Final

from afgqa.answering.explanation import Considered, Explanation
from afgqa.templating import Markup, render

__all__ = ["explanation_html"]

_MOST: Final = 5


def explanation_html(explanation: Explanation) -> Markup:
    """Return the steps of an answer in their order, the best five of each."""
    parts = [part for part in explanation.parts if round(part.logit, 2)]
    return render(
        "ui/templates/explanation.html",
        explanation=explanation,
        trace=explanation.trace,
        parts=sorted(parts, key=lambda part: -abs(part.logit)),
        fate=lambda weighed: _fate(weighed, answered=explanation.answer.answered),
        most=_MOST,
    )


def _fate(weighed: Considered, *, answered: bool) -> str:
    """What became of a candidate, in words."""
    if weighed.fate == "taken":
        return "chosen" if answered else "the most likely"
    if weighed.fate == "a span was found in it":
        return "a span in it was considered instead"
    return f"behind by {weighed.behind:.2f}"
