"""What every form of a kept conversation says in words."""

from __future__ import annotations

from typing import Final

from afgqa.presentation import AnswerView, QuotedSentence

__all__ = ["GLOSSARY", "PROMISE", "TITLE", "place", "reason", "searched"]

TITLE: Final = "A conversation with documents"
PROMISE: Final = "A quotation shows that the document says so, not that it is so."
GLOSSARY: Final = "In brackets: the editor's glossary."


def searched(view: AnswerView) -> str | None:
    """How the question was searched, where that is not how it was asked."""
    return None if view.searched is None else f"Searched for: {view.searched}"


def reason(view: AnswerView) -> str | None:
    """Why there is no answer, where its text does not say so itself."""
    return None if view.further_reason is None else f"Reason: {view.further_reason}"


def place(sentence: QuotedSentence) -> str:
    """Where a quotation stands, who says it, and the hash of its file."""
    return f"{sentence.attributed_place}, SHA-256 {sentence.citation.sha256}"
