"""The lexicon: each set is well-formed, and what is built from two of them agrees."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping

import pytest

from afgqa.language import lexicon
from afgqa.language.dates import MONTH, month_of
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.abbreviations import ANNOUNCING, BEFORE_NUMBERS, SHORTENED
from afgqa.language.lexicon.calendar import MONTH_ABBREVIATIONS, MONTHS
from afgqa.language.lexicon.numbers import NUMBERS, SCALES, number_words
from afgqa.language.quantities import quantities

CAPITALIZED = {"abbreviations", "calendar", "openers"}  # others are in lower case


def sets() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for module in pkgutil.iter_modules(lexicon.__path__):
        room = importlib.import_module(f"{lexicon.__name__}.{module.name}")
        for name in room.__all__:
            words = getattr(room, name)
            if isinstance(words, tuple | frozenset | Mapping) and module.name != "marks":
                yield module.name, name, tuple(word for word in words if isinstance(word, str))


@pytest.mark.parametrize(("room", "name", "words"), [*sets()])
def test_each_word_is_there_once_and_as_it_is_written(
    room: str, name: str, words: tuple[str, ...]
) -> None:
    assert len(words) == len(set(words)), name
    assert all(word and word == word.strip() for word in words)
    assert room in CAPITALIZED or all(word == word.lower() for word in words)


def test_of_two_words_that_fit_the_longer_one_is_matched() -> None:
    assert one_of(["as", "as well as", "a.m"]) == r"(?:as\ well\ as|a\.m|as)"
    assert re.match(one_of({"for", "for fear"}), "for fear of rain")[0] == "for fear"  # type: ignore[index]


def test_a_number_word_has_the_value_that_quantities_reads() -> None:
    for word, value in {**NUMBERS, **SCALES}.items():
        assert [it.value for it in quantities(word)] == [value]
    assert number_words(9, 30) == (
        "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
        "seventeen", "eighteen", "nineteen", "twenty", "thirty",
    )  # fmt: skip


def test_a_month_is_known_by_its_name_and_its_abbreviation() -> None:
    assert [month_of(name) for name in MONTHS] == [*range(1, 13)]
    for name in MONTH_ABBREVIATIONS:
        assert re.fullmatch(MONTH, f"{name}.")
        assert MONTHS[month_of(name) - 1].startswith(name)


def test_an_abbreviation_is_of_one_sort() -> None:
    assert not ANNOUNCING & BEFORE_NUMBERS
    assert not ANNOUNCING & SHORTENED
    assert not BEFORE_NUMBERS & SHORTENED
