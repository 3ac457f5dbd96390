"""What is denied, and how much of something a text speaks of."""

from __future__ import annotations

import pytest

from afgqa.language.antonyms import antonyms
from afgqa.language.negation import goes_on, never_stops, polarities
from afgqa.language.quantifiers import (
    is_none,
    partitive_start,
    says_all,
    says_also,
    says_less_than_all,
    says_only,
)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Ferries did not sail.", {"ferry", "sail"}),
        ("Ferries sailed without cargo.", {"cargo"}),
        ("Ferries sailed, but trams did not run.", {"tram", "run"}),
        ("Nobody sailed without cargo.", {"nobody", "sail"}),  # two negations affirm
        ("Ferries carry not only cargo.", set()),
        ("No. 5 sailed.", set()),
        ("No fewer than nine sailed.", set()),
        ("They never stopped sailing.", set()),
    ],
)
def test_what_is_denied(text: str, denied: set[str]) -> None:
    assert {term for term, no in polarities(text).items() if no} == denied


def test_a_word_that_is_denied_and_affirmed_is_neither() -> None:
    assert polarities("Ferries sail, trams do not sail.")["sail"] is None


def test_what_goes_on_and_what_never_stops() -> None:
    assert goes_on("Did they keep sailing?")
    assert not goes_on("Did they keep the ferry?")
    assert never_stops("They never stopped sailing.")
    assert not never_stops("They never stopped during the night.")


def test_opposites_hold_in_both_directions() -> None:
    assert antonyms("shut") == {"open", "reopen"}
    assert antonyms("open") == {"close", "shut"}
    assert antonyms("ferry") == set()
    assert all(term in antonyms(other) for term in ("rise", "win") for other in antonyms(term))


def test_quantifiers() -> None:
    assert says_only("Nobody but Ann sails.")
    assert says_also("Bob sails as well as Ann.")
    assert says_all("Everyone sails.")
    assert says_less_than_all("Most of them sail.")
    assert says_less_than_all("All of them sail, except Ann.")
    assert not says_less_than_all("All of them sail, many of them often.")
    assert [is_none(text) for text in ("No", "none.", "not any", "no ferry")] == [True] * 3 + [
        False
    ]


def test_a_part_of_a_place() -> None:
    text = "It rained in some parts of the island."
    assert text[partitive_start(text, text.index("island")) :] == "some parts of the island."
    assert partitive_start("It rained on the island.", 17) == 17
