"""Candidate answers in a sentence, as strings, by the kind of question."""

from __future__ import annotations

import time
from typing import get_args

import pytest

from afgqa.question.answer_type import AnswerType, answer_type_of
from afgqa.reading.typed_spans import candidates

Row = tuple[AnswerType, str, str, list[str]]

WROTE, WAS, OPEN = "Who wrote the report?", "Where was the ship?", "When did it open?"
MANY, LONG, WHY, HOW = "How many ships came?", "How long was it?", "Why did it fail?", "How was it?"
ANN, WORDS = "Who is Ann Lee?", "What were the exact words?"
ROWS: list[Row] = [
    # names of people
    ("person", WROTE, "It was written by Ann Lee and Bob Ray.", ["Ann Lee", "Bob Ray"]),
    ("person", WROTE, "Ann Lee’s report was praised.", ["Ann Lee"]),
    ("person", WROTE, "However, Ann Lee wrote it.", ["Ann Lee"]),
    ("person", WROTE, "In July, Ann Lee wrote it.", ["Ann Lee"]),
    ("person", WROTE, "“We did,” Dr. J. R. Lee said.", ["Dr. J. R. Lee"]),
    ("person", WROTE, "Lee wrote it.", []),  # a capital at the start says nothing
    ("person", WROTE, "It was written by Lee.", ["Lee"]),
    ("person", WROTE, "It was written in July by Lee.", ["Lee"]),
    ("person", WROTE, "It came from Ludwig van Beethoven of Bonn.", ["Ludwig van Beethoven"]),
    ("person", WROTE, "Élodie Ångström and Łukasz Żak met.", ["Élodie Ångström", "Łukasz Żak"]),
    ("person", WROTE, "Then Иван Петров came.", ["Иван Петров"]),
    ("person", WROTE, "Nobody wrote it.", []),
    ("person", "Who did Ann Lee meet?", "Ann Lee met Bob Ray.", ["Bob Ray"]),
    ("person", "Who met Lee?", "It was Lee whom she met.", []),
    # places
    ("place", WAS, "It lay in Port Royal near the Isle of Wight.", ["Port Royal", "Isle of Wight"]),
    ("place", WAS, "In London, the ship lay at anchor.", ["London"]),
    ("place", WAS, "In August, the ship lay in York.", ["York"]),
    ("place", WAS, "It went to the United States.", ["United States"]),
    ("place", WAS, "The ship lay in the harbour.", []),
    ("place", WAS, "Ann Lee saw the ship.", []),
    # who somebody is
    ("identity", ANN, "Ann Lee, the mayor of York, said so.", ["the mayor of York"]),
    ("identity", ANN, "Mayor Ann Lee said so.", ["Mayor"]),
    ("identity", ANN, "The mayor of York, Ann Lee, said so.", ["The mayor of York"]),
    ("identity", ANN, "In July, Ann Lee, a lawyer, left.", ["a lawyer"]),
    ("identity", "Who’s Ann Lee?", "Ann Lee, a lawyer, left.", ["a lawyer"]),
    ("identity", "Who are the Celts?", "The Celts, an old people, came.", ["an old people"]),
    ("identity", "Who is Ann?", "Joann, the cook, met Annabel, the mayor.", []),
    ("identity", ANN, "Bob, the cook, left.", []),
    ("identity", ANN, "It was said by Ann Lee.", []),
    # times
    ("time", OPEN, "It opened on 3 May 1999.", ["3 May 1999"]),
    ("time", OPEN, "It opened on Monday, May 3, 1999.", ["Monday, May 3, 1999"]),
    ("time", OPEN, "It opened in May 1999 and in Sept. 2001.", ["May 1999", "Sept. 2001"]),
    ("time", OPEN, "It opened November 30-December 1.", ["November 30-December 1"]),
    ("time", OPEN, "It opened in the 1990s.", ["1990s"]),
    ("time", OPEN, "It opened last year.", ["last year"]),
    ("time", OPEN, "It opened three days ago.", ["three days ago"]),
    ("time", OPEN, "It opened in the 19th century.", ["19th century"]),
    ("time", OPEN, "It opened yesterday, on Friday.", ["yesterday", "Friday"]),
    ("time", "When in May 1999 did it open?", "It opened in May 1999.", []),
    ("time", OPEN, "It opened for 250 guests.", []),
    # numbers
    ("number", MANY, "Three ships and 1,200 men came.", ["Three", "1,200"]),
    ("number", MANY, "It cost $5.5 million, or 45 % of it.", ["$5.5 million", "45 %"]),
    ("number", MANY, "Some twenty-five ships came.", ["twenty-five"]),
    ("number", MANY, "The 7th fleet came.", []),  # never half a word
    ("number", MANY, "Ships came.", []),
    # durations
    ("duration", LONG, "It lasted over 20 years.", ["over 20 years"]),
    ("duration", LONG, "It took at least three and a half weeks.",
     ["at least three and a half weeks"]),
    ("duration", LONG, "Her two-year task took a month.", ["two-year", "a month"]),
    ("duration", LONG, "She is 25 years old.", ["25 years old"]),
    ("duration", LONG, "It had 20 rooms.", []),
    # reasons
    ("reason", WHY, "It failed because the rope broke.", ["because the rope broke"]),
    ("reason", WHY, "It failed due to a storm; all fled.", ["due to a storm"]),
    ("reason", WHY, "It failed since no one came.", ["since no one came"]),
    ("reason", WHY, "It has failed since 1999, and since May.", []),  # a time, no reason
    ("reason", WHY, "It failed.", []),
    # ways
    ("manner", HOW, "It was moved by pulling a rope.", ["by pulling a rope"]),
    ("manner", HOW, "It came through a hole, using a rope.", ["through a hole", "using a rope"]),
    ("manner", HOW, "It was quick.", []),
    # quotations
    ("quote", WORDS, "She said, “I am here,” and left.", ["“I am here,”"]),
    ("quote", WORDS, 'She said "not now".', ['"not now"']),
    ("quote", WORDS, "She said nothing.", []),
    # kinds that ask for no span
    ("summary", "What is this text about?", "It is red since 1999 because Ann Lee paid $5.", []),
    ("yes-no", "Is it red?", "It is red since 1999 because Ann Lee paid $5.", []),
    ("other", "What is it?", "It is red since 1999 because Ann Lee paid $5.", []),
]  # fmt: skip


def found(kind: AnswerType, question: str, sentence: str) -> list[str]:
    return [sentence[start:end] for start, end in candidates(kind, question, sentence)]


@pytest.mark.parametrize(
    ("kind", "question", "sentence", "expected"), ROWS, ids=[f"{row[0]}: {row[2]}" for row in ROWS]
)
def test_candidates(kind: AnswerType, question: str, sentence: str, expected: list[str]) -> None:
    assert answer_type_of(question) == kind
    assert found(kind, question, sentence) == expected


def test_every_kind_has_a_row() -> None:
    assert {row[0] for row in ROWS} == set(get_args(AnswerType))


UNITS = [
    "a, ", "“", '"a" ', "A", "Ab ", "A. ", "A.", "A-", "A’", ". ", "a", " ", "1", "1,", "1 ",
    "one ", "one-", "Al of the ", "because ", "by ", "in Aa ", "in the a ", "May 1 ", "Monday ",
    "1999-", "last ", "$ ", ", Ann Lee, ", "acentury ", "(", "\n", "1 per cent ", "“aa", "the a, ",
]  # fmt: skip


@pytest.mark.parametrize("kind", get_args(AnswerType))
def test_long_sentences_take_linear_time(kind: AnswerType) -> None:
    """Hundredths of a second each; a quadratic pattern takes many seconds at this length."""
    question = "Who is Ann Lee?" if kind == "identity" else "one?"
    for unit in UNITS:
        sentence = unit * (25_000 // len(unit))
        began = time.process_time()
        list(candidates(kind, question, sentence))
        assert time.process_time() - began < 1.0, (kind, unit)
