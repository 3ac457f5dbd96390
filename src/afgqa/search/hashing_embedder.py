"""The trivial twin of a real embedder: words hashed to dimensions, no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from afgqa.language.tokens import terms
from afgqa.protocols import Progress, Spots, Vectors

__all__ = ["HashingEmbedder"]


class HashingEmbedder:
    """Each index term adds one to a dimension chosen by its hash.

    A pure function of the text with values a reader can compute by hand; it needs no model. A
    text without terms is the unit vector of dimension 0.
    """

    def __init__(self, dimension: int = 64, max_tokens: int = 64) -> None:
        self._dimension = dimension
        self._max_tokens = max_tokens

    @property
    def name(self) -> str:
        return f"hashing-{self._dimension}"

    @property
    def fingerprint(self) -> str:
        return f"{self.name}-{self._max_tokens}"

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        return tuple(len(text.split()) for text in texts)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in terms(text):
                row[int(hashlib.sha256(term.encode()).hexdigest(), 16) % self._dimension] += 1
            if not row.any():
                row[0] = 1
            row /= np.linalg.norm(row)
        return rows

    def encode_document(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        rows = self.encode_query(texts)
        if progress is not None:
            progress(len(texts), len(texts))
        return rows

    def encode_tokens(self, texts: Sequence[str]) -> tuple[tuple[Spots, Vectors], ...]:
        found = []
        for text in texts:
            every = [match.span() for match in re.finditer(r"\w+|[^\w\s]+", text)]
            pieces = every[: self._max_tokens]
            rows = self.encode_query([text[start:end] for start, end in pieces])
            found.append((tuple(pieces), rows))
        return tuple(found)
