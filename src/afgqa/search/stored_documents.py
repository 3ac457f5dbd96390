"""The documents that an index of any readable format holds, as far as they are whole."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from afgqa.errors import IndexMissingError
from afgqa.search import sqlite_rows as records
from afgqa.search.checksums import seal
from afgqa.search.index_file import DATABASE, open_file
from afgqa.search.sqlite_schema import (
    FORMAT,
    OLDEST,
    damaged,
    manifest_in,
    manifest_values,
    translate_errors,
)
from afgqa.search.sqlite_store import Contents
from afgqa.types import UNITS, Document, Manifest

__all__ = ["Stored", "read_stored"]

# What a document of format 5 is read from, in the order in which its checksum covers it. Format 3
# knows no pages; the checksum was called a seal at first.
_OLD: Final = ("text", "sha256", "title", "source", "runs", "examples", "glossary", "pages")
_OLD_PASSAGES: Final = "id, doc_id, unit, number, start, stop, first, last"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is left of an index.

    `documents` are those that are as their checksums say, `damaged` the ids of the others, and
    `complete` is whether no other can be missing. `contents` are those documents of which the
    passages and vectors are whole as well, for an index with this `manifest`; an older format has
    neither.
    """

    embedder: str
    sources: tuple[str, ...]
    documents: tuple[Document, ...]
    damaged: tuple[str, ...]
    complete: bool
    manifest: Manifest | None = None
    contents: Contents = ()


def read_stored(folder: Path) -> Stored:
    """What is left in the index of `folder`; IndexMissingError, IndexDamagedError if nothing is."""
    with translate_errors(folder):
        _undo_half_written(folder)
        opened = open_file(folder)
    if opened is None:
        raise IndexMissingError(
            f"There is no index in {folder}. Create one: afgqa index PATH --index {folder}"
        )
    with translate_errors(folder), closing(opened[1]) as db:
        values = manifest_values(db, folder)
        number = values.get("format")
        if not isinstance(number, int) or not OLDEST <= number <= FORMAT:
            raise damaged(folder, f"its format {number!r:.40} is none of {OLDEST} to {FORMAT}")
        if number == FORMAT:
            return _current(db, folder)
        embedder, sources = values.get("embedder"), values.get("sources")
        texts = [embedder, *sources] if isinstance(sources, list) else [None]
        if not all(isinstance(text, str) for text in texts):
            raise damaged(folder, "its manifest cannot be read")
        return _older(db, folder, str(embedder), tuple(map(str, texts[1:])))


def _current(db: sqlite3.Connection, folder: Path) -> Stored:
    manifest = manifest_in(db, folder)
    entries, whole, broken, kept = _entries(db), [], [], []
    for doc_id in _doc_ids(db, folder):
        try:
            document = records.read_document(db, doc_id)
        except (ValueError, KeyError, sqlite3.DatabaseError):
            broken.append(doc_id)
            continue
        whole.append(document)
        try:
            passages = records.read_passages(db, doc_id, entries[doc_id], document.text)
            vectors = records.read_all_vectors(db, doc_id, manifest.dimension)
        except (ValueError, KeyError, TypeError, sqlite3.DatabaseError):
            continue
        if len(vectors) == len(passages):
            kept.append((document, passages, vectors))
    return Stored(
        embedder=manifest.embedder,
        sources=manifest.sources,
        documents=tuple(whole),
        damaged=tuple(broken),
        complete=_complete(db),
        manifest=manifest,
        contents=kept,
    )


def _older(db: sqlite3.Connection, folder: Path, embedder: str, sources: tuple[str, ...]) -> Stored:
    columns = [str(row[1]) for row in db.execute("PRAGMA table_info(documents)")]
    own = [name for name in _OLD if name in columns]
    stamp = "checksum" if "checksum" in columns else "seal"
    whole, broken = [], []
    for doc_id in _doc_ids(db, folder):
        try:
            query = f"SELECT {', '.join(own)}, {stamp} FROM documents WHERE doc_id = ?"
            row = db.execute(query, (doc_id,)).fetchone()
            if row is None or row[-1] != _old_checksum(db, doc_id, row[:-1]):
                raise ValueError
            found = dict(zip(own, row, strict=False)) | {"doc_id": doc_id}
            body = [found.get(name, "[]") for name in records.BODY.split(", ")]
            whole.append(records.document_of(body))
        except (ValueError, TypeError, sqlite3.DatabaseError):
            broken.append(doc_id)
    (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
    return Stored(embedder, sources, tuple(whole), tuple(broken), verdict == "ok")


def _old_checksum(db: sqlite3.Connection, doc_id: str, document: tuple[Any, ...]) -> str:
    """As the formats up to 5 have it: over the document, its passages, terms and vectors."""
    digest = hashlib.sha256(repr(document).encode("utf-8", "surrogatepass"))
    for unit in UNITS:
        for row in db.execute(
            f"SELECT {_OLD_PASSAGES}, terms, vector FROM passages JOIN terms_{unit} t "
            "ON t.rowid = id WHERE doc_id = ? AND unit = ? ORDER BY number",
            (doc_id, unit),
        ):
            digest.update(repr(row[:-1]).encode("utf-8", "surrogatepass"))
            digest.update(row[-1])
    return digest.hexdigest()


def _doc_ids(db: sqlite3.Connection, folder: Path) -> list[str]:
    """The ids of all documents that can be found, by the index or in the table itself."""
    found: set[str] = set()
    problem: Exception | None = None
    for how in ("ORDER BY doc_id", "NOT INDEXED", "NOT INDEXED ORDER BY rowid DESC"):
        try:
            for (doc_id,) in db.execute(f"SELECT doc_id FROM documents {how}"):
                if isinstance(doc_id, str):
                    found.add(doc_id)
        except sqlite3.DatabaseError as error:
            problem = error
    if problem is not None and not found:
        raise damaged(folder, f"{problem!s:.200}") from problem
    return sorted(found)


def _entries(db: sqlite3.Connection) -> dict[str, records.Entry]:
    try:
        return records.contents(db)
    except sqlite3.DatabaseError:
        return {}


def _complete(db: sqlite3.Connection) -> bool:
    try:
        return db.execute("SELECT value FROM seal").fetchall() == [(seal(db),)]
    except sqlite3.DatabaseError:
        return False


def _undo_half_written(folder: Path) -> None:
    """Let SQLite undo what a killed program of an older version left half written."""
    if (folder / f"{DATABASE}-journal").is_file():
        with closing(sqlite3.connect(folder / DATABASE, timeout=1)) as db:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
