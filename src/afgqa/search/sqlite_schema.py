"""What an index folder holds: its tables, its manifest, and how damage to them is told.

The manifest is one JSON value; an index that was made under another one is refused by name.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from afgqa.errors import IndexDamagedError, IndexMismatchError, IndexMissingError, StoreError
from afgqa.search.index_file import open_file
from afgqa.types import Manifest

__all__ = [
    "FORMAT",
    "OLDEST",
    "check_manifest",
    "check_schema",
    "closed",
    "create",
    "damaged",
    "manifest_in",
    "manifest_values",
    "read_manifest",
    "translate_errors",
]

# 2: what a document's glossary says; 3: the words of its abbreviations among the terms;
# 4: where its pages begin; 5: passages are found by their place; 6: all of it is sealed
FORMAT: Final = 6
OLDEST: Final = 3  # the oldest format whose documents `--migrate` can read
_LONGEST_MANIFEST: Final = 1 << 20  # characters
_LONGEST_VECTOR: Final = 1 << 16  # ten times that of any embedding model
# SQLite's messages that tell of the folder and its disk, not of damage.
_OUTSIDE: Final = (
    "database is locked",
    "attempt to write a readonly database",
    "database or disk is full",
    "unable to open database file",
    "disk I/O error",
    "out of memory",
)

# The terms are folded already (see `tokens.py`): the tokenizer "ascii" only splits at spaces, for
# to it every character beyond ASCII is part of a word.
_SCHEMA = """
CREATE TABLE manifest (value TEXT NOT NULL);
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, sentences INTEGER NOT NULL,
    chunks INTEGER NOT NULL, checksum TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL,
    text TEXT NOT NULL, runs TEXT NOT NULL, examples TEXT NOT NULL, glossary TEXT NOT NULL,
    pages TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents(doc_id), unit TEXT NOT NULL,
    number INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, checksum BLOB NOT NULL,
    UNIQUE (doc_id, unit, number)
);
CREATE INDEX places ON passages (doc_id, unit, start);
CREATE TABLE vectors (
    doc_id TEXT NOT NULL REFERENCES documents(doc_id), unit TEXT NOT NULL,
    first_id INTEGER NOT NULL, rows BLOB NOT NULL, checksum TEXT NOT NULL,
    PRIMARY KEY (doc_id, unit)
);
CREATE TABLE term_seals (unit TEXT PRIMARY KEY, checksum TEXT NOT NULL);
CREATE TABLE seal (value TEXT NOT NULL);
CREATE VIRTUAL TABLE terms_sentence USING fts5(terms, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE terms_chunk USING fts5(terms, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms_sentence, row);
"""


def read_manifest(folder: Path) -> Manifest:
    """What the index in `folder` says of itself; IndexMissingError, IndexDamagedError."""
    with translate_errors(folder):  # a name that is too long for the file system
        opened = open_file(folder)
    if opened is None:
        raise IndexMissingError(
            f"There is no index in {folder}. Create one: afgqa index PATH --index {folder}"
        )
    with translate_errors(folder), closing(opened[1]) as connection:
        return manifest_in(connection, folder)


def manifest_in(connection: sqlite3.Connection, folder: Path) -> Manifest:
    """What the database of `folder` says of itself by now; errors as `read_manifest`."""
    values = manifest_values(connection, folder)
    try:
        number = int(values["format"])
        if number == FORMAT:
            if not isinstance(values["sources"], list):
                raise TypeError("its sources are no list")
            manifest = Manifest(**values | {"sources": tuple(values["sources"])})
            _check_types(manifest)
            return manifest
    except (TypeError, KeyError, ValueError, OverflowError) as error:
        raise damaged(folder, f"its manifest cannot be read ({error})") from error
    raise IndexMismatchError(
        f"The index in {folder} has format {number}, and this version of afgqa reads format "
        f"{FORMAT}. "
        + (
            f"Bring it up to date: afgqa index --migrate --index {folder}"
            if OLDEST <= number < FORMAT
            else f"Rebuild it: afgqa index PATH --index {folder} --rebuild"
        )
    )


def manifest_values(connection: sqlite3.Connection, folder: Path) -> dict[str, Any]:
    """The manifest of a database of any format as it stands there; IndexDamagedError."""
    row = connection.execute("SELECT substr(value, 1, ?) FROM manifest", (_LONGEST_MANIFEST,))
    try:
        values = json.loads(row.fetchone()[0])
        if isinstance(values, dict):
            return values
        raise TypeError("it is no object")
    except (TypeError, ValueError, RecursionError) as error:
        raise damaged(folder, f"its manifest cannot be read ({error})") from error


def _check_types(manifest: Manifest) -> None:
    texts = (manifest.embedder, manifest.fingerprint, manifest.settings, *manifest.sources)
    if not all(isinstance(text, str) and "\0" not in text for text in texts):
        raise TypeError("something in it is no text")
    if not isinstance(manifest.dimension, int) or not 0 < manifest.dimension <= _LONGEST_VECTOR:
        raise ValueError("its dimension is no length of a vector")


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, within the transaction of the caller."""
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)


def check_schema(connection: sqlite3.Connection, folder: Path) -> None:
    """IndexDamagedError where the database has other tables, views or triggers than ours."""
    if _schema(connection) != _own_schema():
        raise damaged(folder, "it has other tables than an index of this format")


def _schema(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    query = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    return connection.execute(query).fetchall()


@cache
def _own_schema() -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        create(connection)
        return _schema(connection)


def check_manifest(found: Manifest, wanted: Manifest, folder: Path) -> None:
    for field in ("format", "embedder", "fingerprint", "dimension", "settings"):
        before, now = getattr(found, field), getattr(wanted, field)
        if before != now:
            raise IndexMismatchError(
                f"The index in {folder} was made with {field} {before!r:.80}, but {now!r:.80} was "
                f"requested. Open it with the same {field}, or rebuild it: "
                f"afgqa index PATH --index {folder} --rebuild"
            )


def damaged(folder: Path, why: object) -> IndexDamagedError:
    return IndexDamagedError(
        f"The index in {folder} is damaged: {why}. The documents themselves are untouched. Keep "
        f"what is intact: afgqa index --repair --index {folder}; or rebuild it: "
        f"afgqa index PATH --index {folder} --rebuild"
    )


def closed() -> StoreError:
    return StoreError("The index is closed. Open it again to use it.")


def _not_usable(folder: Path, why: object) -> StoreError:
    return StoreError(
        f"The index in {folder} cannot be used at the moment: {why}. Wait until no other program "
        "is writing to it, or check the permissions of the folder and the free disk space."
    )


@contextmanager
def translate_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):  # mistakes of the calling code
        raise
    except (sqlite3.DatabaseError, json.JSONDecodeError) as error:
        if str(error) not in _OUTSIDE:
            endless = str(error) == "interrupted"  # by `index_file.bound`
            why = "reading it does not end" if endless else f"{error!s:.200}"
            raise damaged(folder, why) from error
        raise _not_usable(folder, error) from error
    except OSError as error:
        raise _not_usable(folder, error) from error
