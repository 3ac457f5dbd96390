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
from typing import Final

from afgqa.errors import IndexDamagedError, IndexMismatchError, IndexMissingError, StoreError
from afgqa.search.index_file import open_file
from afgqa.types import Manifest

__all__ = [
    "FORMAT",
    "check_manifest",
    "check_schema",
    "closed",
    "create",
    "damaged",
    "manifest_in",
    "read_manifest",
    "translate_errors",
]

# 2: what a document's glossary says; 3: the words of its abbreviations among the terms;
# 4: where its pages begin; 5: passages are found by their place; 6: all of it is sealed
FORMAT: Final = 6
_LONGEST_MANIFEST: Final = 1 << 20  # characters
# Words in SQLite's messages that tell of the folder and its disk, not of damage.
_OUTSIDE: Final = (
    "locked", "readonly", "full", "unable to open", "disk I/O", "out of memory", "interrupted",
)  # fmt: skip

# The terms are folded already (see `tokens.py`): the tokenizer "ascii" only splits at spaces, for
# to it every character beyond ASCII is part of a word.
_SCHEMA = """
CREATE TABLE manifest (value TEXT NOT NULL);
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
    text TEXT NOT NULL, runs TEXT NOT NULL, examples TEXT NOT NULL,
    glossary TEXT NOT NULL, pages TEXT NOT NULL, checksum TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents(doc_id), unit TEXT NOT NULL,
    number INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, vector BLOB NOT NULL,
    UNIQUE (doc_id, unit, number)
);
CREATE INDEX places ON passages (doc_id, unit, start);
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
    row = connection.execute("SELECT substr(value, 1, ?) FROM manifest", (_LONGEST_MANIFEST,))
    try:
        values = json.loads(row.fetchone()[0])
        if values["format"] == FORMAT:
            return Manifest(**values | {"sources": tuple(values["sources"])})
        number = int(values["format"])
    except (TypeError, KeyError, ValueError, RecursionError) as error:
        raise damaged(folder, f"its manifest cannot be read ({error})") from error
    raise IndexMismatchError(
        f"The index in {folder} has format {number}, and this version of afgqa reads format "
        f"{FORMAT}. "
        + (
            f"Bring it up to date: afgqa index --migrate --index {folder}"
            if number == FORMAT - 1
            else f"Rebuild it: afgqa index PATH --index {folder} --rebuild"
        )
    )


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
                f"The index in {folder} was made with {field} {before!r}, but {now!r} was "
                f"requested. "
                f"Open it with the same {field}, or rebuild it: "
                f"afgqa index PATH --index {folder} --rebuild"
            )


def damaged(folder: Path, why: object) -> IndexDamagedError:
    return IndexDamagedError(
        f"The index in {folder} is damaged: {why}. The documents themselves are untouched; rebuild "
        f"it: afgqa index PATH --index {folder} --rebuild"
    )


def closed() -> StoreError:
    return StoreError("The index is closed. Open it again to use it.")


def _not_usable(folder: Path, why: object) -> StoreError:
    return StoreError(
        f"The index in {folder} cannot be used at the moment: {why}. Wait until no other "
        f"program is "
        "writing to it, or check the permissions of the folder and the free disk space."
    )


@contextmanager
def translate_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):  # mistakes of the calling code
        raise
    except (sqlite3.DatabaseError, json.JSONDecodeError) as error:
        if not any(word in str(error) for word in _OUTSIDE):
            raise damaged(folder, error) from error
        raise _not_usable(folder, error) from error
    except OSError as error:
        raise _not_usable(folder, error) from error
