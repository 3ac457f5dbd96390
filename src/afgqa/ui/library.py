"""The documents as a list: what each is, how long, since when; a visitor's own can be removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from afgqa.calendar_words import document_date
from afgqa.markup import Html, tag
from afgqa.types import Document
from afgqa.ui.desk import OWN

__all__ = ["Shelved", "library_html", "shelved"]


@dataclass(frozen=True, slots=True)
class Shelved:
    """One document of the list.

    `date` is the day it says it is of, or when a visitor brought it; `own` is true of a visitor's.
    """

    doc_id: str
    title: str
    file: str
    characters: int
    sentences: int
    date: str
    own: bool


def shelved(document: Document, sentences: int, added: str | None) -> Shelved:
    """The document as it stands in the list; `added` is when a visitor brought it."""
    of = document_date(document.text)
    return Shelved(
        doc_id=document.doc_id,
        title=document.title,
        file=PurePath(document.source).name,
        characters=len(document.text),
        sentences=sentences,
        date=f"today, {added}" if added is not None else "-" if of is None else of.isoformat(),
        own=document.doc_id.startswith(OWN),
    )


def library_html(shelf: Sequence[Shelved], *, serial: int = 0) -> Html:
    """Return the list of the documents that can be asked."""
    head = ("Document", "Characters", "Sentences", "Date", "")
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", name, scope="col") for name in head))),
            tag("tbody", *map(_row, shelf)),
        ),
        class_="shelf",
        data_serial=serial,
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
    yours = [" ", tag("span", "only you", class_="own", title="Gone when you leave this page")]
    return tag(
        "tr",
        tag(
            "th",
            it.title,
            tag("small", it.file, *yours * it.own),
            scope="row",
        ),
        tag("td", f"{it.characters:,}", tag("span", " characters", class_="unit")),
        tag("td", f"{it.sentences:,}", tag("span", " sentences", class_="unit")),
        tag("td", it.date),
        tag("td", ask, *[remove] * it.own),
    )
