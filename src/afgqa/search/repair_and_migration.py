"""Checking an index, mending it from what is left of it, and bringing an old one up to date.

The latter two make the index anew, in one step: out of the documents that are stored and are as
their checksums say, and out of the files that the index was made from.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from afgqa.documents.loading import load_documents
from afgqa.errors import DocumentError, IndexDamagedError
from afgqa.protocols import Embedder, Progress
from afgqa.search.index_file import exclusive
from afgqa.search.indexing import embedded, manifest_of
from afgqa.search.sqlite_schema import damaged, read_manifest, translate_errors
from afgqa.search.sqlite_store import Contents, LocalStore
from afgqa.search.stored_documents import Stored, read_stored
from afgqa.settings import Settings
from afgqa.types import Document

__all__ = ["Repaired", "check", "migrate", "repair"]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did: documents made anew from their text, read from files again, removed."""

    derived: tuple[str, ...] = ()
    read_again: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def check(folder: Path) -> None:
    """Read all of the index in `folder`; StoreError says what is wrong with it.

    No model is needed, and none is loaded.
    """
    with closing(LocalStore(folder, read_manifest(folder))) as store:
        store.check()


def migrate(
    folder: Path, embedder: Embedder, settings: Settings, progress: Progress | None = None
) -> LocalStore:
    """Make an index of an older format anew from its own documents; the files are not needed.

    IndexDamagedError where one of them is damaged: then nothing is changed.
    """
    with translate_errors(folder), exclusive(folder):
        found = read_stored(folder)
        if found.damaged:
            raise damaged(folder, f"what is stored of {', '.join(found.damaged)} has changed")
        if not found.complete:
            raise damaged(folder, "documents may be missing")
        return _made(folder, found, found.documents, (), embedder, settings, progress)[0]


def repair(
    folder: Path,
    embedder: Embedder,
    settings: Settings,
    *,
    remove_damaged: bool = False,
    progress: Progress | None = None,
) -> tuple[LocalStore, Repaired]:
    """Make a damaged index anew, and tell what that took.

    A document whose text is as its checksum says is kept, and what is derived from it is kept
    where it is whole; a damaged one is read from its file again. IndexDamagedError names those
    whose file is gone: then nothing is changed, unless `remove_damaged` gives them up.
    """
    with translate_errors(folder), exclusive(folder):
        found = read_stored(folder)
        documents = {document.doc_id: document for document in found.documents}
        files = _files(folder, found, needed=bool(found.damaged) and not remove_damaged)
        again = tuple(sorted(files.keys() - documents.keys()))
        lost = tuple(sorted(set(found.damaged) - files.keys()))
        if lost and not remove_damaged:
            raise IndexDamagedError(
                f"{', '.join(lost)} cannot be mended: what the index in {folder} holds of it has "
                "changed, and its file is gone. Nothing was changed. Put the file back, or give it "
                f"up: afgqa index --repair --remove-damaged --index {folder}"
            )
        every = [*documents.values(), *(files[doc_id] for doc_id in again)]
        store, derived = _made(folder, found, every, again, embedder, settings, progress)
        return store, Repaired(derived, again, lost)


def _files(folder: Path, found: Stored, *, needed: bool) -> dict[str, Document]:
    """The documents as their files are by now, where one may be missing in the index.

    DocumentError where they are `needed` and cannot be read.
    """
    if found.complete and not found.damaged:
        return {}
    sources = [os.path.normpath(folder / source) for source in found.sources]
    try:
        documents = load_documents(sources, missing_ok=True)
    except DocumentError:
        if needed:
            raise
        return {}
    return {document.doc_id: document for document in documents}


def _made(
    folder: Path,
    found: Stored,
    documents: Collection[Document],
    again: Collection[str],
    embedder: Embedder,
    settings: Settings,
    progress: Progress | None,
) -> tuple[LocalStore, tuple[str, ...]]:
    """The index made anew, and which of the documents that were stored were embedded again."""
    manifest = manifest_of(embedder, settings, found.sources)
    kept = found.contents if found.manifest == manifest else ()
    there = {document.doc_id for document, _, _ in kept}
    wanted = [document for document in documents if document.doc_id not in there]
    contents: Contents = [*kept, *embedded(wanted, embedder, settings, progress)]
    derived = sorted({document.doc_id for document in wanted} - set(again))
    ordered = sorted(contents, key=lambda content: content[0].doc_id)
    return LocalStore(folder, manifest, anew=ordered), tuple(derived)
