"""Conversations on three texts, asked turn by turn as a reader does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afgqa import Chatbot
from afgqa.documents.loading import load_documents
from afgqa.evaluation.rows import prediction
from afgqa.evaluation.scores import accepted

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]
FILE = ROOT / "tests" / "data" / "conversations.jsonl"
TALKS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
# What the reader gets wrong in a turn, and nothing but a better one mends; strict, so that what
# begins to work is noticed.
KNOWN = {
    "massoud": "who leads the front is read from the sentence on who formed it",
    "keeping": "frozen bread is read from the sentence on bread in a cloth",
    "feet": "what the scientific name means is answered with the name",
    "oven": "how hot it is at first is read from what follows",
}


@pytest.fixture(scope="module")
def bots() -> Iterator[dict[str, Chatbot]]:
    """A chatbot over each document, with the models loaded once."""
    first, *others = sorted({talk["document"] for talk in TALKS})
    with Chatbot.from_documents(ROOT / first) as bot:
        made = {name: bot.over(*load_documents([ROOT / name])) for name in others}
        yield {first: bot, **made}
        for one in made.values():
            one.close()


def test_the_conversations_are_of_all_texts() -> None:
    assert len(TALKS) >= 10
    assert len({talk["document"] for talk in TALKS}) == 3
    assert all(len(talk["turns"]) >= 3 for talk in TALKS)


@pytest.mark.xfail(reason="four of twelve have a wrong turn since the reader changed", strict=True)
def test_three_in_four_are_answered_right_at_every_turn() -> None:
    assert len(KNOWN) <= len(TALKS) // 4


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(
            talk,
            id=talk["id"],
            marks=[pytest.mark.xfail(reason=KNOWN[talk["id"]], strict=True)]
            if talk["id"] in KNOWN
            else [],
        )
        for talk in TALKS
    ],
)
def test_every_turn_is_answered_right(talk: dict[str, Any], bots: dict[str, Chatbot]) -> None:
    conversation = bots[talk["document"]].conversation()
    for turn in talk["turns"]:
        answer = conversation.ask(turn["question"])
        said = prediction(answer)
        assert accepted(said, turn["answers"]), f"{answer.standalone} {said or answer.reason}"
