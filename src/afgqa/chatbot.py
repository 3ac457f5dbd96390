"""`Chatbot`: the façade, and the one place where the parts that ship are put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from afgqa.answering.citation_verification import Cited, Verification, verify
from afgqa.answering.engine import Engine, check_documents
from afgqa.answering.explanation import Explanation
from afgqa.answers import Answer, Citation, Turn
from afgqa.conversation import Conversation
from afgqa.documents.loading import load_documents
from afgqa.errors import DocumentError, QuestionError, StoreError
from afgqa.protocols import Embedder, Progress, Reader, VectorStore
from afgqa.reading.models import load_reader
from afgqa.search.embedders import load_embedder
from afgqa.search.indexing import add, find_changes, open_index, sync
from afgqa.search.memory_store import MemoryStore
from afgqa.search.sqlite_schema import read_manifest
from afgqa.search.sqlite_store import LocalStore
from afgqa.settings import Settings
from afgqa.types import Changes, Document, Hit, Mode, Sentence

__all__ = ["Chatbot"]


class Chatbot:
    """Answers questions with sentences quoted from documents, or refuses with a reason.

    The constructor takes ready parts; `open` and `from_documents` put the usual ones together.
    Without `reader` the one that `settings` name is loaded; ReaderError when that failed.
    `notices` tells what was found and mended while the index was opened. Safe to share between
    threads. Use it as a context manager, or call `close`.

    >>> from afgqa.documents import document_from_bytes
    >>> from afgqa.reading.typed_reader import TypedReader
    >>> from afgqa.search.hashing_embedder import HashingEmbedder
    >>> text = b"Ann Lee opened the bridge in May 1999. It is long."
    >>> document = document_from_bytes(text, doc_id="bridge.txt")
    >>> bot = Chatbot.from_documents(
    ...     document, embedder=HashingEmbedder(), reader=TypedReader()
    ... )
    >>> answer = bot.ask("Who opened the bridge?")
    >>> answer.text
    'Ann Lee [1]'
    >>> bot.search("opened the bridge")[0].passage.text
    'Ann Lee opened the bridge in May 1999.'
    >>> bot.ask("Where is Mars?").answered
    False
    """

    def __init__(
        self,
        store: VectorStore,
        embedder: Embedder,
        *,
        reader: Reader | None = None,
        settings: Settings | None = None,
    ) -> None:
        settings = Settings() if settings is None else settings
        reader = load_reader(settings.reader) if reader is None else reader
        self._store = store
        self._engine = Engine(store, embedder, reader, settings)

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
        its embedder could not be loaded.
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
        follow_links: bool = False,
        progress: Progress | None = None,
    ) -> Chatbot:
        """The chatbot over files, folders or Documents; in memory unless `index` names a folder.

        With `index` (files and folders only) what is there is brought in step: new and changed
        files are embedded, those that are gone are forgotten. `progress` hears (passages done,
        passages in all). A link in a folder that leads out of it is followed with `follow_links`
        alone. DocumentError names every file that cannot be used, and says when no
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
            ready += load_documents(paths, follow_links=follow_links) if paths else ()
            _check_ids(ready)
        if embedder is None:
            embedder = load_embedder(settings.embedder)
        store: VectorStore
        if index is not None:
            store, _ = sync(
                Path(index),
                paths,
                embedder,
                settings,
                rebuild=rebuild,
                follow_links=follow_links,
                progress=progress,
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
        return self._engine.ask(question, mode=mode, docs=docs)

    def explain(
        self, question: str, *, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> Explanation:
        """The answer that `ask` gives, and how it came about; QuestionError as for `ask`.

        A summary is made of the sentences alone: nothing of what is explained has a part in it.
        """
        return self._engine.explain(question, mode=mode, docs=docs)

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
            raise QuestionError(f"{k!r:.80} sentences were requested; request 1 or more.")
        return self._engine.search(query, k, mode, docs)

    def verify(self, citations: Iterable[Citation | Cited]) -> tuple[Verification, ...]:
        """Check citations against the present documents: one result each, in order."""
        return verify(citations, self.documents)

    def conversation(self, turns: Sequence[Turn] = ()) -> Conversation:
        """A conversation in which a question may refer to earlier ones."""
        return Conversation(self._engine, turns)

    def over(self, *documents: Document, progress: Progress | None = None) -> Chatbot:
        """A chatbot over other documents, in memory, with the same models and settings.

        `progress` is called with (passages embedded, passages in all); an error that it raises
        stops the work.
        """
        own = self._engine
        return Chatbot.from_documents(
            *documents,
            settings=own.settings,
            embedder=own.embedder,
            reader=own.reader,
            progress=progress,
        )

    def add(self, *documents: Document) -> None:
        """Take in more documents, in memory; one with the id of another replaces it.

        StoreError where the documents are those of an index on disk, which is made from files.
        """
        add(self._in_memory(), documents, self._engine.embedder, self._engine.settings)

    def remove(self, *doc_ids: str) -> None:
        """Forget documents, in memory; QuestionError for one that is not there.

        StoreError where the documents are those of an index on disk.
        """
        store = self._in_memory()
        check_documents(doc_ids, store)
        store.delete(doc_ids)

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in order of their ids."""
        with self._store.snapshot() as view:
            return tuple(view.document(doc_id) for doc_id in view.documents())

    @property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each document's file by the document's id, without reading any text."""
        return self._store.documents()

    def sentences(self, doc_id: str) -> tuple[Sentence, ...]:
        """The sentences of a document in reading order; KeyError for one that is not there."""
        return tuple(
            Sentence(p.ref.number, p.start, p.end, p.text)
            for p in self._store.passages(doc_id, "sentence")
        )

    def changes(self) -> Changes:
        """How the files differ from the index on disk; empty for documents in memory."""
        if not isinstance(self._store, LocalStore):
            return Changes()
        return find_changes(self._store.folder, self._store)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was repaired while the index was opened, as sentences for the user."""
        return tuple(self._store.notices) if isinstance(self._store, LocalStore) else ()

    def close(self) -> None:
        """Close the index."""
        self._store.close()

    def __enter__(self) -> Chatbot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _in_memory(self) -> MemoryStore:
        if not isinstance(self._store, MemoryStore):
            raise StoreError(
                "The documents belong to an index on disk. Change its files and run "
                "`afgqa index`, or use Chatbot.over for documents in memory."
            )
        return self._store


def _check_ids(documents: Sequence[Document]) -> None:
    seen: set[str] = set()
    for document in documents:
        if document.doc_id in seen:
            raise DocumentError(
                f"Two documents have the id {document.doc_id!r}. Give each a different id."
            )
        seen.add(document.doc_id)
