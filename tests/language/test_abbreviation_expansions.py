"""Abbreviations that a text explains: which they are, and what they are good for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.documents.loading import document_from_text
from afgqa.language.abbreviation_expansions import abbreviations, expansions
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.indexing import passages_of
from afgqa.types import Gloss


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The World Health Organization (WHO) met.", {"WHO": "World Health Organization"}),
        ("by the Treaty on the Functioning of the Union (TFU).", {"TFU": None}),
        ("the Office of Manned Flight (OMF)", {"OMF": "Office of Manned Flight"}),
        ("adenosine triphosphate (ATP) is made", {"ATP": "adenosine triphosphate"}),
        ("Ribulose bisphosphate (RuBP)", {"RuBP": "Ribulose bisphosphate"}),
        ("Arts & Entertainment (A&E) runs", {"A&E": "Arts & Entertainment"}),
        ("It came (WHO knows) late.", {}),
        ("Nothing begins so (XYZ).", {}),
        ("in May (May 1999), as before (below)", {}),
        ("(WHO)", {}),
        ("Nobody came. Who (WHO)", {"WHO": None}),
        # What explains it stands in the same clause.
        ("the World Health. Organization (WHO)", {}),
        # The first explanation counts.
        ("Red Cross (RC), then Royal Court (RC)", {"RC": "Red Cross"}),
    ],
)
def test_abbreviations(text: str, found: dict[str, str | None]) -> None:
    known = {gloss.phrase: gloss.means for gloss in abbreviations(text)}
    assert known == {k: v for k, v in found.items() if v is not None} or None in found.values()
    for short, words in known.items():
        assert words in " ".join(text.split())
        assert words[0].lower() == short[0].lower()


@given(st.text(alphabet="abAB (). &", max_size=80))
def test_what_explains_is_of_the_text(text: str) -> None:
    for gloss in abbreviations(text):
        assert gloss.means in " ".join(text.split())


TEXT = (
    "The Old Bridge Society (OBS) meets in May. Ann Lee leads the OBS."
    " The OBS has 40 members. Bob Ray sells tea."
)


def test_an_abbreviation_is_read_for_who_asks_in_full() -> None:
    document = document_from_text(TEXT, doc_id="a")
    full = Gloss("OBS", "Old Bridge Society")
    assert expansions(document) == (full,)
    assert expansions(document, "Who leads the Old Bridge Society?") == (full,)
    assert expansions(document, "Who leads the bridge society?") == (full,)
    for other in ("Who leads the OBS?", "Who leads the society?", "Is the Old Bridge Society OBS?"):
        assert expansions(document, other) == ()


def test_the_glossary_goes_before() -> None:
    own = Gloss("OBS", "Order of the Bath")
    document = document_from_text(TEXT, doc_id="a", glossary=[own])
    assert expansions(document) == (own,)
    odd = Gloss("Old Bridge", "Ancient Bridge")
    document = document_from_text(TEXT, doc_id="a", glossary=[odd])
    assert expansions(document) == (odd, Gloss("OBS", "Ancient Bridge Society"))


def test_a_sentence_is_found_by_the_words_that_its_abbreviation_is_short_for() -> None:
    document = document_from_text(TEXT, doc_id="a")
    sentence = passages_of(document, HashingEmbedder(64), Settings())[1]
    assert sentence.text == "Ann Lee leads the OBS."
    assert {"bridg", "society"} <= set(sentence.terms)
    with Chatbot.from_documents(
        document, embedder=HashingEmbedder(256), settings=Settings(reader="typed", threshold=0.0)
    ) as bot:
        answer = bot.ask("Who leads the Old Bridge Society?")
    assert answer.short == "Ann Lee"
    assert answer.citations[0].text == "Ann Lee leads the OBS."
    assert answer.citations[0].glosses == ()  # the text explains it; nothing is shown beside it
