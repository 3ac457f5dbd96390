"""Whether citations carry their answers, told by asking again of texts that were cut."""

from __future__ import annotations

import pytest

from afgqa import Chatbot, Settings
from afgqa.answers import Answer
from afgqa.documents.loading import document_from_text
from afgqa.evaluation.citation_ablation import citation_scores
from afgqa.search.hashing_embedder import HashingEmbedder

ANY = Settings(reader="typed", threshold=0.3)
TEXT = "Ann Lee opened the bridge in May 1999. The tower is made of stone. {more}"


def scores(question: str, more: str = "") -> tuple[Answer, dict[str, float]]:
    document = document_from_text(TEXT.format(more=more), doc_id="a")
    with Chatbot.from_documents(document, embedder=HashingEmbedder(256), settings=ANY) as bot:
        answer = bot.ask(question)
        return answer, citation_scores(answer, {"a": document}, bot.over)


@pytest.mark.parametrize(
    ("more", "needed"),
    [
        ("", 1.0),
        ("In York there is a mill.", 1.0),
        ("The bridge was opened by Ann Lee.", 0.0),  # said twice: either would do
    ],
)
def test_what_an_answer_stands_on(more: str, needed: float) -> None:
    answer, found = scores("Who opened the bridge?", more)
    assert answer.short == "Ann Lee"
    assert found == {"citation_sufficiency": 1.0, "citation_necessity": needed}


def test_a_refusal_has_no_citations_to_judge() -> None:
    answer, found = scores("Who stole the zebra?")
    assert not answer.answered
    assert found == {}


def test_a_citation_that_leaves_nothing_is_needed() -> None:
    document = document_from_text("Ann Lee opened the bridge in May 1999.", doc_id="a")
    with Chatbot.from_documents(document, embedder=HashingEmbedder(256), settings=ANY) as bot:
        answer = bot.ask("Who opened the bridge?")
        found = citation_scores(answer, {"a": document}, bot.over)
    assert found == {"citation_sufficiency": 1.0, "citation_necessity": 1.0}


def test_a_citation_that_says_nothing_by_itself() -> None:
    # As if the cited sentence left open who "she" is: by itself it is refused.
    answer, _ = scores("Who opened the bridge?")
    document = document_from_text(TEXT.format(more=""), doc_id="a")

    class Silent:
        def __enter__(self) -> Silent:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def ask(self, question: str) -> Answer:
            with Chatbot.from_documents(
                document_from_text("No.", doc_id="a"), embedder=HashingEmbedder(256), settings=ANY
            ) as bot:
                return bot.ask(question)

    found = citation_scores(answer, {"a": document}, lambda _: Silent())
    assert found == {"citation_sufficiency": 0.0, "citation_necessity": 1.0}
