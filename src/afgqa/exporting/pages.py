"""A conversation as one self-contained page of HTML: no script, nothing fetched, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.resources import files

from afgqa.answering.quotation_view import Stretch, stretches
from afgqa.exporting.shared import (
    GLOSSARY,
    NEAREST,
    PROMISE,
    SUGGESTED,
    TITLE,
    place,
    reason,
    searched,
)
from afgqa.markup import Html, join, tag
from afgqa.types import Citation, Turn

__all__ = ["as_html"]


def as_html(turns: Sequence[Turn], exported: datetime) -> str:
    """The conversation as a whole page, which may be opened from a file."""
    time = exported.isoformat(timespec="seconds")
    head = (files("afgqa.exporting") / "head.html").read_text(encoding="utf-8")
    body = tag(
        "main",
        tag("h1", TITLE),
        tag("p", "Exported ", tag("time", time, datetime=time), f". {PROMISE}", class_="soft"),
        *(tag("section", *_turn(turn)) for turn in turns),
    )
    return f"{head}{tag('title', TITLE)}\n{body}\n"


def _turn(turn: Turn) -> Iterator[Html]:
    answer = turn.answer
    yield tag("h2", answer.question)
    if (how := searched(answer)) is not None:
        yield tag("p", how, class_="soft")
    yield tag("p", answer.text, class_="answer" if answer.answered else "refusal")
    if (why := reason(answer)) is not None:
        yield tag("p", why)
    yield from (_quotation(citation, f"[{citation.number}] ") for citation in answer.citations)
    if answer.related:
        yield tag("p", NEAREST)
        yield from (_quotation(citation, "") for citation in answer.related)
    if answer.suggested:
        yield tag("p", SUGGESTED)
        yield tag("ul", *(tag("li", question) for question in answer.suggested))


def _quotation(citation: Citation, number: str) -> Html:
    notes = [tag("footer", GLOSSARY)] if citation.glosses else []
    return tag(
        "blockquote",
        tag("p", join(*map(_stretch, stretches(citation)))),
        tag("footer", f"{number}{place(citation)}"),
        *notes,
    )


def _stretch(stretch: Stretch) -> str:
    if stretch.aside is not None:
        return join(" ", tag("i", stretch.shown))
    return tag("mark", stretch.text) if stretch.marked else stretch.text
