"""What is asked of a store directly is asked of a snapshot that is made for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager

from afgqa.protocols import Ranked, Snapshot, Vectors
from afgqa.types import Document, Passage, Ref, Unit

__all__ = ["DirectReads"]


class DirectReads(ABC):
    """The reading half of a `VectorStore`, by its `snapshot`."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def dense(
        self, vector: Vectors, k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        with self.snapshot() as view:
            return view.dense(vector, k, unit, docs)

    def lexical(
        self, terms: Sequence[str], k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        with self.snapshot() as view:
            return view.lexical(terms, k, unit, docs)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        with self.snapshot() as view:
            return view.frequencies(terms)

    def fetch(self, refs: Sequence[Ref]) -> tuple[Passage, ...]:
        with self.snapshot() as view:
            return view.fetch(refs)

    def overlapping(self, doc_id: str, unit: Unit, start: int, end: int) -> tuple[Passage, ...]:
        with self.snapshot() as view:
            return view.overlapping(doc_id, unit, start, end)

    def passages(self, doc_id: str, unit: Unit) -> tuple[Passage, ...]:
        with self.snapshot() as view:
            return view.passages(doc_id, unit)

    def vectors(self, doc_id: str, unit: Unit) -> Vectors:
        with self.snapshot() as view:
            return view.vectors(doc_id, unit)

    def document(self, doc_id: str) -> Document:
        with self.snapshot() as view:
            return view.document(doc_id)

    def documents(self) -> dict[str, str]:
        with self.snapshot() as view:
            return view.documents()

    def count(self, unit: Unit) -> int:
        with self.snapshot() as view:
            return view.count(unit)
