"""A question, read once: all that its words tell of what it asks for, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from afgqa.language.tokens import terms
from afgqa.question.answer_type import AnswerType, answer_type_of
from afgqa.question.expected_unit import Measure, measure_asked
from afgqa.question.requests import (
    asks_for_parts,
    asks_for_several,
    asks_what_is_done,
    asks_who_says,
    sentences_wanted,
    what_was_said,
)

__all__ = ["Question", "analyse"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, told from the words of a standalone question.

    `text` is the question, `search_text` the form in which passages are found and read for it
    (that of a quotation asks what was said). `answer_type` is the kind of answer; `several` is
    whether more than one thing is asked for, `parts` whether parts of a place are, `action`
    whether what somebody does is. `measure` is what is to be measured, None where that is not
    told. `speech_verb` is the verb whose subject is asked for where it is one of saying, wanting or
    fearing, else None. `sentences` is how many sentences a summary should have (1 to 10). `terms`
    are the index terms of the text, in order.

    >>> analyse("Which towns have a harbour?").several
    True
    >>> analyse("Quote Ann on tea.").search_text
    'What did Ann say about tea?'
    """

    text: str
    search_text: str
    answer_type: AnswerType
    several: bool
    parts: bool
    action: bool
    measure: Measure | None
    speech_verb: str | None
    sentences: int
    terms: tuple[str, ...]


@lru_cache(maxsize=256)
def analyse(text: str) -> Question:
    """The standalone question `text` as a value; the same text gives the same value."""
    answer_type = answer_type_of(text)
    search_text = what_was_said(text) if answer_type == "quote" else text
    return Question(
        text=text,
        search_text=search_text,
        answer_type=answer_type,
        several=answer_type != "quote" and asks_for_several(text),
        parts=asks_for_parts(text),
        action=asks_what_is_done(text),
        measure=measure_asked(search_text),
        speech_verb=asks_who_says(text) if answer_type == "person" else None,
        sentences=sentences_wanted(text),
        terms=terms(text),
    )
