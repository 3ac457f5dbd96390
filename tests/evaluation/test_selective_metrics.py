"""Measures of refusing, on rows that can be summed by eye."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.evaluation.measures import Metric, mean
from afgqa.evaluation.selective_metrics import (
    Bin,
    auc,
    bins,
    calibration_error,
    interval,
    refused_at,
    risk_coverage,
    risk_coverage_curve,
)


def values(*numbers: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(numbers, dtype=np.float64)


def truth(marks: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.array([mark == "+" for mark in marks])


def test_the_risk_grows_with_what_is_answered() -> None:
    confidence, worth = values(0.9, 0.2, 0.5, 0.7), values(1.0, 0.0, 0.5, 1.0)
    # The surest first: 1, 1, 0.5, 0.
    assert risk_coverage_curve(confidence, worth).tolist() == pytest.approx(
        [0.0, 0.0, 1 - 2.5 / 3, 1 - 2.5 / 4]
    )
    assert risk_coverage(confidence, worth) == pytest.approx((0.5 / 3 + 1.5 / 4) / 4)


def test_equal_confidences_are_answered_together() -> None:
    for worth in (values(1.0, 0.0, 0.5), values(0.0, 1.0, 0.5)):
        confidence = values(0.5, 0.5, 0.1)
        assert risk_coverage_curve(confidence, worth).tolist() == pytest.approx([0.5, 0.5, 0.5])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=12))
def test_the_order_of_the_rows_has_no_part_in_it(rows: list[tuple[int, int]]) -> None:
    areas = [
        risk_coverage(values(*(a for a, _ in some)), values(*(b / 4 for _, b in some)))
        for some in (rows, rows[::-1], sorted(rows))
    ]
    assert areas == pytest.approx([areas[0]] * 3)
    assert 0.0 <= areas[0] <= 1.0


def test_refusals_of_both_sorts() -> None:
    confidence = values(0.1, 0.5, 0.6, 0.7, 0.8, 0.05, 0.2, 0.55, 0.9)
    answerable = truth("+++++----")
    # A quarter of the way through 0.1 0.5 0.6 0.7 0.8 is 0.5: 0.05 and 0.2 lie under it.
    assert refused_at(confidence, answerable, 0.25) == 0.5
    assert refused_at(confidence, answerable, 0.0) == 0.25
    # 0.1 beats one of four, 0.5 two, 0.6, 0.7 and 0.8 three each.
    assert auc(confidence, answerable) == pytest.approx((1 + 2 + 3 + 3 + 3) / 20)
    assert auc(values(0.5, 0.5), truth("+-")) == 0.5


@pytest.mark.parametrize("marks", ["+", "-"])
def test_one_sort_alone_cannot_be_compared(marks: str) -> None:
    with pytest.raises(ValueError, match="some of both"):
        refused_at(values(0.5), truth(marks), 0.05)
    with pytest.raises(ValueError, match="some of both"):
        auc(values(0.5), truth(marks))


def test_bins_by_hand() -> None:
    probability, answerable = values(0.0, 0.02, 0.95, 1.0), truth("-++-")
    low, high = bins(probability, answerable)
    assert low == pytest.approx((0.01, 0.5, 0.5))
    assert high == pytest.approx((0.975, 0.5, 0.5))
    assert calibration_error(probability, answerable) == pytest.approx((0.49 + 0.475) / 2)
    # The first and the last question count for nothing.
    weight = values(0.0, 3.0, 1.0, 0.0)
    assert bins(probability, answerable, weight) == (Bin(0.02, 1.0, 0.75), Bin(0.95, 1.0, 0.25))
    assert calibration_error(probability, answerable, weight) == pytest.approx(
        0.75 * 0.98 + 0.25 * 0.05
    )


def test_an_interval_by_hand() -> None:
    rows = values(*range(50))
    found = interval(lambda column: float(column.mean()), rows)
    near = mean(rows.tolist())
    assert (found.value, found.n) == (24.5, 50)
    assert found.low == pytest.approx(near.low, abs=0.5)
    assert found.high == pytest.approx(near.high, abs=0.5)


def test_a_calibration_error_lies_in_its_interval() -> None:
    rng = np.random.default_rng(5)
    probability = rng.random(2000)
    answerable = rng.random(2000) < probability  # perfectly calibrated: all error is noise
    found = interval(calibration_error, probability, answerable, basic=True)
    assert 0.0 <= found.low <= found.value <= found.high < 0.04


def test_each_stratum_is_drawn_for_itself() -> None:
    rows, labels = values(0.0, 0.0, 0.0, 1.0), ["a", "a", "a", "b"]
    same = interval(lambda column: float(column.mean()), rows, strata=labels)
    assert same == Metric(0.25, 0.25, 0.25, 4)  # within a stratum there is nothing to vary
    with pytest.raises(ValueError, match="no question"):
        interval(lambda column: float(column.mean()), values())
