"""The basic types: frozen values. Every offset is half-open and counts characters.

Offsets named `start` and `end` count characters of `Document.text` unless the docstring says
otherwise, and `text[start:end]` of that document is always the `text` beside them.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Unit = Literal["sentence", "chunk"]
Mode = Literal["dense", "lexical", "hybrid"]
UNITS: tuple[Unit, ...] = ("sentence", "chunk")
MODES: tuple[Mode, ...] = ("dense", "lexical", "hybrid")

_LEAST: Final = math.exp(-20)  # of a probability whose logarithm is taken


class Run(NamedTuple):
    """A stretch of repaired text and the stretch of raw text it came from.

    `same` is true where both stretches are equal character by character.
    """

    start: int
    end: int
    raw_start: int
    raw_end: int
    same: bool


class Gloss(NamedTuple):
    """An entry of a document's glossary: a phrase of the text, and what it means."""

    phrase: str
    means: str
    note: str | None = None


class Meaning(NamedTuple):
    """A place in a text where a phrase of the glossary stands; `text` is what it means.

    `start` and `end` are half-open offsets into the text that was looked at.
    """

    start: int
    end: int
    text: str
    note: str | None = None


class RelativeDate(NamedTuple):
    """A date that counts from the day its text was written: "Monday", "the past year".

    `start` and `end` are half-open offsets into the text that was looked at. `date` is what it
    comes to, inferred from the day the text says it is of: in ISO 8601 a day, a month, a year or
    "from/to", or None where that is not known.
    """

    start: int
    end: int
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One text that can be asked about.

    `sha256` is of the raw bytes of the file. `runs` cover `text` from 0 to its end, in order; what
    they map it to is the text of the file before repair, for HTML, PDF and DOCX as it was taken
    out of them. `pages` are the offsets in `text` at which the pages of the file begin, in order;
    empty where it has none. A page without text begins where the next one does.
    `examples` are questions that its owner offers a reader to begin with, `glossary` is what odd
    phrases of the text mean (see `loading.py`).

    >>> from afgqa.documents import document_from_text
    >>> document = document_from_text("It is old.\\r\\nIt is new.", doc_id="a.txt")
    >>> document.text[11:20], document.raw_span(11, 20), document.page(0)
    ('It is new', (12, 21), None)
    """

    doc_id: str
    title: str
    source: str
    sha256: str
    text: str
    runs: tuple[Run, ...]
    examples: tuple[str, ...] = ()
    glossary: tuple[Gloss, ...] = ()
    pages: tuple[int, ...] = ()

    def page(self, at: int) -> int | None:
        """The page, from 1, on which `text[at]` stands; None where the file has no pages."""
        return bisect_right(self.pages, at) or None

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the raw text (decoded, or taken out of its file) for `text[start:end]`.

        Inside a repaired run the whole raw run is returned, so the raw span never cuts a
        damaged character in two. Raises ValueError when the span is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"span {start}:{end} is not inside a text of {len(self.text)}")
        first = next(run for run in self.runs if run.end > start)
        last = next(run for run in reversed(self.runs) if run.start < end)
        raw_start = first.raw_start + (start - first.start) * first.same
        raw_end = last.raw_end - (last.end - end) * last.same
        return raw_start, raw_end


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document; `number` counts from 0 in reading order.

    >>> Sentence(number=0, start=0, end=9, text="Ann came.").text
    'Ann came.'
    """

    number: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A window of whole sentences `first` to `last` (half-open sentence numbers).

    A single sentence longer than the embedder's limit is cut at white space into several
    chunks; each of them then names that one sentence.
    """

    number: int
    start: int
    end: int
    text: str
    first: int
    last: int


class Ref(NamedTuple):
    """The name of a stored passage. Its order is the tie-break of every ranking."""

    doc_id: str
    unit: Unit
    number: int


@dataclass(frozen=True, slots=True)
class Passage:
    """What a store holds and finds: a sentence or a chunk of a document.

    `first` and `last` are the half-open numbers of the sentences it lies in; `terms` are its
    index terms (see `tokens.py`), in order and with repetitions.
    """

    ref: Ref
    start: int
    end: int
    text: str
    first: int
    last: int
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence that retrieval found, best first.

    `score` is all the evidence for the sentence in 0..1, which orders the hits of a hybrid search;
    `similarity` is the cosine of question and sentence in -1..1, None where the dense search
    did not return the sentence; the ranks count from 1, None where that search did not find
    it; `coverage` is the share (0..1) of the question's terms, weighted by rarity and salience,
    that the sentence holds.

    >>> passage = Passage(Ref("a.txt", "sentence", 0), 0, 9, "Ann came.", 0, 1)
    >>> Hit(passage, 0.8, 0.6, 1.0, dense_rank=1, lexical_rank=None).passage.text
    'Ann came.'
    """

    passage: Passage
    score: float
    similarity: float | None
    coverage: float
    dense_rank: int | None
    lexical_rank: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate answer inside one passage that was read.

    `start` and `end` count characters of that passage's text. `score` is comparable between
    the passages of one call to the reader; higher is better.
    """

    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a passage says to a yes-no question or a claim: three probabilities that sum to 1.

    `open` is that it says neither yes nor no.
    """

    open: float
    yes: float
    no: float

    @property
    def settled(self) -> float:
        """How much likelier it is that the question is settled than that it is open, in log odds.

        Within -20..20, however sure the reader is.
        """
        return math.log(max(self.yes + self.no, _LEAST) / max(self.open, _LEAST))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one passage: spans, best first, and its score for "no answer".

    `verdict` is what the passage says to the question where the reader can tell, else None. It
    means something only where a yes or no is asked for.
    """

    spans: tuple[Span, ...]
    no_answer: float
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index says of itself; a mismatch with the program that opens it is an error."""

    format: int
    embedder: str
    fingerprint: str
    dimension: int
    settings: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """How the files on disk differ from the documents in an index (doc_ids, sorted)."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)
