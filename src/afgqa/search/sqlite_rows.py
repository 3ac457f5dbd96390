"""The rows of the database: a document and its passages written, read, checked and removed.

Every function works on an open connection, within the transaction of its caller. Passages hold
offsets only: their text is cut from the document.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from afgqa.protocols import Vectors
from afgqa.types import UNITS, Document, Gloss, Passage, Ref, Run, Unit

__all__ = [
    "COLUMNS", "changed", "checksum", "forget", "ids", "insert", "read_document", "read_passage",
    "read_vectors", "seal",
]  # fmt: skip

COLUMNS = "id, doc_id, unit, number, start, stop, first, last"


def insert(
    db: sqlite3.Connection,
    document: Document,
    passages: Sequence[Passage],
    vectors: Vectors,
    dimension: int,
) -> None:
    """Write a document that is not there; `vectors` has one row of `dimension` a passage."""
    if vectors.shape != (len(passages), dimension):
        raise ValueError(
            f"vectors of shape {vectors.shape} for {len(passages)} passages "
            f"of dimension {dimension}"
        )
    db.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
        (
            document.doc_id,
            document.title,
            document.source,
            document.sha256,
            document.text,
            json.dumps(document.runs),
            json.dumps(document.examples),
            json.dumps(document.glossary),
            json.dumps(document.pages),
        ),
    )
    for p, vector in zip(passages, vectors.astype("<f4"), strict=True):
        row = db.execute(
            "INSERT INTO passages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*p.ref, p.start, p.end, p.first, p.last, vector.tobytes()),
        ).lastrowid
        db.execute(
            f"INSERT INTO terms_{p.ref.unit} (rowid, terms) VALUES (?, ?)",
            (row, " ".join(p.terms)),
        )
    db.execute(
        "UPDATE documents SET checksum = ? WHERE doc_id = ?",
        (checksum(db, document.doc_id), document.doc_id),
    )


def forget(db: sqlite3.Connection, doc_ids: Sequence[str]) -> None:
    """Remove documents with all that is theirs; one that is not there is none the less gone."""
    for unit in UNITS:
        rows = [(row,) for row in ids(db, unit, doc_ids)]
        db.executemany(f"DELETE FROM terms_{unit} WHERE rowid = ?", rows)
    for table in ("passages", "documents"):
        db.executemany(f"DELETE FROM {table} WHERE doc_id = ?", [(name,) for name in doc_ids])


def ids(db: sqlite3.Connection, unit: Unit, doc_ids: Sequence[str]) -> list[int]:
    """The row numbers of the passages of these documents, ascending."""
    rows = db.execute(
        "SELECT id FROM passages WHERE unit = ? "
        "AND doc_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (unit, json.dumps(list(doc_ids))),
    )
    return [row[0] for row in rows]


def read_document(db: sqlite3.Connection, doc_id: str) -> Document:
    """The document of this id; KeyError where there is none.

    ValueError where it, or anything that is stored of it, is not as its checksum says.
    """
    row = db.execute(
        "SELECT doc_id, title, source, sha256, text, runs, examples, glossary, pages, checksum "
        "FROM documents WHERE doc_id = ?",
        (doc_id,),
    ).fetchone()
    if row is None:
        raise KeyError(doc_id)
    if row[-1] != checksum(db, doc_id):
        raise ValueError(f"what is stored of {doc_id} has changed")
    doc_id, title, source, sha256, text, runs, examples, glossary, pages, _ = row
    return Document(
        doc_id=doc_id,
        title=title,
        source=source,
        sha256=sha256,
        text=text,
        runs=tuple(Run(*run) for run in json.loads(runs)),
        examples=tuple(json.loads(examples)),
        glossary=tuple(Gloss(*gloss) for gloss in json.loads(glossary)),
        pages=tuple(json.loads(pages)),
    )


def read_passage(row: tuple[Any, ...], text: str) -> Passage:
    """A row of `COLUMNS` and terms as a passage of the document's `text`."""
    _, doc_id, unit, number, start, end, first, last, terms = row
    ref = Ref(doc_id, unit, number)
    return Passage(ref, start, end, text[start:end], first, last, tuple(terms.split()))


def read_vectors(db: sqlite3.Connection, doc_id: str, unit: Unit, dimension: int) -> Vectors:
    """The vectors of a document's passages in order, float32 of shape (passages, dimension)."""
    rows = db.execute(
        "SELECT vector FROM passages WHERE doc_id = ? AND unit = ? ORDER BY number",
        (doc_id, unit),
    )
    joined = b"".join(vector for (vector,) in rows)
    found: Vectors = np.frombuffer(joined, "<f4").astype(np.float32)
    return found.reshape(-1, dimension)


def checksum(db: sqlite3.Connection, doc_id: str) -> str:
    """The SHA-256 of all that is stored of a document."""
    digest = hashlib.sha256()
    query = (
        "SELECT text, sha256, title, source, runs, examples, glossary, pages FROM documents "
        "WHERE doc_id = ?"
    )
    digest.update(repr(db.execute(query, (doc_id,)).fetchone()).encode())
    for unit in UNITS:
        for row in db.execute(
            f"SELECT {COLUMNS}, terms, vector FROM passages JOIN terms_{unit} t "
            "ON t.rowid = id WHERE doc_id = ? AND unit = ? ORDER BY number",
            (doc_id, unit),
        ):
            digest.update(repr(row[:-1]).encode())
            digest.update(row[-1])
    return digest.hexdigest()


def changed(db: sqlite3.Connection) -> Iterator[str]:
    """The ids of the documents of which something is not as its checksum says."""
    for doc_id, stored in db.execute("SELECT doc_id, checksum FROM documents").fetchall():
        if checksum(db, doc_id) != stored:
            yield doc_id


def seal(db: sqlite3.Connection) -> str:
    """The SHA-256 of the manifest and of the checksums of all documents, in order."""
    digest = hashlib.sha256()
    for query in (
        "SELECT value FROM manifest",
        "SELECT doc_id, sha256, checksum FROM documents ORDER BY doc_id",
    ):
        for row in db.execute(query):
            digest.update(repr(row).encode())
    return digest.hexdigest()
