"""A conversation as JSON, which `afgqa verify` reads (docs/conversation.schema.json)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from afgqa.answers import Turn
from afgqa.kept_citations import CONVERSATION, VERSION
from afgqa.serialization import answer_row

__all__ = ["as_json"]


def as_json(turns: Sequence[Turn], exported: datetime) -> dict[str, Any]:
    """The conversation as a JSON object: its turns are the rows of batch answers, without an id.

    >>> from datetime import datetime, timezone
    >>> time = datetime(2026, 1, 2, tzinfo=timezone.utc)
    >>> as_json([], time)["exported"]
    '2026-01-02T00:00:00+00:00'
    """
    return {
        "afgqa": CONVERSATION,
        "version": VERSION,
        "exported": exported.isoformat(timespec="seconds"),
        "turns": [answer_row(turn.answer) for turn in turns],
    }
