"""Yes-no questions, made of questions for a date, a place, a number or a name and their answers.

"When was the tower built?", answered by "1844" where the text has "in 1844", is "was the tower
built in 1844?". The data hold no yes-no questions, and readers ask many. What is marked is the
same span: it tells where the verdict comes from. So it does where the verdict is no: three in ten
questions are asked with the answer of another one of the article, a year for a year, a name for
a name.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator

from reader_data import Article, Question, plain

_AUXILIARY = r"(?P<aux>is|are|was|were|did|does|do|can|could|will|would|should)"
_PLACED = re.compile(
    rf"(?:when|where|(?:(?P<preposition>in|on|at|during|by|from|since|until) )?(?:what|which) "
    rf"(?:year|month|day|date|century|decade|city|country|state|town|county|region|continent))"
    rf" {_AUXILIARY} (?P<rest>[^?,]+)\??",
)
_NAMED = re.compile(r"(?:who|what) (?P<aux>is|are|was|were) (?P<rest>(?:the|a|an|one) [^?,]+)\??")
_COUNTED = re.compile(rf"how many (?P<things>\w+(?: \w+)?) {_AUXILIARY} (?P<rest>[^?,]+)\??")
_BEFORE = re.compile(
    r"\b(in|on|at|during|by|from|since|until|near|around|after|before)(?: the)? $", re.IGNORECASE
)
_TIME = re.compile(r"^(?:what|which) (?:year|month|day|date|century|decade)")
_YEAR = re.compile(r"\b[12]\d{3}\b")
_LONGEST = 6  # words of an answer that is said in a question
_FALSE = 0.3  # share of the questions whose verdict is no


def polar(article: Article, chance: random.Random) -> Article:
    """The article with those of its questions alone that can be asked as yes-no questions, so."""
    shapes: dict[str, list[str]] = defaultdict(list)
    for question in article.questions:
        for text, _ in question.answers[:1]:
            if len(text.split()) <= _LONGEST:
                shapes[_shape(text)].append(text)
    made = []
    for question in article.questions:
        if question.answers and len(question.answers[0][0].split()) <= _LONGEST:
            said = question.answers[0][0]
            if chance.random() < _FALSE:
                said = chance.choice(shapes[_shape(said)])
            made += list(_asked(question, article.paragraphs[question.paragraph], said))
    return Article(article.title, article.paragraphs, tuple(made))


def _of_it(found: re.Match[str]) -> bool:
    """Whether what is asked for is the subject: "which city was known as ..."."""
    placed = found["preposition"] is not None or found[0].startswith(("when", "where"))
    return (
        not placed and found["aux"] in ("is", "are", "was", "were") and not _TIME.search(found[0])
    )


def _shape(text: str) -> str:
    """What an answer must have in common with another that is said in its place."""
    if _YEAR.search(text) is not None:
        return "year"
    if any(character.isdigit() for character in text):
        return "figure"
    return "name" if text[:1].isupper() else "words"


def _asked(question: Question, paragraph: str, said: str) -> Iterator[Question]:
    """The question as a yes-no question for what is `said`, if it is one that can be asked so."""
    text, said = plain(question.text), plain(said)
    _, start = question.answers[0]
    before = _BEFORE.search(paragraph[:start])
    new = None
    if (found := _PLACED.fullmatch(text)) is not None and not _of_it(found):
        given = found["preposition"] or (before[0].strip().lower() if before is not None else None)
        inside = _BEFORE.search(f"{said.split(' ')[0]} ") is not None
        rest = found["rest"]
        if given is not None and not inside and not rest.endswith((" in", " on", " at", " from")):
            new = f"{found['aux']} {rest} {given} {said}?"
        elif inside:
            new = f"{found['aux']} {rest} {said}?"
    elif (found := _COUNTED.fullmatch(text)) is not None and _shape(said) in ("year", "figure"):
        if said.split(" ")[-1] not in found["things"].split(" "):
            said = f"{said} {found['things']}"
        if found["rest"].startswith("there "):
            new = f"{found['aux']} there {said} {found['rest'].removeprefix('there ')}?"
        elif found["aux"] in ("did", "does", "do", "can", "could", "will", "would", "should"):
            new = f"{found['aux']} {found['rest']} {said}?"
    elif (found := _NAMED.fullmatch(text)) is not None:
        new = f"{found['aux']} {said} {found['rest']}?"
    if new is not None:
        yield Question(f"{question.id} polar", new, question.paragraph, question.answers)
