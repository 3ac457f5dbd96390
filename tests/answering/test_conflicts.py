"""Sentences that say otherwise: numbers, dates, yes and no."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot, Settings
from afgqa.answering.confidence import EXTRACTIVE, calibration
from afgqa.answering.conflicts import find_conflict
from afgqa.answers import Answer
from afgqa.cli.text import answer_text
from afgqa.documents.loading import document_from_text
from afgqa.language.quantities import Quantity, dates_differ, numbers_differ, quantities
from afgqa.question.analysis import analyse
from afgqa.reading.candidates import SentenceCandidate, SpanCandidate
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.indexing import add
from afgqa.search.memory_store import MemoryStore
from afgqa.serialization import answer_row
from afgqa.types import Gloss, Reading, Span, Unit


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
    assert found.text == "Yes [1]. However, another sentence disagrees: No [2]"
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
    """Marks the first number or word of a sentence, as sure as `margins` says of it, or not.

    What stands before a sentence in its unit is passed over.
    """

    titles = False
    verdicts = False
    name = "sure"
    unit: Unit = "sentence"

    def __init__(self, margins: Mapping[str, float]) -> None:
        self._margins = margins

    def read(self, _question: str, passages: Sequence[str], /) -> tuple[Reading, ...]:
        found = []
        for unit in passages:
            said = next((text for text in self._margins if unit.endswith(text)), unit)
            at = len(unit) - len(said)
            marked = re.search(r"\d+", said) or re.match(r"\w+", said)
            assert marked is not None
            margin = self._margins.get(said, -9.0)
            span = Span(at + marked.start(), at + marked.end(), marked[0], margin)
            found.append(Reading((span,), 0.0))
        return tuple(found)


def ask_sure(
    text: str,
    margins: Mapping[str, float],
    *glosses: Gloss,
    question: str = "Do beavers eat fish?",
) -> Answer:
    with Chatbot.from_documents(
        document_from_text(text, doc_id="a", glossary=glosses),
        embedder=HashingEmbedder(256),
        settings=Settings(threshold=0.0),
        reader=SureReader(margins),
    ) as bot:
        return bot.ask(question)


def test_of_a_yes_or_no_a_reader_that_marks_tells_what_is_about_the_same() -> None:
    first, last = "Beavers eat fish now and then.", "They do not eat any."
    text = f"{first} The river is wide. {last}"
    # By hand: the other margin must be 1 or more, and not far behind.
    behind = calibration(EXTRACTIVE).margins.behind
    assert behind <= 5.0
    for margins, otherwise in (
        ({first: 4.0, last: 1.0}, 2),
        ({first: 4.0, last: 0.9}, None),
        ({first: behind + 3.0, last: 3.0}, 2),
        ({first: behind + 3.0, last: 2.9}, None),
        ({first: 0.9, last: 0.5}, None),
    ):
        found = ask_sure(text, margins)
        assert (found.short, found.otherwise) == ("Yes", otherwise)
    # "They" holds less of the question than "beavers", and goes back to them; otters do not.
    found = ask_sure(text, {first: 4.0, last: 3.0})
    assert [citation.text for citation in found.citations] == [first, last]
    later = "By the book, they do not eat any."
    assert ask_sure(text.replace(last, later), {first: 4.0, later: 3.0}).otherwise == 2
    other = "Otters do not eat any."
    assert ask_sure(text.replace(last, other), {first: 4.0, other: 3.0}).otherwise is None
    wheel = ("The wheel of the mill works today.", "The wheel of the mill no longer works.")
    found = ask_sure(
        f"{wheel[0]} It is of oak. {wheel[1]}",
        dict.fromkeys(wheel, 4.0),
        question="Does the wheel of the mill work today?",
    )
    assert (found.short, found.otherwise) == ("Yes", 2)
    # Of two that say otherwise it is the likelier, whatever the order in which they were found.
    better = "They do not eat fish."
    for margins in ({last: 2.0, better: 3.0}, {last: 3.0, better: 2.0}):
        found = ask_sure(f"{text} {better}", {first: 4.0, **margins})
        assert found.citations[1].text == max(margins, key=lambda it: margins[it])


def test_another_number_is_of_a_sentence_that_holds_as_much_of_the_question() -> None:
    first, other = "The port of Holm has 5 ships.", "By a book the port of Holm has 7 ships."
    for last, otherwise in ((other, 2), (other.replace("Holm", "Eddis"), None)):
        found = ask_sure(
            f"{first} The river is wide. {last}",
            {first: 4.0, last: 3.0},
            question="How many ships has the port of Holm?",
        )
        assert (found.short, found.otherwise) == ("5", otherwise)


def test_a_sentence_is_compared_though_a_span_runs_over_it_and_the_chosen_one() -> None:
    text = "Beavers eat fish. Beavers do not eat fish."
    document = document_from_text(text, doc_id="a")
    with Chatbot.from_documents(
        document, embedder=HashingEmbedder(256), settings=Settings(reader="typed")
    ) as bot:
        first, last = sorted(bot.search("Do beavers eat fish?"), key=lambda hit: hit.passage.start)
        run = replace(first.passage, end=len(text), text=text, last=last.passage.last)
        span = Span(0, len(text), text, 4.0)
        chosen = SentenceCandidate(first, first.passage, 4.0)
        both = SpanCandidate(last, run, span, 4.0, 0.0)
        store = MemoryStore(256)
        add(store, [document], HashingEmbedder(256), Settings())
        found = find_conflict(
            analyse("Do beavers eat fish?"),
            chosen,
            [both],
            {name: store.document(name) for name in store.documents()},
        )
    assert found is not None
    assert found.passage == last.passage


def test_yes_and_no_are_told_from_what_the_glossary_says() -> None:
    first, last = "Beavers eat fish now and then.", "Beavers gobble fish."
    margins = {first: 4.0, last: 3.0, "Beavers never eat fish.": 3.0}
    text = f"{first} The river is wide. {last}"
    assert ask_sure(text, margins).otherwise is None
    found = ask_sure(text, margins, Gloss("gobble", "never eat"))
    assert found.otherwise == 2
    assert found.text.endswith("disagrees: No [2]")


def test_only_the_last_of_several_citations_says_otherwise() -> None:
    found = ask(FACTS, "Is the old tower open to the public?")
    for citations, otherwise in ((found.citations, 1), (found.citations[:1], 1)):
        with pytest.raises(ValueError, match="conflicting citation"):
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
