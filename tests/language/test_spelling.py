"""Typing mistakes: what is put right, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.documents.loading import document_from_text
from afgqa.language.spelling import corrected, words_of
from afgqa.search.hashing_embedder import HashingEmbedder

TEXT = "The lawyer Ahmad Kastner of Northam defended the zeolite works, which the senators praised."
WORDS = words_of(TEXT)


def test_the_words_of_a_text() -> None:
    assert words_of("Ann’s 2 tea-pots, ANN!") == {"ann", "s", "tea", "pots"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Wich senator was it?", "Which senator was it?"),
        ("wher is kastnr", "where is kastner"),
        ("when was the zeolte made", "when was the zeolite made"),
        ("Who is Kastnar?", "Who is Kastner?"),
        ("How many diplomts came?", "How many diplomats came?"),
        ("Why did poeple leave?", "Why did people leave?"),
        ("what did northan defend", "what did northam defend"),
        ("The embasy, the embassy?", "The embassy, the embassy?"),
        ("whos kastnr, and wheres he", "who's kastner, and where's he"),
    ],
)
def test_what_is_put_right(typed: str, meant: str) -> None:
    assert corrected(typed, WORDS) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who defended the zeolite works?",
        "Who is Kestrel?",  # a name of its own, a common word too
        "Where does Norton live?",
        "Who is Ann Lew?",
        "how do I bake, enrich and rename it",
        "Is NATOX or iPhone or 4wd meant?",
        "ann@kastnr.org, kastnr-works",
        "Why wasn't the colour of starch simplified?",
        "12 34",
        "",
    ],
)
def test_what_is_left_alone(question: str) -> None:
    assert corrected(question, WORDS) == question


@given(st.text(max_size=80) | st.lists(st.sampled_from(TEXT.split())).map(" ".join))
def test_a_word_is_put_right_once_and_for_all(question: str) -> None:
    once = corrected(question, WORDS)
    assert corrected(once, WORDS) == once
    assert len(once.split()) == len(question.split())


@given(st.lists(st.sampled_from(sorted(WORDS)), min_size=1).map(" ".join))
def test_words_of_the_documents_stay(question: str) -> None:
    assert corrected(question, WORDS) == question


def test_a_mistake_is_searched_as_what_was_meant() -> None:
    document = document_from_text(TEXT, doc_id="a")
    settings = Settings(reader="typed", threshold=0.0)
    with Chatbot.from_documents(document, embedder=HashingEmbedder(64), settings=settings) as bot:
        answer = bot.ask("Who defnded the zeolte works?")
        assert answer.question == "Who defnded the zeolte works?"
        assert answer.standalone == "Who defended the zeolite works?"
        assert answer.short == "Ahmad Kastner"
        assert bot.search("zeolte")[0].coverage == 1.0
        talk = bot.conversation()
        assert talk.ask("Who defnded the works?").standalone == "Who defended the works?"


def test_questions_can_be_left_as_they_are_typed() -> None:
    document = document_from_text(TEXT, doc_id="a")
    settings = Settings(reader="typed", spelling=False)
    with Chatbot.from_documents(document, embedder=HashingEmbedder(64), settings=settings) as bot:
        question = "Who defnded the zeolte works?"
        assert bot.ask(question).standalone == question
