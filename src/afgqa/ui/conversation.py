"""The conversation pane: the cards, or what to expect before the first."""

from __future__ import annotations

from collections.abc import Sequence

from afgqa.templating import Markup, render
from afgqa.ui.cards import Card, card_html, sentence_case

__all__ = ["conversation_html"]


def conversation_html(
    cards: Sequence[Card],
    *,
    examples: Sequence[tuple[str, str]] = (),
    problem: str | None = None,
    serial: int = 0,
) -> Markup:
    """Return the conversation pane: the cards, or what to expect and what to ask before the first.

    `examples` are questions after the ids of their documents. `problem` says why the latest
    question was not asked. `serial` names the question that this answers, so that two equal panes
    in a row still count as an arrival.
    """
    return render(
        "ui/templates/conversation.html",
        turns=[card_html(card) for card in cards],
        examples=examples,
        problem=None if problem is None else sentence_case(problem),
        serial=serial,
    )
