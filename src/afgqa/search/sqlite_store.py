"""The store on disk: SQLite is the truth, FTS5 finds terms, FAISS is a cache over the vectors.

One folder holds `afgqa.sqlite` and a FAISS file per unit. Every write exchanges the database for
a changed copy (`index_file`), so what is open never changes. Each document is compared with its
checksum when it is first read, and the checksums of all with the seal when the file is opened.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from afgqa.errors import IndexDamagedError
from afgqa.protocols import Vectors
from afgqa.search import sqlite_rows as records
from afgqa.search.direct_reads import DirectReads
from afgqa.search.index_file import Identity, bound, exchange, exclusive, identity, open_file
from afgqa.search.sqlite_schema import (
    check_manifest,
    check_schema,
    closed,
    create,
    damaged,
    manifest_in,
    translate_errors,
)
from afgqa.search.sqlite_snapshot import SqliteSnapshot
from afgqa.search.vector_cache import FaissCache
from afgqa.types import UNITS, Document, Manifest, Passage

__all__ = ["Contents", "LocalStore"]

Contents = Sequence[tuple[Document, Sequence[Passage], Vectors]]  # as `replace` takes them

# An index of this size (bytes) is compared with its checksums when it is opened, which takes some
# hundredths of a second; of a larger one each document when it is first read.
_CHECKED_WHOLE: Final = 4 << 20


@dataclass(slots=True)
class _State:
    """One database file: what was read of it, and its connections that nobody uses now."""

    identity: Identity
    cache: FaissCache
    known: dict[str, Document] = field(default_factory=dict)
    idle: list[sqlite3.Connection] = field(default_factory=list)

    def close(self) -> None:
        while self.idle:
            self.idle.pop().close()


class LocalStore(DirectReads):
    """A `VectorStore` in a folder. Safe to share between threads.

    Opens the index in `folder`, or makes an empty one when there is none. IndexMismatchError
    when the one there was made under another manifest (its `sources` aside), IndexDamagedError
    when it does not hold together, IndexBusyError when another program writes. `notices` tells
    what was found and mended on the way. With `anew`, whatever is there gives way to that, in one
    step: other programs see the old or the new, and a failure leaves the old.
    """

    def __init__(self, folder: Path, manifest: Manifest, *, anew: Contents | None = None) -> None:
        self.folder = folder
        self._place = folder.absolute()  # whatever folder the program works in later
        self.notices: list[str] = []
        self._manifest = manifest
        self._dimension = manifest.dimension
        self._closed = False
        self._writer = threading.RLock()
        self._draft: sqlite3.Connection | None = None  # what is being written, while it is
        self._shared = threading.Lock()  # guards the state and its connections
        self._state: _State | None = None
        with translate_errors(folder):
            if anew is not None:
                self._make(anew)
            elif identity(self._place) is None:
                self._make(())
        try:
            found = identity(self._place)
            if found is not None and found.size <= _CHECKED_WHOLE:
                self.check()
            self.refresh()
        except BaseException:
            self.close()
            raise

    def describe(self, manifest: Manifest) -> None:
        """Write the manifest down, for instance after other sources were indexed."""
        with self._writing() as db:
            _describe(db, manifest)

    def replace(self, document: Document, passages: Sequence[Passage], vectors: Vectors) -> None:
        with self._writing() as db:
            records.forget(db, [document.doc_id])
            records.insert(db, document, passages, vectors, self._dimension)

    def delete(self, doc_ids: Sequence[str]) -> None:
        with self._writing() as db:
            records.forget(db, doc_ids)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Let all that is written inside be one step; nothing of it stays if anything is raised.

        Snapshots show what was there before, until it has ended.
        """
        with self._writing():
            yield

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Let no other program write meanwhile; IndexBusyError where one does already."""
        with translate_errors(self.folder), exclusive(self._place):
            yield

    @contextmanager
    def snapshot(self) -> Iterator[SqliteSnapshot]:
        """A connection of its own to the file as it is now, which is kept for the next one."""
        with translate_errors(self.folder):
            state, db = self._take()
        try:
            yield SqliteSnapshot(
                db, self.folder, dimension=self._dimension, cache=state.cache, known=state.known
            )
        finally:
            self._give_back(state, db)

    def refresh(self) -> None:
        """Load what another process has written, as a search does by itself; write the caches."""
        with self._use() as (state, db):
            for unit in UNITS:
                state.cache.index(db, unit)
            if identity(self._place) == state.identity:
                state.cache.save()

    def close(self) -> None:
        """Let go of files; a snapshot that is in use lasts as long as it is."""
        with self._shared:
            self._closed = True
            if self._state is not None:
                self._state.close()

    def check(self) -> None:
        """Compare everything with its checksums; IndexDamagedError names what differs."""
        with self._use() as (_, db):
            bound(db)
            verdict = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                raise damaged(self.folder, verdict)
            for doc_id in records.changed(db):
                raise damaged(self.folder, f"what is stored of {doc_id} has changed")
            _check_terms(db)

    # -- inside ---------------------------------------------------------------------------------

    @contextmanager
    def _use(self) -> Iterator[tuple[_State, sqlite3.Connection]]:
        with translate_errors(self.folder):
            state, db = self._take()
            try:
                yield state, db
            finally:
                self._give_back(state, db)

    def _take(self) -> tuple[_State, sqlite3.Connection]:
        """The state that the folder is in, and a connection to it."""
        with self._shared:
            self._must_be_open()
            state = self._state
            if state is not None and state.identity == identity(self._place):
                if state.idle:
                    db = state.idle.pop()
                    bound(db)
                    return state, db
                opened = open_file(self._place)
                if opened is not None and opened[0] == state.identity:
                    return state, opened[1]
            else:
                opened = open_file(self._place)
            if opened is None:
                raise damaged(self.folder, "its database is gone")
            if state is not None:
                state.close()
            self._state = self._opened(*opened)
            return self._state, opened[1]

    def _opened(self, found: Identity, db: sqlite3.Connection) -> _State:
        """The state of a file that was exchanged, if it is an index that this one may read."""
        try:
            check_manifest(manifest_in(db, self.folder), self._manifest, self.folder)
            check_schema(db, self.folder)
            seal = records.seal(db)
            stored = db.execute("SELECT value FROM seal").fetchall()
            if stored != [(seal,)]:
                raise damaged(self.folder, "its list of documents has changed")
        except BaseException:
            db.close()
            raise
        cache = FaissCache(self._place, self.folder, seal, self._dimension, self.notices)
        return _State(found, cache)

    def _give_back(self, state: _State, db: sqlite3.Connection) -> None:
        with self._shared:
            if self._closed or state is not self._state:
                db.close()
            else:
                state.idle.append(db)

    def _must_be_open(self) -> None:
        if self._closed:
            raise closed()

    def _make(self, contents: Contents) -> None:
        with exchange(self._place, self._prove, anew=True) as db:
            create(db)
            _describe(db, self._manifest)
            for document, passages, vectors in contents:
                records.insert(db, document, passages, vectors, self._dimension)
            _seal(db)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The copy that is changed: that of the step which is under way, or of one of its own."""
        with self._writer, translate_errors(self.folder):
            self._must_be_open()
            if self._draft is not None:
                yield self._draft
                return
            with exclusive(self._place):
                with self._use():  # what another program made must be ours to change
                    pass
                with exchange(self._place, self._prove) as db:
                    self._draft = db
                    try:
                        yield db
                    finally:
                        self._draft = None
                    _seal(db)

    def _prove(self, db: sqlite3.Connection) -> None:
        """That what was written can be read back as it is sealed."""
        if db.execute("SELECT value FROM seal").fetchall() != [(records.seal(db),)]:
            raise IndexDamagedError(
                f"What was written for {self.folder} cannot be read back: the disk may be failing. "
                "The index is as it was before."
            )


def _seal(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM seal")
    db.execute("INSERT INTO seal VALUES (?)", (records.seal(db),))


def _describe(db: sqlite3.Connection, manifest: Manifest) -> None:
    db.execute("DELETE FROM manifest")
    db.execute("INSERT INTO manifest VALUES (?)", (json.dumps(asdict(manifest)),))


def _check_terms(db: sqlite3.Connection) -> None:
    """Let FTS5 compare its index with the terms, in a copy, for it does so only while writing."""
    with closing(sqlite3.connect("")) as copy:  # a database on disk that nobody sees
        db.backup(copy)
        for unit in UNITS:
            copy.execute(f"INSERT INTO terms_{unit} (terms_{unit}) VALUES ('integrity-check')")
