"""A question is read once, and read alike however it is worded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from afgqa.question.analysis import Question, analyse

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "paraphrases.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def alike(one: Question, other: Question) -> bool:
    """Whether two questions are read alike, as far as they are not for another word."""
    kinds = ["number" if it.answer_type == "duration" else it.answer_type for it in (one, other)]
    told = [it.measure.dimensions for it in (one, other) if it.measure is not None]
    return (
        kinds[0] == kinds[1]
        and one.several == other.several
        and (one.speech_verb is None) == (other.speech_verb is None)
        and (len(told) < 2 or bool(told[0] & told[1]))
    )


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{p['one']} / {p['other']}" for p in PAIRS])
def test_paraphrases_are_read_alike(pair: dict[str, object]) -> None:
    one, other = analyse(str(pair["one"])), analyse(str(pair["other"]))
    assert alike(one, other) is pair["alike"]


def test_there_are_sixty_pairs() -> None:
    assert len(PAIRS) >= 60


def test_a_question_by_hand() -> None:
    assert analyse("Quote Ann on tea.") == Question(
        text="Quote Ann on tea.",
        search_text="What did Ann say about tea?",
        answer_type="quote",
        several=False,
        parts=False,
        action=False,
        measure=None,
        speech_verb=None,
        sentences=3,
        terms=("quot", "ann", "tea"),
    )
    assert analyse("Who fears a war?").speech_verb == "fears"
    assert analyse("Sum it up in two sentences.").sentences == 2
    assert analyse("What did Ann do?").action
    assert analyse("Which parts of Holm burned?").parts
