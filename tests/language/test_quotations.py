"""Questions for exact words, and the quotations that answer them."""

from __future__ import annotations

from typing import Any

import pytest
from corpus import EMBEDDER, document, fill

from afgqa.answering.quotations import quoted
from afgqa.language.quotations import quotation_at
from afgqa.question.answer_type import answer_type_of
from afgqa.question.requests import what_was_said
from afgqa.reading.candidates import SentenceCandidate, SpanCandidate
from afgqa.search.memory_store import MemoryStore
from afgqa.types import Hit, Ref, Span

ANN = "What did Ann Lee say about the bridge?"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Quote Ann Lee on the bridge.", ANN),
        ("Quote what Ann Lee said about the bridge.", ANN),
        ("Can you quote what Ann Lee said about the bridge?", ANN),
        ("please quote Ann Lee regarding the bridge, word for word", ANN),
        ("What were Ann Lee's exact words about the bridge?", ANN),
        ("What were the exact words of Ann Lee about the bridge?", ANN),
        ("What exactly did Ann Lee say about the bridge?", ANN),
        ("In her own words, what did Ann Lee say about the bridge?", ANN),
        ("What did Ann Lee say about the bridge, verbatim?", ANN),
        ("What exactly did Ann Lee ask for?", "What did Ann Lee ask for?"),
        ("In the words of the deal itself, what is bought?", "The deal, what is bought?"),
        ("Quote Ann Lee.", "What did Ann Lee say?"),
        ("What were Ann Lee’s words?", "What did Ann Lee say?"),
        ("How did Ann put it, in Bob's own words?", "How did Ann put it?"),
        ("verbatim", "verbatim"),
        ("Quote what Ann Lee has said about the bridge.", ANN),
        ("Give me a quote from Ann Lee about the bridge.", ANN),
        ("Quote what was said about the bridge.", "Quote what was said about the bridge."),
        ("Give a quote about tea.", "Give a quote about tea."),
    ],
)
def test_what_was_said(question: str, asked: str) -> None:
    assert what_was_said(question) == asked
    assert answer_type_of(question) == "quote"


@pytest.mark.parametrize(
    "question",
    [
        "What did Ann say about the quotes?",
        "Why did she quote the poem?",
        "Who said it in so many words?",
        "Is it exactly what she said?",
        "Who translated the poem word for word?",
        "When was the speech printed verbatim?",
        "Did Ann tell it in her own words?",
        "What exactly did Ann build?",
        "Is it in the words of the deal?",
    ],
)
def test_other_questions_about_words(question: str) -> None:
    assert answer_type_of(question) != "quote"


TEXT = (
    "The mayor spoke. “We want the old bridge back. It is ours,” she said on Monday. "
    'Bob called it a “fine bridge” and left. "Nobody asked me about it," said Ann.'
)


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("We want", "“We want the old bridge back. It is ours,”"),
        ("It is ours,” she said on Monday.", "“We want the old bridge back. It is ours,”"),
        ("said Ann", None),
        ("about it", '"Nobody asked me about it,"'),
        ("Bob called it a “fine bridge”", None),  # two words are no speech
        ("The mayor spoke.", None),
        (TEXT, "“We want the old bridge back. It is ours,”"),  # the longest
    ],
)
def test_quotation_at(inside: str, found: str | None) -> None:
    start = TEXT.index(inside)
    span = quotation_at(TEXT, start, start + len(inside))
    assert (None if span is None else TEXT[slice(*span)]) == found


def candidates(made: MemoryStore, *numbers: int) -> list[SentenceCandidate]:
    """Whole sentences of document 0, the first with the most evidence."""
    sentences = made.fetch([Ref("0.txt", "sentence", number) for number in numbers])
    return [
        SentenceCandidate(Hit(s, 0.9 - n / 10, None, 0.0, None, None), s)
        for n, s in enumerate(sentences)
    ]


def by(made: MemoryStore) -> dict[str, Any]:
    documents = {name: made.document(name) for name in made.documents()}
    return {"documents": documents, "weight": 0.1, "whole": 0.0}


@pytest.fixture
def made() -> MemoryStore:
    store = MemoryStore(EMBEDDER.dimension)
    fill(store, [document(TEXT, "0.txt")])
    return store


def test_the_whole_quotation_is_the_span_and_all_its_sentences_are_cited(made: MemoryStore) -> None:
    mayor, *_, bob, ann = range(len(made.passages("0.txt", "sentence")))
    best = quoted(candidates(made, mayor, bob, 2, ann), {}, **by(made))
    assert best is not None
    found = best.whole
    assert found.passage.text == ("“We want the old bridge back. It is ours,” she said on Monday.")
    assert found.passage.text == TEXT[found.passage.start : found.passage.end]
    assert found.span == Span(0, 42, "“We want the old bridge back. It is ours,”", 0.0)
    assert found.hit.passage.ref.number == 2
    assert quoted(candidates(made, mayor, bob), {}, **by(made)) is None
    assert quoted([], {}, **by(made)) is None


def test_the_quotation_that_the_reader_marked(made: MemoryStore) -> None:
    text = "Ann said “we shall never sell it,” and Bob said “sell it at once and leave this town.”"
    fill(made, [document(text, "0.txt")])
    (whole,) = candidates(made, 0)
    marked = SpanCandidate(whole.hit, whole.passage, Span(11, 19, "we shall", 3.0), 3.0, 0.0)
    found = quoted([marked], {}, **by(made))
    assert found is not None
    assert found.candidate is marked
    assert found.whole.span == Span(9, 34, "“we shall never sell it,”", 3.0)
    longest = quoted([whole], {}, **by(made))
    assert longest is not None
    assert longest.whole.span.text.startswith("“sell it")
    assert longest.whole.margin == 0.0


def test_the_quotation_that_holds_most_of_the_question(made: MemoryStore) -> None:
    text = (
        "“We shall never sell it,” said Ann Lee, the mayor. “And it stays as it is.”\n"
        "“It was sold to the bank,” the banker said of the bridge."
    )
    fill(made, [document(text, "0.txt")])
    asked = candidates(made, 2, 0, 1)
    for weights, words, held in (
        ({"mayor": 0.75, "sold": 0.25}, "“We shall never sell it,”", 0.75),
        ({"bank": 0.5, "moon": 0.5}, "“It was sold to the bank,”", 0.5),
        ({"lee": 1.0}, "“We shall never sell it,”", 1.0),
        ({"moon": 1.0}, "“It was sold to the bank,”", 0.0),  # none does: the most evidence
    ):
        found = quoted(asked, weights, **by(made))
        assert found is not None
        assert found.whole.span.text == words
        assert found.coverage == held
    # Who goes on is its speaker though another sentence names her.
    alone = quoted(candidates(made, 1), {"lee": 1.0}, **by(made))
    assert alone is not None
    assert alone.coverage == 1.0


def test_a_straight_mark_after_a_number_opens_nothing() -> None:
    text = 'The 6" pipe burst. "We fixed it at once today," said Ann.'
    span = quotation_at(text, 0, len(text))
    assert span is not None
    assert text[slice(*span)] == '"We fixed it at once today,"'
