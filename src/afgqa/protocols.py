"""The seams: what a part must do to take the place of the one that ships.

Pass an object; there is no registry. Each seam has a trivial twin and one contract test that
runs over all its implementations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from afgqa.types import Document, Passage, Reading, Ref, Unit

Vectors = NDArray[np.float32]
Ranked = tuple[tuple[Ref, float], ...]
Splitter = Callable[[str], tuple[tuple[int, int], ...]]
Progress = Callable[[int, int], None]
Spots = tuple[tuple[int, int], ...]


class Embedder(Protocol):
    """Text to unit vectors.

    `name` is what the user called the model; `fingerprint` changes whenever the same text
    would get another vector; `dimension` is the length of a vector; `max_tokens` is the
    longest text, in the model's own tokens, that is embedded without being cut.
    """

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def max_tokens(self) -> int: ...

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """How many tokens each text takes, special tokens included."""
        ...

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Questions to float32 rows of length 1, shape (len(texts), dimension)."""
        ...

    def encode_document(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Passages to float32 rows of length 1, shape (len(texts), dimension)."""
        ...


class TokenEmbedder(Embedder, Protocol):
    """An embedder that also shows what it makes of each piece of a text in its context."""

    def encode_tokens(self, texts: Sequence[str]) -> tuple[tuple[Spots, Vectors], ...]:
        """For each text the pieces that were read, and their float32 rows of any length.

        Pieces are half-open offsets into that text, in order; the model's own marks are left out.
        What is beyond `max_tokens` is not read.
        """
        ...


class Snapshot(Protocol):
    """Passages that can be found by vector and by term, all as they were at one moment.

    Best first; ties in order of `Ref`. Scores of `dense` are cosines; of `lexical` only the rank
    is part of the contract.
    """

    def dense(
        self, vector: Vectors, k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        """The k passages nearest to `vector` (shape (dimension,)), within `docs` if given."""
        ...

    def lexical(
        self, terms: Sequence[str], k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        """The k passages that match best by BM25; a passage with none of the terms is left out."""
        ...

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many stored sentences each term occurs."""
        ...

    def fetch(self, refs: Sequence[Ref]) -> tuple[Passage, ...]:
        """The passages of these names, in the same order; KeyError for one that is not there."""
        ...

    def overlapping(self, doc_id: str, unit: Unit, start: int, end: int) -> tuple[Passage, ...]:
        """The passages that hold a character of `start:end` of a document, in reading order.

        What it costs does not grow with the length of the document. KeyError as `document`.
        """
        ...

    def passages(self, doc_id: str, unit: Unit) -> tuple[Passage, ...]:
        """All passages of one unit of a document, in reading order; KeyError as `document`."""
        ...

    def vectors(self, doc_id: str, unit: Unit) -> Vectors:
        """The vectors of `passages(doc_id, unit)`, one float32 unit row for each."""
        ...

    def document(self, doc_id: str) -> Document:
        """One document, whole; KeyError for one that is not there."""
        ...

    def documents(self) -> dict[str, str]:
        """The SHA-256 of each stored document by its id, in order of the id."""
        ...

    def count(self, unit: Unit) -> int:
        """How many passages of this unit are stored."""
        ...


class VectorStore(Snapshot, Protocol):
    """What holds the passages. What is asked of it directly is each time asked of a new snapshot.

    Whatever belongs together is asked of one `snapshot`, which no write changes.
    """

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """All that is stored as it is now, for as long as the context lasts."""
        ...

    def replace(self, document: Document, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Put a document and its passages in the place of whatever it had; all or nothing.

        `vectors` has one float32 unit row per passage. Doing it twice changes nothing.
        """
        ...

    def delete(self, doc_ids: Sequence[str]) -> None:
        """Forget these documents and their passages; unknown ids are ignored."""
        ...

    def refresh(self) -> None:
        """Take up what another process has written since."""
        ...

    def close(self) -> None:
        """Let go of files. Using the store after that is an error."""
        ...


class Reader(Protocol):
    """Finds spans in passages that may answer a question.

    `unit` is the kind of passage that it reads best: single sentences, or chunks of several.
    `titles` is whether it was trained to read a passage after its headings, `verdicts` whether it
    tells what a passage says to a question for yes or no.
    """

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def titles(self) -> bool: ...
    @property
    def verdicts(self) -> bool: ...

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        """One `Reading` per passage, in the same order."""
        ...
