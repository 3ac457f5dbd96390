"""The weights of a question's terms and what a passage covers of them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.language.tokens import ANALYZER
from afgqa.search import term_weights as salience
from afgqa.search.term_weights import FILE, coverage, weigh

TABLE = {"analyzer": ANALYZER, "prior": 0.5, "terms": {"name": 0.1, "lamp": 0.9}}


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    path = tmp_path / "salience.json"
    path.write_text(json.dumps(TABLE), encoding="utf-8")
    monkeypatch.setattr(salience, "FILE", path)
    salience._table.cache_clear()
    yield
    salience._table.cache_clear()


@pytest.mark.usefixtures("table")
def test_weights_by_hand() -> None:
    weights = weigh(["lamp", "name", "gull", "lamp"], {"lamp": 1, "name": 5, "gull": 0}, 9)
    raw = {
        "lamp": 0.9 * math.log(1 + 8.5 / 1.5),
        "name": 0.1 * math.log(1 + 4.5 / 5.5),
        "gull": 0.5 * math.log(1 + 9.5 / 0.5),
    }
    assert list(weights) == ["lamp", "name", "gull"]
    assert weights == pytest.approx({term: raw[term] / sum(raw.values()) for term in raw})


def test_no_terms() -> None:
    assert weigh([], {}, 5) == {}
    assert coverage({}, ["lamp"]) == 0


def test_a_term_in_every_sentence_and_an_empty_index() -> None:
    assert weigh(["lamp"], {"lamp": 9}, 9) == {"lamp": 1.0}
    assert weigh(["lamp"], {"lamp": 0}, 0) == {"lamp": 1.0}


@pytest.mark.parametrize(
    ("terms", "share"),
    [([], 0.0), (["gull", "gull"], 0.25), (["lamp", "gull", "sea"], 1.0), (["sea"], 0.0)],
)
def test_coverage(terms: list[str], share: float) -> None:
    assert coverage({"lamp": 0.75, "gull": 0.25}, terms) == share


@given(
    frequencies=st.dictionaries(st.text("abcxyz", min_size=1), st.integers(0, 50), min_size=1),
)
def test_weights_are_shares(frequencies: dict[str, int]) -> None:
    weights = weigh(list(frequencies), frequencies, 50)
    assert all(weight > 0 for weight in weights.values())
    assert sum(weights.values()) == pytest.approx(1)
    assert coverage(weights, list(frequencies)) == pytest.approx(1)


def test_a_rarer_term_weighs_more() -> None:
    weights = weigh(["qqq", "zzz"], {"qqq": 1, "zzz": 4}, 9)  # neither was learned
    assert weights["qqq"] > weights["zzz"]


def test_the_file_was_made_with_this_analyzer() -> None:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    assert data["analyzer"] == ANALYZER
    assert 0 < data["prior"] < 1
    assert all(0 < share <= 1 for share in data["terms"].values())  # 0 could leave no weight
