"""How an answer came about: what is told must be what was done."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.answering.explanation import Explanation
from afgqa.answering.explanation_view import explanation_view
from afgqa.answers import Answer, Seconds
from afgqa.cli.text import explanation_text
from afgqa.documents.loading import document_from_text
from afgqa.reading.candidates import SpanCandidate
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.serialization import explanation_row
from afgqa.ui.explanation_html import explanation_html

EMBEDDER = HashingEmbedder(256)
BRIDGE = (
    "Ann Lee opened the bridge in May 1999. It cost $5 million. The tower is made of stone."
    " The bridge was painted by Bob Ray, because it was old."
)


def chatbot(text: str, threshold: float | None = 0.0) -> Chatbot:
    return Chatbot.from_documents(
        document_from_text(text, doc_id="a"),
        embedder=EMBEDDER,
        settings=Settings(reader="typed", threshold=threshold),
    )


def timeless(answer: Answer) -> Answer:
    return replace(answer, seconds=Seconds(0, 0, 0))


def check(found: Explanation, text: str) -> None:
    """The laws of an explanation."""
    trace = found.trace
    if found.parts:
        odds = sum(part.logit for part in found.parts)
        assert 1 / (1 + math.exp(-odds)) == pytest.approx(trace.confidence)
    order = [one.evidence for one in found.considered]
    assert order == sorted(order, reverse=True)
    taken = [one for one in found.considered if one.fate == "taken"]
    assert len(taken) == min(1, len(found.considered))
    for one in found.considered:
        passage = one.candidate.passage
        assert text[passage.start : passage.end] == passage.text
        if trace.question.answer_type != "quote":
            assert one.behind == pytest.approx(taken[0].evidence - one.evidence)
        if one.fate == "less evidence" and trace.question.answer_type != "quote":
            assert one.behind >= 0
        if isinstance(one.candidate, SpanCandidate):
            span = one.candidate.span
            assert passage.text[span.start : span.end] == span.text
            assert one.fate != "a span was found in it"
    if trace.choice is not None:
        assert trace.choice.source is taken[0].candidate
        assert trace.choice.candidate.hit == taken[0].candidate.hit


WORDS = (
    "Ann Lee bridge tower opened painted May 1999 because red $5 who when is why the . ,".split()
)


@settings(max_examples=80)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=10).map(" ".join),
)
def test_what_is_told_is_what_was_done(text: str, question: str) -> None:
    asked = f"{question}?"
    with chatbot(f"Here. {text}") as bot:
        found = bot.explain(asked)
        check(found, f"Here. {text}")
        assert timeless(found.answer) == timeless(bot.ask(asked))


@pytest.mark.parametrize(
    "question", ["Who opened the bridge?", "Why was the bridge painted?", "Is the tower of stone?"]
)
def test_an_explanation_reads_and_is_json(question: str) -> None:
    with chatbot(BRIDGE) as bot:
        found = bot.explain(question)
    check(found, BRIDGE)
    text = explanation_text(found)
    for heading in (
        "answered as: ",
        "FOUND ",
        "CANDIDATE ANSWERS",
        "CONFIDENCE",
        "log odds",
    ):
        assert heading in text
    assert found.answer.text in text
    assert "chosen" in text
    row = json.loads(json.dumps(explanation_row(found)))
    assert row["answer"]["text"] == found.answer.text
    assert len(row["considered"]) == len(found.considered)
    assert sum(part["logit"] for part in row["parts"]) == pytest.approx(
        sum(part.logit for part in found.parts)
    )
    assert [hit["start"] for hit in row["hits"]] == [
        hit.passage.start for hit in found.trace.found.hits
    ]


def test_a_refusal_is_explained_too() -> None:
    with chatbot(BRIDGE, threshold=1.0) as bot:
        found = bot.explain("Who opened the bridge?")
        assert not found.answer.answered
        assert found.considered[0].fate == "taken"
        nothing = bot.explain("?")
    assert (nothing.considered, nothing.parts) == ((), ())
    assert "CONFIDENCE: 0.00;" in explanation_text(nothing)


def test_a_summary_is_explained_by_itself() -> None:
    with chatbot(BRIDGE) as bot:
        found = bot.explain("Summarise this.")
        assert timeless(found.answer) == timeless(bot.ask("Summarise this."))
    assert (found.considered, found.parts) == ((), ())
    assert "CANDIDATE ANSWERS" not in explanation_text(found)


SPEECH = (
    "“The bridge is ours and it stays,” Ann Lee said. The tower is closed."
    " “Nobody asked the town about it,” Bob Ray said."
)


def test_a_quotation_is_sure_where_it_holds_what_was_asked() -> None:
    with chatbot(SPEECH, threshold=None) as bot:
        found = bot.explain("Quote what Bob Ray said about the town.")
        other = bot.explain("Quote what Eve Moon said about the harbour.")
    check(found, SPEECH)
    assert found.answer.answered
    assert found.answer.short == "“Nobody asked the town about it,”"
    assert found.trace.choice is not None
    assert found.trace.confidence == found.trace.choice.coverage
    assert found.parts == ()
    assert "the quotation and its speaker" in explanation_text(found)
    assert explanation_row(found)["held"] == found.trace.confidence
    check(other, SPEECH)
    assert not other.answer.answered


@pytest.mark.parametrize("second", ["What did she open?", "What is this text about?"])
def test_a_follow_up_is_explained_as_it_is_answered(second: str) -> None:
    bot = chatbot(BRIDGE)
    asked, explained = bot.conversation(), bot.conversation()
    for question in ("Who opened the bridge?", second):
        answer, found = asked.ask(question), explained.explain(question)
        assert timeless(found.answer) == timeless(answer)
        assert bool(found.considered) == (found.trace.question.answer_type != "summary")
    assert [turn.question for turn in explained.turns] == [turn.question for turn in asked.turns]
    assert explained.turns[1].answer.standalone == second.replace("she", "Ann Lee")


@pytest.mark.parametrize("threshold", [0.0, 1.0])
@pytest.mark.parametrize(
    "question", ["Who opened the bridge?", "Is the tower of stone?", "Summarise this.", "?"]
)
def test_the_terminal_and_the_page_say_the_same(question: str, threshold: float) -> None:
    with chatbot(BRIDGE, threshold=threshold) as bot:
        found = bot.explain(question)
    view = explanation_view(found, most=5)
    shown = [view.summary] if view.summary is not None else [view.confidence, view.seconds]
    if view.summary is None:
        shown += [text for row in (*view.found, *view.candidates) for text in (row.label, row.text)]
    text = " ".join(explanation_text(found, most=5).split())
    page = " ".join(unescape(explanation_html(found)).split())
    for words in shown:
        assert words is not None
        assert words in text
        assert words in page
    assert view.found_title == f"Found {len(found.trace.found.hits)} sentences, best first"
    taken = [
        row.label for row in view.candidates if "chosen" in row.label or "most likely" in row.label
    ]
    assert all(("chosen" in label) == found.answer.answered for label in taken)
