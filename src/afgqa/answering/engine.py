"""What answers a question: the documents, the models, and how they are used, as one part.

`Chatbot` and `Conversation` lean on it; nothing here knows of files or of earlier questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from ftfy import fix_text

from afgqa.answering.answer import answer_from, summary
from afgqa.answering.explanation import Explanation, explain
from afgqa.answering.pipeline import Trace, trace
from afgqa.documents.repair import REPAIR
from afgqa.errors import QuestionError, StoreError
from afgqa.language.spelling import corrected, words_of
from afgqa.protocols import Embedder, Reader, VectorStore
from afgqa.question.acronyms import in_full, initials_of
from afgqa.question.analysis import Question, analyse
from afgqa.reading.candidates import StaleIndexError
from afgqa.search.retrieval import retrieve
from afgqa.settings import Settings
from afgqa.types import MODES, Answer, Hit, Mode

__all__ = ["Engine"]

T = TypeVar("T")

_TRIES = 3


class Engine:
    """Answers a question from a store, by an embedder and a reader. Safe to share between threads.

    A question goes through `clean` and `check` first, which raise QuestionError where it cannot be
    asked, and through `spelled`.
    """

    def __init__(
        self, store: VectorStore, embedder: Embedder, reader: Reader, settings: Settings
    ) -> None:
        self.store = store
        self.embedder = embedder
        self.reader = reader
        self.settings = settings
        # Of which documents they are, words and initials: anew when an index has changed.
        self._known: tuple[dict[str, str], frozenset[str], dict[str, str]] = ({}, frozenset(), {})

    def clean(self, question: str) -> str:
        """The question on one line, repaired; QuestionError where it is empty or too long."""
        if not isinstance(question, str):
            raise QuestionError(f"A question is text, and this is not: {question!r}.")
        question, limit = question.strip(), self.settings.question_limit
        if len(question) > limit:
            raise QuestionError(
                f"The question is {len(question):,} characters long; the limit is {limit:,}. "
                "Ask for one thing at a time."
            )
        text = " ".join(fix_text(question, REPAIR).split())
        if not text:
            raise QuestionError("The question is empty. Type a question in plain words.")
        return text

    def check(self, mode: Mode, docs: Sequence[str] | None) -> None:
        """QuestionError for a mode or a document that is not there."""
        if mode not in MODES:
            raise QuestionError(f"There is no mode {mode!r}. Use one of {', '.join(MODES)}.")
        if docs is None:
            return
        if isinstance(docs, str):
            raise QuestionError(f"docs is the text {docs!r}. Give a list of document ids.")
        there = self.store.documents()
        if unknown := [name for name in docs if name not in there]:
            raise QuestionError(
                f"There is no document {unknown[0]!r}. There are: {', '.join(there) or 'none'}."
            )

    def spelled(self, question: str) -> str:
        """The question with its typing mistakes put right, and its initials in full.

        Both by the words of the documents.
        """
        if not self.settings.spelling:
            return question
        there = self.store.documents()
        if there != self._known[0]:
            words: set[str] = set()
            initials = initials_of(self._texts(there, words))
            self._known = (there, frozenset(words), initials)
        _, known, initials = self._known
        return in_full(corrected(question, known), initials, known)

    def _texts(self, names: Iterable[str], words: set[str]) -> Iterator[str]:
        """The text of each document, one at a time; its words are added to `words`."""
        for name in names:
            with suppress(KeyError):  # gone since: the next question looks again
                text = self.store.document(name).text
                words |= words_of(text)
                yield text

    def answer(
        self,
        question: str,
        standalone: str,
        *,
        mode: Mode = "hybrid",
        docs: Sequence[str] | None = None,
    ) -> Answer:
        """The answer to `question` from what is found for its `standalone` form."""
        asked = analyse(standalone)
        if asked.answer_type == "summary":
            return self._retry_if_stale(lambda: summary(question, asked, self.store, docs))
        return self._retry_if_stale(
            lambda: answer_from(question, self._trace(asked, mode, docs), self.store)
        )

    def explain(
        self,
        question: str,
        standalone: str,
        *,
        mode: Mode = "hybrid",
        docs: Sequence[str] | None = None,
    ) -> Explanation:
        """The answer, and how it comes about.

        A summary is made of the sentences alone: nothing of what is explained has a part in it.
        """

        def work() -> Explanation:
            found = self._trace(analyse(standalone), mode, docs)
            if found.question.answer_type == "summary":
                return explain(summary(question, found.question, self.store, docs), found)
            return explain(answer_from(question, found, self.store), found)

        return self._retry_if_stale(work)

    def search(self, query: str, k: int, mode: Mode, docs: Sequence[str] | None) -> tuple[Hit, ...]:
        """The `k` best sentences for a query, best first."""
        return retrieve(
            self.store, self.embedder, query, settings=self.settings, mode=mode, docs=docs
        ).hits[:k]

    def _trace(self, question: Question, mode: Mode, docs: Sequence[str] | None) -> Trace:
        return trace(
            question,
            store=self.store,
            embedder=self.embedder,
            reader=self.reader,
            settings=self.settings,
            mode=mode,
            docs=docs,
        )

    def _retry_if_stale(self, work: Callable[[], T]) -> T:
        """What `work` gives; once more where a document was replaced under it."""
        problem: StaleIndexError | None = None
        for _ in range(_TRIES):
            try:
                return work()
            except StaleIndexError as error:
                problem = error
        raise StoreError(f"The index kept changing ({problem}). Ask once more.") from problem
