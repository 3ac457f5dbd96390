"""FAISS over the vectors that SQLite holds: a cache on disk, never trusted unchecked.

FAISS files carry no checksum, and a damaged one can return wrong neighbours silently. So the
bytes are hashed when written, and read back only if hash, dimension and count are what SQLite
says they are. Files appear by writing under another name, syncing and renaming.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from afgqa.protocols import Vectors
from afgqa.search.sqlite_schema import DATABASE
from afgqa.types import Unit

__all__ = ["FaissCache", "search"]


class FaissCache:
    """The FAISS indexes of a folder, in memory and on disk; each belongs to one generation.

    What was found damaged or could not be written is told in `notices`. Safe to share between
    threads, each with a connection of its own.
    """

    def __init__(self, folder: Path, dimension: int, notices: list[str]) -> None:
        self._folder = folder
        self._dimension = dimension
        self._notices = notices
        self._lock = threading.Lock()
        self._known: dict[Unit, tuple[int, Any]] = {}
        self._unsaved: set[Unit] = set()

    def index(self, db: sqlite3.Connection, unit: Unit, generation: int) -> Any:
        """The index of this generation: the one in memory, on disk, or built anew."""
        with self._lock:
            return self._index(db, unit, generation)

    def _index(self, db: sqlite3.Connection, unit: Unit, generation: int) -> Any:
        known = self._known.get(unit)
        if known is not None and known[0] == generation:
            return known[1]
        row = db.execute(
            "SELECT sha256 FROM caches WHERE unit = ? AND generation = ?", (unit, generation)
        ).fetchone()
        index = None
        if row is not None:
            counted = db.execute("SELECT count(*) FROM passages WHERE unit = ?", (unit,)).fetchone()
            index, problem = _read(self._path(unit), row[0], counted[0], self._dimension)
            if index is None:
                self._notices.append(
                    f"{self._path(unit)} {problem}; it was rebuilt from {DATABASE}."
                )
        if index is None:
            rows = db.execute(
                "SELECT id, vector FROM passages WHERE unit = ? ORDER BY id", (unit,)
            ).fetchall()
            index = _build(rows, self._dimension)
            self._unsaved.add(unit)
        self._known[unit] = (generation, index)
        return index

    def save(self, db: sqlite3.Connection) -> None:
        """Write what was built anew, where the folder may be written."""
        with self._lock:
            unsaved = [(unit, *self._known[unit]) for unit in sorted(self._unsaved)]
            self._unsaved.clear()
        for unit, generation, index in unsaved:
            try:
                sha256 = _write(index, self._path(unit))
                with db:
                    db.execute(
                        "INSERT OR REPLACE INTO caches VALUES (?, ?, ?)", (unit, generation, sha256)
                    )
            except (OSError, sqlite3.OperationalError) as error:
                self._notices.append(
                    f"{self._path(unit)} was not written ({error}); the next start rebuilds it."
                )

    def _path(self, unit: Unit) -> Path:
        return self._folder / f"{unit}.faiss"


def _build(rows: Sequence[tuple[int, bytes]], dimension: int) -> Any:
    """An exact inner-product index over vectors (little-endian float32) named by their ids."""
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    blob = b"".join(vector for _, vector in rows)
    matrix = np.frombuffer(blob, dtype="<f4").astype(np.float32).reshape(-1, dimension)
    index.add_with_ids(matrix, np.array([i for i, _ in rows], dtype=np.int64))
    return index


def _write(index: Any, path: Path) -> str:
    """Write `index` to `path` in one step and return the SHA-256 of the file."""
    data: NDArray[np.uint8] = faiss.serialize_index(index)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data.data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return hashlib.sha256(data.data).hexdigest()


def _read(path: Path, sha256: str, count: int, dimension: int) -> tuple[Any, str]:
    """The index at `path` and "", or None and what is wrong with the file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, f"cannot be read ({error.strerror})"
    if hashlib.sha256(data).hexdigest() != sha256:
        return None, f"is damaged ({len(data):,} bytes that are not the ones written)"
    index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    if (index.ntotal, index.d) != (count, dimension):
        return None, f"holds {index.ntotal} vectors of {index.d}, not {count} of {dimension}"
    return index, ""


def search(
    index: Any, vector: Vectors, k: int, ids: Sequence[int] | None
) -> list[tuple[int, float]]:
    """The k nearest (id, cosine), among `ids` if given. Exact: brute force on both ways."""
    k = min(k, index.ntotal)
    if k < 1:  # which FAISS does not take
        return []
    parameters = None
    if ids is not None:
        selector = faiss.IDSelectorBatch(np.asarray(ids, dtype=np.int64))
        parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
    row = np.ascontiguousarray(vector, dtype=np.float32)[None]
    scores, found = index.search(row, k, params=parameters)
    return [(int(i), float(score)) for i, score in zip(found[0], scores[0], strict=True) if i >= 0]
