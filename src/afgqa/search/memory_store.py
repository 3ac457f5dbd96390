"""A store in memory: exact NumPy search and textbook BM25. The trivial twin of `sqlite_store`."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from afgqa.protocols import Ranked, Vectors
from afgqa.search.direct_reads import DirectReads
from afgqa.search.sqlite_schema import closed
from afgqa.search.ties import best
from afgqa.types import UNITS, Document, Passage, Ref, Unit

__all__ = ["MemoryStore"]

_K1, _B = 1.2, 0.75  # the constants of SQLite's FTS5, so that both stores rank alike


@dataclass(frozen=True, slots=True)
class _Held:
    """A document with its passages by unit, in order, and their vectors and counts of terms."""

    document: Document
    passages: Mapping[Unit, tuple[Passage, ...]]
    vectors: Mapping[Unit, Vectors]
    counts: Mapping[Unit, tuple[Counter[str], ...]]


class MemoryStore(DirectReads):
    """Everything in memory; for tests, for one-off questions, and as the reference.

    A write puts a new snapshot in the place of the one before, so those that are in use stay as
    they are. Safe to share between threads.
    """

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._now: _Snapshot | None = _Snapshot({}, dimension)

    @contextmanager
    def snapshot(self) -> Iterator[_Snapshot]:
        yield self._open()

    def replace(self, document: Document, passages: Sequence[Passage], vectors: Vectors) -> None:
        before = self._open().held
        if vectors.shape != (len(passages), self._dimension):
            raise ValueError(
                f"vectors of shape {vectors.shape} for {len(passages)} passages "
                f"of dimension {self._dimension}"
            )
        held = before | {document.doc_id: _hold(document, passages, vectors)}
        self._now = _Snapshot(dict(sorted(held.items())), self._dimension)

    def delete(self, doc_ids: Sequence[str]) -> None:
        gone = set(doc_ids)
        kept = {name: it for name, it in self._open().held.items() if name not in gone}
        self._now = _Snapshot(kept, self._dimension)

    def refresh(self) -> None:
        """Nothing to do: nobody else writes here."""
        self._open()

    def close(self) -> None:
        self._now = None

    def _open(self) -> _Snapshot:
        if self._now is None:
            raise closed()
        return self._now


class _Snapshot:
    """What a `MemoryStore` holds at one moment, by document, in order of their ids."""

    def __init__(self, held: dict[str, _Held], dimension: int) -> None:
        self.held = held
        self._dimension = dimension

    def dense(
        self, vector: Vectors, k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        some = self._within(docs)
        if not some:
            return ()
        scores = np.concatenate([it.vectors[unit] for it in some]) @ vector
        return best([p.ref for it in some for p in it.passages[unit]], scores.tolist(), k)

    def lexical(
        self, terms: Sequence[str], k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        everything = [counts for it in self.held.values() for counts in it.counts[unit]]
        if not everything:
            return ()
        mean = sum(counts.total() for counts in everything) / len(everything)
        frequency = {term: sum(term in counts for counts in everything) for term in terms}
        found, scores = [], []
        for it in self._within(docs):
            for passage, counts in zip(it.passages[unit], it.counts[unit], strict=True):
                shared = [term for term in frequency if term in counts]
                if not shared:
                    continue
                length = _K1 * (1 - _B + _B * counts.total() / mean)
                found.append(passage.ref)
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
        sentences = [counts for it in self.held.values() for counts in it.counts["sentence"]]
        return {term: sum(term in counts for counts in sentences) for term in terms}

    def fetch(self, refs: Sequence[Ref]) -> tuple[Passage, ...]:
        return tuple(self._passage(ref) for ref in refs)

    def overlapping(self, doc_id: str, unit: Unit, start: int, end: int) -> tuple[Passage, ...]:
        passages = self.held[doc_id].passages[unit]
        # Of passages in order neither begins nor ends before the one before it.
        first = bisect_left(passages, start + 1, key=lambda passage: passage.end)
        last = bisect_left(passages, end, key=lambda passage: passage.start)
        return passages[first:last] if start < end else ()

    def passages(self, doc_id: str, unit: Unit) -> tuple[Passage, ...]:
        return self.held[doc_id].passages[unit]

    def vectors(self, doc_id: str, unit: Unit) -> Vectors:
        return self.held[doc_id].vectors[unit]

    def document(self, doc_id: str) -> Document:
        return self.held[doc_id].document

    def documents(self) -> dict[str, str]:
        return {doc_id: it.document.sha256 for doc_id, it in self.held.items()}

    def count(self, unit: Unit) -> int:
        return sum(len(it.passages[unit]) for it in self.held.values())

    def _within(self, docs: Sequence[str] | None) -> list[_Held]:
        return [it for name, it in self.held.items() if docs is None or name in docs]

    def _passage(self, ref: Ref) -> Passage:
        passages = self.held[ref.doc_id].passages[ref.unit]
        at = bisect_left(passages, ref, key=lambda passage: passage.ref)
        if at == len(passages) or passages[at].ref != ref:
            raise KeyError(ref)
        return passages[at]


def _hold(document: Document, passages: Sequence[Passage], vectors: Vectors) -> _Held:
    rows: dict[Unit, list[int]] = {unit: [] for unit in UNITS}
    for n, passage in enumerate(passages):
        rows[passage.ref.unit].append(n)
    for numbers in rows.values():
        numbers.sort(key=lambda n: passages[n].ref)
    return _Held(
        document,
        MappingProxyType({unit: tuple(passages[n] for n in rows[unit]) for unit in UNITS}),
        MappingProxyType({unit: vectors[rows[unit]].astype(np.float32) for unit in UNITS}),
        MappingProxyType(
            {unit: tuple(Counter(passages[n].terms) for n in rows[unit]) for unit in UNITS}
        ),
    )


def _idf(frequency: int, total: int) -> float:
    """As FTS5 has it: never below a small positive number, however common the term."""
    return max(math.log((total - frequency + 0.5) / (frequency + 0.5)), 1e-6)
