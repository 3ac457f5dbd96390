"""A conversation as one self-contained page of HTML: no script, nothing fetched, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from afgqa.answers import Turn
from afgqa.exporting.shared import PROMISE, TITLE, place
from afgqa.presentation import NEAREST, SUGGESTED, answer_view
from afgqa.templating import render

__all__ = ["as_html"]


def as_html(turns: Sequence[Turn], exported: datetime) -> str:
    """The conversation as a whole page, which may be opened from a file.

    >>> from datetime import datetime, timezone
    >>> time = datetime(2026, 1, 2, tzinfo=timezone.utc)
    >>> as_html([], time).startswith("<!doctype html>")
    True
    """
    page = render(
        "exporting/templates/conversation.html",
        title=TITLE,
        promise=PROMISE,
        time=exported.isoformat(timespec="seconds"),
        views=[answer_view(turn.answer) for turn in turns],
        place=place,
        nearest=NEAREST,
        suggested=SUGGESTED,
    )
    return f"{page}\n"
