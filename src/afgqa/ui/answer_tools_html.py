"""What a reader can do with an answer: see how it was found, copy it, judge it."""

from __future__ import annotations

from typing import Final

from afgqa.markup import Html, tag
from afgqa.ui.cards import Card
from afgqa.ui.explanation_html import found_html

__all__ = ["tools_html"]

_WRONG: Final = (
    ("wrong answer", "The answer"),
    ("wrong citation", "The cited sentence"),
    ("should refuse", "It should have been refused"),
)
_MISSED: Final = (("wrong answer", "A sentence of the article answers it"),)


def tools_html(it: Card) -> list[Html]:
    """Return the foot of a card, and what opens under it."""
    sure = tag(
        "span",
        it.view.support,
        tag("span", f", {it.view.confidence:.0%}", class_="aloud"),
        class_="sure",
        title=f"How sure: {it.view.confidence:.2f} of 1",
    )
    # Nothing is written down about a visitor's own documents, so nothing is asked either.
    judging = [
        _button("Right", "right"),
        _button("Wrong", "wrong", expanded=f"wrong{it.turn}"),
    ] * (not it.private)
    foot = tag(
        "div",
        *[sure] * it.view.answered,
        _button("How this was found", "how", expanded=f"how{it.turn}"),
        tag("span", f"{it.milliseconds} ms", class_="ms"),
        _button("Copy", "copy", copy=it.copy),
        *judging,
        class_="foot",
    )
    kept = [tag("p", it.kept, class_="kept", role="status")] if it.kept is not None else []
    return [foot, *kept, *[_verdict(it)] * (not it.private), *_found(it)]


def _button(name: str, kind: str, *, expanded: str | None = None, copy: str | None = None) -> Html:
    return tag(
        "button",
        name,
        type="button",
        class_=f"link {kind}",
        aria_expanded=None if expanded is None else "false",
        aria_controls=expanded,
        data_copy=copy,
    )


def _found(it: Card) -> list[Html]:
    if it.explanation is None:
        return []
    return [tag("div", found_html(it.explanation), class_="panel", id=f"how{it.turn}", hidden=True)]


def _verdict(it: Card) -> Html:
    """What was wrong, and which sentence is right: chosen in the article."""
    choices = [
        tag(
            "label",
            tag("input", type="radio", name=f"wrong{it.turn}", value=value),
            f" {words}",
        )
        for value, words in (_WRONG if it.view.answered else _MISSED)
    ]
    return tag(
        "form",
        tag(
            "fieldset",
            tag("legend", "What was wrong?"),
            *choices,
        ),
        tag("p", "Choose the right sentence in the article.", class_="pick", hidden=True),
        tag("p", class_="picked", hidden=True),
        tag(
            "div",
            tag("button", "Keep", class_="btn keep"),
            tag("button", "Cancel", type="button", class_="link cancel"),
            class_="row",
        ),
        class_="panel verdict",
        id=f"wrong{it.turn}",
        hidden=True,
    )
