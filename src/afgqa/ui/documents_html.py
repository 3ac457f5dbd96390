"""The documents as a list: what each is, how long, since when; a visitor's own can be removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from afgqa.language.document_date import document_date
from afgqa.templating import Markup, render
from afgqa.types import Document

__all__ = ["DocumentRow", "library_html", "shelved"]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of the list.

    `date` is the day it says it is of; `added` is when a visitor brought it, None for the others.
    """

    doc_id: str
    title: str
    file: str
    characters: int
    sentences: int
    date: str
    added: str | None


def shelved(document: Document, sentences: int, added: str | None) -> DocumentRow:
    """The document as it stands in the list; `added` is when a visitor brought it."""
    of = document_date(document.text)
    return DocumentRow(
        doc_id=document.doc_id,
        title=document.title,
        file=PurePath(document.source).name,
        characters=len(document.text),
        sentences=sentences,
        date="-" if of is None else of.isoformat(),
        added=added,
    )


def library_html(shelf: Sequence[DocumentRow]) -> Markup:
    """Return the list of the documents that can be asked."""
    return render("ui/templates/documents.html", shelf=shelf)
