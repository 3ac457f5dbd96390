"""What every form of a kept conversation says in words."""

from __future__ import annotations

from typing import Final

from afgqa.presentation import QuotedSentence

__all__ = ["PROMISE", "TITLE", "place"]

TITLE: Final = "A conversation with documents"
PROMISE: Final = "A quotation shows what the document says, not that it is true."


def place(sentence: QuotedSentence) -> str:
    """Where a quotation stands, who says it, and the hash of its file."""
    return f"{sentence.attributed_place}, SHA-256 {sentence.citation.sha256}"
