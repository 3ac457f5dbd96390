"""How often a document is fetched for a question, and how calls between modules are counted."""

from __future__ import annotations

import pytest
from handovers import measure

from afgqa.chatbot import Chatbot
from afgqa.documents.loading import document_from_text
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.settings import Settings

TEXTS = {
    "bridge": "Ann Lee opened the bridge in May 1999. “The bridge is ours and it stays,” she said.",
    "tower": "The tower is closed because it leans. Bob Ray painted the tower red.",
}


@pytest.mark.parametrize(
    "question",
    [
        "Who opened the bridge?",
        "Did Bob Ray paint the tower?",
        "Why is the tower closed?",
        "What exactly did she say about the bridge?",
    ],
)
def test_each_cited_document_is_fetched_once(question: str) -> None:
    documents = [document_from_text(text, doc_id=name) for name, text in TEXTS.items()]
    settings = Settings(reader="typed", threshold=0.0)
    with Chatbot.from_documents(*documents, embedder=HashingEmbedder(), settings=settings) as bot:
        row = measure(bot, question)
    assert row["answered"]
    assert row["fetches"]
    assert set(row["fetches"].values()) == {1}
    assert 0 < row["edges"] <= row["handovers"]
    assert row["modules"] > 1
