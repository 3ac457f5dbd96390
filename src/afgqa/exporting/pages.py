"""A conversation as one self-contained page of HTML: no script, nothing fetched, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.resources import files

from afgqa.answering.quotation_view import Segment
from afgqa.exporting.shared import GLOSSARY, PROMISE, TITLE, place, reason, searched
from afgqa.markup import Html, join, tag
from afgqa.presentation import NEAREST, SUGGESTED, AnswerView, QuotedSentence, answer_view
from afgqa.types import Turn

__all__ = ["as_html"]


def as_html(turns: Sequence[Turn], exported: datetime) -> str:
    """The conversation as a whole page, which may be opened from a file."""
    time = exported.isoformat(timespec="seconds")
    head = (files("afgqa.exporting") / "head.html").read_text(encoding="utf-8")
    body = tag(
        "main",
        tag("h1", TITLE),
        tag("p", "Exported ", tag("time", time, datetime=time), f". {PROMISE}", class_="soft"),
        *(tag("section", *_turn(answer_view(turn.answer))) for turn in turns),
    )
    return f"{head}{tag('title', TITLE)}\n{body}\n"


def _turn(view: AnswerView) -> Iterator[Html]:
    yield tag("h2", view.question)
    if (how := searched(view)) is not None:
        yield tag("p", how, class_="soft")
    yield tag("p", view.text, class_="answer" if view.answered else "refusal")
    if (why := reason(view)) is not None:
        yield tag("p", why)
    yield from (_quotation(sentence, f"[{sentence.citation.number}] ") for sentence in view.cited)
    if view.nearest:
        yield tag("p", NEAREST)
        yield from (_quotation(sentence, "") for sentence in view.nearest)
    if view.suggested:
        yield tag("p", SUGGESTED)
        yield tag("ul", *(tag("li", question) for question in view.suggested))


def _quotation(sentence: QuotedSentence, number: str) -> Html:
    notes = [tag("footer", GLOSSARY)] if sentence.has_glosses else []
    return tag(
        "blockquote",
        tag("p", join(*map(_segment, sentence.segments))),
        tag("footer", f"{number}{place(sentence)}"),
        *notes,
    )


def _segment(segment: Segment) -> str:
    if segment.is_annotation:
        return join(" ", tag("i", segment.shown))
    return tag("mark", segment.text) if segment.kind == "highlighted" else segment.text
