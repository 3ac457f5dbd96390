"""A conversation: several turns, each of which may point back to the ones before."""

from __future__ import annotations

from collections.abc import Sequence

from afgqa.answering.engine import Engine
from afgqa.answering.explanation import Explanation
from afgqa.answers import Answer, Turn

__all__ = ["Conversation"]


class Conversation:
    """Several turns; each question may refer to the previous ones.

    >>> from afgqa import Chatbot
    >>> from afgqa.documents import document_from_bytes
    >>> from afgqa.reading.typed_reader import TypedReader
    >>> from afgqa.search.hashing_embedder import HashingEmbedder
    >>> text = b"Ann Lee opened the bridge in May 1999. It is long."
    >>> document = document_from_bytes(text, doc_id="bridge.txt")
    >>> bot = Chatbot.from_documents(
    ...     document, embedder=HashingEmbedder(), reader=TypedReader()
    ... )
    >>> conversation = bot.conversation()
    >>> conversation.ask("Who opened the bridge?").short
    'Ann Lee'
    >>> conversation.ask("When did she open the bridge?").standalone
    'When did Ann Lee open the bridge?'
    >>> [turn.answer.short for turn in conversation.turns]
    ['Ann Lee', 'May 1999']
    """

    def __init__(self, engine: Engine, turns: Sequence[Turn] = ()) -> None:
        self._engine = engine
        self._turns = tuple(turns)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns so far, oldest first."""
        return self._turns

    def ask(
        self, question: str, *, docs: Sequence[str] | None = None, alone: bool = False
    ) -> Answer:
        """Answer the next question; one that cannot be asked leaves the conversation as it was.

        `alone` takes it as it stands, however much it seems to point back; `docs` names the
        documents by id (None: all).
        """
        answer = self._engine.ask(question, () if alone else self._turns, docs=docs)
        self._turns += (Turn(answer.question, answer),)
        return answer

    def explain(self, question: str) -> Explanation:
        """The answer that `ask` gives to the next question, and how it came about."""
        explanation = self._engine.explain(question, self._turns)
        self._turns += (Turn(explanation.answer.question, explanation.answer),)
        return explanation
