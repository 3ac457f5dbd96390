"""What an index folder holds: its tables, its manifest, and how damage to them is told.

The manifest is one JSON value; an index that was made under another one is refused by name.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from afgqa.errors import IndexDamagedError, IndexMismatchError, IndexMissingError, StoreError
from afgqa.types import Manifest

__all__ = [
    "DATABASE",
    "FORMAT",
    "OUTSIDE",
    "PATIENCE",
    "check_manifest",
    "closed",
    "create",
    "damaged",
    "empty",
    "is_empty",
    "manifest_in",
    "read_manifest",
    "translate_errors",
]

DATABASE = "afgqa.sqlite"
# 2: what a document's glossary says; 3: the words of its abbreviations among the terms;
# 4: where its pages begin; 5: passages are found by their place
FORMAT = 5
PATIENCE = 30.0  # seconds that a reader or writer waits for another one to finish
# Words in SQLite's messages that tell of the folder and its disk, not of damage.
OUTSIDE = ("locked", "readonly", "full", "unable to open", "disk I/O", "out of memory")

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
CREATE TABLE caches (unit TEXT PRIMARY KEY, generation INTEGER NOT NULL, sha256 TEXT NOT NULL);
CREATE VIRTUAL TABLE terms_sentence USING fts5(terms, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE terms_chunk USING fts5(terms, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms_sentence, row);
"""


def read_manifest(folder: Path) -> Manifest:
    """What the index in `folder` says of itself; IndexMissingError, IndexDamagedError."""
    path = folder / DATABASE
    missing = IndexMissingError(
        f"There is no index in {folder}. Make one: afgqa index PATH --index {folder}"
    )
    with translate_errors(folder):  # a name that is too long for the file system
        if not path.is_file():
            raise missing
    # Not read-only: SQLite must be able to undo what a killed program left half written.
    with translate_errors(folder), closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        if is_empty(connection):
            raise missing
        return manifest_in(connection, folder)


def manifest_in(connection: sqlite3.Connection, folder: Path) -> Manifest:
    """What the database of `folder` says of itself by now; errors as `read_manifest`."""
    row = connection.execute("SELECT value FROM manifest").fetchone()
    try:
        values = json.loads(row[0])
        if values["format"] == FORMAT:
            found = Manifest(**values | {"sources": tuple(values["sources"])})
            texts = (found.embedder, found.fingerprint, found.settings, *found.sources)
            if not all(isinstance(text, str) for text in texts):
                raise TypeError("a value in it is of another type")
            return found
    except (TypeError, KeyError, ValueError, RecursionError) as error:
        raise damaged(folder, f"its manifest cannot be read ({error})") from error
    raise IndexMismatchError(
        f"The index in {folder} has format {values['format']!s:.80}, and this version of afgqa reads "
        f"format {FORMAT}. Make it anew: afgqa index PATH --index {folder} --rebuild"
    )


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether nothing was ever stored: a program killed at its start leaves such a file."""
    return connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def create(connection: sqlite3.Connection) -> None:
    """Make the tables, within the transaction of the caller."""
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)


def empty(connection: sqlite3.Connection) -> None:
    """Drop whatever is there, ours or not, within the transaction of the caller.

    sqlite3.DatabaseError when the file does not hold together even then.
    """
    # Virtual tables first, the last made before those that it reads; they drop their own tables.
    for kind in ("type = 'table' AND sql LIKE 'CREATE VIRTUAL%'", "type IN ('table', 'view')"):
        rows = connection.execute(
            f"SELECT type, name FROM sqlite_master WHERE {kind} "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid DESC"
        ).fetchall()
        for what, name in rows:
            quoted = name.replace('"', '""')
            connection.execute(f'DROP {what} "{quoted}"')
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def check_manifest(found: Manifest, wanted: Manifest, folder: Path) -> None:
    for field in ("format", "embedder", "fingerprint", "dimension", "settings"):
        before, now = getattr(found, field), getattr(wanted, field)
        if before != now:
            raise IndexMismatchError(
                f"The index in {folder} was made with {field} {before!r}, and {now!r} was asked "
                f"for. Open it with what made it, or make it anew: "
                f"afgqa index PATH --index {folder} --rebuild"
            )


def damaged(folder: Path, why: object) -> IndexDamagedError:
    return IndexDamagedError(
        f"The index in {folder} is damaged: {why}. The documents themselves are untouched; make "
        f"it anew: afgqa index PATH --index {folder} --rebuild"
    )


def closed() -> StoreError:
    return StoreError("The index is closed. Open it again to use it.")


def _not_usable(folder: Path, why: object) -> StoreError:
    return StoreError(
        f"The index in {folder} cannot be used now: {why}. Wait for another program that writes "
        "to it, or see who may write in that folder and whether the disk has room."
    )


@contextmanager
def translate_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):  # mistakes of the calling code
        raise
    except (sqlite3.DatabaseError, ValueError) as error:  # what is damaged may be no text either
        if not any(word in str(error) for word in OUTSIDE):
            raise damaged(folder, error) from error
        raise _not_usable(folder, error) from error
    except OSError as error:
        raise _not_usable(folder, error) from error
