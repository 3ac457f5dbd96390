"""What is measured, and whether that was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.question.expected_unit import measure_asked


def allowed(question: str, answer: str) -> bool:
    measure = measure_asked(question)
    return measure is None or measure.allows(answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many months does the repair take?", "40 minutes"),
        ("How many days does the repair take?", "5 km"),
        ("How many years was the mill closed?", "40 seconds"),
        ("How many kilometres is the mill away?", "two hours"),
        ("How cold should the cellar be?", "6 to 9 weeks"),
        ("How hot is it?", "3 or 5 tonnes"),
        ("How old is the mill?", "12 metres"),
        ("How long is the pier?", "20 kg"),
        ("How much does the bell weigh?", "ten years"),
    ],
)
def test_something_else_is_measured(question: str, answer: str) -> None:
    assert not allowed(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many days does the repair take?", "three weeks"),
        ("How many days does the repair take?", "three"),
        ("How many days does the repair take?", "until the summer"),
        ("How many people came in 3 days?", "4 hours"),  # no unit is asked for
        ("How many kilograms of rye are ground?", "500 grams"),
        ("How many kilometres is the mill away?", "800 metres"),
        ("How cold should the cellar be?", "8 to 10 degrees"),
        ("How cold should the cellar be?", "very cold"),
        ("How long is the pier?", "640 metres"),
        ("How long was it closed?", "7 weeks"),
        ("How long does it boil?", "until it has 96 degrees"),
        ("How much did the bridge cost?", "40 tonnes of rye"),
        ("How many years did it cost?", "20,000 in 3 days"),  # of what, is not told
        ("How heavy was the rain?", "30 mm"),
        ("How many metres of rope were sold in a day?", "90 metres in 2 hours"),
        ("When was the mill built?", "40 years ago"),
    ],
)
def test_nothing_is_held_against_it(question: str, answer: str) -> None:
    assert allowed(question, answer)


_WORDS = st.lists(
    st.sampled_from("How many old long hours 3 1, to 20 metres degrees half , until $5 %".split())
).map(" ".join)


@given(_WORDS, _WORDS)
def test_any_text_can_be_judged_and_no_amount_is_held_against_itself(
    question: str, answer: str
) -> None:
    assert allowed(question, answer) in (True, False)
    assert allowed(f"How many hours {question}", f"3 hours {answer}")
