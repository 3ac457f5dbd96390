"""FAISS over the vectors that SQLite holds: a cache on disk, never trusted unchecked.

FAISS files carry no checksum, and a damaged one can return wrong neighbours silently. So each
begins with the seal of the database that it belongs to and the SHA-256 of its unit and bytes, and
is read only if both are right.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np
from numpy.typing import NDArray

from afgqa.atomic_files import write_atomically
from afgqa.protocols import Vectors
from afgqa.search.index_file import DATABASE
from afgqa.types import Unit

__all__ = ["FaissCache", "search"]

_DIGEST: Final = hashlib.sha256().digest_size


class FaissCache:
    """The FAISS indexes of one state of a database, whose `seal` it has, in memory and on disk.

    What was found damaged or could not be written is told in `notices`, which call the folder as
    the user does (`shown`). Safe to share between
    threads, each with a connection of its own.
    """

    def __init__(
        self, folder: Path, shown: Path, seal: str, dimension: int, notices: list[str]
    ) -> None:
        self._folder = folder
        self._shown = shown
        self._seal = bytes.fromhex(seal)
        self._dimension = dimension
        self._notices = notices
        self._lock = threading.Lock()
        self._known: dict[Unit, Any] = {}
        self._unsaved: dict[Unit, Any] = {}

    def index(self, db: sqlite3.Connection, unit: Unit) -> Any:
        """The index of this unit: the one in memory, on disk, or built anew."""
        with self._lock:
            if unit not in self._known:
                self._known[unit] = self._read(unit) or self._build(db, unit)
            return self._known[unit]

    def _build(self, db: sqlite3.Connection, unit: Unit) -> Any:
        rows = db.execute(
            "SELECT id, vector FROM passages WHERE unit = ? ORDER BY id", (unit,)
        ).fetchall()
        self._unsaved[unit] = index = _build(rows, self._dimension)
        return index

    def _read(self, unit: Unit) -> Any | None:
        """The one on disk, if it belongs to this state and is as it was written."""
        path = self._path(unit)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._notices.append(
                f"{self._shown / path.name} cannot be read ({error.strerror}); "
                f"it was rebuilt from {DATABASE}."
            )
            return None
        body = memoryview(data)[2 * _DIGEST :]
        if len(data) > 2 * _DIGEST and data[:_DIGEST] != self._seal:
            return None  # of another state: others write meanwhile
        if _digest(unit, body) != data[_DIGEST : 2 * _DIGEST]:
            self._notices.append(
                f"{self._shown / path.name} is damaged ({len(data):,} bytes that are not the ones "
                f"written); it was rebuilt from {DATABASE}."
            )
            return None
        return faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8))

    def save(self) -> None:
        """Write what was built anew, where the folder may be written."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        for unit, index in sorted(unsaved.items()):
            body: NDArray[np.uint8] = faiss.serialize_index(index)
            path = self._path(unit)
            try:
                write_atomically(path, self._seal, _digest(unit, body.data), body.data)
            except OSError as error:
                self._notices.append(
                    f"{self._shown / path.name} was not written ({error}); the next start "
                    "rebuilds it."
                )

    def _path(self, unit: Unit) -> Path:
        return self._folder / f"{unit}.faiss"


def _digest(unit: Unit, body: memoryview) -> bytes:
    digest = hashlib.sha256(unit.encode())
    digest.update(body)
    return digest.digest()


def _build(rows: Sequence[tuple[int, bytes]], dimension: int) -> Any:
    """An exact inner-product index over vectors (little-endian float32) named by their ids."""
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
    blob = b"".join(vector for _, vector in rows)
    matrix = np.frombuffer(blob, dtype="<f4").astype(np.float32).reshape(-1, dimension)
    index.add_with_ids(matrix, np.array([i for i, _ in rows], dtype=np.int64))
    return index


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
