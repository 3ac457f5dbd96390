"""Initials in a question, and the names in the text that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.documents.loading import document_from_text
from afgqa.question.acronyms import in_full, initials_of
from afgqa.search.hashing_embedder import HashingEmbedder

VAST = "Vast Hall of the Old Mill House"
TEXT = (
    f"The Union of the Mills of Northam's men met in May. The {VAST} in Lee Lum\nBay was full, for "
    "a man of the BBC (which knows the U.S.A. well) and Ann Lee spoke. The United States of "
    "America sent nobody. The National Opera Theatre is shut, and the Ötztal Valley Rail runs."
)
NAMES = initials_of([TEXT])


def test_the_initials_of_names() -> None:
    assert NAMES == {
        "UMN": "Union of the Mills of Northam", "VHOMH": VAST, "LLB": "Lee Lum Bay",
        "NOT": "National Opera Theatre", "ÖVR": "Ötztal Valley Rail",
    }  # fmt: skip


def test_initials_of_two_names_stand_for_neither() -> None:
    assert initials_of(["Ann Lee Ray came.", "So did Al Lum Ross."]) == {}
    assert initials_of(["Ann Lee Ray came.", "So did Ann Lee Ray."]) == {"ALR": "Ann Lee Ray"}


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("When did the UMN meet?", "When did the Union of the Mills of Northam meet?"),
        ("when did the umn meet", "when did the Union of the Mills of Northam meet"),
        ("When did the U.M.N. meet?", "When did the Union of the Mills of Northam meet?"),
        ("Is it in the U.M.N.?", "Is it in the Union of the Mills of Northam?"),
        ("It is the U.M.N. Who met?", "It is the Union of the Mills of Northam. Who met?"),
        ("What is the UMN’s role?", "What is the Union of the Mills of Northam’s role?"),
        # An English word and a name are none.
        ("when did llb meet bbc", "when did Lee Lum Bay meet bbc"),
        ("WHEN DID UMN MEET", "WHEN DID Union of the Mills of Northam MEET"),
        ("Who is Umn?", "Who is Umn?"),
        # A word of grammar, one of the documents, a name in full, and the letters themselves.
        ("Who did NOT come?", "Who did NOT come?"),
        ("who is ldr", "who is ldr"),
        ("Is Lee Lum Bay (LLB) far?", "Is Lee Lum Bay (LLB) far?"),
        ("What does UMN stand for?", "What does UMN stand for?"),
        ("Who is UMN-like?", "Who is UMN-like?"),
        # The text has these itself.
        ("What of the BBC in the USA?", "What of the BBC in the USA?"),
    ],
)
def test_initials_are_asked_for_in_full(question: str, meant: str) -> None:
    names = NAMES | {"LDR": "Lee Dale Road"}
    assert in_full(question, names, {"ldr"}) == meant


def test_an_english_word_is_no_initials() -> None:
    names = {"CAT": "Consul of Ann Town"}
    assert in_full("who fed the cat", names) == "who fed the cat"
    assert in_full("WHO FED THE CAT", names) == "WHO FED THE CAT"
    assert in_full("Who fed the CAT?", names) == "Who fed the Consul of Ann Town?"


@given(st.lists(st.sampled_from(["UMN", "U.M.N.", "umn", "who", "is", "NOT", ".", "'s"])))
def test_what_is_in_full_stays(words: list[str]) -> None:
    names = {"UMN": "Union of Mills North"}
    once = in_full(" ".join(words), names)
    assert in_full(once, names) == once


def test_an_answer_shows_how_initials_were_understood() -> None:
    document = document_from_text(TEXT, doc_id="mills")
    for spelling, meant in ((True, "Union of the Mills of Northam"), (False, "UMN")):
        settings = Settings(reader="typed", spelling=spelling)
        with Chatbot.from_documents(document, embedder=HashingEmbedder(), settings=settings) as bot:
            assert bot.ask("When did the UMN meet?").standalone == f"When did the {meant} meet?"
