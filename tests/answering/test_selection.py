"""Which candidate answers: by hand, for each answer type, and never one of the wrong measure."""

from __future__ import annotations

from dataclasses import fields

import pytest

from afgqa.answering.answer_type_policy import POLICIES, Policy
from afgqa.answering.selection import eligible, pick
from afgqa.question.analysis import analyse
from afgqa.question.answer_type import answer_type_of
from afgqa.reading.candidates import Candidate, SentenceCandidate, SpanCandidate
from afgqa.types import Hit, Passage, Ref, Span

WHO, WHAT, WHY, IS = map(
    analyse, ("Who came?", "What came of it?", "Why was the old bridge opened?", "Is it so?")
)


def candidate(number: int, score: float, margin: float | None, text: str = "x") -> Candidate:
    passage = Passage(Ref("0", "sentence", number), number, number + 1, text, number, number + 1)
    hit = Hit(passage, score, None, 0.0, None, None)
    if margin is None:
        return SentenceCandidate(hit, passage)
    return SpanCandidate(hit, passage, Span(0, len(text), text, margin), margin, 0.0)


def test_pick_by_hand() -> None:
    far, near = candidate(0, 0.5, 8.0), candidate(1, 0.9, 3.0)
    assert pick([far, near], WHO, weight=0.1, whole=0.0) is far  # 1.3 against 1.2
    assert pick([far, near], WHO, weight=0.01, whole=0.0) is near  # 0.58 against 0.93
    assert pick([far, candidate(1, 0.9, 4.0)], WHO, weight=0.1, whole=0.0) is far  # a tie
    assert pick([], WHO, weight=0.1, whole=0.0) is None


@pytest.mark.parametrize(
    ("question", "margin", "spanned"),
    [
        (WHO, -9.0, True),
        (WHAT, -9.0, False),
        (WHY, -9.0, False),
        (WHAT, -3.0, True),
        (IS, -9.0, True),
    ],
    ids=lambda it: getattr(it, "text", str(it)),
)
def test_a_whole_sentence_against_its_own_span(
    question: object, margin: float, spanned: bool
) -> None:
    span, whole = candidate(0, 0.9, margin), candidate(0, 0.9, None)
    chosen = pick([span, whole], question, weight=0.1, whole=-6.0)  # type: ignore[arg-type]
    assert chosen is (span if spanned else whole)


def test_a_sentence_without_a_span_stands_for_any_kind() -> None:
    span, whole = candidate(0, 0.2, 1.0), candidate(1, 0.9, None)
    assert pick([span, whole], WHO, weight=0.1, whole=-6.0) is span  # 0.3 against 0.3
    assert pick([span, whole], WHO, weight=0.1, whole=-5.0) is whole


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Why was the old bridge opened?", ["3 hours", "Eve Fox", None]),
        ("When was the old bridge opened?", ["opened the old bridge", "3 hours", "Eve Fox", None]),
        ("How hot is the lamp?", ["opened the old bridge", "Eve Fox", None]),
        ("How long?", ["opened the old bridge", "3 hours", "Eve Fox", None]),
    ],
)
def test_what_repeats_the_question_or_measures_something_else_is_left_out(
    question: str, left: list[str | None]
) -> None:
    some = [
        candidate(0, 0.5, 1.0, text) for text in ("opened the old bridge", "3 hours", "Eve Fox")
    ]
    found = eligible([*some, candidate(0, 0.5, None)], analyse(question))
    assert [it.span.text if isinstance(it, SpanCandidate) else None for it in found] == left


def test_every_answer_type_has_its_row_and_every_column_is_used() -> None:
    asked = (
        "Who came?", "Who is Ann Lee?", "When?", "Where?", "How many?", "How long?", "Why?", "How?",
        "Quote Ann.", "Sum it up.", "Is it so?", "What?",
    )  # fmt: skip
    assert [answer_type_of(text) for text in asked] == list(POLICIES)
    for field in fields(Policy):
        assert len({getattr(row, field.name) for row in POLICIES.values()}) > 1, field.name
