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
from typing import Any

from afgqa.protocols import Ranked, Vectors
from afgqa.search import sqlite_rows as records
from afgqa.search.ranking import best, equal
from afgqa.search.sqlite_schema import (
    DATABASE,
    OUTSIDE,
    PATIENCE,
    agree,
    closed,
    create,
    damage,
    damaged,
    empty,
    is_empty,
    manifest_in,
)
from afgqa.search.vector_cache import FaissCache, search
from afgqa.types import UNITS, Document, Manifest, Passage, Ref, Unit

__all__ = ["Contents", "LocalStore"]

Contents = Sequence[tuple[Document, Sequence[Passage], Vectors]]  # as `replace` takes them

# Above this size the seals of all documents are checked by `check` only, not at every opening:
# hashing 64 MiB takes about a tenth of a second.
_SEALED_AT_LOAD = 64 << 20


class LocalStore:
    """A `VectorStore` in a folder. Safe to share between threads; one lock guards it.

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
        self._lock = threading.RLock()
        self._cache = FaissCache(folder, manifest.dimension, self.notices)
        self._cached: dict[str, Document] = {}
        self._cached_at = -1
        path = folder / DATABASE
        with damage(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=PATIENCE, check_same_thread=False)
            try:
                if anew is not None:
                    self._make_anew(manifest, anew)
                elif is_empty(self._db):
                    self._create(manifest)
                agree(manifest_in(self._db, folder), manifest, folder)
                if path.stat().st_size <= _SEALED_AT_LOAD:
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

    def dense(
        self, vector: Vectors, k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        with self._reading():
            index = self._cache.index(self._db, unit, self._generation())
            ids = None if docs is None else records.ids(self._db, unit, docs)
            # More than asked for, so that equals at the end are cut in order of their name.
            more = k + 16
            nearest = search(index, vector, more, ids)
            while len(nearest) == more and equal(nearest[k - 1][1], nearest[-1][1]):
                more *= 4
                nearest = search(index, vector, more, ids)
            found = dict(nearest)
            rows = self._db.execute(
                "SELECT id, doc_id, unit, number FROM passages "
                "WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(found)),),
            )
            refs = {row[0]: Ref(*row[1:]) for row in rows}
            return best([refs[i] for i in found], list(found.values()), k)

    def lexical(
        self, terms: Sequence[str], k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))
        within = "" if docs is None else "AND p.doc_id IN (SELECT value FROM json_each(?))"
        with self._reading():
            if not terms:  # which FTS5 does not take
                return ()
            rows = self._db.execute(
                f"SELECT p.doc_id, p.unit, p.number, -bm25(terms_{unit}) AS score "
                f"FROM terms_{unit} JOIN passages p ON p.id = terms_{unit}.rowid "
                f"WHERE terms_{unit} MATCH ? {within} "
                "ORDER BY round(score, 6) DESC, p.doc_id, p.unit, p.number LIMIT ?",
                (query, *([] if docs is None else [json.dumps(list(docs))]), k),
            )
            return tuple((Ref(*row[:3]), float(row[3])) for row in rows)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        with self._reading():
            found = dict(
                self._db.execute(
                    "SELECT term, doc FROM vocabulary "
                    "WHERE term IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(terms)),),
                )
            )
        return {term: found.get(term, 0) for term in terms}

    def fetch(self, refs: Sequence[Ref]) -> tuple[Passage, ...]:
        with self._reading():
            found: dict[Ref, Passage] = {}
            for unit in UNITS:
                wanted = [list(ref) for ref in refs if ref.unit == unit]
                rows = self._db.execute(
                    f"SELECT p.{records.COLUMNS.replace(', ', ', p.')}, t.terms "
                    "FROM json_each(?) j JOIN passages p "
                    "ON p.doc_id = json_extract(j.value, '$[0]') "
                    "AND p.unit = json_extract(j.value, '$[1]') "
                    "AND p.number = json_extract(j.value, '$[2]') "
                    f"JOIN terms_{unit} t ON t.rowid = p.id",
                    (json.dumps(wanted),),
                )
                found.update((p.ref, p) for p in map(self._passage, rows))
            return tuple(found[ref] for ref in refs)

    def passages(self, doc_id: str, unit: Unit) -> tuple[Passage, ...]:
        with self._reading():
            self.document(doc_id)
            rows = self._db.execute(
                f"SELECT {records.COLUMNS}, terms FROM passages "
                f"JOIN terms_{unit} t ON t.rowid = id "
                "WHERE doc_id = ? AND unit = ? ORDER BY number",
                (doc_id, unit),
            )
            return tuple(self._passage(row) for row in rows)

    def vectors(self, doc_id: str, unit: Unit) -> Vectors:
        with self._reading():
            self.document(doc_id)
            return records.read_vectors(self._db, doc_id, unit, self._dimension)

    def document(self, doc_id: str) -> Document:
        with self._reading():
            if self._cached_at != self._generation():
                self._cached, self._cached_at = {}, self._generation()
            if doc_id not in self._cached:
                self._cached[doc_id] = records.read_document(self._db, doc_id)
            return self._cached[doc_id]

    def documents(self) -> dict[str, str]:
        with self._reading():
            return dict(self._db.execute("SELECT doc_id, sha256 FROM documents ORDER BY doc_id"))

    def count(self, unit: Unit) -> int:
        with self._reading():
            query = "SELECT count(*) FROM passages WHERE unit = ?"
            return int(self._db.execute(query, (unit,)).fetchone()[0])

    def refresh(self) -> None:
        """Load what another process has written, as a search does by itself; write the caches."""
        with self._lock:
            with self._reading():
                for unit in UNITS:
                    self._cache.index(self._db, unit, self._generation())
            with damage(self.folder):
                self._cache.save(self._db)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._db.close()

    def check(self) -> None:
        """Read everything and compare it with its seals; IndexDamagedError names what is off."""
        with self._lock:
            with self._reading():
                self._check_seals()
            with damage(self.folder):
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

    def _must_agree(self) -> None:
        """Another program may have made the index anew, by another embedder or setting."""
        generation = self._generation()
        if generation != self._agreed_at:
            agree(manifest_in(self._db, self.folder), self._manifest, self.folder)
            self._agreed_at = generation

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One state of the database throughout, whatever other programs write meanwhile."""
        with self._lock, damage(self.folder):
            self._must_be_open()
            if self._db.in_transaction:  # inside another reading
                yield
                return
            self._db.execute("BEGIN")
            try:
                self._must_agree()
                yield
            finally:
                self._db.rollback()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, damage(self.folder):
            self._must_be_open()
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                self._must_agree()
                self._raise_generation()
                yield

    def _check_seals(self) -> None:
        verdict = self._db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if verdict != "ok":
            raise damaged(self.folder, verdict)
        for doc_id, seal in self._db.execute("SELECT doc_id, seal FROM documents").fetchall():
            if records.seal(self._db, doc_id) != seal:
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

    def _generation(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _raise_generation(self) -> None:
        self._db.execute(f"PRAGMA user_version = {self._generation() + 1}")

    def _passage(self, row: tuple[Any, ...]) -> Passage:
        return records.read_passage(row, self.document(row[1]).text)
