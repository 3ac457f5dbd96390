"""Reading all of an index and comparing it with its checksums."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

from afgqa.search.checksums import terms_checksum
from afgqa.search.sqlite_rows import Entry, changed
from afgqa.search.sqlite_schema import damaged
from afgqa.types import UNITS

__all__ = ["check_all"]

_TOLD: Final = 20  # problems, at most


def check_all(
    db: sqlite3.Connection,
    entries: Mapping[str, Entry],
    terms: Mapping[str, str],
    folder: Path,
    dimension: int,
) -> None:
    """Compare everything with its checksums; IndexDamagedError names what differs.

    `entries` are the documents and `terms` the checksums of the term indexes by unit.
    """
    problems = list(islice(_problems(db, entries, terms, dimension), _TOLD))
    if problems:
        raise damaged(folder, "; ".join(problems))


def _problems(
    db: sqlite3.Connection, entries: Mapping[str, Entry], terms: Mapping[str, str], dimension: int
) -> Iterator[str]:
    verdict = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        yield str(verdict)
    for _, why in changed(db, entries, dimension):
        yield why
    for unit in UNITS:
        if terms_checksum(db, unit) != terms.get(unit):
            yield "its term index has changed"
    if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
        yield "it has passages of a document that is not there"
    yield from _miscounted(db, entries)
    _check_terms(db)


def _miscounted(db: sqlite3.Connection, entries: Mapping[str, Entry]) -> Iterator[str]:
    for unit in UNITS:
        count = sum(entry.count(unit) for entry in entries.values())
        for query in (
            "SELECT count(*) FROM passages WHERE unit = ?1",
            f"SELECT count(*) FROM terms_{unit}_content",
            f"SELECT count(*) FROM terms_{unit}_docsize",
        ):
            (found,) = db.execute(query, (unit,) if "?1" in query else ()).fetchone()
            if found != count:
                yield f"it has {found:,} rows of passages where {count:,} were written"
    (found,) = db.execute("SELECT count(*) FROM vectors").fetchone()
    if found != len(entries) * len(UNITS):
        yield f"it has the vectors of {found:,} units where {len(entries) * len(UNITS):,} were"


def _check_terms(db: sqlite3.Connection) -> None:
    """Let FTS5 compare its index with the terms, in a copy, for it does so only while writing."""
    with closing(sqlite3.connect("")) as copy:  # a database on disk that nobody sees
        db.backup(copy)
        for unit in UNITS:
            copy.execute(f"INSERT INTO terms_{unit} (terms_{unit}) VALUES ('integrity-check')")
