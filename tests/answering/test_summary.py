"""Summaries: what asks for one, how long it is, and what it is made of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from corpus import EMBEDDER
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.answering.summary import central
from afgqa.documents.loading import document_from_text
from afgqa.question.requests import asks_for_summary, sentences_wanted

TYPED = Settings(reader="typed")
HARBOUR = (
    "The harbour\n\nThe harbour of York has two basins for ships. It was dug in 1821. Ships bring"
    " tea to the harbour of York. The keeper of the lamp lives on an island. Ships leave the"
    " harbour of York with stone."
)


@pytest.mark.parametrize(
    "question",
    [
        "What is this article about?",
        "what\u2019s this about",
        "What was the report about?",
        "What does the article say?",
        "Summarise this",
        "Please summarize the whole text for me in 5 sentences.",
        "can you sum up the main point in one sentence",
        "tl;dr",
        "What are the key points?",
        "What's the gist?",
        "Give me a short overview of the article.",
    ],
)
def test_what_asks_for_a_summary(question: str) -> None:
    assert asks_for_summary(question)


@pytest.mark.parametrize(
    "question",
    [
        "What is the treaty about?",
        "What is it about?",
        "Sum up the talks.",
        "What does the article say about tea?",
        "What is the main reason for the war?",
        "What is the main point of the agreement?",
        "Who wrote this article?",
        "What are they about to do?",
        "",
    ],
)
def test_what_asks_for_something_in_the_text(question: str) -> None:
    assert not asks_for_summary(question)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("Summarise this.", 3),
        ("Sum it up in one sentence.", 1),
        ("Sum it up in a single sentence.", 1),
        ("What are the two main points?", 2),
        ("The article in 7 lines, please.", 7),
        ("Give me 99 facts.", 10),
        ("Give me 0 points.", 1),
    ],
)
def test_how_long_it_is(question: str, count: int) -> None:
    assert sentences_wanted(question) == count


def test_the_central_sentence_by_hand() -> None:
    # The third is near to two others and the last to none: it and that one say most together.
    rows = np.array([[1, 0, 0], [0, 1, 0], [0.7, 0.7, 0], [0, 0, 1]], np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    texts = [f"Sentence number {n} says a thing." for n in range(4)]
    assert central(texts, rows, 1) == (2,)
    assert central(texts, rows, 2) == (2, 3)
    assert central(texts, rows, 9) == (0, 1, 2, 3)


def test_the_first_of_equals_comes_first_and_what_leans_comes_last() -> None:
    plain = [f"Here is sentence number {n}." for n in range(3)]
    leaning = ["This leans on the one before.", *plain]
    assert central(plain, np.ones((3, 1), np.float32), 1) == (0,)
    assert central(leaning, np.ones((4, 1), np.float32), 1) == (1,)
    assert central(["A heading of five words", *plain], np.ones((4, 1), np.float32), 1) == (1,)
    assert central(["Oh!", "A heading"], np.ones((2, 1), np.float32), 1) == (0,)
    assert central([], np.empty((0, 3), np.float32), 3) == ()


def test_what_leans_on_a_chosen_sentence_is_understood() -> None:
    texts = [
        "Two towns made peace at last.",
        "But it has only been worse since.",
        "It rains in May.",
    ]
    texts += ["Here is the third town now."]
    # All are equally far from each other, so the order and what leans decide.
    assert central(texts, np.eye(4, dtype=np.float32), 1) == (0,)
    assert central(texts, np.eye(4, dtype=np.float32), 2) == (0, 1)
    assert central(texts[1:], np.eye(3, dtype=np.float32), 1) == (2,)


@given(st.integers(0, 8), st.integers(1, 10), st.integers(0, 99))
def test_in_reading_order_and_each_once(sentences: int, count: int, seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(sentences, 3)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    found = central([f"Here is sentence number {n}." for n in range(sentences)], rows, count)
    assert list(found) == sorted(set(found))
    assert len(found) == min(count, sentences)
    assert all(0 <= n < sentences for n in found)


def test_a_summary_is_cited_sentence_by_sentence() -> None:
    document = document_from_text(HARBOUR, doc_id="a")
    with Chatbot.from_documents(document, embedder=EMBEDDER, settings=TYPED) as bot:
        answer = bot.ask("What is this text about in two sentences?")
    assert answer.answered
    assert answer.short is None
    assert [quote.number for quote in answer.citations] == [1, 2]
    for quote in answer.citations:
        assert HARBOUR[quote.start : quote.end] == quote.text
    assert answer.text == " ".join(f"{quote.text} [{quote.number}]" for quote in answer.citations)
    assert "The harbour\n" not in answer.text


def test_of_several_documents_one_sentence_each() -> None:
    documents = [document_from_text(HARBOUR, doc_id=f"{n}") for n in range(7)]
    with Chatbot.from_documents(*documents, embedder=EMBEDDER, settings=TYPED) as bot:
        every = bot.ask("Summarise this.")
        assert [quote.doc_id for quote in every.citations] == ["0", "1", "2", "3", "4"]
        one = bot.ask("Summarise this.", docs=["3"])
        assert [quote.doc_id for quote in one.citations] == ["3"] * 3


def test_a_summary_in_a_conversation_is_of_the_text() -> None:
    document = document_from_text(HARBOUR, doc_id="a")
    with Chatbot.from_documents(document, embedder=EMBEDDER, settings=TYPED) as bot:
        talk = bot.conversation()
        talk.ask("Who lives on the island?")
        assert talk.ask("What is this about?").standalone == "What is this about?"


def test_the_same_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(HARBOUR, encoding="utf-8")
    asked = "Summarise this."
    with Chatbot.from_documents(path, embedder=EMBEDDER, settings=TYPED) as bot:
        in_memory = bot.ask(asked)
    made = Chatbot.from_documents(path, index=tmp_path / "i", embedder=EMBEDDER, settings=TYPED)
    with made as bot:
        assert bot.ask(asked).text == in_memory.text
