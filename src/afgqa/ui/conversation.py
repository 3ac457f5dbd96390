"""The conversation pane: the cards, or what to expect before the first."""

from __future__ import annotations

from collections.abc import Sequence

from afgqa.markup import Html, tag
from afgqa.ui.answer_html import card_html, chips
from afgqa.ui.cards import Card

__all__ = ["conversation_html"]


def conversation_html(
    cards: Sequence[Card],
    *,
    examples: Sequence[str] = (),
    problem: str | None = None,
    serial: int = 0,
) -> Html:
    """Return the conversation pane: the cards, or what to expect and what to ask before the first.

    `problem` says why the latest question was not asked. `serial` names the question that this
    answers, so that two equal panes in a row still count as an arrival.
    """
    parts: list[Html] = [card_html(it) for it in cards] or [_welcome(examples)]
    if problem is not None:
        parts.append(tag("p", _sentence(problem), class_="problem", role="alert"))
    return tag(
        "div", *parts, class_="talk", role="log", aria_label="Conversation", data_serial=serial
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _welcome(examples: Sequence[str]) -> Html:
    return tag(
        "section",
        tag("p", "Ask a question; the answer is quoted from the article.", class_="short"),
        tag(
            "p",
            "Every answer comes with the sentence it stands in, or with the reason why there is"
            " none. A quotation shows that the article says so, not that it is so.",
            class_="note",
        ),
        *[chips(examples)] * bool(examples),
        class_="welcome",
    )
