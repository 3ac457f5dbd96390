"""How much visitors may upload: each of them, and all together."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from afgqa.errors import DocumentError
from afgqa.types import Document

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot

__all__ = ["LONGEST_OWN", "UploadLimits"]

# A visitor's documents wait in line with everybody's questions while they are embedded.
_MOST_OWN: Final = 20
LONGEST_OWN: Final = 200_000
"""Characters of all documents of one visitor together: some 30,000 words."""
# Some 25 bytes of memory for each character, with its vectors: 250 MB in all.
_MOST_IN_ALL: Final = 10_000_000


class UploadLimits:
    """Counts the characters of the visitors' documents; who has left no longer counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lengths: WeakKeyDictionary[Chatbot, int] = WeakKeyDictionary()

    def check(
        self, document: Document, name: str, there: Mapping[str, Document], own: Chatbot | None
    ) -> None:
        """DocumentError if one more document is too much for the visitor, or for the server."""
        if document.doc_id in there:
            raise DocumentError(
                f"A document named {name} already exists. Remove it first, or rename this one."
            )
        if len(there) >= _MOST_OWN:
            raise DocumentError(f"You already have {_MOST_OWN} files. Remove one first.")
        length = sum(len(it.text) for it in (document, *there.values()))
        if length > LONGEST_OWN:
            raise DocumentError(
                f"With {name}, your documents would have {length:,} characters; the limit is "
                f"{LONGEST_OWN:,}. Remove another one, or use `afgqa index` for long texts."
            )
        with self._lock:
            others = sum(it for bot, it in self._lengths.items() if bot is not own)
        if others + length > _MOST_IN_ALL:
            raise DocumentError(
                "The server has no room for more documents at the moment. Try again later."
            )

    def count(self, own: Chatbot) -> None:
        """Note what a visitor has by now."""
        length = sum(len(it.text) for it in own.documents)
        with self._lock:
            self._lengths[own] = length
