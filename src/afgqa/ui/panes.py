"""A session, and the documents there are, to the panes that show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from afgqa.templating import Markup, render
from afgqa.types import Document
from afgqa.ui.actions import Download
from afgqa.ui.article_html import article, article_html
from afgqa.ui.cards import card
from afgqa.ui.combined_bot import CombinedBot
from afgqa.ui.conversation import conversation_html
from afgqa.ui.documents_html import library_html, shelved
from afgqa.ui.session import Session

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot

__all__ = ["article_pane", "download_pane", "library_pane", "talk_pane"]

_EXAMPLES: Final = 5  # of one document; article.js shows as many in all
_OFFERED: Final = 100  # of all documents, of which one may be chosen


def talk_pane(
    service: CombinedBot, session: Session, *, problem: str | None = None, serial: int = 0
) -> Markup:
    """The conversation of a session; `problem` says why the latest action was not done."""
    cards = [card(n, asked) for n, asked in enumerate(session.asked, start=1)]
    examples = _examples(service.documents(session.own)) if not cards else ()
    return conversation_html(cards, examples=examples, problem=problem, serial=serial)


def article_pane(service: CombinedBot, own: Chatbot | None) -> Markup:
    """All documents, ready to be read."""
    return article_html(
        [
            article(document, service.sentences(document.doc_id, own), position=position)
            for position, document in enumerate(service.documents(own))
        ]
    )


def library_pane(service: CombinedBot, session: Session) -> Markup:
    """The list of the documents."""
    added = dict(session.added)
    return library_html(
        [
            shelved(
                document,
                len(service.sentences(document.doc_id, session.own)),
                added.get(document.doc_id),
            )
            for document in service.documents(session.own)
        ]
    )


def download_pane(download: Download, *, serial: int) -> Markup:
    """A file that page.js offers to save as soon as it is there."""
    return render("ui/templates/download.html", download=download, serial=serial)


def _examples(documents: Sequence[Document]) -> tuple[tuple[str, str], ...]:
    """The first example questions of each document, after its id, in their order, each once."""
    offered = (
        (document.doc_id, question)
        for document in documents
        for question in document.examples[:_EXAMPLES]
    )
    return tuple(dict.fromkeys(offered))[:_OFFERED]
