"""Clauses, lists in running text, and what a sentence refers back to."""

from __future__ import annotations

import pytest

from afgqa.language.clauses import (
    cause_around,
    clause_end,
    clauses,
    joins_a_verb,
    manner_around,
    noun_phrase_end,
)
from afgqa.language.enumerations import enumeration_start, joins_members
from afgqa.language.grammar import depends_on_context, refers_back


def place(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def test_conjunctions_and_marks_part_clauses() -> None:
    text = "The ferry sails, but the tram waits"
    assert [text[a:b] for a, b in clauses(text)] == ["The ferry sails", " ", " the tram waits"]
    assert [*clauses("")] == [(0, 0)]


def test_a_cause_is_told_from_the_word_that_opens_it() -> None:
    text = "It was shut because of heavy snow on the road, but Ann came."
    start, end = cause_around(text, *place(text, "snow"))
    assert text[start:end] == "because of heavy snow on the road"


def test_a_manner_has_its_adverbs_and_what_goes_on() -> None:
    text = "They quickly sold the house to Ann, and left."
    start, end = manner_around(text, *place(text, "sold"))
    assert text[start:end] == "quickly sold the house to Ann"


def test_the_end_of_a_clause_and_of_a_noun_phrase() -> None:
    text = "She closed 1,200 mills and sold the house. "
    assert text[: clause_end(text, 0, 3)] == "She closed 1,200 mills and sold the house"
    assert joins_a_verb(text, place(text, "mills")[1])
    assert not joins_a_verb("She closed mills and the house.", 16)
    assert noun_phrase_end("No Danish ships have come.", 2) == len("No Danish ships")


@pytest.mark.parametrize(
    ("between", "joins"),
    [(", ", True), (" and in ", True), (" as well as ", True), (" ", False), (" and not ", False)],
)
def test_what_joins_the_members_of_a_list(between: str, joins: bool) -> None:
    assert joins_members(between) is joins


def test_a_list_begins_with_its_quantity_or_a_repeated_preposition() -> None:
    text = "Add 500 grams of flour and salt."
    assert text[enumeration_start(text, text.index("flour"), len(text) - 1) :].startswith("500")
    text = "Tea at dusk and at dawn."
    assert enumeration_start(text, text.index("dusk"), len(text) - 1) == text.index("at")
    text = "Tea at dusk and dawn."
    assert enumeration_start(text, text.index("dusk"), len(text) - 1) == text.index("dusk")


def test_what_refers_back() -> None:
    assert refers_back("In May, it sailed.")
    assert not refers_back("In May the ferry sailed.")
    assert not refers_back("Its captain sailed.")
    assert depends_on_context("“Its captain sailed.")
    assert depends_on_context("However, the ferry sailed.")
    assert not depends_on_context("In May, it sailed.")
