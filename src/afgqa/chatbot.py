"""`Chatbot`: the façade, and the one place where the parts that ship are put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from ftfy import fix_text

from afgqa.answering import answer_from, summary
from afgqa.conversation import standalone
from afgqa.documents import load_documents
from afgqa.embedders import load_embedder
from afgqa.errors import DocumentError, QuestionError, StoreError
from afgqa.explaining import Explanation, explain
from afgqa.index import add, find_changes, open_index, sync
from afgqa.kinds import kind_of
from afgqa.protocols import Embedder, Progress, Reader, VectorStore
from afgqa.reading import MovedError
from afgqa.reading_models import load_reader
from afgqa.repair import REPAIR
from afgqa.retrieval import retrieve
from afgqa.settings import Settings
from afgqa.spelling import corrected, words_of
from afgqa.stores.local import LocalStore
from afgqa.stores.memory import MemoryStore
from afgqa.stores.schema import read_manifest
from afgqa.tracing import Trace, trace
from afgqa.types import MODES, Answer, Changes, Citation, Document, Hit, Mode, Sentence, Turn
from afgqa.verifying import Cited, Verification, verify

__all__ = ["Chatbot", "Conversation"]

T = TypeVar("T")

_TRIES = 3


class Chatbot:
    """Answers questions about documents with sentences of theirs, or refuses with a reason.

    The constructor takes ready parts; `open` and `from_documents` put the usual ones together.
    Without `reader` the one that `settings` name is loaded; ReaderError when it cannot be had.
    `notices` tells what was found and mended while the index was opened. Safe to share between
    threads. Use it as a context manager, or call `close`.
    """

    def __init__(
        self,
        store: VectorStore,
        embedder: Embedder,
        *,
        reader: Reader | None = None,
        settings: Settings | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._settings = Settings() if settings is None else settings
        self._reader = load_reader(self._settings.reader) if reader is None else reader
        # The words of the documents, and of which: taken anew when an index has changed.
        self._known: tuple[dict[str, str], frozenset[str]] = ({}, frozenset())

    @classmethod
    def open(
        cls,
        index: str | Path = "index",
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        reader: Reader | None = None,
    ) -> Chatbot:
        """The chatbot over an index on disk, with the embedder that made it.

        StoreError when the index is missing, damaged or of another make; EmbedderError when
        its embedder cannot be had.
        """
        folder = Path(index)
        settings = Settings() if settings is None else settings
        manifest = read_manifest(folder)
        if embedder is None:
            embedder = load_embedder(manifest.embedder)
        return cls(
            open_index(folder, embedder, settings), embedder, reader=reader, settings=settings
        )

    @classmethod
    def from_documents(
        cls,
        *documents: str | Path | Document,
        index: str | Path | None = None,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        reader: Reader | None = None,
        rebuild: bool = False,
        progress: Progress | None = None,
    ) -> Chatbot:
        """The chatbot over files, folders or Documents; in memory unless `index` names a folder.

        With `index` (files and folders only) what is there is brought in step: new and changed
        files are embedded, those that are gone are forgotten. `progress` hears (passages done,
        passages in all). DocumentError names every file that cannot be used, and says when no
        document was given or two have one id.
        """
        settings = Settings() if settings is None else settings
        ready = [item for item in documents if isinstance(item, Document)]
        paths = [item for item in documents if not isinstance(item, Document)]
        if index is not None and ready:
            raise ValueError("an index on disk is made from files and folders, not from Documents")
        if not documents:
            raise DocumentError("No document was given. Name at least one file or folder.")
        if index is None:
            ready += load_documents(paths) if paths else ()
            _check_ids(ready)
        if embedder is None:
            embedder = load_embedder(settings.embedder)
        store: VectorStore
        if index is not None:
            store, _ = sync(
                Path(index), paths, embedder, settings, rebuild=rebuild, progress=progress
            )
        else:
            store = MemoryStore(embedder.dimension)
            add(store, ready, embedder, settings, progress)
        return cls(store, embedder, reader=reader, settings=settings)

    def ask(
        self, question: str, *, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> Answer:
        """Answer one question by itself, from the documents `docs` names by id (None: from all).

        QuestionError when it is empty, too long or no text, or for an unknown mode or document.
        """
        asked = self._clean(question)
        self._check(mode, docs)
        return self._answer(asked, self._spelled(asked), mode=mode, docs=docs)

    def explain(
        self, question: str, *, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> Explanation:
        """The answer that `ask` gives, and how it came about; QuestionError as for `ask`.

        A summary is made of the sentences alone: nothing of what is explained has a part in it.
        """
        asked = self._clean(question)
        self._check(mode, docs)
        return self._explain(asked, self._spelled(asked), mode=mode, docs=docs)

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        mode: Mode = "hybrid",
        docs: Sequence[str] | None = None,
    ) -> tuple[Hit, ...]:
        """The `k` best sentences for a query, best first; QuestionError as for `ask`."""
        # A client may send whatever JSON can hold.
        if not isinstance(k, int) or isinstance(k, bool) or k < 1:
            raise QuestionError(f"{k!r:.80} sentences were asked for; ask for 1 or more.")
        self._check(mode, docs)
        found = retrieve(
            self._store,
            self._embedder,
            self._spelled(self._clean(query)),
            settings=self._settings,
            mode=mode,
            docs=docs,
        )
        return found.hits[:k]

    def verify(self, citations: Iterable[Citation | Cited]) -> tuple[Verification, ...]:
        """What became of citations in the documents as they are by now; one each, in order."""
        return verify(citations, self.documents)

    def conversation(self, turns: Sequence[Turn] = ()) -> Conversation:
        """A conversation in which a question may point back to earlier ones."""
        return Conversation(self, turns)

    def over(self, *documents: Document) -> Chatbot:
        """A chatbot over other documents, in memory, with the same models and settings."""
        return Chatbot.from_documents(
            *documents, settings=self._settings, embedder=self._embedder, reader=self._reader
        )

    def add(self, *documents: Document) -> None:
        """Take in more documents, in memory; one with the id of another replaces it.

        StoreError where the documents are those of an index on disk, which is made from files.
        """
        add(self._in_memory(), documents, self._embedder, self._settings)

    def remove(self, *doc_ids: str) -> None:
        """Forget documents, in memory; QuestionError for one that is not there, StoreError as above."""
        store = self._in_memory()
        self._check("hybrid", doc_ids)
        store.delete(doc_ids)

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in order of their ids."""
        return tuple(self._store.document(doc_id) for doc_id in self._store.documents())

    def sentences(self, doc_id: str) -> tuple[Sentence, ...]:
        """The sentences of a document in reading order; KeyError for one that is not there."""
        return tuple(
            Sentence(p.ref.number, p.start, p.end, p.text)
            for p in self._store.passages(doc_id, "sentence")
        )

    def changes(self) -> Changes:
        """How the files of an index on disk differ from it by now; empty in memory."""
        if not isinstance(self._store, LocalStore):
            return Changes()
        return find_changes(self._store.folder, self._store)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was found and mended while the index was opened, in sentences for a person."""
        return tuple(self._store.notices) if isinstance(self._store, LocalStore) else ()

    def close(self) -> None:
        """Let go of the index."""
        self._store.close()

    def __enter__(self) -> Chatbot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(
        self,
        question: str,
        standalone: str,
        *,
        mode: Mode = "hybrid",
        docs: Sequence[str] | None = None,
    ) -> Answer:
        if kind_of(standalone) == "summary":
            return self._steadily(lambda: summary(question, standalone, self._store, docs))
        return self._steadily(
            lambda: answer_from(question, self._trace(standalone, mode, docs), self._store)
        )

    def _explain(
        self,
        question: str,
        standalone: str,
        *,
        mode: Mode = "hybrid",
        docs: Sequence[str] | None = None,
    ) -> Explanation:
        def work() -> Explanation:
            found = self._trace(standalone, mode, docs)
            if found.kind == "summary":
                return explain(summary(question, found.question, self._store, docs), found)
            return explain(answer_from(question, found, self._store), found)

        return self._steadily(work)

    def _trace(self, standalone: str, mode: Mode, docs: Sequence[str] | None) -> Trace:
        return trace(
            standalone,
            store=self._store,
            embedder=self._embedder,
            reader=self._reader,
            settings=self._settings,
            mode=mode,
            docs=docs,
        )

    def _in_memory(self) -> MemoryStore:
        if not isinstance(self._store, MemoryStore):
            raise StoreError(
                "The documents are those of an index on disk. Change its files and run "
                "`afgqa index`, or use Chatbot.over for documents in memory."
            )
        return self._store

    def _steadily(self, work: Callable[[], T]) -> T:
        """What `work` gives; once more where a document was replaced under it."""
        problem: MovedError | None = None
        for _ in range(_TRIES):
            try:
                return work()
            except MovedError as error:
                problem = error
        raise StoreError(f"The index kept changing ({problem}). Ask once more.") from problem

    def _check(self, mode: Mode, docs: Sequence[str] | None) -> None:
        if mode not in MODES:
            raise QuestionError(f"There is no mode {mode!r}. Use one of {', '.join(MODES)}.")
        if docs is None:
            return
        if isinstance(docs, str):
            raise QuestionError(f"docs is the text {docs!r}. Give a list of document ids.")
        there = self._store.documents()
        if unknown := [name for name in docs if name not in there]:
            raise QuestionError(
                f"There is no document {unknown[0]!r}. There are: {', '.join(there) or 'none'}."
            )

    def _spelled(self, question: str) -> str:
        """The question with its typing mistakes put right by the words of the documents."""
        if not self._settings.spelling:
            return question
        there = self._store.documents()
        if there != self._known[0]:
            words = frozenset[str]()
            for name in there:
                with suppress(KeyError):  # gone since: the next question looks again
                    words |= words_of(self._store.document(name).text)
            self._known = (there, words)
        return corrected(question, self._known[1])

    def _clean(self, question: str) -> str:
        if not isinstance(question, str):
            raise QuestionError(f"A question is text, and this is not: {question!r}.")
        question, limit = question.strip(), self._settings.question_limit
        if len(question) > limit:
            raise QuestionError(
                f"The question is {len(question):,} characters long; the limit is {limit:,}. "
                "Ask for one thing at a time."
            )
        text = " ".join(fix_text(question, REPAIR).split())
        if not text:
            raise QuestionError("The question is empty. Type a question in plain words.")
        return text


class Conversation:
    """Several turns; each question may point back to the ones before."""

    def __init__(self, bot: Chatbot, turns: Sequence[Turn] = ()) -> None:
        self._bot = bot
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
        asked = self._bot._clean(question)
        self._bot._check("hybrid", docs)
        spelled = self._bot._spelled(asked)
        answer = self._bot._answer(
            asked, spelled if alone else standalone(spelled, self._turns), docs=docs
        )
        self._turns += (Turn(asked, answer),)
        return answer

    def explain(self, question: str) -> Explanation:
        """The answer that `ask` gives to the next question, and how it came about."""
        asked = self._bot._clean(question)
        explanation = self._bot._explain(asked, standalone(self._bot._spelled(asked), self._turns))
        self._turns += (Turn(asked, explanation.answer),)
        return explanation


def _check_ids(documents: Sequence[Document]) -> None:
    seen: set[str] = set()
    for document in documents:
        if document.doc_id in seen:
            raise DocumentError(
                f"Two documents are called {document.doc_id!r}. Give each an id of its own."
            )
        seen.add(document.doc_id)
