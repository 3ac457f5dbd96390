"""What answers a question: the documents, the models, and how they are used, as one part.

`Chatbot` and `Conversation` lean on it; nothing here knows of files or of earlier questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ftfy import fix_text

from afgqa.answering.answer import answer_from, summary
from afgqa.answering.explanation import Explanation, explain
from afgqa.answering.pipeline import Trace, trace
from afgqa.answers import Answer, Turn
from afgqa.documents.repair import REPAIR
from afgqa.errors import QuestionError
from afgqa.language.spelling import corrected, words_of
from afgqa.protocols import Embedder, Reader, Snapshot, VectorStore
from afgqa.question.acronyms import in_full, initials_of
from afgqa.question.analysis import Question, analyse
from afgqa.question.followups import standalone
from afgqa.reading.units import Documents
from afgqa.search.retrieval import retrieve
from afgqa.settings import Settings
from afgqa.types import MODES, Hit, Mode

__all__ = ["Engine", "check_documents"]


@dataclass(frozen=True, slots=True)
class _Known:
    """What all documents have: their hashes, their words, and what initials stand for."""

    hashes: Mapping[str, str]
    words: frozenset[str]
    initials: Mapping[str, str]


class Engine:
    """Answers a question from a store, by an embedder and a reader. Safe to share between threads.

    Every question goes one way: it is cleaned and checked, its spelling is put right, it is made to
    stand alone, and analysed once. QuestionError where it cannot be asked.
    """

    def __init__(
        self, store: VectorStore, embedder: Embedder, reader: Reader, settings: Settings
    ) -> None:
        self.store = store
        self.embedder = embedder
        self.reader = reader
        self.settings = settings
        self._known = _Known({}, frozenset(), {})

    def ask(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        mode: Mode = "hybrid",
        docs: Sequence[str] | None = None,
    ) -> Answer:
        """The answer to a question that may point back to the turns before it."""
        with self.store.snapshot() as view:
            said, asked = self._understood(question, turns, view, mode, docs)
            if asked.answer_type == "summary":
                return summary(said, asked, view, docs)
            documents = Documents(view)
            found = self._trace(asked, view, documents, mode, docs)
            return answer_from(said, found, _examples(found, documents, view))

    def explain(
        self,
        question: str,
        turns: Sequence[Turn] = (),
        *,
        mode: Mode = "hybrid",
        docs: Sequence[str] | None = None,
    ) -> Explanation:
        """The answer that `ask` gives, and how it comes about.

        A summary is made of the sentences alone: nothing of what is explained has a part in it.
        """
        with self.store.snapshot() as view:
            said, asked = self._understood(question, turns, view, mode, docs)
            documents = Documents(view)
            found = self._trace(asked, view, documents, mode, docs)
            if asked.answer_type == "summary":
                return explain(summary(said, asked, view, docs), found)
            return explain(answer_from(said, found, _examples(found, documents, view)), found)

    def search(self, query: str, k: int, mode: Mode, docs: Sequence[str] | None) -> tuple[Hit, ...]:
        """The `k` best sentences for a query, best first."""
        with self.store.snapshot() as view:
            _check(mode, docs, view)
            text = self._spelled(self._clean(query), view)
            return retrieve(
                view, self.embedder, text, settings=self.settings, mode=mode, docs=docs
            ).hits[:k]

    def _understood(
        self,
        question: str,
        turns: Sequence[Turn],
        view: Snapshot,
        mode: Mode,
        docs: Sequence[str] | None,
    ) -> tuple[str, Question]:
        """The question on one line as it was asked, and what it asks for."""
        said = self._clean(question)
        _check(mode, docs, view)
        return said, analyse(standalone(self._spelled(said, view), turns))

    def _clean(self, question: str) -> str:
        """The question on one line, repaired."""
        if not isinstance(question, str):
            raise QuestionError(f"A question must be text, not {question!r:.80}.")
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

    def _spelled(self, question: str, view: Snapshot) -> str:
        """The question with its typing mistakes put right, and its initials in full.

        Both by the words of the documents.
        """
        if not self.settings.spelling:
            return question
        known = self._known_of(view)
        return in_full(corrected(question, known.words), known.initials, known.words)

    def _trace(
        self,
        question: Question,
        view: Snapshot,
        documents: Documents,
        mode: Mode,
        docs: Sequence[str] | None,
    ) -> Trace:
        return trace(
            question,
            view=view,
            documents=documents,
            embedder=self.embedder,
            reader=self.reader,
            settings=self.settings,
            mode=mode,
            docs=docs,
        )

    def _known_of(self, view: Snapshot) -> _Known:
        """What is known of the documents: anew when an index has changed."""
        there = view.documents()
        if there != self._known.hashes:
            words: set[str] = set()

            def texts() -> Iterator[str]:  # one at a time
                for name in there:
                    text = view.document(name).text
                    words.update(words_of(text))
                    yield text

            initials = initials_of(texts())
            self._known = _Known(there, frozenset(words), initials)
        return self._known


def check_documents(docs: Sequence[str], view: Snapshot) -> None:
    """QuestionError for a document that is not there."""
    if isinstance(docs, str):
        raise QuestionError(f"docs is the string {docs!r:.80}. Give a list of document ids.")
    if not isinstance(docs, Collection) or not all(isinstance(name, str) for name in docs):
        raise QuestionError(f"docs is {docs!r:.80}. Give a list of document ids.")
    there = view.documents()
    if unknown := [name for name in docs if name not in there]:
        raise QuestionError(
            f"There is no document {unknown[0]!r:.200}. "
            f"There are: {', '.join(there) or 'none':.500}."
        )


def _check(mode: Mode, docs: Sequence[str] | None, view: Snapshot) -> None:
    """QuestionError for a mode or a document that is not there."""
    if mode not in MODES:
        raise QuestionError(f"Unknown mode {mode!r:.80}. Use one of {', '.join(MODES)}.")
    if docs is not None:
        check_documents(docs, view)


def _examples(found: Trace, documents: Documents, view: Snapshot) -> tuple[str, ...]:
    """The questions that come with the documents, for a refusal alone."""
    if found.answered:
        return ()
    every = (example for name in view.documents() for example in documents[name].examples)
    return tuple(dict.fromkeys(every))
