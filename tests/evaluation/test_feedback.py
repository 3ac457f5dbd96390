"""A verdict on an answer becomes a row that `afgqa eval` accepts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_bot import FakeBot, cite, document

from afgqa.errors import FeedbackError
from afgqa.evaluation.feedback import feedback_row, keep
from afgqa.evaluation.question_sets import load_questions

TEA = document("Tea is made from leaves. It is drunk hot. Some like it cold.")
BOT = FakeBot((TEA,), {"What is tea made from?": ("leaves", (0,)), "How?": (None, (1,))})
ANSWER, WHOLE = BOT.ask("What is tea made from?"), BOT.ask("How?")
REFUSAL = BOT.ask("Who drinks it?")
COLD = cite(TEA, 2)


@pytest.mark.parametrize(
    ("answer", "verdict", "answerable", "answers", "evidence"),
    [
        (ANSWER, "right", True, ("leaves",), (0,)),
        (WHOLE, "right", True, (), (25,)),
        (REFUSAL, "right", False, (), ()),
        (ANSWER, "wrong answer", True, (), (42,)),
        (ANSWER, "wrong citation", True, ("leaves",), (42,)),
        (ANSWER, "should refuse", False, (), ()),
        (REFUSAL, "wrong answer", True, (), (42,)),
    ],
)
def test_a_verdict_is_a_question_with_what_is_right(
    tmp_path: Path,
    answer: object,
    verdict: str,
    answerable: bool,
    answers: tuple[str, ...],
    evidence: tuple[int, ...],
) -> None:
    file = tmp_path / "new" / "feedback.jsonl"
    keep(file, feedback_row(answer, verdict, sentences=COLD, history=["Before?"]))  # type: ignore[arg-type]
    (example,) = load_questions(file, [TEA]).examples
    assert example.question == answer.question  # type: ignore[attr-defined]
    assert (example.answerable, example.answers) == (answerable, answers)
    assert tuple(place.start for place in example.evidence) == evidence
    assert example.history == ("Before?",)


def test_what_says_otherwise_is_no_evidence() -> None:
    both = replace(ANSWER, citations=cite(TEA, 0, 1), otherwise=2)
    assert [it["start"] for it in feedback_row(both, "right")["evidence"]] == [0]


def test_a_second_verdict_takes_the_place_of_the_first(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    keep(file, feedback_row(ANSWER, "right"))
    keep(file, feedback_row(WHOLE, "right"))
    keep(file, feedback_row(ANSWER, "should refuse"))
    keep(file, feedback_row(ANSWER, "right", history=["Before?"]))
    found = load_questions(file, [TEA]).examples
    assert [(it.question, it.answerable) for it in found] == [
        ("How?", True),
        ("What is tea made from?", False),
        ("What is tea made from?", True),
    ]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("answer", "verdict", "message"),
    [
        (ANSWER, "bad", "'bad' is not a verdict. Use one of right, wrong answer,"),
        (ANSWER, "wrong answer", "Choose the correct sentence in the article first."),
        (ANSWER, "wrong citation", "Choose the correct sentence in the article first."),
        (REFUSAL, "should refuse", "The question was refused."),
        (REFUSAL, "wrong citation", "Nothing was cited."),
    ],
)
def test_a_verdict_that_cannot_be(answer: object, verdict: str, message: str) -> None:
    with pytest.raises(FeedbackError, match=message):
        feedback_row(answer, verdict)  # type: ignore[arg-type]


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text("not rows\n")
    with pytest.raises(
        FeedbackError,
        match=r"feedback\.jsonl cannot be read or written as a "
        "question set",
    ):
        keep(file, feedback_row(ANSWER, "right"))
    assert file.read_text() == "not rows\n"
    row = json.dumps(feedback_row(ANSWER, "right"), ensure_ascii=False)
    assert json.loads(row)["id"].startswith("feedback-")


@pytest.mark.parametrize("content", ["[" * 200_000, "7", '{"id": "x"}' + " " * (17 << 20)])
def test_a_file_that_is_no_rows_is_told_and_left(tmp_path: Path, content: str) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text(content)
    with pytest.raises(FeedbackError, match="The feedback was not saved"):
        keep(path, feedback_row(ANSWER, "right"))
    assert path.read_text() == content
    assert [other.name for other in tmp_path.iterdir()] == ["feedback.jsonl"]
