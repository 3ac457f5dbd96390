"""Suggestions as a draft of a glossary: TOML in which every entry is a comment, for a person.

Nothing is taken by accident: an entry counts once its `#` is gone, and one whose meaning is still
empty is refused by `glossary.parse`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from afgqa.documents.glossary_candidates import Suggestion
from afgqa.types import Document

__all__ = ["draft"]


def draft(document: Document, suggestions: Sequence[Suggestion]) -> str:
    """The text of the draft, without a line end at its end; its places count from 0."""
    head = [
        f"# {_line(document.doc_id)}: {len(suggestions)} suggestions, the likeliest first",
        "# Where a phrase is odd, take the # from its entry and write what it means.",
    ]
    return "\n\n".join(["\n".join(head), *(_entry(document.text, one) for one in suggestions)])


def _entry(text: str, one: Suggestion) -> str:
    places = ", ".join(str(start) for start, _ in one.places)
    lines = [f"# {_line(text[slice(*one.sentence)])}", f"# at {places}"]
    if one.guesses:
        lines[-1] += f"; {one.word}: {', '.join(one.guesses)}?"
    # A JSON string of letters and spaces is a TOML string.
    return "\n".join([*lines, f'#{json.dumps(one.phrase, ensure_ascii=False)} = ""'])


def _line(text: str) -> str:
    """In one line, without the control characters that a comment may not have."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
