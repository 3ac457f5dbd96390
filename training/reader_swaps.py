"""Questions without an answer, made of questions that have one.

A name or a number of the question is exchanged for another of the article, or a word for its
opposite: two of the ways in which people made the unanswerable questions of SQuAD 2.0 (Rajpurkar et
al. 2018). The passage stays the one with the answer, so nothing but the exchange tells that it is
gone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from reader_data import Article, Question, plain
from reader_rows import Count, Row, place, windows_with

from afgqa.language.sentences import split
from afgqa.language.tokens import normalize

# A name is a run of words with a capital, after a word or a comma: not the first of a sentence.
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w’'-]+(?: (?:of |the |and )?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_YEAR = re.compile(r"[12]\d{3}")
_PAIRS = """
    first last; most least; more fewer; more less; before after; largest smallest; biggest smallest;
    highest lowest; oldest newest; earliest latest; longest shortest; best worst; higher lower;
    larger smaller; older younger; greater lesser; beginning end; start end; started ended;
    began ended; north south; east west; northern southern; eastern western; inside outside;
    above below; upper lower; early late; major minor; male female; men women; won lost; win lose;
    gained lost; increase decrease; increased decreased; rose fell; public private; rich poor;
    hot cold; positive negative; always never; allowed prohibited; allowed forbidden;
    accepted rejected; supported opposed; agreed disagreed; arrived left; entered left; strong weak;
    long short; high low; old new; large small; big small; good bad; same different;
    maximum minimum; majority minority; common rare;
    ally enemy; allies enemies; attack defend; attacked defended;
    buy sell; bought sold; born died; created destroyed; built destroyed; founded abolished;
    winner loser; success failure; successful unsuccessful; legal illegal; possible impossible;
    import export; imported exported; internal external; modern ancient; permanent temporary;
    simple complex; urban rural; western eastern; wealthy poor; open closed; opened closed
"""
_OPPOSITE: dict[str, list[str]] = {}
for _pair in _PAIRS.split(";"):
    _one, _other = _pair.split()
    _OPPOSITE.setdefault(_one, []).append(_other)
    _OPPOSITE.setdefault(_other, []).append(_one)
_WORD = re.compile(r"[a-z]+")


def swapped(
    article: Article, share: float, limits: Sequence[int], count: Count, chance: random.Random
) -> Iterator[Row]:
    """A `share` of the answerable questions with something exchanged, beside their window.

    One in which nothing can be exchanged is left out.
    """
    names = [_found(_NAME, paragraph) for paragraph in article.paragraphs]
    numbers = [_found(_NUMBER, paragraph) for paragraph in article.paragraphs]
    for question in article.questions:
        if not question.answers or chance.random() >= share:
            continue
        paragraph = article.paragraphs[question.paragraph]
        start, end = place(question, paragraph)
        limit = chance.choice(limits)
        holding = windows_with(paragraph, start, end, limit, count)
        ways = [
            *_exchanged(question, _NAME, names, start, chance, paragraph),
            *_exchanged(question, _NUMBER, numbers, start, chance, paragraph),
            *_opposed(question.text, chance),
        ]
        if holding and ways:
            a, b = chance.choice(holding)
            yield Row(plain(chance.choice(ways)), paragraph[a:b], 0, 0)


def _found(what: re.Pattern[str], text: str) -> list[tuple[str, int]]:
    return [(match.group(), match.start()) for match in what.finditer(text)]


def _exchanged(
    question: Question,
    what: re.Pattern[str],
    places: Sequence[Sequence[tuple[str, int]]],
    answer: int,
    chance: random.Random,
    paragraph: str,
) -> Iterator[str]:
    """The question with one of its names or numbers exchanged.

    Half of the time for one of the answer's own sentence, else for one of another paragraph: one of
    another sentence of this paragraph often makes a question that the paragraph does answer.
    """
    given = list(what.finditer(question.text))
    if not given:
        return
    old = chance.choice(given)
    if chance.random() < 0.5:
        ((a, b),) = [(a, b) for a, b in split(paragraph) if a <= answer < b][:1] or [(0, 0)]
        near = [text for text, at in places[question.paragraph] if a <= at < b]
    else:
        held = normalize(paragraph)
        others = [found for number, found in enumerate(places) if number != question.paragraph]
        near = [text for found in others for text, _ in found if normalize(text) not in held]
    # Neither what is asked for nor what is in the question by another form of its name.
    taken = normalize(" ".join([question.text, *(text for text, _ in question.answers)])).split()
    year = bool(_YEAR.fullmatch(old.group()))
    new = sorted(
        {
            text
            for text in near
            if not set(normalize(text).split()) & set(taken) and bool(_YEAR.fullmatch(text)) == year
        }
    )
    if new:
        yield question.text[: old.start()] + chance.choice(new) + question.text[old.end() :]


def _opposed(question: str, chance: random.Random) -> Iterator[str]:
    """The question with a word exchanged for its opposite."""
    given = [word for word in _WORD.finditer(question) if word.group() in _OPPOSITE]
    if given:
        old = chance.choice(given)
        new = chance.choice(_OPPOSITE[old.group()])
        yield question[: old.start()] + new + question[old.end() :]
