"""Measures against values that a reader can check by eye, and against a second implementation."""

from __future__ import annotations

import math
import re
from unicodedata import category

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afgqa.evaluation.measures import (
    Metric,
    Place,
    citation_precision,
    citation_recall,
    difference,
    exact_match,
    f1,
    first_citation,
    mean,
    overlaps,
    percentile,
    retrieval,
)
from afgqa.language.tokens import normalize

# -- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("The  Cat, a dog\nand AN owl!", "cat dog and owl"),
        ("", ""),
        (" \t\n", ""),
        ("?!.", ""),
        ("the a AN", ""),
        ("U.S.", "us"),
        ("A.", ""),  # punctuation goes first, so that "A." is an article
        ("a-b", "ab"),
        ("athe", "athe"),
        ("the-cat", "thecat"),  # as the script has it: the hyphen goes before the article does
        ("“the” cat’s", "“ ” cat’s"),  # only ASCII punctuation goes
        ("ÉCOLE", "école"),
        ("Straße", "straße"),  # lower case is no case folding
        ("$1,000.50", "100050"),
        ("ten\u00a0men", "ten men"),  # a no-break space is white space
    ],
)
def test_normalize(text: str, normalized: str) -> None:
    assert normalize(text) == normalized


@pytest.mark.parametrize(
    ("prediction", "answers", "em", "f"),
    [
        ("Denver Broncos", ["Denver Broncos"], 1.0, 1.0),
        ("the Denver Broncos!", ["Denver  broncos"], 1.0, 1.0),
        # 1 word shared: precision 1/3, recall 1/2, so 2 * (1/3 * 1/2) / (1/3 + 1/2) = 2/5
        ("in new Denver", ["Denver Broncos"], 0.0, 2 / 5),
        # words count as often as they occur: 2 shared of 3 and of 2
        ("no no no", ["no no"], 0.0, 4 / 5),
        ("no", ["no no no"], 0.0, 2 / 4),
        ("red", ["blue", "dark red"], 0.0, 2 / 3),  # the best of several
        ("red", ["blue", "red"], 1.0, 1.0),
        ("blue", ["red"], 0.0, 0.0),
        ("", ["red"], 0.0, 0.0),
        ("the", ["red"], 0.0, 0.0),
        ("", [], 1.0, 1.0),
        ("?", [], 1.0, 1.0),
        ("red", [], 0.0, 0.0),
        # an accepted answer that is empty once normalised is left out
        ("", ["the"], 1.0, 1.0),
        ("a", ["the"], 1.0, 1.0),
        ("red", ["the"], 0.0, 0.0),
        ("", ["the", "red"], 0.0, 0.0),
        ("ÉCOLE normale", ["école"], 0.0, 2 / 3),
        ("Straße", ["strasse"], 0.0, 0.0),
        ("“red”", ["red"], 0.0, 0.0),
    ],
)
def test_exact_match_and_f1(prediction: str, answers: list[str], em: float, f: float) -> None:
    assert exact_match(prediction, answers) == em
    assert f1(prediction, answers) == pytest.approx(f)


def _words(text: str) -> list[str]:
    """A second `normalize`, made another way: split first, then look at each word."""
    kept = "".join(c for c in text.lower() if not (c.isascii() and category(c)[0] in "PS"))
    parts = re.split(r"(\w+)", kept)
    return "".join(" " if part in ("a", "an", "the") else part for part in parts).split()


def _overlap(prediction: str, answer: str) -> float:
    """A second F1, by crossing off words one at a time."""
    predicted, gold = _words(prediction), _words(answer)
    if not predicted or not gold:
        return 1.0 if predicted == gold else 0.0
    left, shared = list(gold), 0
    for word in predicted:
        if word in left:
            left.remove(word)
            shared += 1
    if shared == 0:
        return 0.0
    precision, recall = shared / len(predicted), shared / len(gold)
    return 2 * precision * recall / (precision + recall)


def _remaining(answers: list[str]) -> list[str]:
    return [answer for answer in answers if _words(answer)] or [""]


texts = st.lists(
    st.sampled_from(["a", "The", "an", "red", "Red.", "U.S.", "—", "’s", "_x", "\x1f", "É", ""])
    | st.text(max_size=6)
).map(" ".join)


@settings(derandomize=True, deadline=None)
@given(texts, st.lists(texts, max_size=3))
def test_a_second_implementation_agrees(prediction: str, answers: list[str]) -> None:
    remaining = _remaining(answers)
    same = any(_words(prediction) == _words(answer) for answer in remaining)
    assert exact_match(prediction, answers) == same
    best = max(_overlap(prediction, answer) for answer in remaining)
    assert f1(prediction, answers) == pytest.approx(best)


# -- citations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Place("d", 0, 10), Place("d", 0, 10), True),
        (Place("d", 0, 10), Place("e", 0, 10), False),
        (Place("d", 0, 10), Place("d", 10, 20), False),
        (Place("d", 0, 10), Place("d", 5, 15), False),  # half is not more than half
        (Place("d", 0, 10), Place("d", 4, 14), True),
        (Place("d", 0, 4), Place("d", 1, 100), True),  # 3 of the shorter's 4
        (Place("d", 0, 4), Place("d", 2, 100), False),  # 2 of 4
        (Place("d", 0, 100), Place("d", 40, 44), True),
        (Place("d", 0, 3), Place("d", 90, 100), False),
    ],
)
def test_overlaps(one: Place, other: Place, expected: bool) -> None:
    assert (overlaps(one, other), overlaps(other, one)) == (expected, expected)


A, B, C = Place("d", 0, 10), Place("d", 11, 20), Place("d", 21, 30)


@pytest.mark.parametrize(
    ("cited", "gold", "first", "precision", "recall"),
    [
        ([], [A], 0.0, 0.0, 0.0),
        ([A], [A], 1.0, 1.0, 1.0),
        ([A], [B], 0.0, 0.0, 0.0),
        ([B, A], [A], 0.0, 1 / 2, 1.0),
        ([A, B, C], [A], 1.0, 1 / 3, 1.0),
        ([A], [A, B], 1.0, 1.0, 1.0),  # gold sentences are alternatives
        ([A, B], [A, B], 1.0, 1.0, 1.0),
        ([A], [], 0.0, 0.0, 0.0),
    ],
)
def test_citations(
    cited: list[Place], gold: list[Place], first: float, precision: float, recall: float
) -> None:
    assert first_citation(cited, gold) == first
    assert citation_precision(cited, gold) == precision
    assert citation_recall(cited, gold) == recall


# -- rankings -----------------------------------------------------------------------------------


def _at(*numbers: int) -> list[Place]:
    return [Place("d", 10 * number, 10 * number + 9) for number in numbers]


@pytest.mark.parametrize(
    ("found", "gold", "r1", "r5", "rr", "ndcg"),
    [
        ([7], [7], 1, 1, 1, 1),
        ([1, 2, 7], [7], 0, 1, 1 / 3, 1 / math.log2(4)),
        ([1, 2, 3, 4, 5, 7], [7], 0, 0, 1 / 6, 1 / math.log2(7)),
        ([1, 2, 3, 4, 5, 6, 8, 9, 10, 7], [7], 0, 0, 1 / 10, 1 / math.log2(11)),
        ([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 7], [7], 0, 0, 0, 0),  # the eleventh is not judged
        ([1, 2], [7], 0, 0, 0, 0),
        ([], [7], 0, 0, 0, 0),
        # two gold places at ranks 2 and 3; the best order has them at 1 and 2
        ([1, 8, 7], [7, 8], 0, 1, 1 / 2, (1 / math.log2(3) + 1 / 2) / (1 + 1 / math.log2(3))),
        ([7], [7, 8], 1, 1, 1, 1 / (1 + 1 / math.log2(3))),
    ],
)
def test_retrieval(
    found: list[int], gold: list[int], r1: float, r5: float, rr: float, ndcg: float
) -> None:
    values = retrieval({"q 1": _at(*found)}, {"q 1": _at(*gold)})
    expected = {"R@1": r1, "R@5": r5, "MRR@10": rr, "nDCG@10": ndcg}
    assert values == {"q 1": pytest.approx(expected)}


def test_a_question_without_results_scores_zero() -> None:
    zero = {"R@1": 0.0, "R@5": 0.0, "MRR@10": 0.0, "nDCG@10": 0.0}
    one = {"R@1": 1.0, "R@5": 1.0, "MRR@10": 1.0, "nDCG@10": 1.0}
    found = {"q1": _at(1), "q3": [], "not asked": _at(1)}
    gold = {"q1": _at(1), "q2": _at(1), "q3": _at(1)}
    assert retrieval(found, gold) == {"q1": one, "q2": zero, "q3": zero}
    assert retrieval({}, {}) == {}


def test_a_gold_place_found_in_two_pieces_counts_once_and_at_the_first() -> None:
    first, between, second = Place("d", 0, 5), Place("d", 20, 25), Place("d", 5, 10)
    values = retrieval({"q": [first, between, second]}, {"q": [Place("d", 0, 10)]})
    assert values["q"] == {"R@1": 1.0, "R@5": 1.0, "MRR@10": 1.0, "nDCG@10": 1.0}


def test_ranks_of_ten_results_are_kept_in_order() -> None:
    # trec_eval orders equal scores by name: without falling scores these would change places.
    gold = _at(5)
    for rank in range(10):
        found = _at(*range(20, 29))
        found.insert(rank, gold[0])
        assert retrieval({"q": found}, {"q": gold})["q"]["MRR@10"] == pytest.approx(1 / (rank + 1))


# -- statistics ---------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("n", [1, 7])
def test_constant_data_has_an_interval_of_no_width(value: float, n: int) -> None:
    constant = Metric(value, value, value, n)
    assert mean([value] * n) == constant
    assert percentile([value] * n, 95) == constant


def test_two_questions_say_nothing() -> None:
    # A quarter of the samples is (0, 0) and a quarter (1, 1): far more than 2.5 %.
    assert mean([0.0, 1.0]) == Metric(0.5, 0.0, 1.0, 2)


def test_mean_of_coin_throws() -> None:
    # 100 throws: the standard error is 0.05, and 1.96 of them lie on either side.
    metric = mean([0.0, 1.0] * 50)
    assert (metric.value, metric.n) == (0.5, 100)
    assert metric.low == pytest.approx(0.402, abs=0.015)
    assert metric.high == pytest.approx(0.598, abs=0.015)
    assert mean([0.0, 1.0] * 50) == metric


def test_the_interval_agrees_with_a_plain_loop() -> None:
    values = [(number / 29) ** 3 for number in range(30)]
    rng = np.random.default_rng(1)
    means = sorted(float(np.mean(rng.choice(values, len(values)))) for _ in range(20_000))
    metric = mean(values)
    assert metric.low == pytest.approx(means[500], abs=0.015)
    assert metric.high == pytest.approx(means[19_500], abs=0.015)


def test_many_values_are_drawn_in_blocks_and_give_the_same_as_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = [float(number % 3) for number in range(50)]
    at_once = mean(values)
    monkeypatch.setattr("afgqa.evaluation.measures._DRAWN_AT_ONCE", 700)  # 14 samples at a time
    assert mean(values) == at_once


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [([3.0, 1.0, 2.0], 50, 2.0), ([1.0, 2.0], 50, 1.5), ([0.0, 10.0], 95, 9.5), ([4.0], 95, 4.0)],
)
def test_percentile(values: list[float], q: float, expected: float) -> None:
    metric = percentile(values, q)
    assert metric.value == pytest.approx(expected)
    assert metric.n == len(values)
    assert min(values) <= metric.low <= metric.high <= max(values)


def test_difference_is_paired() -> None:
    # Each question gained a half: there is no doubt, however much the questions differ.
    assert difference([0.0, 0.5, 0.25], [0.5, 1.0, 0.75]) == Metric(0.5, 0.5, 0.5, 3)
    assert difference([1.0, 1.0], [0.0, 0.0]) == Metric(-1.0, -1.0, -1.0, 2)


def test_difference_of_unequal_lengths_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        difference([1.0, 1.0], [1.0])


def test_no_values_are_an_error() -> None:
    with pytest.raises(ValueError, match="no value"):
        mean([])
