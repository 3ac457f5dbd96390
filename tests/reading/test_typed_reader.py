"""The reader's contract, and the reader that ships."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_cases import Hashed

from afgqa.language.tokens import token_offsets
from afgqa.protocols import Reader
from afgqa.reading.extractive import ExtractiveReader
from afgqa.reading.typed_reader import TypedReader
from afgqa.search.term_weights import weigh
from afgqa.types import UNITS, Reading

READERS: list[Reader] = [TypedReader(), ExtractiveReader(Hashed())]
each_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
QUESTIONS = (
    "Who paid for the bridge?",
    "Where is the bridge?",
    "When was the bridge built?",
    "How many people use the bridge?",
    "How long is the bridge closed?",
    "Why is the bridge closed?",
    "How is the bridge lit?",
    "What were the exact words on the bridge?",
    "Is the bridge red?",
    "What is the bridge made of?",
    "Who is Ann Lee?",
    "?",
)
PASSAGES = (
    "Ann Lee, the mayor of York, paid for the bridge in May 1999.",
    "In London, Bob Ray said: “The bridge is closed because of a storm.”",
    "Some 2,000 people crossed it by boat for three years.",
    "It is red.",
    "",
    " ",
    "中文。",
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | st.sampled_from(PASSAGES)


def check(readings: tuple[Reading, ...], passages: tuple[str, ...]) -> None:
    assert len(readings) == len(passages)
    for reading, passage in zip(readings, passages, strict=True):
        for span in reading.spans:
            assert 0 <= span.start < span.end <= len(passage)
            assert span.text == passage[span.start : span.end]
            assert math.isfinite(span.score)
        scores = [round(span.score, 6) for span in reading.spans]
        assert scores == sorted(scores, reverse=True)
        places = [(span.start, span.end) for span in reading.spans]
        assert len(places) == len(set(places))
        assert math.isfinite(reading.no_answer)


@each_reader
@pytest.mark.parametrize("question", QUESTIONS)
def test_contract(reader: Reader, question: str) -> None:
    readings = reader.read(question, PASSAGES)
    check(readings, PASSAGES)
    assert reader.read(question, PASSAGES) == readings
    # A passage is read for itself: neither its neighbours nor its place change its scores.
    assert reader.read(question, PASSAGES[::-1]) == readings[::-1]
    assert tuple(reader.read(question, [passage])[0] for passage in PASSAGES) == readings


@each_reader
@given(question=st.sampled_from(QUESTIONS) | texts, passages=st.lists(texts, max_size=3))
def test_contract_for_any_text(reader: Reader, question: str, passages: list[str]) -> None:
    check(reader.read(question, passages), tuple(passages))


@each_reader
def test_what_it_reads(reader: Reader) -> None:
    assert reader.unit in UNITS


@each_reader
def test_no_passages(reader: Reader) -> None:
    assert reader.read("Who paid for the bridge?", []) == ()


def test_values_by_hand() -> None:
    """Of "paid" and "bridge", the first stands 1 character before the name and 8 after it."""
    weights = weigh(["paid", "bridg"], {"paid": 0, "bridg": 0}, 1)
    passage = "He paid Ann for the bridge."
    expected = weights["paid"] * math.exp(-1 / 24) + weights["bridg"] * math.exp(-9 / 24)
    (reading,) = TypedReader().read("Who paid for the bridge?", [passage])
    (span,) = reading.spans
    assert (span.start, span.end, span.text, reading.no_answer) == (8, 11, "Ann", 0.0)
    assert span.score == pytest.approx(expected)


@given(st.lists(st.sampled_from("Ann Bob bridge paid the ,".split()), max_size=30).map(" ".join))
def test_each_word_of_the_question_pulls_from_its_nearest_place(passage: str) -> None:
    weights = weigh(["paid", "bridg"], {"paid": 0, "bridg": 0}, 1)
    (reading,) = TypedReader().read("Who paid for the bridge?", [passage])
    for span in reading.spans:
        expected = 0.0
        for term, weight in weights.items():
            gaps = [
                max(span.start - end, start - span.end, 0)
                for found, start, end in token_offsets(passage)
                if found == term
            ]
            expected += weight * math.exp(-min(gaps) / 24) if gaps else 0.0
        assert span.score == pytest.approx(expected)


def test_the_span_beside_the_words_of_the_question_is_best() -> None:
    passage = "It was built by Ann Lee, and after a very long time it was painted by Bob Ray."
    best = [
        reading.spans[0].text
        for question in ("Who built it?", "Who painted it?")
        for reading in TypedReader().read(question, [passage])
    ]
    assert best == ["Ann Lee", "Bob Ray"]


def test_no_answer_is_the_share_that_the_passage_lacks() -> None:
    weights = weigh(["built", "ferry"], {"built": 0, "ferry": 0}, 1)
    found = TypedReader().read("Who built the ferry?", ["A man built it.", "A ferry.", "No."])
    assert [reading.no_answer for reading in found] == pytest.approx(
        [weights["ferry"], weights["built"], 1.0]
    )


def test_equal_spans_stand_in_reading_order() -> None:
    (reading,) = TypedReader().read("Who came?", ["They saw Ann, they saw Bob, they saw Cat."])
    assert [(span.text, span.score) for span in reading.spans] == [
        ("Ann", 0.0),
        ("Bob", 0.0),
        ("Cat", 0.0),
    ]


@pytest.mark.parametrize("unit", ["Ann saw it in 1999, ", "one ", "“bridge” ", "bridge ", "a, "])
def test_long_passages_take_linear_time(unit: str) -> None:
    passage = unit * (25_000 // len(unit))
    for question in QUESTIONS:
        began = time.process_time()
        check(TypedReader().read(question, [passage]), (passage,))
        assert time.process_time() - began < 1.0, question
