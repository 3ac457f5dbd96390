"""A store in memory: exact NumPy search and textbook BM25. The trivial twin of `local`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from afgqa.protocols import Ranked, Vectors
from afgqa.search.ranking import best
from afgqa.search.sqlite_schema import closed
from afgqa.types import Document, Passage, Ref, Unit

__all__ = ["MemoryStore"]

_K1, _B = 1.2, 0.75  # the constants of SQLite's FTS5, so that both stores rank alike


class MemoryStore:
    """Everything in dictionaries; for tests, for one-off questions, and as the reference."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._documents: dict[str, Document] = {}
        self._passages: dict[Ref, Passage] = {}
        self._vectors: dict[Ref, Vectors] = {}
        self._counts: dict[Ref, Counter[str]] = {}
        self._closed = False

    def replace(self, document: Document, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._must_be_open()
        if vectors.shape != (len(passages), self._dimension):
            raise ValueError(
                f"vectors of shape {vectors.shape} for {len(passages)} passages "
                f"of dimension {self._dimension}"
            )
        self.delete([document.doc_id])
        self._documents[document.doc_id] = document
        for passage, vector in zip(passages, vectors, strict=True):
            self._passages[passage.ref] = passage
            self._vectors[passage.ref] = vector.astype(np.float32)
            self._counts[passage.ref] = Counter(passage.terms)

    def delete(self, doc_ids: Sequence[str]) -> None:
        self._must_be_open()
        gone = set(doc_ids)
        self._documents = {k: v for k, v in self._documents.items() if k not in gone}
        self._passages = {k: v for k, v in self._passages.items() if k.doc_id not in gone}
        self._vectors = {k: v for k, v in self._vectors.items() if k.doc_id not in gone}
        self._counts = {k: v for k, v in self._counts.items() if k.doc_id not in gone}

    def dense(
        self, vector: Vectors, k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        refs = self._refs(unit, docs)
        if not refs:
            return ()
        scores = np.stack([self._vectors[ref] for ref in refs]) @ vector
        return best(refs, scores.tolist(), k)

    def lexical(
        self, terms: Sequence[str], k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        everything = self._refs(unit, None)
        if not everything:
            return ()
        mean = sum(self._counts[ref].total() for ref in everything) / len(everything)
        frequency = self._frequencies(terms, everything)
        found, scores = [], []
        for ref in self._refs(unit, docs):
            counts = self._counts[ref]
            shared = [term for term in frequency if term in counts]
            if not shared:
                continue
            length = _K1 * (1 - _B + _B * counts.total() / mean)
            found.append(ref)
            scores.append(
                sum(
                    _idf(frequency[term], len(everything))
                    * counts[term]
                    * (_K1 + 1)
                    / (counts[term] + length)
                    for term in shared
                )
            )
        return best(found, scores, k)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        return self._frequencies(terms, self._refs("sentence", None))

    def fetch(self, refs: Sequence[Ref]) -> tuple[Passage, ...]:
        self._must_be_open()
        return tuple(self._passages[ref] for ref in refs)

    def passages(self, doc_id: str, unit: Unit) -> tuple[Passage, ...]:
        self.document(doc_id)
        return self.fetch(self._refs(unit, [doc_id]))

    def vectors(self, doc_id: str, unit: Unit) -> Vectors:
        rows = [self._vectors[passage.ref] for passage in self.passages(doc_id, unit)]
        return np.stack(rows) if rows else np.empty((0, self._dimension), np.float32)

    def document(self, doc_id: str) -> Document:
        self._must_be_open()
        return self._documents[doc_id]

    def documents(self) -> dict[str, str]:
        self._must_be_open()
        return {doc_id: self._documents[doc_id].sha256 for doc_id in sorted(self._documents)}

    def count(self, unit: Unit) -> int:
        return len(self._refs(unit, None))

    def refresh(self) -> None:
        """Nothing to do: nobody else writes here."""
        self._must_be_open()

    def close(self) -> None:
        self._closed = True
        for held in (self._documents, self._passages, self._vectors, self._counts):
            held.clear()

    def _must_be_open(self) -> None:
        if self._closed:
            raise closed()

    def _refs(self, unit: Unit, docs: Sequence[str] | None) -> list[Ref]:
        self._must_be_open()
        wanted = None if docs is None else set(docs)
        return sorted(
            ref
            for ref in self._passages
            if ref.unit == unit and (wanted is None or ref.doc_id in wanted)
        )

    def _frequencies(self, terms: Sequence[str], refs: Sequence[Ref]) -> dict[str, int]:
        return {term: sum(term in self._counts[ref] for ref in refs) for term in terms}


def _idf(frequency: int, total: int) -> float:
    """As FTS5 has it: never below a small positive number, however common the term."""
    return max(math.log((total - frequency + 0.5) / (frequency + 0.5)), 1e-6)
