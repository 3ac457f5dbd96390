"""The store on disk: SQLite is the truth, FTS5 finds terms, FAISS is a cache over the vectors.

One folder holds `afgqa.sqlite` and a FAISS file per unit. Every write exchanges the database for
a changed copy (`index_file`), so what is open never changes. Whatever is read is compared with its
checksum, at any size of the index, and the checksums of all with the seal when the file is opened.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from afgqa.protocols import Vectors
from afgqa.search import sqlite_rows as records
from afgqa.search.checking import check_all
from afgqa.search.checksums import seal, terms_checksum
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
from afgqa.search.sqlite_snapshot import FileState, SqliteSnapshot
from afgqa.search.vector_cache import FaissCache
from afgqa.types import UNITS, Document, Manifest, Passage

__all__ = ["Contents", "LocalStore"]

Contents = Sequence[tuple[Document, Sequence[Passage], Vectors]]  # as `replace` takes them

# An index of this size (bytes) is compared with its checksums when it is opened, which takes some
# hundredths of a second; of a larger one what is read when it is read.
_CHECKED_WHOLE: Final = 4 << 20


@dataclass(slots=True)
class _OpenFile:
    """One database file: what is known of it, and its connections that nobody uses now."""

    identity: Identity
    state: FileState
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
        self._shared = threading.Lock()  # guards the file and its connections
        self._file: _OpenFile | None = None
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
            self._forget(db, [document.doc_id])
            records.insert(db, document, passages, vectors, self._dimension)

    def delete(self, doc_ids: Sequence[str]) -> None:
        with self._writing() as db:
            self._forget(db, doc_ids)

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
            file, db = self._take()
        try:
            yield SqliteSnapshot(db, self.folder, dimension=self._dimension, state=file.state)
        finally:
            self._give_back(file, db)

    def refresh(self) -> None:
        """Load what another process has written, as a search does by itself; write the caches."""
        with self._use() as (file, db):
            cache = file.state.cache
            for unit in UNITS:
                try:
                    cache.index(db, unit)
                except ValueError as error:
                    raise damaged(self.folder, error) from error
            if identity(self._place) == file.identity:
                cache.save()

    def close(self) -> None:
        """Let go of files; a snapshot that is in use lasts as long as it is."""
        with self._shared:
            self._closed = True
            if self._file is not None:
                self._file.close()

    def check(self) -> None:
        """Compare everything with its checksums; IndexDamagedError names what differs."""
        with self._use() as (file, db):
            check_all(db, file.state.entries, file.state.terms, self.folder, self._dimension)

    # -- inside ---------------------------------------------------------------------------------

    @contextmanager
    def _use(self) -> Iterator[tuple[_OpenFile, sqlite3.Connection]]:
        with translate_errors(self.folder):
            file, db = self._take()
            try:
                yield file, db
            finally:
                self._give_back(file, db)

    def _take(self) -> tuple[_OpenFile, sqlite3.Connection]:
        """The file that is in the folder now, and a connection to it."""
        with self._shared:
            self._must_be_open()
            file = self._file
            if file is not None and file.identity == identity(self._place):
                if file.idle:
                    db = file.idle.pop()
                    bound(db, file.identity.size)
                    return file, db
                opened = open_file(self._place)
                if opened is not None and opened[0] == file.identity:
                    return file, opened[1]
            else:
                opened = open_file(self._place)
            if opened is None:
                raise damaged(self.folder, "its database is gone")
            if file is not None:
                file.close()
            self._file = self._opened(*opened)
            return self._file, opened[1]

    def _opened(self, found: Identity, db: sqlite3.Connection) -> _OpenFile:
        """A file that was exchanged, if it is an index that this one may read."""
        try:
            check_manifest(manifest_in(db, self.folder), self._manifest, self.folder)
            check_schema(db, self.folder)
            sealed = seal(db)
            if db.execute("SELECT value FROM seal").fetchall() != [(sealed,)]:
                raise damaged(self.folder, "its list of documents has changed")
            terms = dict(db.execute("SELECT unit, checksum FROM term_seals").fetchall())
            state = FileState(
                cache=FaissCache(self._place, sealed, self._dimension, self.notices, self.folder),
                entries=records.contents(db),
                terms=terms,
            )
        except BaseException:
            db.close()
            raise
        return _OpenFile(found, state)

    def _give_back(self, file: _OpenFile, db: sqlite3.Connection) -> None:
        with self._shared:
            if self._closed or file is not self._file:
                db.close()
            else:
                file.idle.append(db)

    def _must_be_open(self) -> None:
        if self._closed:
            raise closed()

    def _make(self, contents: Contents) -> None:
        def prove(db: sqlite3.Connection) -> None:
            entries, terms = records.contents(db), dict(db.execute("SELECT * FROM term_seals"))
            check_all(db, entries, terms, self.folder, self._dimension)

        with exchange(self._place, prove, anew=True) as db:
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
                with self.snapshot() as view:  # what is there must be ours to change, and whole
                    view.check_terms()
                before = dict[str, records.Entry]()
                with exchange(self._place, lambda db: self._prove(db, before)) as db:
                    before |= records.contents(db)
                    self._draft = db
                    try:
                        yield db
                    finally:
                        self._draft = None
                    _seal(db)

    def _forget(self, db: sqlite3.Connection, doc_ids: Sequence[str]) -> None:
        """Remove documents, if they are whole: FTS5 takes their terms out by what is stored."""
        for _, why in records.changed(db, records.contents(db, doc_ids), self._dimension):
            raise damaged(self.folder, why)
        records.forget(db, doc_ids)

    def _prove(self, db: sqlite3.Connection, before: dict[str, records.Entry]) -> None:
        """That what was written can be read back as it is sealed."""
        entries = records.contents(db)
        new = {name: entry for name, entry in entries.items() if before.get(name) != entry}
        for _, why in records.changed(db, new, self._dimension):
            raise damaged(self.folder, why)
        if db.execute("SELECT value FROM seal").fetchall() != [(seal(db),)]:
            raise damaged(self.folder, "its list of documents has changed")


def _seal(db: sqlite3.Connection) -> None:
    """Write the checksums down of what was changed together."""
    db.execute("COMMIT")  # until then FTS5 holds some terms back
    db.execute("BEGIN")
    for unit in UNITS:
        values = (unit, terms_checksum(db, unit))
        db.execute("INSERT OR REPLACE INTO term_seals VALUES (?, ?)", values)
    db.execute("DELETE FROM seal")
    db.execute("INSERT INTO seal VALUES (?)", (seal(db),))


def _describe(db: sqlite3.Connection, manifest: Manifest) -> None:
    db.execute("DELETE FROM manifest")
    db.execute("INSERT INTO manifest VALUES (?)", (json.dumps(asdict(manifest)),))
