"""A visit, and the documents there are, to the panes that show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from afgqa.templating import Markup, render
from afgqa.types import Document
from afgqa.ui.actions import Download
from afgqa.ui.article_html import article, article_html
from afgqa.ui.cards import card
from afgqa.ui.conversation import conversation_html
from afgqa.ui.documents_html import library_html, shelved
from afgqa.ui.service import Desk
from afgqa.ui.session import Visit

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot

__all__ = ["article_pane", "download_pane", "library_pane", "talk_pane"]

_EXAMPLES: Final = 5  # more chips than this are a list to study, not an invitation


def talk_pane(desk: Desk, visit: Visit, *, problem: str | None = None, serial: int = 0) -> Markup:
    """The conversation of a visit; `problem` says why the latest action was not done."""
    several = desk.count(visit.own) > 1
    cards = [card(n, asked, several=several) for n, asked in enumerate(visit.asked, start=1)]
    examples = _examples(desk.documents(visit.own)) if not cards else ()
    return conversation_html(cards, examples=examples, problem=problem, serial=serial)


def article_pane(desk: Desk, own: Chatbot | None) -> Markup:
    """All documents, ready to be read."""
    return article_html(
        [
            article(document, desk.sentences(document.doc_id, own), position=position)
            for position, document in enumerate(desk.documents(own))
        ]
    )


def library_pane(desk: Desk, visit: Visit) -> Markup:
    """The list of the documents."""
    added = dict(visit.added)
    return library_html(
        [
            shelved(
                document,
                len(desk.sentences(document.doc_id, visit.own)),
                added.get(document.doc_id),
            )
            for document in desk.documents(visit.own)
        ]
    )


def download_pane(download: Download, *, serial: int) -> Markup:
    """A file that page.js offers to save as soon as it is there."""
    return render("ui/templates/download.html", download=download, serial=serial)


def _examples(documents: Sequence[Document]) -> tuple[str, ...]:
    """The first example questions of the documents, in their order, each once."""
    offered = (question for document in documents for question in document.examples)
    return tuple(dict.fromkeys(offered))[:_EXAMPLES]
