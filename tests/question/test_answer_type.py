"""The kind of answer that a question asks for."""

from __future__ import annotations

import time
from typing import get_args

import pytest

from afgqa.language.names import UPPER
from afgqa.question.answer_type import AnswerType, answer_type_of

CASES: dict[AnswerType, str] = {
    "summary": """
        What is this article about?
        what's the text about
        Sum up the main point in one sentence.
        Can you give me a short overview?
    """,
    "person": """
        Which State Department officer spoke first?
        Who wrote the report?
        who came
        Whose report was it?
        To whom did she write?
        Who is the mayor of York?
        Who are they?
        WHO IS ANN LEE?
        Which minister resigned?
        Which senior U.S. official resigned?
        Which of the ministers came?
        What is the name of the new president?
        Name of the ambassador?
        A man left. Who was it?
        An expert wondered what it means. Who was it?
        The U.S. asked when it would end! Who did?
        Can you tell me who wrote it?
        Do you know who wrote it?
        Does anyone know who wrote it?
        Who said what?
        Who left when the bridge fell?
    """,
    "identity": """
        Who is Ann Lee?
        Who’s Ann Lee?
        who was Ann Lee
        Who is Jean-Luc O’Neil Jr.?
        Who is J. K. Rowling?
        Who is Łukasz Żak?
        Who are the Beatles?
        And who is Ann Lee?
        “Who is Ann Lee?”
    """,
    "time": """
        When did it open?
        When did Dr. Will Durant arrive?
        It opened when?
        Since when is it open?
        What time is it?
        At what time did it open?
        In which decade did it open?
        Until what year was it open?
        What is the date of the treaty?
        Does the article say when it opened?
        Tell me when it opened.
    """,
    "place": """
        Where was he when it opened?
        Where to?
        In what country is York?
        Which city is it in?
        Could you tell me where it is?
    """,
    "number": """
        How many came?
        And how many came?
        “How many came?”
        How much did it cost?
        How far is it?
        How often does it run?
        What percentage voted?
        What number is it?
        Will you tell me how many came?
    """,
    "duration": """
        How long did it take?
        For how long was it open?
        How old is the bridge?
    """,
    "reason": """
        Why did it fail?
        Why not?
        So why?
        How come she left?
        For what reason did she leave?
        What was the reason for it?
        What is the cause of the fire?
        Explain why it failed.
    """,
    "manner": """
        How did it work?
        But how does it work?
        How is it that she left?
        Please explain how it works.
    """,
    "quote": """
        Can you quote Ann?
        Quote Ann.
        What were her exact words?
        What exact words did she use?
        What were Ann’s words about it?
    """,
    "yes-no": """
        Is it red?
        Isn’t it red?
        And is it red?
        May it open?
        Did Ann ask why it failed?
        Was there a storm when it opened?
        Does the article say it opened?
        Do the ministers know who came?
    """,
    "other": """
        What did Ann say?
        What did the president say?
        What did Ann say when it failed?
        Which of them knows why she left?
        What is in a word?
        Name the bridge.
        Tell me about May.
        ?
        …
    """,
}
ROWS = [
    (kind, line.strip()) for kind, lines in CASES.items() for line in lines.strip().splitlines()
]


@pytest.mark.parametrize(("kind", "question"), ROWS, ids=[question for _, question in ROWS])
def test_kind_of(kind: AnswerType, question: str) -> None:
    assert answer_type_of(question) == kind


def test_every_kind_has_a_case() -> None:
    assert set(CASES) == set(get_args(AnswerType))


def test_capitals_of_three_scripts() -> None:
    assert [c in UPPER for c in "AZÉŁΩЖẸ"] == [True] * 7
    assert [c in UPPER for c in "azéłωжẹß×1中"] == [False] * 11


@pytest.mark.parametrize(
    "unit", ["Aa ", "A", "a, ", "who ", "which a ", "name of ", "what were ", "“", " ", "and ", "."]
)
@pytest.mark.parametrize("lead", ["", "Who is ", "Which ", "What were ", "Tell me "])
def test_long_questions_take_linear_time(lead: str, unit: str) -> None:
    question = f"{lead}{unit * (40_000 // len(unit))} b"
    began = time.process_time()
    answer_type_of(question)
    assert time.process_time() - began < 1.0
