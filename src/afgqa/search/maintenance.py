"""Mending an index from what is left of it, and bringing one of an older format up to date.

Both make the index anew out of documents, in one step: out of those that are stored and are as
their checksums say, and out of the files that the index was made from.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from afgqa.documents.loading import load_documents
from afgqa.errors import IndexDamagedError, IndexMissingError
from afgqa.protocols import Embedder, Progress
from afgqa.search import sqlite_rows as records
from afgqa.search.index_file import DATABASE, exclusive, open_file
from afgqa.search.indexing import embedded, manifest_of, open_index
from afgqa.search.sqlite_schema import FORMAT, damaged, translate_errors
from afgqa.search.sqlite_store import LocalStore
from afgqa.settings import Settings
from afgqa.types import Document

__all__ = ["OLDEST", "Stored", "check", "migrate", "repair", "stored"]

OLDEST: Final = 5  # the oldest format whose documents can be read


@dataclass(frozen=True, slots=True)
class Stored:
    """What an index of any readable format holds: its documents, and the ids of damaged ones."""

    format: int
    embedder: str
    sources: tuple[str, ...]
    documents: tuple[Document, ...]
    damaged: tuple[str, ...]


def stored(folder: Path) -> Stored:
    """What is left in the index of `folder`; IndexMissingError, IndexDamagedError if nothing is."""
    with translate_errors(folder):
        _undo_half_written(folder)
        opened = open_file(folder)
    if opened is None:
        raise IndexMissingError(
            f"There is no index in {folder}. Create one: afgqa index PATH --index {folder}"
        )
    with translate_errors(folder), closing(opened[1]) as db:
        try:
            values: dict[str, Any] = json.loads(
                db.execute("SELECT value FROM manifest").fetchone()[0]
            )
            number, embedder = int(values["format"]), str(values["embedder"])
            sources = tuple(map(str, values["sources"]))
        except (TypeError, KeyError, ValueError, RecursionError) as error:
            raise damaged(folder, f"its manifest cannot be read ({error})") from error
        if not OLDEST <= number <= FORMAT:
            raise damaged(folder, f"its format {number} is none of {OLDEST} to {FORMAT}")
        whole, broken = [], []
        for (doc_id,) in db.execute("SELECT doc_id FROM documents ORDER BY doc_id").fetchall():
            try:
                whole.append(records.read_document(db, doc_id))
            except (ValueError, TypeError, KeyError, sqlite3.DatabaseError):
                broken.append(str(doc_id))
    return Stored(number, embedder, sources, tuple(whole), tuple(broken))


def _undo_half_written(folder: Path) -> None:
    """Let SQLite undo what a killed program of an older version left half written."""
    if (folder / f"{DATABASE}-journal").is_file():
        with closing(sqlite3.connect(folder / DATABASE, timeout=1)) as db:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()


def check(folder: Path, embedder: Embedder, settings: Settings) -> None:
    """Read all of the index in `folder`; StoreError says what is wrong with it."""
    with closing(open_index(folder, embedder, settings)) as store:
        store.check()


def migrate(
    folder: Path, embedder: Embedder, settings: Settings, progress: Progress | None = None
) -> LocalStore:
    """Make an index of an older format anew from its own documents; the files are not needed.

    IndexDamagedError where one of them is damaged: then nothing is changed.
    """
    with translate_errors(folder), exclusive(folder):
        found = stored(folder)
        if found.damaged:
            raise damaged(folder, f"what is stored of {', '.join(found.damaged)} has changed")
        manifest = manifest_of(embedder, settings, found.sources)
        contents = embedded(found.documents, embedder, settings, progress)
        return LocalStore(folder, manifest, anew=contents)


def repair(
    folder: Path, embedder: Embedder, settings: Settings, progress: Progress | None = None
) -> tuple[LocalStore, tuple[str, ...]]:
    """Make a damaged index anew; the store, and the ids of documents that were read again.

    A document that is as its checksum says is kept, a damaged one is read from its file again.
    IndexDamagedError names those whose file is gone: then nothing is changed.
    """
    with translate_errors(folder), exclusive(folder):
        found = stored(folder)
        whole = {document.doc_id: document for document in found.documents}
        sources = [os.path.normpath(folder / source) for source in found.sources]
        files = {document.doc_id: document for document in load_documents(sources, missing_ok=True)}
        again = tuple(doc_id for doc_id in files if doc_id not in whole)
        lost = sorted(set(found.damaged) - files.keys())
        if lost:
            raise IndexDamagedError(
                f"{', '.join(lost)} cannot be mended: what the index in {folder} holds of it has "
                "changed, and its file is gone. Restore the file, or rebuild the index "
                f"without it: afgqa index PATH --index {folder} --rebuild"
            )
        documents = [*whole.values(), *(files[doc_id] for doc_id in again)]
        manifest = manifest_of(embedder, settings, found.sources)
        contents = embedded(documents, embedder, settings, progress)
        return LocalStore(folder, manifest, anew=contents), again
