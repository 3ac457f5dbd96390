"""The documents as a list: what each is, how long, since when; a visitor's own can be removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from afgqa.language.dates import document_date
from afgqa.markup import Html, tag
from afgqa.types import Document

__all__ = ["Shelved", "library_html", "shelved"]


@dataclass(frozen=True, slots=True)
class Shelved:
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


def shelved(document: Document, sentences: int, added: str | None) -> Shelved:
    """The document as it stands in the list; `added` is when a visitor brought it."""
    of = document_date(document.text)
    return Shelved(
        doc_id=document.doc_id,
        title=document.title,
        file=PurePath(document.source).name,
        characters=len(document.text),
        sentences=sentences,
        date="-" if of is None else of.isoformat(),
        added=added,
    )


def library_html(shelf: Sequence[Shelved]) -> Html:
    """Return the list of the documents that can be asked."""
    head = ("Document", "Characters", "Sentences", "Of the day", "")
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", name, scope="col") for name in head))),
            tag("tbody", *map(_row, shelf)),
        ),
        class_="shelf",
    )


def _row(it: Shelved) -> Html:
    ask = tag("button", "Ask", type="button", class_="link only", data_doc=it.doc_id)
    remove = tag(
        "button",
        "Remove",
        type="button",
        class_="link remove",
        data_doc=it.doc_id,
        aria_label=f"Remove {it.file}",
    )
    said = f"only you, since {it.added}"
    yours = [" ", tag("span", said, class_="own", title="Gone when you leave or reload the page")]
    return tag(
        "tr",
        tag(
            "th",
            it.title,
            tag("small", it.file, *yours * (it.added is not None)),
            scope="row",
        ),
        tag("td", f"{it.characters:,}", tag("span", " characters", class_="unit")),
        tag("td", f"{it.sentences:,}", tag("span", " sentences", class_="unit")),
        tag("td", it.date),
        tag("td", ask, *[remove] * (it.added is not None)),
    )
