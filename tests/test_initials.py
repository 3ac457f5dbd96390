"""Initials in a question, and the names in the text that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.documents import document_from_text
from afgqa.hashing_embedder import HashingEmbedder
from afgqa.initials import in_full, initials_of

VAST = "Vast Hall of the Old Mill House"
TEXT = (
    f"The Union of the Mills of Northam met in May. The {VAST} in Lee Lum Bay was full, for a man "
    "of the BBC (which knows the U.S.A. well) spoke. The United States of America sent nobody."
)
NAMES = initials_of([TEXT])


def test_the_initials_of_names() -> None:
    assert NAMES == {"UMN": "Union of the Mills of Northam", "VHOMH": VAST, "LLB": "Lee Lum Bay"}


def test_initials_of_two_names_stand_for_neither() -> None:
    assert initials_of(["Ann Lee Ray came.", "So did Al Lum Ross."]) == {}
    assert initials_of(["Ann Lee Ray came.", "So did Ann Lee Ray."]) == {"ALR": "Ann Lee Ray"}


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("When did the UMN meet?", "When did the Union of the Mills of Northam meet?"),
        ("when did the umn meet", "when did the Union of the Mills of Northam meet"),
        ("When did the U.M.N. meet?", "When did the Union of the Mills of Northam meet?"),
        # An English word and a name are none.
        ("when did llb meet bbc", "when did Lee Lum Bay meet bbc"),
        ("WHEN DID UMN MEET", "WHEN DID Union of the Mills of Northam MEET"),
        ("Who is Umn?", "Who is Umn?"),
        ("Who is UMN-like?", "Who is UMN-like?"),
        # The text has these itself.
        ("What of the BBC in the USA?", "What of the BBC in the USA?"),
    ],
)
def test_initials_are_asked_for_in_full(question: str, meant: str) -> None:
    assert in_full(question, NAMES) == meant


def test_an_english_word_is_no_initials() -> None:
    names = {"CAT": "Consul of Ann Town"}
    assert in_full("who fed the cat", names) == "who fed the cat"
    assert in_full("WHO FED THE CAT", names) == "WHO FED THE CAT"
    assert in_full("Who fed the CAT?", names) == "Who fed the Consul of Ann Town?"


@given(st.text(max_size=60))
def test_without_names_nothing_changes(question: str) -> None:
    assert in_full(question, {}) == question


def test_an_answer_shows_how_initials_were_understood() -> None:
    document = document_from_text(TEXT, doc_id="mills")
    for spelling, meant in ((True, "Union of the Mills of Northam"), (False, "UMN")):
        settings = Settings(reader="typed", spelling=spelling)
        with Chatbot.from_documents(document, embedder=HashingEmbedder(), settings=settings) as bot:
            assert bot.ask("When did the UMN meet?").standalone == f"When did the {meant} meet?"
