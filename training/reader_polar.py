"""Yes-no questions and claims, made of questions with their answers.

"When was the tower built?", answered by "1844" where the text has "in 1844", is "was the tower
built in 1844?". "Who built the tower?", answered by "Ada Crane", is the claim "Ada Crane built the
tower". The data hold few questions of this kind, and readers ask many. What is marked is the same
span: it tells where the verdict comes from. So it does where the verdict is no: of half of them
another answer of the article is said in the place of the right one, mostly one of the same
paragraph, a year for a year, a name for a name. In a claim with a name the two are exchanged as
well ("the tower built Ada Crane"): who did it to whom is told by their order alone, and such a
claim is no yes.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator

from reader_data import Article, Question, plain
from reader_rows import NO, OPEN, YES

_AUXILIARY = r"(?P<aux>is|are|was|were|did|does|do|can|could|will|would|should)"
_PLACED = re.compile(
    rf"(?:when|where|(?:(?P<preposition>in|on|at|during|by|from|since|until) )?(?:what|which) "
    rf"(?:year|month|day|date|century|decade|city|country|state|town|county|region|continent))"
    rf" {_AUXILIARY} (?P<rest>[^?,]+)",
)
_NAMED = re.compile(r"(?:who|what) (?P<aux>is|are|was|were) (?P<rest>(?:the|a|an|one) [^?,]+)")
_COUNTED = re.compile(rf"how many (?P<things>\w+(?: \w+)?) {_AUXILIARY} (?P<rest>[^?,]+)")
# What is asked for is the subject: nothing stands between it and its verb.
_SUBJECT = re.compile(
    r"(?:who|what|which \w+(?: \w+)?|what \w+) "
    r"(?!(?:is|are|was|were|did|does|do|can|could|will|would|should|has|have|had)\b)"
    r"(?P<rest>[a-z]+(?:ed|s) [^?]+)"
)
_NAME = re.compile(r"(?<=[a-z,] )(?:the )?[A-Z][\w’'-]+(?: (?:of |the )?[A-Z][\w’'-]+)*")
_BEFORE = re.compile(
    r"\b(in|on|at|during|by|from|since|until|near|around|after|before)(?: the)? $", re.IGNORECASE
)
_TIME = re.compile(r"^(?:what|which) (?:year|month|day|date|century|decade)")
_YEAR = re.compile(r"\b[12]\d{3}\b")
_LONGEST = 6  # words of an answer that is said in a question
_FALSE = 0.5  # share of the questions whose verdict is no
_NEAR = 0.7  # share of those whose other answer is one of the same paragraph, where there is one
_EXCHANGED = 0.5  # share of the claims with a name in which it and the answer change places


def polar(article: Article, chance: random.Random) -> Article:
    """The article with those of its questions alone that can be asked as yes-no questions, so."""
    alike: dict[tuple[str, str, int | None], list[str]] = defaultdict(list)
    for question in article.questions:
        for text, _ in question.answers[:1]:
            if len(text.split()) <= _LONGEST:
                for place in (question.paragraph, None):
                    alike[(*_form(question, text), place)].append(text)
    made = []
    for question in article.questions:
        if not question.answers or len(question.answers[0][0].split()) > _LONGEST:
            continue
        said, verdict = question.answers[0][0], YES
        if chance.random() < _FALSE:
            near = question.paragraph if chance.random() < _NEAR else None
            held = {plain(text) for text, _ in question.answers}
            others = [
                text
                for text in alike[(*_form(question, said), near)]
                if plain(text) not in plain(question.text)
                and not any(plain(text) in it or it in plain(text) for it in held)
            ]
            if not others:
                continue
            said, verdict = chance.choice(others), NO
        paragraph = article.paragraphs[question.paragraph]
        made += list(_asked(question, paragraph, said, verdict))
        made += list(_claimed(question, said, verdict, chance))
    return Article(article.title, article.paragraphs, tuple(made))


def _of_it(found: re.Match[str]) -> bool:
    """Whether what is asked for is the subject: "which city was known as ..."."""
    placed = found["preposition"] is not None or found[0].startswith(("when", "where"))
    return (
        not placed and found["aux"] in ("is", "are", "was", "were") and not _TIME.search(found[0])
    )


def _form(question: Question, said: str) -> tuple[str, str]:
    """What two answers have in common of which one is said in the place of the other."""
    words = plain(question.text).split(" ")
    asked = words[0] if words[0] not in ("what", "which", "how") else " ".join(words[:2])
    return asked, _shape(said)


def _shape(text: str) -> str:
    """The look of an answer: a year, a figure, a name, or other words."""
    if _YEAR.search(text) is not None:
        return "year"
    if any(character.isdigit() for character in text):
        return "figure"
    return "name" if text[:1].isupper() else "words"


def _asked(question: Question, paragraph: str, said: str, verdict: int) -> Iterator[Question]:
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
            new = f"{found['aux']} {rest} {given} {said}"
        elif inside:
            new = f"{found['aux']} {rest} {said}"
    elif (found := _COUNTED.fullmatch(text)) is not None and _shape(said) in ("year", "figure"):
        if said.split(" ")[-1] not in found["things"].split(" "):
            said = f"{said} {found['things']}"
        if found["rest"].startswith("there "):
            new = f"{found['aux']} there {said} {found['rest'].removeprefix('there ')}"
        elif found["aux"] in ("did", "does", "do", "can", "could", "will", "would", "should"):
            new = f"{found['aux']} {found['rest']} {said}"
    elif (found := _NAMED.fullmatch(text)) is not None:
        new = f"{found['aux']} {said} {found['rest']}"
    if new is not None:
        name = f"{question.id} polar"
        yield Question(name, new, question.paragraph, question.answers, verdict)


def _claimed(
    question: Question, said: str, verdict: int, chance: random.Random
) -> Iterator[Question]:
    """The claim that `said` did what the question asks who did, if it can be told so.

    Where the question has a name, the two sometimes change places; what was true is then no yes.
    """
    found = _SUBJECT.fullmatch(plain(question.text))
    if found is None:
        return
    new = f"{plain(said)} {found['rest']}"
    names = _NAME.findall(question.text)
    if names and verdict == YES and chance.random() < _EXCHANGED:
        other = plain(chance.choice(names))
        if found["rest"].count(other) == 1 and other not in plain(said):
            new = f"{other} {found['rest'].replace(other, plain(said))}"
            verdict = OPEN + NO
    yield Question(f"{question.id} claim", new, question.paragraph, question.answers, verdict)
