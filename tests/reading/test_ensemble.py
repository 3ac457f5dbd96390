"""The second look: what is read, by whom, and what becomes of the margins. By hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from corpus import EMBEDDER, document, fill, random_documents
from hypothesis import given
from hypothesis import strategies as st

from afgqa.reading.candidates import Candidate, StaleIndexError
from afgqa.reading.ensemble import rescore
from afgqa.search.memory_store import MemoryStore
from afgqa.types import Hit, Reading, Ref, Span, Unit

TEXT = (
    "Ann Lee opened the old bridge. It cost about five million dollars. "
    "The tower stands since the storm. Bob Ray afterwards repainted everything beautifully. "
    "Nobody has seen the ferry since. The lamp burns."
)
WEIGHT = 0.1


class Marking:
    """Marks given texts with given scores wherever they stand; no answer scores 1."""

    titles = False
    name = "marking"

    def __init__(self, unit: Unit = "chunk", other: Marking | None = None, **scores: float) -> None:
        self.unit: Unit = unit
        self._scores, self._other = scores, other
        self.seen: list[str] = []

    @property
    def second(self) -> Marking:
        return self if self._other is None else self._other

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        del question
        self.seen += passages
        return tuple(
            Reading(
                tuple(
                    Span(at, at + len(text), text, score)
                    for text, score in self._scores.items()
                    if (at := passage.find(text)) >= 0
                ),
                1.0,
            )
            for passage in passages
        )


@pytest.fixture
def made() -> MemoryStore:
    store = MemoryStore(EMBEDDER.dimension)
    fill(store, [document(TEXT, "0.txt")])
    return store


def candidate(made: MemoryStore, number: int, text: str | None, margin: float) -> Candidate:
    """A span (or a whole sentence) of sentence `number`; every hit has the same score."""
    (passage,) = made.fetch([Ref("0.txt", "sentence", number)])
    hit = Hit(passage, 0.5, None, 0.0, None, None)
    if text is None:
        return Candidate(hit, passage, None, None, 0.0)
    at = passage.text.index(text)
    return Candidate(hit, passage, Span(at, at + len(text), text, margin + 1.0), margin, 0.2)


def again(made: MemoryStore, reader: Marking, *candidates: Candidate) -> list[float | None]:
    looked = rescore(candidates, "Who?", store=made, reader=reader, weight=WEIGHT)
    assert [c.passage for c in looked] == [c.passage for c in candidates]
    for before, after in zip(candidates, looked, strict=True):
        assert replace(after, span=before.span, margin=before.margin) == before
        if before.span and after.span and before.margin is not None and after.margin is not None:
            assert after.span.text == before.span.text
            gained = after.margin - before.margin
            assert after.span.score - before.span.score == pytest.approx(gained)
    return [c.margin for c in looked]


def test_the_likeliest_are_read_between_their_neighbours(made: MemoryStore) -> None:
    reader = Marking(Ann=7.0, ferry=3.0)
    ann, ferry = candidate(made, 0, "Ann", 4.0), candidate(made, 4, "ferry", 3.0)
    whole = candidate(made, 2, None, 0.0)
    # Ann: the mean of 4 and 7 - 1; the ferry: of 3 and 3 - 1
    assert again(made, reader, ferry, whole, ann) == [2.5, None, 5.0]
    sentences = [passage.text for passage in made.passages("0.txt", "sentence")]
    assert reader.seen == [" ".join(sentences[:2]), " ".join(sentences[3:])]


def test_only_the_likeliest_two_are_read_again(made: MemoryStore) -> None:
    reader = Marking(Ann=9.0, ferry=3.0, tower=3.0)
    ann, ferry = candidate(made, 0, "Ann", 7.0), candidate(made, 4, "ferry", 3.0)
    assert again(made, reader, ann, ferry, candidate(made, 2, "tower", 2.0)) == [7.5, 2.5, 2.0]
    assert len(reader.seen) == 2


def test_the_second_reader_reads_them(made: MemoryStore) -> None:
    second = Marking(Ann=2.0)
    first = Marking(other=second, Ann=9.0)
    assert again(made, first, candidate(made, 0, "Ann", 4.0)) == [2.5]
    assert (first.seen, len(second.seen)) == ([], 1)


def test_a_sentence_is_read_again_once(made: MemoryStore) -> None:
    reader = Marking(Ann=9.0, bridge=3.0)
    ann, bridge = candidate(made, 0, "Ann", 3.0), candidate(made, 0, "bridge", 3.0)
    assert again(made, reader, ann, bridge, candidate(made, 4, None, 0.0)) == [5.5, 2.5, None]
    assert len(reader.seen) == 1


def test_what_has_no_span_is_not_read_again(made: MemoryStore) -> None:
    reader = Marking(Ann=9.0)
    assert again(made, reader) == []
    assert again(made, reader, candidate(made, 4, None, 0.0)) == [None]
    assert reader.seen == []


def test_a_reader_of_sentences_looks_once(made: MemoryStore) -> None:
    reader = Marking("sentence", Ann=9.0)
    ann, ferry = candidate(made, 0, "Ann", 3.0), candidate(made, 4, "ferry", 3.0)
    assert again(made, reader, ann, ferry) == [3.0, 3.0]
    assert reader.seen == []


def test_neighbours_share_a_window(made: MemoryStore) -> None:
    reader = Marking(Bob=5.0, ferry=2.0)
    bob, ferry = candidate(made, 3, "Bob", 3.0), candidate(made, 4, "ferry", 2.5)
    assert again(made, reader, bob, ferry) == [3.5, 1.75]
    assert len(reader.seen) == 1


def test_a_span_that_is_not_seen_again(made: MemoryStore) -> None:
    # "Ann Lee" is marked as "Ann" now; "bridge" not at all: as little as the least, 2 - 1
    reader = Marking(Ann=7.0, Lee=2.0)
    names, bridge = candidate(made, 0, "Ann Lee", 3.0), candidate(made, 0, "bridge", 2.0)
    ferry = candidate(made, 4, "ferry", 2.5)  # nothing is marked there: the first look stands
    assert again(made, reader, names, bridge, ferry) == [4.5, 1.5, 2.5]


def test_a_third_sentence_keeps_its_margin(made: MemoryStore) -> None:
    reader = Marking(Ann=5.0, tower=5.0)
    ann, tower = candidate(made, 0, "Ann", 4.0), candidate(made, 2, "tower", 2.0)
    assert again(made, reader, tower, ann, candidate(made, 5, "lamp", 3.0)) == [2.0, 4.0, 3.0]


@pytest.mark.parametrize("text", [None, TEXT.replace("Ann", "The man"), "Ann."])
def test_a_document_replaced_meanwhile(made: MemoryStore, text: str | None) -> None:
    ann, ferry = candidate(made, 0, "Ann", 3.0), candidate(made, 4, "ferry", 3.0)
    made.delete(["0.txt"])
    if text is not None:
        fill(made, [document(text, "0.txt")])
    with pytest.raises(StaleIndexError, match=r"0\.txt"):
        rescore([ann, ferry], "Who?", store=made, reader=Marking(), weight=WEIGHT)


@given(seed=st.integers(0, 50), first=st.integers(0, 9), second=st.integers(0, 9))
def test_a_window_is_cut_from_its_document(seed: int, first: int, second: int) -> None:
    made = MemoryStore(EMBEDDER.dimension)
    (doc,) = random_documents(seed, count=1)
    fill(made, [doc])
    sentences = made.passages(doc.doc_id, "sentence")
    chosen = [sentences[n % len(sentences)] for n in (first, second)]
    reader = Marking()
    candidates = [
        Candidate(Hit(s, 0.5, None, 0.0, None, None), s, Span(0, 1, s.text[:1], 2.0), 1.0, 0.0)
        for s in chosen
    ]
    rescore(candidates, "Who?", store=made, reader=reader, weight=WEIGHT)
    assert all(text in doc.text for text in reader.seen)
    assert all(any(s.text in text for text in reader.seen) for s in chosen)
