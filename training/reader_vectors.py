"""The vectors of training texts, kept in a file: windows are the same in every training."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from reader_rows import Encode

from afgqa.protocols import Vectors


class Remembering:
    """The function `encode`, which encodes each text once, with a `file` once in all trainings.

    `embedder` names what encodes: ValueError where a file holds the vectors of another one. `save`
    writes what is known to the file, whole or not at all. Vectors are rounded to 16 bits, so that
    they are the same whether they were read or made. A text is looked up by its SHA-256.
    """

    def __init__(self, encode: Encode, file: Path | None = None, embedder: str = "") -> None:
        self._encode, self._file, self._embedder = encode, file, embedder
        self._known: dict[bytes, NDArray[np.float32]] = {}
        if file is not None and file.exists():
            with np.load(file) as kept:
                if (found := str(kept["embedder"])) != embedder:
                    raise ValueError(f"{file} holds vectors of {found!r}, not of {embedder!r}.")
                names, rows = kept["names"], kept["vectors"].astype(np.float32)
            self._known = dict(zip(map(bytes, names), rows, strict=True))

    def __call__(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if _name(text) not in self._known]
        if new:
            rows = self._encode(new).astype(np.float16).astype(np.float32)
            self._known.update(zip(map(_name, new), rows, strict=True))
        return np.stack([self._known[_name(text)] for text in texts]) if texts else self._encode([])

    def save(self) -> None:
        if self._file is None:
            return
        names = np.array([np.frombuffer(name, dtype=np.uint8) for name in self._known])
        rows = np.array(list(self._known.values()), dtype=np.float16)
        new = self._file.with_name(f"{self._file.stem}.new.npz")
        np.savez(new, embedder=self._embedder, names=names, vectors=rows)
        new.replace(self._file)


def _name(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
