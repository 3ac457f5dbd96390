"""Every row of the question sets is held to what it does: it is right, or a known failure.

`tests/questions/known_failures.toml` lists the rows that fail, and those whose outcome is luck;
docs/evaluation.md says how it is kept.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from known_failures import FAULTS, FILE, SETS, UNSTABLE, Disturbed, as_toml, asked, fault, grouped
from reading_cases import Hashed

from afgqa.evaluation import Row
from afgqa.evaluation.question_sets import load_questions
from afgqa.protocols import Embedder
from afgqa.reading.models import load_reader

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LISTED: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
LUCK = LISTED.get(UNSTABLE, {})
KNOWN = {
    name: f"{wrong}: {question}"
    for wrong, rows in LISTED.items()
    if wrong != UNSTABLE
    for name, question in rows.items()
}
QUESTIONS = {
    example.id: example.question for path in SETS for example in load_questions(path).examples
}


@pytest.fixture(scope="module")
def rows(embedder: Embedder) -> dict[str, Row]:
    """All rows, asked once."""
    return asked(embedder, load_reader())


@pytest.mark.model
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=[pytest.mark.xfail(reason=KNOWN[name], strict=True, raises=AssertionError)]
            if name in KNOWN
            else [],
        )
        for name in QUESTIONS
        if name not in LUCK  # a case that may pass and may fail says nothing
    ],
)
def test_a_row_is_right(name: str, rows: dict[str, Row]) -> None:
    row = rows[name]
    assert row.scores["right"], f"{row.standalone} {row.prediction or row.reason}"


@pytest.mark.model
def test_of_the_rows_that_are_luck_some_are_right(rows: dict[str, Row]) -> None:
    right = [name for name in LUCK if rows[name].scores["right"]]
    assert len(right) >= len(LUCK) / 5


def test_every_listed_row_is_in_a_set_and_listed_once() -> None:
    assert set(LISTED) <= {*FAULTS, UNSTABLE}
    listed = KNOWN.keys() | LUCK.keys()
    assert len(listed) == sum(map(len, LISTED.values()))
    for table in LISTED.values():
        assert table == {name: QUESTIONS.get(name) for name in table}


def test_most_rows_are_held_to_be_right_and_few_are_luck() -> None:
    assert len(KNOWN) <= len(QUESTIONS) / 3
    assert len(LUCK) <= len(QUESTIONS) / 10


# -- the program that writes the list -----------------------------------------------------------

REFUSED = Row(
    id="q1",
    kind="who",
    question='Who is "Ann"?',
    answerable=True,
    answers=("Ann",),
    evidence=(),
    standalone="",
    answered=False,
    prediction="",
    confidence=0.0,
    reason="",
    citations=(),
    quotes=(),
    found=(),
    scores={"right": 0.0},
)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (REFUSED, "refused"),
        (replace(REFUSED, answered=True, scores={"citation_recall": 0.0}), "wrong sentence"),
        (replace(REFUSED, answered=True, scores={"citation_recall": 1.0}), "wrong span"),
        (
            replace(REFUSED, answered=True, kind="yes-no", scores={"citation_recall": 1.0}),
            "wrong verdict",
        ),
        *(
            (replace(REFUSED, answered=True, answerable=False, kind=kind), f"{kind} answered")
            for kind in ("near-miss", "false-premise", "off-topic")
        ),
    ],
)
def test_what_is_wrong_with_a_row(row: Row, wrong: str) -> None:
    assert fault(row) == wrong
    assert wrong in FAULTS


def test_rows_that_vary_are_told_from_those_that_fail() -> None:
    fails, passes = REFUSED, replace(REFUSED, id="q2", scores={"right": 1.0})
    falls = replace(passes, id="q3", question="Now and then?")
    first = {row.id: row for row in (fails, passes, falls)}
    again = first | {"q3": replace(falls, scores={"right": 0.0})}
    written = as_toml(grouped([first, first, again]))
    assert tomllib.loads(written) == {
        "refused": {"q1": 'Who is "Ann"?'},
        UNSTABLE: {"q3": "Now and then?"},
    }


def test_the_noise_of_a_margin_has_the_deviation_that_is_told_and_comes_again() -> None:
    model = Hashed()
    ids, types = [2, 7, 8, 9, 3], [0, 0, 1, 1, 1]

    def margin(seed: int | None) -> float:
        starts, ends, _ = (model if seed is None else Disturbed(model, seed)).logits(ids, types)
        return float(starts[2] + ends[3] - starts[0] - ends[0])

    changes = [margin(seed) - margin(None) for seed in range(1000)]
    assert np.mean(changes) == pytest.approx(0, abs=0.03)
    assert np.std(changes) == pytest.approx(0.3, rel=0.1)
    assert changes[:3] == [margin(seed) - margin(None) for seed in range(3)]
