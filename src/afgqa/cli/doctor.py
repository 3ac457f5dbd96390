"""What a person needs to know when something does not work: environment, models, index."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from afgqa.cli.text import changes_text, store_text
from afgqa.errors import AfgqaError, InputError
from afgqa.reading.models import load_reader
from afgqa.search.embedders import default_files, load_embedder
from afgqa.search.indexing import find_changes, open_index
from afgqa.search.sqlite_schema import read_manifest
from afgqa.search.sqlite_store import LocalStore
from afgqa.settings import DEFAULT_EMBEDDER, Settings

__all__ = ["Finding", "examine"]

_PACKAGES = (
    "torch", "sentence-transformers", "transformers", "tokenizers", "onnxruntime", "faiss-cpu",
    "gradio", "ftfy", "selectolax", "pypdfium2", "mammoth",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, whether it is well, and what was seen or what to do."""

    name: str
    well: bool
    detail: str


def examine(index: Path, settings: Settings) -> Iterator[Finding]:
    """Look at everything, one finding at a time; a problem does not stop the rest."""
    yield Finding("python", True, f"{platform.python_version()} on {platform.platform()}")
    for package in _PACKAGES:
        try:
            yield Finding(package, True, version(package))
        except PackageNotFoundError:
            yield Finding(package, False, f"not installed. Type: pip install {package}")
    yield _fts5()
    try:
        default_files()
        yield Finding(
            "default embedder", True, f"{DEFAULT_EMBEDDER}, all files match the published ones"
        )
    except AfgqaError as error:
        yield Finding("default embedder", False, str(error))
    try:
        reader = load_reader(settings.reader)  # compares its files with their manifest
        reader.read("Is it well?", ["It is well."])  # a network is opened when it first reads
        yield Finding("reader", True, f"{reader.name}, works")
    except (AfgqaError, ImportError) as error:
        yield Finding("reader", False, str(error))
    yield from _index(index, settings)


def _fts5() -> Finding:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except sqlite3.OperationalError:
        return Finding("sqlite", False, f"{sqlite3.sqlite_version} has no FTS5; use another Python")
    finally:
        connection.close()
    return Finding("sqlite", True, f"{sqlite3.sqlite_version} with FTS5")


def _index(folder: Path, settings: Settings) -> Iterator[Finding]:
    try:
        manifest = read_manifest(folder)
        embedder = load_embedder(manifest.embedder)
        yield Finding("index embedder", True, f"{embedder.name}, {embedder.dimension} dimensions")
        store = open_index(folder, embedder, settings)
    except AfgqaError as error:
        yield Finding("index", False, str(error))
        return
    try:
        for notice in store.notices:
            yield Finding("index cache", True, notice)
        store.check()
        yield Finding("index", True, f"{folder}: {store_text(store)}, intact")
        yield _files(folder, store)
    except AfgqaError as error:
        yield Finding("index", False, str(error))
    finally:
        store.close()


def _files(folder: Path, store: LocalStore) -> Finding:
    try:
        difference = find_changes(folder, store)
    except InputError as error:
        return Finding("files", False, str(error))
    advice = f". Type: afgqa index --index {folder}" if difference else ""
    return Finding("files", not difference, changes_text(difference) + advice)
