"""What every form of a kept conversation says in words."""

from __future__ import annotations

from typing import Final

from afgqa.types import Answer, Citation

__all__ = ["GLOSSARY", "NEAREST", "PROMISE", "SUGGESTED", "TITLE", "place", "reason", "searched"]

TITLE: Final = "A conversation with documents"
PROMISE: Final = "A quotation shows that the document says so, not that it is so."
NEAREST: Final = "Nearest sentences:"
SUGGESTED: Final = "Questions with an answer:"
GLOSSARY: Final = "In brackets: the editor's glossary."


def searched(answer: Answer) -> str | None:
    """How the question was searched, where that is not how it was asked."""
    return None if answer.standalone == answer.question else f"Searched for: {answer.standalone}"


def reason(answer: Answer) -> str | None:
    """Why there is no answer, where its text does not say so itself."""
    why = answer.reason
    return None if why is None or why in answer.text else f"Reason: {why}"


def place(citation: Citation) -> str:
    """Where a quotation stands: its file, page and characters, who says it, and the file's hash."""
    page = f", page {citation.page}" if citation.page else ""
    said = f", said by {citation.speaker}" if citation.speaker else ""
    where = f"{citation.source}{page}, characters {citation.start}-{citation.end}{said}"
    return f"{where}, SHA-256 {citation.sha256}"
