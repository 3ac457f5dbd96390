"""Checksums over what an index stores: of a document, a passage, its vectors, its term index.

They tell damage, not forgery. What a checksum covers has a type and a length in front of each
value, so that no two different rows are hashed alike.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any, Final

from afgqa.types import Unit

__all__ = ["ROW_BYTES", "checksum", "row_checksum", "seal", "terms_checksum"]

ROW_BYTES: Final = 8  # of the checksum of a passage: there are many, and each is checked alone


def checksum(*values: object) -> str:
    """The SHA-256 of the values, in hexadecimal; bytes and text are hashed as they are."""
    digest = hashlib.sha256()
    for value in values:
        _update(digest, value)
    return digest.hexdigest()


def row_checksum(document: str, row: tuple[Any, ...], terms: object) -> bytes:
    """That of a passage: the values of its row and its terms, in the document of this checksum."""
    return hashlib.blake2b(
        repr((document, row, terms)).encode("utf-8", "surrogatepass"), digest_size=ROW_BYTES
    ).digest()


def terms_checksum(db: sqlite3.Connection, unit: Unit) -> str:
    """That of the term index that FTS5 keeps of a unit: of its tables as they are stored."""
    digest = hashlib.sha256()
    for table, columns in (
        ("data", "id, block"),
        ("idx", "segid, term, pgno"),
        ("docsize", "id, sz"),
        ("config", "k, v"),
    ):
        for row in db.execute(f"SELECT {columns} FROM terms_{unit}_{table} ORDER BY 1, 2"):
            for value in row:
                _update(digest, value)
    return digest.hexdigest()


def seal(db: sqlite3.Connection) -> str:
    """That of the manifest and of the checksums of all documents, vectors and term indexes."""
    digest = hashlib.sha256()
    for query in (
        "SELECT value FROM manifest",
        "SELECT doc_id, sha256, sentences, chunks, checksum FROM documents ORDER BY doc_id",
        "SELECT doc_id, unit, first_id, checksum FROM vectors ORDER BY doc_id, unit",
        "SELECT unit, checksum FROM term_seals ORDER BY unit",
    ):
        for row in db.execute(query):
            for value in row:
                _update(digest, value)
        digest.update(b"|")
    return digest.hexdigest()


def _update(digest: Any, value: object) -> None:
    if isinstance(value, str):
        data, kind = value.encode("utf-8", "surrogatepass"), b"s"
    elif isinstance(value, bytes):
        data, kind = value, b"b"
    else:
        data, kind = repr(value).encode(), b"v"
    digest.update(b"%s%d:" % (kind, len(data)))
    digest.update(data)
