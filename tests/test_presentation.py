"""What is shown of an answer: the lead, the quoted sentences, the refusal, and the confidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_bot import TIME, cite, document

from afgqa.answering.quotation_view import Segment
from afgqa.answers import Answer, Citation
from afgqa.presentation import (
    AnswerView,
    LeadPart,
    QuotedSentence,
    answer_view,
    confidence_words,
)
from afgqa.types import Meaning, RelativeDate

TEA = document("Tea is a drink. It is old.")


def answered(short: str | None, *citations: Citation, otherwise: int | None = None) -> Answer:
    text = short or " ".join(citation.text for citation in citations)
    return Answer(
        "What is tea?", "What is tea?", True, short, text, 0.97, None, citations, (), TIME,
        otherwise=otherwise,
    )  # fmt: skip


def refused(reason: str, text: str, *related: Citation) -> Answer:
    return Answer("Why?", "Why tea?", False, None, text, 0.1, reason, (), related, TIME, ("Who?",))


def test_an_answer() -> None:
    (citation,) = cite(TEA, 0, short="a drink")
    quoted = QuotedSentence(
        citation, (Segment("Tea is "), Segment("a drink", "highlighted"), Segment("."))
    )
    assert answer_view(answered("a drink", citation)) == AnswerView(
        question="What is tea?",
        searched=None,
        answered=True,
        text="a drink",
        lead=(LeadPart((Segment("a drink"),), quoted),),
        agreeing=(quoted,),
        conflicting=None,
        reason=None,
        nearest=(),
        suggested=(),
        confidence=0.97,
    )


def test_a_refusal() -> None:
    near = cite(TEA, 1)
    view = answer_view(refused("nothing is near", "No answer.", *near))
    assert view == AnswerView(
        question="Why?",
        searched="Why tea?",
        answered=False,
        text="No answer.",
        lead=(),
        agreeing=(),
        conflicting=None,
        reason="nothing is near",
        nearest=(QuotedSentence(near[0], (Segment("It is old."),)),),
        suggested=("Who?",),
        confidence=0.1,
    )
    assert view.further_reason == "nothing is near"
    assert answer_view(refused("no word", "There is no word.")).further_reason is None


def test_a_conflicting_sentence_is_not_part_of_the_lead() -> None:
    view = answer_view(answered("a drink", *cite(TEA, 0, 1, short="a drink"), otherwise=2))
    assert [it.citation.number for it in view.agreeing] == [1]
    assert view.conflicting is not None
    assert view.cited == (*view.agreeing, view.conflicting)
    assert view.lead_text == "a drink"


def test_whole_sentences_lead_where_there_is_no_short_answer() -> None:
    view = answer_view(answered(None, *cite(TEA, 0, 1)))
    assert view.lead_text == "Tea is a drink. It is old."
    assert [part.cited.citation.number for part in view.lead] == [1, 2]


def test_the_numbers_of_all_sentences_follow_a_yes() -> None:
    view = answer_view(answered("Yes", *cite(TEA, 0, 1)))
    assert [(part.segments, part.cited) for part in view.lead] == [
        ((Segment("Yes"),), view.agreeing[0]),
        ((), view.agreeing[1]),
    ]


@pytest.mark.parametrize(
    ("parts", "lead"),
    [
        (("Tea", "China"), "Tea and China"),
        (("Tea", "plant", "China"), "Tea, plant and China"),
        (("Tea", "a plant, from"), "Tea; and a plant, from"),
    ],
)
def test_an_answer_of_several_parts(parts: tuple[str, ...], lead: str) -> None:
    text = "Tea is a plant, from China."
    (quote,) = cite(document(text), 0)
    places = [(text.index(part), text.index(part) + len(part)) for part in parts]
    quotes = [replace(quote, number=n, highlight=at) for n, at in enumerate(places, start=1)]
    assert answer_view(answered(lead, *quotes)).lead_text == lead


def test_a_sentence_with_annotations() -> None:
    (citation,) = cite(TEA, 0, short="a drink")
    citation = replace(
        citation,
        glosses=(Meaning(9, 14, "beverage"),),
        dates=(RelativeDate(0, 3, "2022-12-20"),),
        page=3,
        speaker="Ann",
    )
    view = answer_view(answered("a drink", citation))
    (quoted,) = view.agreeing
    assert view.lead[0].segments == (Segment("a drink"), Segment("beverage", "gloss"))
    assert quoted.as_text() == "Tea (20 December 2022, inferred) is a drink [beverage]."
    assert quoted.as_text(mark="*") == "Tea (20 December 2022, inferred) is *a drink* [beverage]."
    assert quoted.notes == (
        "In brackets: the editor's glossary.",
        "Inferred from the date of the text.",
    )
    assert quoted.answer_offsets == (7, 14)
    assert quoted.place == "tea.txt, page 3, characters 0-15"
    assert quoted.attributed_place == "tea.txt, page 3, characters 0-15, said by Ann"


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "Likely"),
        (0.8, "Likely"),
        (0.79, "Possible"),
        (0.67, "Possible"),
        (0.66, "Uncertain"),
        (0.0, "Uncertain"),
    ],
)
def test_confidence_words(confidence: float, words: str) -> None:
    assert confidence_words(confidence) == words
