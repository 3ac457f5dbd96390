"""Sentences that say otherwise: numbers, dates, yes and no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.batch import answer_row
from afgqa.documents import document_from_text
from afgqa.hashing_embedder import HashingEmbedder
from afgqa.quantities import Quantity, dates_differ, numbers_differ, quantities
from afgqa.render import answer_text
from afgqa.types import Answer, Gloss, Reading, Span, Unit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5 ships", [(5, "ship")]),
        ("five ships and 1,200 men", [(5, "ship"), (1200, "men")]),
        ("twenty-five", [(25, None)]),
        ("two hundred thousand", [(200_000, None)]),
        ("one hundred and twenty people", [(120, "peopl")]),
        ("a dozen eggs", [(12, "egg")]),
        ("$1.5 million", [(1_500_000, "$")]),
        ("£ 30", [(30, "£")]),
        ("12 % and 13 percent", [(12, "%"), (13, "%")]),
        ("a 20-year war", [(20, "year")]),
        ("none of them", []),
        ("B52 and 3rd", []),
    ],
)
def test_quantities(text: str, found: list[tuple[float, str | None]]) -> None:
    assert quantities(text) == tuple(Quantity(*some) for some in found)


@given(st.text(max_size=200))
def test_any_text_has_quantities(text: str) -> None:
    for quantity in quantities(text):
        assert quantity.value >= 0


@given(st.integers(min_value=0, max_value=10**12))
def test_a_number_with_and_without_commas_is_one(number: int) -> None:
    assert quantities(f"{number:,} ships") == quantities(f"{number} ships")


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("5 ships", "five ships", False),
        ("5 ships", "7 ships", True),
        ("5 ships", "7", True),
        ("5", "7 ships", True),
        ("5 ships", "7 men", False),  # not the same thing
        ("$2 million", "$2,000,000", False),
        ("$2 million", "$3 million", True),
        ("40 to 60 ships", "60 ships", False),
        ("40 to 60 ships", "70 ships", True),
        ("six weeks", "42 days", False),
        ("many ships", "7 ships", False),
    ],
)
def test_numbers_differ(one: str, other: str, differ: bool) -> None:
    assert numbers_differ(one, other) is numbers_differ(other, one) is differ


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("May 1999", "1999", False),
        ("May 1999", "June 1999", True),
        ("May 1999", "May 2000", True),
        ("3 May 1999", "May 3", False),
        ("3 May", "May 4, 1999", True),
        ("1999", "1999 to 2001", False),
        ("May 1999 to May 2001", "June 1999", False),  # a range may hold it
        ("Monday", "Tuesday", True),
        ("911", "918", True),
        ("the 9th century", "the 10th century", True),
        ("the 9th century", "840", False),
        ("last year", "1999", False),
    ],
)
def test_dates_differ(one: str, other: str, differ: bool) -> None:
    assert dates_differ(one, other) is dates_differ(other, one) is differ


def ask(text: str, question: str) -> Answer:
    with Chatbot.from_documents(
        document_from_text(text, doc_id="a"),
        embedder=HashingEmbedder(256),
        settings=Settings(reader="typed", threshold=0.0),
    ) as bot:
        return bot.ask(question)


FACTS = (
    "The old bridge cost 5 million crowns. The town lies on a hill. It has a mill and a church."
    " By another book the old bridge cost 7 million crowns. The old tower is open to the public."
    " Nobody knows who built the church. The old tower is not open to the public."
)


def test_a_yes_and_a_no_are_both_shown() -> None:
    found = ask(FACTS, "Is the old tower open to the public?")
    assert (found.short, found.otherwise) == ("Yes", 2)
    assert found.text == "Yes [1], but another sentence says otherwise: No [2]"
    assert [citation.text for citation in found.citations] == [
        "The old tower is open to the public.",
        "The old tower is not open to the public.",
    ]
    assert "[2]" in answer_text(found)
    assert answer_row(found)["otherwise"] == 2


def test_what_agrees_or_is_about_something_else_is_not_shown() -> None:
    for text in (
        FACTS.replace(" is not open", " is still open"),
        FACTS.replace("The old tower is not open", "The new mill is not open"),
    ):
        found = ask(text, "Is the old tower open to the public?")
        assert (found.short, found.otherwise) == ("Yes", None)
        assert len(found.citations) == 1


class SureReader:
    """Marks the first word of every sentence, as sure as `margins` says of it, else not at all."""

    name = "sure"
    unit: Unit = "sentence"

    def __init__(self, margins: Mapping[str, float]) -> None:
        self._margins = margins

    @property
    def second(self) -> SureReader:
        return self

    def read(self, _question: str, passages: Sequence[str], /) -> tuple[Reading, ...]:
        return tuple(
            Reading((Span(0, len(word), word, self._margins.get(text, -9.0)),), 0.0)
            for text in passages
            for word in [text.split()[0]]
        )


def ask_sure(text: str, margins: Mapping[str, float], *glosses: Gloss) -> Answer:
    with Chatbot.from_documents(
        document_from_text(text, doc_id="a", glossary=glosses),
        embedder=HashingEmbedder(256),
        settings=Settings(threshold=0.0),
        reader=SureReader(margins),
    ) as bot:
        return bot.ask("Do beavers eat fish?")


def test_of_a_yes_or_no_a_reader_that_marks_tells_what_is_about_the_same() -> None:
    first, last = "Beavers eat fish now and then.", "They do not eat any."
    text = f"{first} The river is wide. {last}"
    # By hand: the other margin must be 1 or more, and no more than 5 behind.
    for margins, otherwise in (
        ({first: 4.0, last: 1.0}, 2),
        ({first: 4.0, last: 0.9}, None),
        ({first: 8.0, last: 2.9}, None),
        ({first: 0.5, last: 0.9}, None),
    ):
        found = ask_sure(text, margins)
        assert (found.short, found.otherwise) == ("Yes", otherwise)
    # "They" holds less of the question than "beavers"; nothing is asked of how much it holds.
    found = ask_sure(text, {first: 4.0, last: 3.0})
    assert [citation.text for citation in found.citations] == [first, last]


def test_yes_and_no_are_told_from_what_the_glossary_says() -> None:
    first, last = "Beavers eat fish now and then.", "Beavers gobble fish."
    margins = {first: 4.0, last: 3.0, "Beavers never eat fish.": 3.0}
    text = f"{first} The river is wide. {last}"
    assert ask_sure(text, margins).otherwise is None
    found = ask_sure(text, margins, Gloss("gobble", "never eat"))
    assert found.otherwise == 2
    assert found.text.endswith("otherwise: No [2]")


def test_only_the_last_of_several_citations_says_otherwise() -> None:
    found = ask(FACTS, "Is the old tower open to the public?")
    for citations, otherwise in ((found.citations, 1), (found.citations[:1], 1)):
        with pytest.raises(ValueError, match="says otherwise"):
            Answer(
                question=found.question,
                standalone=found.standalone,
                answered=True,
                short="Yes",
                text="Yes [1]",
                confidence=1.0,
                reason=None,
                citations=citations,
                related=(),
                seconds=found.seconds,
                otherwise=otherwise,
            )
