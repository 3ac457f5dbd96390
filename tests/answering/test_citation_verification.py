"""What became of a citation: where it stands, what it is like, and what is no proof."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_bot import cite, document
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.answering.citation_verification import Cited, Elsewhere, Verification, similarity, verify
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.types import Document

BRIDGE = "Ann Lee opened the bridge in May 1999. It cost $5 million. The bridge is not red."
OLD = document(BRIDGE, doc_id="a.txt")


def cited(text: str, of: Document = OLD) -> Cited:
    start = of.text.index(text)
    return Cited(of.doc_id, of.sha256, start, start + len(text), text)


def now(text: str, doc_id: str = "a.txt") -> Document:
    return document(text, doc_id=doc_id)


def check(one: Cited, *documents: Document) -> Verification:
    """The verification, with the laws that hold for every one."""
    (found,) = verify([one], documents)
    there = {it.doc_id: it for it in documents}
    assert (found.same_file is None) == (one.doc_id not in there)
    if found.state == "missing":
        assert (found.start, found.end, found.text, found.similarity) == (None,) * 4
    else:
        assert there[one.doc_id].text[found.start : found.end] == found.text
        assert found.elsewhere == ()
        assert found.similarity is not None
        assert 0.6 <= found.similarity <= 1
    assert found.stands == (found.state in ("exact", "moved"))
    if found.stands:
        assert (found.text, found.similarity) == (one.text, 1)
    for other in found.elsewhere:
        if other.start is not None:
            assert there[other.doc_id].text[other.start : other.end] == one.text
    return found


def test_exact() -> None:
    one = cited("It cost $5 million.")
    assert check(one, OLD) == Verification(one, "exact", True, 39, 58, one.text, 1.0)
    changed = now(BRIDGE + " It is old.")
    assert check(one, changed) == Verification(one, "exact", False, 39, 58, one.text, 1.0)


def test_moved() -> None:
    one = cited("The bridge is not red.")
    found = check(one, now("A new line.\n" + BRIDGE))
    assert (found.state, found.start, found.end) == ("moved", 71, 93)


def test_the_nearest_of_several_places() -> None:
    line = "The bridge is not red."
    one = cited(line)  # at 59
    text = f"{line} It was 1999 then. {line} {'x ' * 40}{line}"
    assert check(one, now(text)).start == text.index(line, 1)


def test_a_place_inside_other_words_is_none() -> None:
    one = cited("Ann Lee opened the bridge")
    assert check(one, now("It is true that Joann Lee opened the bridges.")).state != "moved"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Long ago. It is old. So they say.", "moved"),  # a sentence by itself, and the only one
        ("It is old. So they say. It is old. But not the tower, nor the lamp.", "missing"),
        ("They say that It is old. And they say no more about it.", "missing"),
        ("It is old. They say: It is old. And no more.", "missing"),
        ("It is odd. They say no more.", "missing"),
    ],
)
def test_few_words_may_stand_anywhere_by_chance(text: str, state: str) -> None:
    one = Cited("a.txt", "0" * 64, 40, 50, "It is old.")
    assert check(one, now(text)).state == state


def test_few_words_at_their_place_are_exact() -> None:
    one = Cited("a.txt", "0" * 64, 0, 10, "It is old.")
    assert check(one, now("It is old. So they say. It is old.")).state == "exact"


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Ann Lee opened the bridge in June 1999.", 7 / 8),
        ("Ann Lee opened the new bridge in May 1999.", 8 / 9),
        ("Ann Lee opened the\n  bridge in May 1999.", 1),
        ("Ann Lee never opened any bridge in May 1999.", 7 / 9),
    ],
)
def test_edited(text: str, score: float) -> None:
    found = check(cited("Ann Lee opened the bridge in May 1999."), now(f"A gull. {text} It is."))
    assert (found.state, found.text, found.start) == ("edited", text, 8)
    assert found.similarity == pytest.approx(score)


def test_another_sentence_is_no_edit() -> None:
    text = "Bob Ray painted the tower in May 1999. It is made of stone."
    assert check(cited("Ann Lee opened the bridge in May 1999."), now(text)).state == "missing"


def test_quotes_and_dashes_of_another_form_are_an_edit_of_no_word() -> None:
    one = Cited("a.txt", "0" * 64, 0, 34, "She said: “It’s old” – and nothing.")
    found = check(one, now('So. She said: "It\'s old" - and nothing.'))
    assert (found.state, found.similarity, found.start) == ("edited", 1.0, 4)


@pytest.mark.parametrize(
    "sentences", ["One is here today. Two is there now.", "It was no more than a gull, at all."]
)
def test_sentences_that_were_joined_or_divided(sentences: str) -> None:
    one = Cited("a.txt", "0" * 64, 9, 9 + len(sentences), sentences)
    joined = sentences.replace(". Two", ", two").replace(", at", ". At")
    found = check(one, now(f"A gull. {joined} A lamp."))
    assert (found.state, found.text) == ("edited", joined)


def test_the_nearest_of_equal_edits() -> None:
    one = cited("The bridge is not red.")  # at 59
    text = "The bridge is not blue. " + "A gull sat there. " * 2 + "The bridge is not green."
    assert check(one, now(text)).text == "The bridge is not green."


def test_missing_and_where_to_look() -> None:
    one = cited("It cost $5 million.")
    gone = check(one)
    assert (gone.state, gone.same_file, gone.elsewhere) == ("missing", None, ())
    renamed = replace(OLD, doc_id="new.txt")
    copied = now("A gull sat there. It cost $5 million. A lamp.", "b.txt")
    other = now("A gull sat there.", "c.txt")
    found = check(one, other, copied, renamed)
    assert (found.state, found.elsewhere) == (
        "missing",
        (Elsewhere("new.txt", True, 39, 58), Elsewhere("b.txt", False, 18, 37)),
    )
    found = check(one, now("A gull sat there."), copied)
    assert (found.same_file, found.elsewhere) == (False, (Elsewhere("b.txt", False, 18, 37),))


def test_the_same_file_without_the_text() -> None:
    made_up = Cited("gone.txt", OLD.sha256, 0, 22, "The bridge fell in May")
    assert check(made_up, OLD).elsewhere == (Elsewhere("a.txt", True, None, None),)


@pytest.mark.parametrize("text", ["\ud800 half a sign here", "   x   ", "x" * 5000, "a b " * 3000])
def test_any_text_can_be_looked_for(text: str) -> None:
    assert check(Cited("a.txt", "", 10**30, 10**31, text), OLD).state == "missing"


WORDS = st.sampled_from("the bridge tower old red. Ann opened 1999 “so” it is. not – a".split())
TEXTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)


@given(TEXTS, TEXTS, st.data())
def test_whatever_was_cited(before: str, after: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(before) - 1))
    end = data.draw(st.integers(start + 1, len(before)))
    one = Cited("a.txt", "", start, end, before[start:end])
    assert check(one, now(before)).state == "exact"
    if one.text.strip():
        assert check(one, now(after)).state in ("exact", "moved", "edited", "missing")


@given(TEXTS, TEXTS)
def test_similarity(one: str, other: str) -> None:
    assert similarity(one, one) == 1
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1


def test_a_chatbot_verifies_its_own_citations() -> None:
    settings = Settings(reader="typed")
    with Chatbot.from_documents(OLD, embedder=HashingEmbedder(64), settings=settings) as bot:
        answer = bot.ask("Who opened the bridge?")
        assert [one.state for one in bot.verify(answer.citations)] == ["exact"]
        ours = cite(now("A new bridge was built there."), 0)
        assert [one.state for one in bot.verify((*answer.citations, *ours))] == ["exact", "missing"]
