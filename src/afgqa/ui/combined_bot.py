"""The documents of the server and those that a visitor brought, asked as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, TypeVar

from afgqa.answers import Answer, Turn
from afgqa.types import Document, Sentence
from afgqa.ui.upload_limits import UploadLimits

if TYPE_CHECKING:
    from afgqa.answering.explanation import Explanation
    from afgqa.chatbot import Chatbot

__all__ = ["OWN", "CombinedBot"]

T = TypeVar("T")

OWN: Final = "yours://"
"""What the ids of a visitor's own documents begin with; the id of a file never does."""


class CombinedBot:
    """Answers from the server's documents and from a visitor's own.

    `own` is the visitor's chatbot in every call, None before there is one. Where both are asked,
    an answer goes before a refusal, and then the surer one before the other: the confidence of
    both is a probability of the same thing.
    """

    def __init__(self, bot: Chatbot) -> None:
        self._bot = bot
        self._limits = UploadLimits()

    @property
    def bot(self) -> Chatbot:
        """The chatbot over the server's documents."""
        return self._bot

    def documents(self, own: Chatbot | None) -> tuple[Document, ...]:
        """All documents in order of their ids, the server's first."""
        return self._bot.documents + (() if own is None else own.documents)

    def count(self, own: Chatbot | None) -> int:
        """How many documents there are."""
        return len(self.hashes(own))

    def hashes(self, own: Chatbot | None) -> dict[str, str]:
        """The SHA-256 of each document's file by the document's id."""
        return self._bot.hashes | ({} if own is None else own.hashes)

    def sentences(self, doc_id: str, own: Chatbot | None) -> tuple[Sentence, ...]:
        """The sentences of a document in reading order; KeyError for one that is not there."""
        return self._of(doc_id, own).sentences(doc_id)

    def ask(
        self,
        question: str,
        turns: Sequence[Turn],
        own: Chatbot | None,
        *,
        scope: str | None = None,
        alone: bool = False,
    ) -> Answer:
        """Answer the next question of a conversation; QuestionError where it cannot be asked."""
        return self._best(
            own,
            scope,
            lambda bot, docs: bot.conversation(turns).ask(question, docs=docs, alone=alone),
            lambda answer: answer,
        )

    def explain(self, answer: Answer, own: Chatbot | None, *, scope: str | None) -> Explanation:
        """How the answer to a question comes about, as it was searched."""
        return self._best(
            own,
            scope,
            lambda bot, docs: bot.explain(answer.standalone, docs=docs),
            lambda explanation: explanation.answer,
        )

    def take_in(self, document: Document, own: Chatbot | None) -> tuple[Chatbot, Document]:
        """The visitor's chatbot with one more document, and that document under its id there.

        DocumentError where there are too many already, or one of this name.
        """
        name = PurePath(document.source).name
        mine = replace(document, doc_id=f"{OWN}{name}", source=name)
        there = {} if own is None else {it.doc_id: it for it in own.documents}
        self._limits.check(mine, name, there, own)
        if own is None:
            own = self._bot.over(mine)
        else:
            own.add(mine)
        self._limits.count(own)
        return own, mine

    def remove(self, doc_id: str, own: Chatbot) -> None:
        """Remove one of the visitor's documents; QuestionError if there is none with this id."""
        own.remove(doc_id)
        self._limits.count(own)

    def _of(self, doc_id: str, own: Chatbot | None) -> Chatbot:
        return own if own is not None and doc_id.startswith(OWN) else self._bot

    def _best(
        self,
        own: Chatbot | None,
        scope: str | None,
        work: Callable[[Chatbot, list[str] | None], T],
        answer: Callable[[T], Answer],
    ) -> T:
        if scope is not None:
            return work(self._of(scope, own), [scope])
        bots = [self._bot, *([own] if own is not None and own.hashes else [])]
        found = [work(bot, None) for bot in bots]
        return max(found, key=lambda it: (answer(it).answered, answer(it).confidence))
