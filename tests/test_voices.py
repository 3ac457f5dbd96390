"""Who says it is asked for: the speaker, and not a name in what is said."""

from __future__ import annotations

import pytest

from afgqa.reading import Candidate
from afgqa.types import Hit, Passage, Ref, Span
from afgqa.voices import asks_who_says, voiced


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who wants Leeds to help?", True),
        ("Who has openly called for a new bridge?", True),
        ("who said it is safe", True),
        ("Which senior officer warned the town?", True),
        ("The mayor doubted that it would hold. Who was it?", True),
        ("Who was warned by the mayor?", False),
        ("Who did the mayor call?", False),
        ("Who called the mayor?", False),
        ("Who built the bridge?", False),
        ("What does the mayor want?", False),
        ("Who will ask?", False),
    ],
)
def test_who_asks_for_a_speaker(question: str, asked: bool) -> None:
    assert asks_who_says(question) is asked


def chosen(text: str, said: str) -> Candidate:
    passage = Passage(Ref("0", "sentence", 0), 0, len(text), text, 0, 1)
    at = text.index(said)
    hit = Hit(passage, 1.0, None, 1.0, None, None)
    return Candidate(hit, passage, Span(at, at + len(said), said, 2.0), 2.0, 0.5)


@pytest.mark.parametrize(
    ("question", "text", "span", "who"),
    [
        ("Who wants Leeds to help?", "“Leeds should help,” Ann Lee said.", "Leeds", "Ann Lee"),
        ("Who thinks Bob left?", "Ann Lee said that Bob Ray left.", "Bob Ray", "Ann Lee"),
        # What is not said has no speaker, nor what a pronoun says, nor who is found already.
        ("Who wants Leeds to help?", "Leeds must help, and Ann Lee knows.", "Leeds", "Leeds"),
        ("Who wants Leeds to help?", "“Leeds should help,” she said.", "Leeds", "Leeds"),
        ("Who wants Leeds to help?", "“Leeds should help,” Ann Lee said.", "Ann Lee", "Ann Lee"),
        ("Who should help?", "“Leeds should help,” Ann Lee said.", "Leeds", "Leeds"),
    ],
)
def test_the_speaker_is_the_answer(question: str, text: str, span: str, who: str) -> None:
    given = chosen(text, span)
    found = voiced(question, given, text)
    assert found.span is not None
    assert found.span.text == who == text[found.span.start : found.span.end]
    assert (found.margin, found.passage) == (given.margin, given.passage)
    assert voiced(question, found, text) == found


def test_a_sentence_stays_one() -> None:
    given = chosen("“Leeds should help,” Ann Lee said.", "Leeds")
    whole = Candidate(given.hit, given.passage, None, None, 0.0)
    assert voiced("Who wants Leeds to help?", whole, given.passage.text) == whole
