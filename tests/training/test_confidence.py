"""The programs that fit and measure refusing, end to end on a small file."""

from __future__ import annotations

import json
from pathlib import Path

import ablation
import confidence
import numpy as np
import pytest
from confidence_fit import weights_of
from island_squad import ISLANDS, squad
from reader_data import fitting_half

from afgqa.answering.confidence import EXTRACTIVE, Evidence, calibration
from afgqa.answering.confidence import confidence as probability
from afgqa.reading.models import DEFAULT_READER

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "squad.json"
    path.write_text(json.dumps(squad()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def fitted(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fitted") / "confidence.json"
    for reader in ("typed", DEFAULT_READER):
        plot = str(out.with_name(f"{reader}.png"))
        confidence.main([str(data), "--reader", reader, "--out", str(out), "--plot", plot])
    return out


@pytest.mark.parametrize("reader", ["typed", DEFAULT_READER])
def test_what_is_fitted_can_be_used(fitted: Path, reader: str) -> None:
    found = calibration(reader, path=fitted)
    assert found.fitted_on == fitting_half(ISLANDS)
    assert len(found.fitted_on) == 2
    assert 0.0 < found.threshold < 1.0
    nothing = Evidence(*[0.0] * 13)
    assert probability(nothing, found) == pytest.approx(1 / (1 + np.exp(-found.bias)))
    kind = "typed" if reader == "typed" else EXTRACTIVE
    table = json.loads(fitted.read_text(encoding="utf-8"))[kind]
    report = table["held-out half"]
    # Three islands are reported: three questions with an answer and one without each, and those
    # with an answer of the two other islands of the half.
    assert report["rows"] == 3 * (3 + 1 + 6)
    for name, metric in report.items():
        if name not in ("rows", "threshold"):
            value, low, high = metric
            assert 0.0 <= low <= value <= high <= 1.0, name
    assert report["AUC against off topic"][0] > 0.8  # of 18 questions, fitted on two islands
    assert list(table["one signal alone"]) == ["retrieval", "margin", "agreement"]
    assert fitted.with_name(f"{reader}.png").read_bytes().startswith(b"\x89PNG")


def test_what_was_fitted_on_must_be_known(data: Path, fitted: Path, tmp_path: Path) -> None:
    table = json.loads(fitted.read_text(encoding="utf-8"))
    del table["typed"]["fitted on"]
    old = tmp_path / "confidence.json"
    old.write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(SystemExit, match="which articles 'typed' was fitted on"):
        ablation.main([str(data), "--reader", "typed", "--confidence", str(old)])


def test_every_way_is_measured_on_what_took_no_part_in_the_fit(
    data: Path, fitted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["--reader", "typed", "--confidence", str(fitted), "--out", str(tmp_path)]
    ablation.main([str(data), *more])
    shown = capsys.readouterr().out
    assert shown.startswith("squad.json: 12 questions, 3 without an answer, of 3 articles; typed, ")
    assert (
        "| EM | F1 | gold sentence | holds the answer | risk-coverage | AUC | refused at 5 % |"
        in shown
    )
    table = json.loads((tmp_path / "ablation.json").read_text(encoding="utf-8"))["squad.json"]
    assert list(table) == [*ablation.WAYS, "seconds"]
    for way in ablation.WAYS:
        assert [table[way][name][3] for name in ("EM", "risk-coverage")] == [9, 12]
    # A whole sentence is no exact answer; the forms of names, years and numbers are.
    assert table["retrieval"]["EM"][0] == 0.0
    assert table["+ calibration"]["EM"][0] > 0.5
    assert (tmp_path / "risk-coverage.png").read_bytes().startswith(b"\x89PNG")


def test_each_label_counts_for_its_share() -> None:
    labels = ["answerable"] * 2 + ["near miss"] * 3 + ["off topic"]
    weights = weights_of(labels)
    assert weights.sum() == pytest.approx(6)
    assert weights[:2].sum() / weights.sum() == pytest.approx(0.75)
    assert weights[2:5].sum() / weights.sum() == pytest.approx(0.15)
