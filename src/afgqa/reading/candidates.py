"""Hits and a reader to candidates: spans of documents, each with the sentence that it lies in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from afgqa.language.layout import layout
from afgqa.language.sentences import ended
from afgqa.language.tokens import normalize
from afgqa.protocols import Reader, Snapshot
from afgqa.reading.units import read_units, verdicts
from afgqa.search.retrieval import Found
from afgqa.search.term_weights import coverage
from afgqa.types import Document, Hit, Passage, Reading, Ref, Span, Unit, Verdict

__all__ = [
    "Candidate",
    "SentenceCandidate",
    "SpanCandidate",
    "is_heading",
    "judge_hits",
    "read_hits",
]

# For so many chunks as are read so many times as many hits are looked for in them.
_DEPTH: Final = 4


@dataclass(frozen=True, slots=True)
class SpanCandidate:
    """A span that could be the answer.

    `passage` is what would be cited: the sentence, or the sentences in a row that the span runs
    over; the span's offsets are into it. `hit` is its best sentence as retrieval found it.
    `margin` is the span's score less the reader's score for no answer in the passage that was
    read. `agreement` is the share (0..1) of the passages read whose best span is the same text.
    """

    hit: Hit
    passage: Passage
    span: Span
    margin: float
    agreement: float

    @property
    def as_sentence(self) -> SentenceCandidate:
        """The whole sentence, as sure as its span: what is true or not is said by all of it."""
        return SentenceCandidate(self.hit, self.hit.passage, self.margin, self.agreement)

    def marking(self, start: int, end: int) -> SpanCandidate:
        """The same candidate with another span of its passage."""
        span = replace(self.span, start=start, end=end, text=self.passage.text[start:end])
        return replace(self, span=span)


@dataclass(frozen=True, slots=True)
class SentenceCandidate:
    """A whole sentence that could be the answer.

    `passage` and `hit` as for a span. `margin` and `agreement` are those of the span that stood in
    its place, None and 0.0 where there was none. `verdict` is what the sentence says to a question
    for yes or no, None unless it was judged; the `margin` is then how far it is from leaving the
    question open, in log odds.
    """

    hit: Hit
    passage: Passage
    margin: float | None = None
    agreement: float = 0.0
    verdict: Verdict | None = None

    @property
    def as_sentence(self) -> SentenceCandidate:
        return self


Candidate = SpanCandidate | SentenceCandidate


def read_hits(
    found: Found,
    question: str,
    *,
    view: Snapshot,
    documents: Mapping[str, Document],
    reader: Reader,
    count: int,
    enough: float = math.inf,
) -> tuple[Candidate, ...]:
    """Read the best hits: every span found, then each hit that was read, whole, but no headings.

    A reader of sentences gets the best `count` hits themselves; a reader of chunks as many chunks,
    each where a hit stands most central that is in none before it. Half of them are read first, and
    the others only if no margin reaches `enough`. Each is read with what a glossary says in the
    place of its phrases, and a span that touches a phrase stands for all of it. Spans at the same
    place of a document are one. In order of the hits, the spans of a passage best first. `view` is
    the snapshot that was searched, `documents` are its documents. Nothing is read where nothing was
    asked.
    """
    passages, hits = _to_read(found, view, reader.unit, count)
    readings: list[Reading] = []
    for part in _halves(passages):
        if _best_margin(readings) < enough:
            readings += read_units(reader, question, part, documents)
    passages = passages[: len(readings)]
    counts = _best_texts(readings)
    known = {hit.passage.ref: hit for hit in found.hits}
    spans: dict[tuple[str, int, int], SpanCandidate] = {}
    for passage, reading in zip(passages, readings, strict=True):
        doc_id = passage.ref.doc_id
        held = view.overlapping(doc_id, "sentence", passage.start, passage.end)
        for span in reading.spans:
            start, end = span.start, span.end
            # A span may stand outside the passage, in what it was read with.
            inside = held
            if not _within(held, start, end):
                inside = view.overlapping(doc_id, "sentence", start, end)
            start = _after_heading(inside, start, end)
            cited = _expand(inside, start, end, documents[doc_id].text)
            hit = max(
                (_hit(known, found, s) for s in inside if s.start < end and s.end > start),
                key=lambda hit: hit.score,
            )
            margin = span.score - reading.no_answer
            a, b = start - cited.start, end - cited.start
            marked = replace(span, start=a, end=b, text=cited.text[a:b])
            before = spans.get(place := (doc_id, start, end))
            if before is None or margin > before.margin:
                share = counts[normalize(span.text)] / len(readings)
                spans[place] = SpanCandidate(hit, cited, marked, margin, share)
    whole = (
        SentenceCandidate(hit, hit.passage)
        for hit in hits
        if _read(hit, passages) and not is_heading(hit.passage, documents)
    )
    return (*spans.values(), *whole)


def judge_hits(
    found: Found,
    question: str,
    *,
    documents: Mapping[str, Document],
    reader: Reader,
    count: int,
) -> tuple[SentenceCandidate, ...]:
    """The best `count` hits as whole sentences, with what each says to a question for yes or no.

    Each is read by itself, with what belongs to it (see `units.py`): beside others a sentence
    would seem to say what they say. Headings are left out, and what the reader cannot judge.
    Nothing is read where nothing was asked.
    """
    near = found.hits[: count * _DEPTH] if found.weights else ()
    hits = [hit for hit in near if not is_heading(hit.passage, documents)][:count]
    said = verdicts(reader, question, [hit.passage for hit in hits], documents)
    return tuple(
        SentenceCandidate(hit, hit.passage, verdict.settled, verdict=verdict)
        for hit, verdict in zip(hits, said, strict=True)
        if verdict is not None
    )


def _to_read(
    found: Found, view: Snapshot, unit: Unit, count: int
) -> tuple[list[Passage], list[Hit]]:
    """The passages to read, `count` at most, and the hits that lie in them, best first."""
    hits = found.hits if found.weights else ()
    if unit == "sentence":
        return [hit.passage for hit in hits[:count]], [*hits[:count]]
    chosen: list[Passage] = []
    held: list[Hit] = []
    for hit in hits[: count * _DEPTH]:
        if not _read(hit, chosen):
            if len(chosen) >= count:
                continue
            chosen += _chunks_around(hit.passage, view)
        held.append(hit)
    return chosen, held


def _chunks_around(sentence: Passage, view: Snapshot) -> list[Passage]:
    """The chunk in which a sentence stands most central; all of one that is longer than a chunk."""
    around = view.overlapping(sentence.ref.doc_id, "chunk", sentence.start, sentence.end)
    holding = [c for c in around if c.first <= sentence.ref.number < c.last]
    whole = [c for c in holding if c.start <= sentence.start and sentence.end <= c.end]
    if not whole:
        return holding
    middle = sentence.start + sentence.end
    return [min(whole, key=lambda c: (abs(c.start + c.end - middle), c.ref))]


def is_heading(sentence: Passage, documents: Mapping[str, Document]) -> bool:
    """Whether a sentence heads others: by itself it says nothing."""
    whole = layout(documents[sentence.ref.doc_id].text)
    return whole.blocks[sentence.first].kind == "heading"


def _read(hit: Hit, passages: Sequence[Passage]) -> bool:
    """Whether the sentence lies in one of the passages, or begins in one."""
    it = hit.passage
    return any(
        passage.ref.doc_id == it.ref.doc_id and passage.start <= it.start < passage.end
        for passage in passages
    )


def _halves(passages: Sequence[Passage]) -> tuple[Sequence[Passage], Sequence[Passage]]:
    middle = (len(passages) + 1) // 2
    return passages[:middle], passages[middle:]


def _best_margin(readings: Sequence[Reading]) -> float:
    margins = (span.score - reading.no_answer for reading in readings for span in reading.spans)
    return max(margins, default=-math.inf)


def _after_heading(inside: Sequence[Passage], start: int, end: int) -> int:
    """Where `start:end` begins without the heading of the sentences that it runs into.

    The items of a list have no full stop either, but what follows is then no sentence.
    """
    touched = [it for it in inside if it.start < end and it.end > start]
    if len(touched) < 2 or ended(touched[0].text) or not all(ended(it.text) for it in touched[1:]):
        return start
    return touched[1].start


def _within(inside: Sequence[Passage], start: int, end: int) -> bool:
    return inside[0].start <= start and end <= inside[-1].end


def _expand(inside: Sequence[Passage], start: int, end: int, text: str) -> Passage:
    """The sentence that holds `start:end`, or the run of sentences that it reaches into.

    `text` is that of the document.
    """
    touched = [sentence for sentence in inside if sentence.start < end and sentence.end > start]
    first, last = touched[0], touched[-1]
    if first is last:
        return first
    whole = text[first.start : last.end]
    return replace(first, end=last.end, text=whole, last=last.last, terms=())


def _hit(known: dict[Ref, Hit], found: Found, sentence: Passage) -> Hit:
    """A sentence as retrieval found it; one that it left out is no better than the last one."""
    if sentence.ref in known:
        return known[sentence.ref]
    covered = coverage(found.weights, sentence.terms)
    score = found.hits[-1].score
    return Hit(sentence, score, None, covered, dense_rank=None, lexical_rank=None)


def _best_texts(readings: Sequence[Reading]) -> Counter[str]:
    """In how many passages each text is the best span."""
    return Counter(normalize(reading.spans[0].text) for reading in readings if reading.spans)
