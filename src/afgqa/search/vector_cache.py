"""FAISS over the vectors that SQLite holds: a cache on disk, never trusted unchecked.

FAISS files carry no checksum, and a damaged one can return wrong neighbours silently. So each
begins with the seal of the database that it belongs to and the SHA-256 of its unit and bytes, and
is read only if both are right and it is the plain kind of index that is written here: the file may
come from a stranger, and FAISS would follow whatever it describes.
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
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
from afgqa.search.sqlite_rows import vectors_of
from afgqa.types import Unit

__all__ = ["FaissCache", "search"]

_DIGEST: Final = hashlib.sha256().digest_size
# How FAISS writes such an index: a header for the ids and one for the vectors, each with its kind,
# dimension, count, two numbers without a meaning, whether it is trained, and its metric; then the
# number of floats, the floats, the number of ids, the ids.
_HEADER: Final = struct.Struct("<4siqqqBi")
_NUMBER: Final = struct.Struct("<Q")
_KINDS: Final = (b"IxM2", b"IxFI")
_FILLING: Final = (1 << 20, 1 << 20)


class FaissCache:
    """The FAISS indexes of one state of a database, whose `seal` it has, in memory and on disk.

    What was found damaged or could not be written is told in `notices`, in the words `shown` for
    the folder. Safe to share between
    threads, each with a connection of its own.
    """

    def __init__(
        self, folder: Path, seal: str, dimension: int, notices: list[str], shown: Path
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
        self._unsaved[unit] = index = _empty(self._dimension)
        for first, vectors in vectors_of(db, unit, self._dimension):
            index.add_with_ids(vectors, np.arange(first, first + len(vectors), dtype=np.int64))
        return index

    def _read(self, unit: Unit) -> Any | None:
        """The one on disk, if it belongs to this state and is as it was written."""
        path = self._shown / self._path(unit).name
        try:
            data = self._path(unit).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._notices.append(
                f"{path} cannot be read ({error.strerror}); it was rebuilt from {DATABASE}."
            )
            return None
        body = memoryview(data)[2 * _DIGEST :]
        if len(data) > 2 * _DIGEST and data[:_DIGEST] != self._seal:
            return None  # of another state: others write meanwhile
        if _digest(unit, body) != data[_DIGEST : 2 * _DIGEST]:
            self._notices.append(
                f"{path} is damaged ({len(data):,} bytes that are not the ones written); "
                f"it was rebuilt from {DATABASE}."
            )
            return None
        return _parsed(body, self._dimension)

    def save(self) -> None:
        """Write what was built anew, where the folder may be written."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
        for unit, index in sorted(unsaved.items()):
            body: NDArray[np.uint8] = faiss.serialize_index(index)
            try:
                digest = _digest(unit, body.data)
                write_atomically(self._path(unit), self._seal, digest, body.data)
            except OSError as error:
                self._notices.append(
                    f"{self._shown / self._path(unit).name} was not written ({error.strerror}); "
                    "the next start rebuilds it."
                )

    def _path(self, unit: Unit) -> Path:
        return self._folder / f"{unit}.faiss"


def _digest(unit: Unit, body: memoryview) -> bytes:
    digest = hashlib.sha256(unit.encode())
    digest.update(body)
    return digest.digest()


def _empty(dimension: int) -> Any:
    """An exact inner-product index over vectors that are named by their ids."""
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))


def _parsed(body: memoryview, dimension: int) -> Any | None:
    """The index of these bytes; None unless they are a plain one of this dimension.

    So FAISS is given nothing that describes an index of another kind or length.
    """
    each = 4 * dimension + _NUMBER.size
    count, rest = divmod(len(body) - 2 * _HEADER.size - 2 * _NUMBER.size, each)
    headers = (
        _HEADER.pack(kind, dimension, count, *_FILLING, 1, faiss.METRIC_INNER_PRODUCT)
        for kind in _KINDS
    )
    head = b"".join(headers) + _NUMBER.pack(count * dimension) if count >= 0 else b""
    ids = len(head) + 4 * dimension * count  # where their number stands
    if rest or count < 0 or body[: len(head)] != head or body[ids : ids + 8] != _NUMBER.pack(count):
        return None
    return faiss.deserialize_index(np.frombuffer(body, dtype=np.uint8))


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
