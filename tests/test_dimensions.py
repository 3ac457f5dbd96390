"""What is measured, and whether that was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.dimensions import measures_otherwise


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many days does the repair take?", "three minutes"),
        ("How many days does the repair take?", "5 km"),
        ("How many years was the mill closed?", "40 seconds"),
        ("How cold should the cellar be?", "10 to 16 hours"),
        ("How hot is it?", "between 3 and 5 weeks"),
        ("How old is the mill?", "12 metres"),
        ("How long is the pier?", "20 kg"),
        ("How wide is the gate?", "two hours"),
        ("How heavy is the bell?", "40 cm"),
        ("How much does the bell weigh?", "ten years"),
        ("How much money was lost?", "in 3 days"),
        ("How much did the bridge cost?", "2 years and 3 months"),
        ("What percentage voted for it?", "five weeks"),
    ],
)
def test_something_else_is_measured(question: str, answer: str) -> None:
    assert measures_otherwise(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many days does the repair take?", "three weeks"),
        ("How many days does the repair take?", "three"),
        ("How many days does the repair take?", "until the summer"),
        ("How many people came in 3 days?", "4 hours"),  # no unit is asked for
        ("How cold should the cellar be?", "8 to 10 degrees"),
        ("How cold should the cellar be?", "very cold"),
        ("How long is the pier?", "640 metres"),
        ("How long was it closed?", "7 weeks"),
        ("How much did the bridge cost?", "$5 million"),
        ("How much did the bridge cost?", "20,000 in 3 days"),  # of what, is not told
        ("How much time did she spend there?", "15 minutes"),
        ("How many metres of rope were sold in a day?", "90 metres in 2 hours"),
        ("When was the mill built?", "40 years ago"),
    ],
)
def test_nothing_is_held_against_it(question: str, answer: str) -> None:
    assert not measures_otherwise(question, answer)


@given(st.text(), st.text())
def test_any_text_can_be_judged(question: str, answer: str) -> None:
    assert measures_otherwise(question, answer) in (True, False)
