"""From hits to candidates: chunks around a hit, spans in documents, the pick. By hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus import EMBEDDER, document, fill, random_documents
from hypothesis import given
from hypothesis import strategies as st

from afgqa.reading.candidates import (
    Candidate,
    SentenceCandidate,
    SpanCandidate,
    _after_heading,
    read_hits,
)
from afgqa.reading.units import Documents
from afgqa.search.memory_store import MemoryStore
from afgqa.search.retrieval import Found
from afgqa.types import Hit, Reading, Ref, Span, Unit

# Six words each, and a chunk has at most twelve: sentences 0-1, 1-2, 2-3. The last one is long,
# so that the third stands more central in the chunk before.
TEXT = (
    "Ann Lee opened the old bridge. It cost about five million dollars. "
    "The tower stands since the storm. Bob Ray afterwards repainted everything beautifully."
)


class Marking:
    """Marks given texts with given scores; no answer scores -1."""

    titles = False
    verdicts = False
    name = "marking"

    def __init__(self, unit: Unit, **scores: float) -> None:
        self.unit: Unit = unit
        self._scores = scores
        self.seen: list[str] = []

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        del question
        self.seen += passages
        readings = []
        for passage in passages:
            words = {name.replace("_", " "): score for name, score in self._scores.items()}
            spans = [
                Span(at, at + len(text), text, score)
                for text, score in words.items()
                if (at := passage.find(text)) >= 0
            ]
            readings.append(Reading(tuple(sorted(spans, key=lambda s: -s.score)), -1.0))
        return tuple(readings)


def store(*texts: str) -> MemoryStore:
    made = MemoryStore(EMBEDDER.dimension)
    fill(made, [document(text, f"{n}.txt") for n, text in enumerate(texts)])
    return made


def found(made: MemoryStore, *numbers: int) -> Found:
    """Hits of document 0 in this order, with scores 0.9, 0.8, ..."""
    passages = made.fetch([Ref("0.txt", "sentence", number) for number in numbers])
    hits = [
        Hit(passage, 0.9 - 0.1 * n, 0.5, 0.5, n + 1, None) for n, passage in enumerate(passages)
    ]
    return Found(tuple(hits), {"bridg": 1.0})


def read(made: MemoryStore, hits: Found, reader: Marking, count: int = 5) -> list[Candidate]:
    return list(
        read_hits(hits, "Who?", view=made, documents=Documents(made), reader=reader, count=count)
    )


def test_a_reader_of_sentences_gets_the_hits() -> None:
    made, reader = store(TEXT), Marking("sentence", Ann=3.0)
    hits = found(made, 3, 0)
    first, *wholes = read(made, hits, reader)
    assert reader.seen == [
        "Bob Ray afterwards repainted everything beautifully.",
        "Ann Lee opened the old bridge.",
    ]
    sentence = hits.hits[1].passage
    assert first == SpanCandidate(hits.hits[1], sentence, Span(0, 3, "Ann", 3.0), 4.0, 0.5)
    assert wholes == [SentenceCandidate(hit, hit.passage) for hit in hits.hits]
    assert len(read(made, hits, reader, count=1)) == 1


def test_a_reader_of_chunks_gets_the_chunk_around_each_hit_once() -> None:
    made, reader = store(TEXT), Marking("chunk", five_million=5.0)
    chunks = made.passages("0.txt", "chunk")
    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 2), (1, 3), (2, 4)]
    hits = found(made, 0, 3)
    first, *wholes = read(made, hits, reader)
    assert reader.seen == [chunks[0].text, chunks[2].text]
    # The span's sentence is none of the hits: it is no better than the last of them.
    (sentence,) = made.fetch([Ref("0.txt", "sentence", 1)])
    assert isinstance(first, SpanCandidate)
    assert first.passage == sentence
    assert (first.span, first.margin, first.agreement) == (
        Span(14, 26, "five million", 5.0),
        6.0,
        0.5,
    )
    assert first.hit == Hit(sentence, 0.8, None, 1.0, None, None)  # "It" is the bridge
    assert [whole.hit for whole in wholes] == list(hits.hits)
    reader.seen.clear()
    both = read(made, found(made, 0, 1), reader)
    assert reader.seen == [chunks[0].text]  # it stands more central here than in the next
    assert [c.agreement for c in both if isinstance(c, SpanCandidate)] == [1.0]


def test_one_place_of_a_document_is_one_candidate() -> None:
    made, reader = store(TEXT), Marking("chunk", dollars=2.0, bridge=1.0)
    hits = found(made, 0, 2)  # chunks 0 and 1 share sentence 1
    spans = [c for c in read(made, hits, reader) if isinstance(c, SpanCandidate)]
    assert [(c.span.text, c.margin, c.agreement) for c in spans] == [
        ("dollars", 3.0, 1.0),
        ("bridge", 2.0, 0.0),
    ]


def test_a_span_over_the_end_of_a_sentence_cites_both() -> None:
    made = store(TEXT)
    reader = Marking("chunk", **{"the_old_bridge._It_cost": 1.0})
    first = read(made, found(made, 1, 0), reader)[0]
    assert (first.passage.start, first.passage.text) == (0, TEXT[:66])
    assert isinstance(first, SpanCandidate)
    assert first.span == Span(15, 38, "the old bridge. It cost", 1.0)
    assert first.hit.passage.ref.number == 1  # the better of both


@given(seed=st.integers(0, 50), word=st.sampled_from(["ferry", "lamp", "Tower"]))
def test_spans_are_cut_from_their_documents(seed: int, word: str) -> None:
    made = MemoryStore(EMBEDDER.dimension)
    documents = {doc.doc_id: doc for doc in random_documents(seed, count=1)}
    fill(made, documents.values())
    units: tuple[Unit, ...] = ("sentence", "chunk")
    for unit in units:
        for c in read(made, found(made, 4, 1, 7), Marking(unit, **{word: 1.0})):
            text = documents[c.passage.ref.doc_id].text
            assert text[c.passage.start : c.passage.end] == c.passage.text
            if isinstance(c, SpanCandidate):
                assert c.passage.text[c.span.start : c.span.end] == c.span.text == word


def test_a_sentence_longer_than_a_chunk_is_read_in_pieces() -> None:
    long = "lamp " * 20 + "ferry"
    made, reader = store(long), Marking("chunk", ferry=1.0)
    first = read(made, found(made, 0), reader)[0]
    assert len(reader.seen) == 2
    assert isinstance(first, SpanCandidate)
    assert (first.passage.text, first.span) == (long, Span(100, 105, "ferry", 1.0))


def test_nothing_is_read_where_nothing_was_asked() -> None:
    made, reader = store(TEXT), Marking("chunk", Ann=1.0)
    assert read(made, replace(found(made, 0), weights={}), reader) == []
    assert read(made, Found((), {"x": 1.0}), reader) == []
    assert reader.seen == []


# -- the pick -----------------------------------------------------------------------------------


def test_a_heading_is_no_part_of_a_span() -> None:
    made = MemoryStore(EMBEDDER.dimension)
    fill(made, [document("The Lamp\n\nEve Fox lit it. It was dark.", "0.txt")])
    sentences = made.passages("0.txt", "sentence")
    assert [s.text for s in sentences] == ["The Lamp", "Eve Fox lit it.", "It was dark."]
    assert _after_heading(sentences, 4, 17) == 10  # "Lamp\n\nEve Fox"
    assert _after_heading(sentences, 4, 8) == 4  # the heading alone
    assert _after_heading(sentences, 18, 30) == 18  # over the end of a sentence
    fill(made, [document("Flour\n\nWater\n\nSalt\n\nMix it.", "1.txt")])
    items = made.passages("1.txt", "sentence")
    assert _after_heading(items, 0, 12) == 0  # the items of a list
