"""The rows of the database: a document and its passages written, read, checked and removed.

Every function works on an open connection, within the transaction of its caller. Passages hold
offsets only: their text is cut from the document. Whatever is read is compared with its checksum:
ValueError says what is not as it was written.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from afgqa.protocols import Vectors
from afgqa.search.checksums import checksum, row_checksum
from afgqa.types import UNITS, Document, Gloss, Passage, Ref, Run, Unit

__all__ = [
    "BODY", "COLUMNS", "Entry", "changed", "contents", "document_of", "forget", "ids", "insert",
    "read_all_vectors", "read_document", "read_passage", "read_passages", "read_refs",
    "read_vectors", "vectors_of",
]  # fmt: skip

COLUMNS: Final = "id, doc_id, unit, number, start, stop, first, last, checksum"
BODY: Final = "doc_id, sha256, title, source, text, runs, examples, glossary, pages"


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in the list of an index: its file's hash, how many passages, its checksum."""

    sha256: str
    sentences: int
    chunks: int
    checksum: str

    def count(self, unit: Unit) -> int:
        return self.sentences if unit == "sentence" else self.chunks


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
    body = _body(document)
    own = checksum(*body)
    order = {
        unit: sorted(
            (n for n, p in enumerate(passages) if p.ref.unit == unit),
            key=lambda n: passages[n].ref,
        )
        for unit in UNITS
    }
    db.execute(
        f"INSERT INTO documents ({BODY}, sentences, chunks, checksum) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*body, *(len(order[unit]) for unit in UNITS), own),
    )
    for unit, rows in order.items():
        first = _next_id(db)
        for number, p in enumerate((passages[n] for n in rows), first):
            row = (number, *p.ref, p.start, p.end, p.first, p.last)
            words = " ".join(p.terms)
            db.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, row_checksum(own, row, words)),
            )
            db.execute(f"INSERT INTO terms_{unit} (rowid, terms) VALUES (?, ?)", (number, words))
        data = vectors[rows].astype("<f4").tobytes()
        db.execute(
            "INSERT INTO vectors VALUES (?, ?, ?, ?, ?)",
            (document.doc_id, unit, first, data, checksum(document.doc_id, unit, first, data)),
        )


def forget(db: sqlite3.Connection, doc_ids: Sequence[str]) -> None:
    """Remove documents with all that is theirs; one that is not there is none the less gone."""
    for unit in UNITS:
        rows = [(row,) for row in ids(db, unit, doc_ids)]
        db.executemany(f"DELETE FROM terms_{unit} WHERE rowid = ?", rows)
    for table in ("vectors", "passages", "documents"):
        db.executemany(f"DELETE FROM {table} WHERE doc_id = ?", [(name,) for name in doc_ids])


def ids(db: sqlite3.Connection, unit: Unit, doc_ids: Sequence[str]) -> list[int]:
    """The row numbers of the passages of these documents, ascending."""
    rows = db.execute(
        "SELECT id FROM passages WHERE unit = ? "
        "AND doc_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (unit, json.dumps(list(doc_ids))),
    )
    return [row[0] for row in rows]


def contents(db: sqlite3.Connection, doc_ids: Sequence[str] | None = None) -> dict[str, Entry]:
    """The list of documents by their id, in order; the seal of the index covers it.

    Of those of `doc_ids` that are there, if given: an update asks for each document that it writes.
    """
    among = "" if doc_ids is None else "WHERE doc_id IN (SELECT value FROM json_each(?))"
    rows = db.execute(
        f"SELECT doc_id, sha256, sentences, chunks, checksum FROM documents {among} "
        "ORDER BY doc_id",
        () if doc_ids is None else (json.dumps(list(doc_ids)),),
    )
    return {row[0]: Entry(*row[1:]) for row in rows}


def read_document(db: sqlite3.Connection, doc_id: str) -> Document:
    """The document of this id; KeyError where there is none."""
    query = f"SELECT {BODY}, checksum FROM documents WHERE doc_id = ?"
    row = db.execute(query, (doc_id,)).fetchone()
    if row is None:
        raise KeyError(doc_id)
    if row[-1] != checksum(*row[:-1]):
        raise _has_changed(doc_id)
    return document_of(row[:-1])


def document_of(body: Sequence[Any]) -> Document:
    """A document of its stored columns; ValueError where they do not make one."""
    doc_id, sha256, title, source, text, runs, examples, glossary, pages = body
    try:
        if not all(isinstance(it, str) for it in (doc_id, sha256, title, source, text)):
            raise TypeError("something else than text")
        return Document(
            doc_id=doc_id,
            title=title,
            source=source,
            sha256=sha256,
            text=text,
            runs=tuple(Run(*_numbers(run)) for run in _list(runs)),
            examples=_texts(_list(examples)),
            glossary=tuple(_gloss(gloss) for gloss in _list(glossary)),
            pages=_numbers(_list(pages)),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"what is stored of {doc_id!r:.80} is no document ({error})") from error


def read_passage(row: tuple[Any, ...], entry: Entry, text: str) -> Passage:
    """A row of `COLUMNS` and terms as a passage of the document's `text`."""
    ref = _ref(row, entry)
    *_, start, end, first, last, _, terms = row
    if not 0 <= start <= end <= len(text):
        raise _has_changed(ref.doc_id)
    return Passage(ref, start, end, text[start:end], first, last, tuple(terms.split()))


def read_refs(
    db: sqlite3.Connection, unit: Unit, wanted: Iterable[int], entries: Mapping[str, Entry]
) -> dict[int, Ref]:
    """The names of passages by their row numbers; ValueError where one is missing or changed."""
    asked = list(wanted)
    rows = db.execute(
        f"SELECT {COLUMNS}, terms FROM passages JOIN terms_{unit} t ON t.rowid = id "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(asked),),
    )
    found = {row[0]: _ref(row, entries.get(row[1])) for row in rows}
    if any(number not in found or found[number].unit != unit for number in asked):
        raise ValueError("passages are missing")
    return found


def read_vectors(db: sqlite3.Connection, doc_id: str, unit: Unit, dimension: int) -> Vectors:
    """The vectors of a document's passages in order, float32 of shape (passages, dimension)."""
    query = "SELECT doc_id, first_id, rows, checksum FROM vectors WHERE doc_id = ? AND unit = ?"
    for row in db.execute(query, (doc_id, unit)):
        return _matrix(row, unit, dimension)[1]
    raise ValueError(f"the vectors of {doc_id} are missing")


def read_all_vectors(db: sqlite3.Connection, doc_id: str, dimension: int) -> Vectors:
    """The vectors of all passages of a document, as `read_passages` orders them."""
    rows: Vectors = np.concatenate([read_vectors(db, doc_id, unit, dimension) for unit in UNITS])
    return rows


def vectors_of(db: sqlite3.Connection, unit: Unit, dimension: int) -> Iterator[tuple[int, Vectors]]:
    """All vectors of a unit: for each document the first row number of its passages, and theirs."""
    query = "SELECT doc_id, first_id, rows, checksum FROM vectors WHERE unit = ? ORDER BY first_id"
    for row in db.execute(query, (unit,)):
        yield _matrix(row, unit, dimension)


def changed(
    db: sqlite3.Connection, entries: Mapping[str, Entry], dimension: int
) -> Iterator[tuple[str, str]]:
    """The ids of documents of which something is not as it was written, and what that is."""
    for doc_id, entry in entries.items():
        try:
            text = read_document(db, doc_id).text
            for unit in UNITS:
                passages = list(_passages(db, doc_id, unit, entry, text))
                rows = read_vectors(db, doc_id, unit, dimension)
                if not len(passages) == len(rows) == entry.count(unit):
                    raise _has_changed(doc_id)
        except KeyError:
            yield doc_id, f"{doc_id} is missing"
        except ValueError as error:
            yield doc_id, str(error)


def read_passages(
    db: sqlite3.Connection, doc_id: str, entry: Entry, text: str
) -> tuple[Passage, ...]:
    """All passages of a document; ValueError where one is missing."""
    found = [p for unit in UNITS for p in _passages(db, doc_id, unit, entry, text)]
    if len(found) != entry.sentences + entry.chunks:
        raise _has_changed(doc_id)
    return tuple(found)


def _passages(
    db: sqlite3.Connection, doc_id: str, unit: Unit, entry: Entry, text: str
) -> Iterator[Passage]:
    for row in db.execute(
        f"SELECT {COLUMNS}, terms FROM passages JOIN terms_{unit} t ON t.rowid = id "
        "WHERE doc_id = ? AND unit = ? ORDER BY number",
        (doc_id, unit),
    ):
        yield read_passage(row, entry, text)


def _ref(row: tuple[Any, ...], entry: Entry | None) -> Ref:
    """The name of a passage, whose row is as it was written for the document of `entry`."""
    *own, stored, terms = row
    if entry is None or stored != row_checksum(entry.checksum, tuple(own), terms):
        raise _has_changed(row[1])
    return Ref(*row[1:4])


def _matrix(row: tuple[Any, ...], unit: Unit, dimension: int) -> tuple[int, Vectors]:
    doc_id, first, data, stored = row
    whole = isinstance(data, bytes) and len(data) % (4 * dimension) == 0
    if not whole or stored != checksum(doc_id, unit, first, data):
        raise _has_changed(doc_id)
    found: Vectors = np.frombuffer(data, "<f4").astype(np.float32)
    return first, found.reshape(-1, dimension)


def _body(document: Document) -> tuple[str, ...]:
    return (
        document.doc_id,
        document.sha256,
        document.title,
        document.source,
        document.text,
        json.dumps(document.runs),
        json.dumps(document.examples),
        json.dumps(document.glossary),
        json.dumps(document.pages),
    )


def _list(value: object) -> list[Any]:
    """A JSON list that is stored as text; ValueError for anything else, however deep."""
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except RecursionError:
        found = None
    if not isinstance(found, list):
        raise ValueError("a list is missing")
    return found


def _numbers(values: list[Any]) -> tuple[Any, ...]:
    if not all(isinstance(value, int) for value in values):
        raise TypeError("something else than numbers")
    return tuple(values)


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise TypeError("something else than text")
    return tuple(values)


def _gloss(values: list[Any]) -> Gloss:
    return Gloss(*_texts(values[:-1] if values[2:] == [None] else values))


def _next_id(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT ifnull(max(id), 0) + 1 FROM passages").fetchone()[0])


def _has_changed(doc_id: object) -> ValueError:
    return ValueError(f"what is stored of {doc_id!s:.80} has changed")
