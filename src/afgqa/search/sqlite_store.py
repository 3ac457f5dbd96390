"""The store on disk: SQLite is the truth, FTS5 finds terms, FAISS is a cache over the vectors.

One folder holds `afgqa.sqlite` and a FAISS file per unit. Every write is one transaction that
raises the generation; a FAISS file belongs to one generation and is rebuilt from SQLite when it
is missing, stale or damaged. Passages hold offsets only: their text is cut from the document.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from afgqa.protocols import Vectors
from afgqa.search import sqlite_rows as records
from afgqa.search.direct_reads import DirectReads
from afgqa.search.sqlite_schema import (
    DATABASE,
    OUTSIDE,
    PATIENCE,
    check_manifest,
    closed,
    create,
    damaged,
    empty,
    is_empty,
    manifest_in,
    translate_errors,
)
from afgqa.search.sqlite_snapshot import SqliteSnapshot
from afgqa.search.vector_cache import FaissCache
from afgqa.types import UNITS, Document, Manifest, Passage

__all__ = ["Contents", "LocalStore"]

Contents = Sequence[tuple[Document, Sequence[Passage], Vectors]]  # as `replace` takes them

# Above this size the checksums of all documents are checked by `check` only, not at every opening:
# hashing 64 MiB takes about a tenth of a second.
_CHECKED_AT_LOAD = 64 << 20


class LocalStore(DirectReads):
    """A `VectorStore` in a folder. Safe to share between threads.

    Opens the index in `folder`, or makes an empty one when there is none. IndexMismatchError
    when the one there was made under another manifest (its `sources` aside), IndexDamagedError
    when it does not hold together. `notices` tells what was found and mended on the way.
    With `anew`, whatever the database held gives way to that, in one transaction: other programs
    see the old or the new, and a failure leaves the old.
    """

    def __init__(self, folder: Path, manifest: Manifest, *, anew: Contents | None = None) -> None:
        self.folder = folder
        self.notices: list[str] = []
        self._manifest = manifest
        self._agreed_at = -1
        self._dimension = manifest.dimension
        self._closed = False
        self._lock = threading.RLock()  # guards the connection that writes
        # Guards what snapshots share. Nothing waits for another program while it is held, for who
        # writes waits for the snapshots that are in use.
        self._shared = threading.Lock()
        self._cache = FaissCache(folder, manifest.dimension, self.notices)
        self._idle: list[sqlite3.Connection] = []  # of snapshots that are over
        self._known: dict[str, Document] = {}
        self._known_at = -1
        path = folder / DATABASE
        with translate_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._db = self._connect()
            try:
                if anew is not None:
                    self._make_anew(manifest, anew)
                elif is_empty(self._db):
                    self._create(manifest)
                check_manifest(manifest_in(self._db, folder), manifest, folder)
                if path.stat().st_size <= _CHECKED_AT_LOAD:
                    self.check()
                self.refresh()
            except BaseException:
                self._db.close()
                raise

    def describe(self, manifest: Manifest) -> None:
        """Write the manifest down, for instance after other sources were indexed."""
        with self._writing():
            self._describe(manifest)

    def replace(self, document: Document, passages: Sequence[Passage], vectors: Vectors) -> None:
        with self._writing():
            records.forget(self._db, [document.doc_id])
            records.insert(self._db, document, passages, vectors, self._dimension)

    def delete(self, doc_ids: Sequence[str]) -> None:
        with self._writing():
            records.forget(self._db, doc_ids)

    @contextmanager
    def snapshot(self) -> Iterator[SqliteSnapshot]:
        """A transaction on a connection of its own, which is kept for the next one."""
        with self._shared, translate_errors(self.folder):
            self._must_be_open()
            db = self._idle.pop() if self._idle else self._connect()
        try:
            with translate_errors(self.folder):
                db.execute("BEGIN")
                generation = _generation(db)
                self._must_agree(db, generation)
            with self._shared:
                if self._known_at != generation:
                    self._known, self._known_at = {}, generation
                known = self._known
            yield SqliteSnapshot(
                db,
                self.folder,
                generation=generation,
                dimension=self._dimension,
                cache=self._cache,
                known=known,
            )
        finally:
            db.rollback()
            with self._shared:
                if self._closed:
                    db.close()
                else:
                    self._idle.append(db)

    def refresh(self) -> None:
        """Load what another process has written, as a search does by itself; write the caches."""
        with self._lock:
            with self._reading():
                for unit in UNITS:
                    self._cache.index(self._db, unit, _generation(self._db))
            with translate_errors(self.folder):
                self._cache.save(self._db)

    def close(self) -> None:
        """Let go of files; a snapshot that is in use lasts as long as it is."""
        with self._lock, self._shared:
            self._closed = True
            for db in (self._db, *self._idle):
                db.close()
            self._idle.clear()

    def check(self) -> None:
        """Compare everything with its checksums; IndexDamagedError names what differs."""
        with self._lock:
            with self._reading():
                self._check_checksums()
            with translate_errors(self.folder):
                self._check_terms()

    # -- inside ---------------------------------------------------------------------------------

    def _create(self, manifest: Manifest) -> None:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if not is_empty(self._db):  # another program was faster
                return
            create(self._db)
            self._describe(manifest)

    def _make_anew(self, manifest: Manifest, contents: Contents) -> None:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._raise_generation()  # never again a number that another program knows
            empty(self._db)
            create(self._db)
            self._describe(manifest)
            for document, passages, vectors in contents:
                records.insert(self._db, document, passages, vectors, self._dimension)

    def _must_be_open(self) -> None:
        if self._closed:
            raise closed()

    def _must_agree(self, db: sqlite3.Connection, generation: int) -> None:
        """Another program may have made the index anew, by another embedder or setting."""
        if generation != self._agreed_at:
            check_manifest(manifest_in(db, self.folder), self._manifest, self.folder)
            self._agreed_at = generation

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / DATABASE, timeout=PATIENCE, check_same_thread=False)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One state of the database throughout, whatever other programs write meanwhile."""
        with self._lock, translate_errors(self.folder):
            self._must_be_open()
            self._db.execute("BEGIN")
            try:
                self._must_agree(self._db, _generation(self._db))
                yield
            finally:
                self._db.rollback()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, translate_errors(self.folder):
            self._must_be_open()
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._must_agree(self._db, _generation(self._db))
                self._raise_generation()
                yield

    def _check_checksums(self) -> None:
        verdict = self._db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            raise damaged(self.folder, verdict)
        for doc_id, stored in self._db.execute("SELECT doc_id, checksum FROM documents").fetchall():
            if records.checksum(self._db, doc_id) != stored:
                raise damaged(self.folder, f"what is stored of {doc_id} has changed")

    def _check_terms(self) -> None:
        """Let FTS5 compare its index with the terms; it must hold the lock for writing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for unit in UNITS:
                check = f"INSERT INTO terms_{unit} (terms_{unit}) VALUES ('integrity-check')"
                self._db.execute(check)
        except sqlite3.OperationalError as error:
            if not any(word in str(error) for word in OUTSIDE):
                raise
            # A folder that may only be read, or a long write: what can be checked was checked.
        finally:
            self._db.rollback()

    def _describe(self, manifest: Manifest) -> None:
        self._db.execute("DELETE FROM manifest")
        self._db.execute("INSERT INTO manifest VALUES (?)", (json.dumps(asdict(manifest)),))

    def _raise_generation(self) -> None:
        self._db.execute(f"PRAGMA user_version = {_generation(self._db) + 1}")


def _generation(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
