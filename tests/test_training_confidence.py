"""The programs that fit and measure refusing, end to end on a small file."""

from __future__ import annotations

import json
from pathlib import Path

import ablation
import confidence
import numpy as np
import pytest
from island_squad import ISLANDS, squad

from afgqa.confidence import Evidence, calibration
from afgqa.confidence import confidence as probability

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "squad.json"
    path.write_text(json.dumps(squad()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def fitted(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fitted") / "confidence.json"
    confidence.main([str(data), "--reader", "typed", "--out", str(out)])
    return out


def test_what_is_fitted_can_be_used(fitted: Path) -> None:
    found = calibration("typed", fitted)
    assert len(found.fitted_on) == 2
    assert found.fitted_on < set(ISLANDS)
    assert 0.0 < found.threshold < 1.0
    nothing = Evidence(*[0.0] * 11)
    assert probability(nothing, found) == pytest.approx(1 / (1 + np.exp(-found.bias)))
    report = json.loads(fitted.read_text(encoding="utf-8"))["typed"]["held-out half"]
    # Three islands are reported: three questions with an answer and one without, and of those
    # with an answer of the other islands all twelve.
    assert report["rows"] == 3 * (3 + 1 + 12)
    for name, metric in report.items():
        if name not in ("rows", "threshold"):
            value, low, high = metric
            assert 0.0 <= low <= value <= high <= 1.0, name
    assert report["AUC against off topic"][0] > 0.9


def test_four_ways_are_measured_on_what_took_no_part_in_the_fit(
    data: Path, fitted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--reader", "typed", "--confidence", str(fitted), "--out", str(tmp_path)]
    ablation.main([str(data), *more])
    shown = capsys.readouterr().out
    assert shown.startswith("squad.json: 12 questions, 3 without an answer, of 3 articles; typed, ")
    assert "| EM | F1 | first citation | risk-coverage | ROC | refused at 5 % |" in shown
    assert "expected calibration error: " in shown
    table = json.loads((tmp_path / "ablation.json").read_text(encoding="utf-8"))["squad.json"]
    assert list(table) == [*ablation.WAYS, "seconds", "calibration error"]
    for way in ablation.WAYS:
        assert [table[way][name][3] for name in ("EM", "risk-coverage")] == [9, 12]
    # A whole sentence is no exact answer; the forms of names, years and numbers are.
    assert table["retrieval"]["EM"][0] == 0.0
    assert table["+ calibration"]["EM"][0] > 0.5
    assert (tmp_path / "answering.png").read_bytes().startswith(b"\x89PNG")


def test_each_label_counts_for_its_share() -> None:
    labels = ["answerable"] * 2 + ["near miss"] * 3 + ["off topic"]
    weights = confidence.weights_of(labels)
    assert weights.sum() == pytest.approx(6)
    assert weights[:2].sum() / weights.sum() == pytest.approx(0.75)
    assert weights[2:5].sum() / weights.sum() == pytest.approx(0.15)
