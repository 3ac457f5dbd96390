"""What the reader is trained on: a question beside a window, with its answer or with none.

Passages are cut as the product cuts them, into windows of whole sentences. A question goes with a
window that holds its answer; a question without an answer goes with the window of its paragraph
that shares most of its salient terms. Further negatives are mined: an answerable question with the
window of the same article that is nearest to it and holds no accepted answer.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from reader_data import Article, Question, plain

from afgqa.language.sentences import split
from afgqa.language.tokens import normalize, terms
from afgqa.protocols import Vectors
from afgqa.search.chunks import chunk
from afgqa.search.term_weights import coverage, weigh
from afgqa.types import Sentence

Count = Callable[[Sequence[str]], Sequence[int]]
Encode = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors, a row each."""


OPEN: Final = 1
YES: Final = 2
NO: Final = 4
"""What a passage may say to a question or claim; a sum of them allows several (see `Row`)."""


class Row(NamedTuple):
    """A question beside a passage; the answer is `passage[start:end]`, nothing where both are 0.

    Both are -1 where nobody marked it. `verdict` is the sum of what the passage may say to the
    question: `OPEN`, `YES`, `NO`; 0 where the question is not for yes or no. `weight` is how much
    the row counts in the loss.
    """

    question: str
    passage: str
    start: int
    end: int
    verdict: int = 0
    weight: float = 1.0


def is_polar(question: str) -> bool:
    """Whether a plain question is one for yes or no: it begins with an auxiliary."""
    return question.partition(" ")[0] in _AUXILIARIES


_AUXILIARIES: Final = frozenset(
    "is are was were do does did has have had can could will would should may must".split()
)


def token_counter(tokenizer: Any, *, special: bool = False) -> Count:
    """Counts the tokens of texts, with `special` ones or without; remembers what it has counted."""
    known: dict[str, int] = {}

    def count(texts: Sequence[str]) -> list[int]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            encoded = tokenizer(new, add_special_tokens=special, truncation=False, verbose=False)
            known.update(zip(new, map(len, encoded["input_ids"]), strict=True))
        return [known[text] for text in texts]

    return count


def _sentences(text: str) -> list[Sentence]:
    spans = enumerate(split(text))
    return [Sentence(number, start, end, text[start:end]) for number, (start, end) in spans]


def windows(paragraph: str, limit: int, count: Count) -> list[tuple[int, int]]:
    """The offsets of a paragraph's windows of at most `limit` tokens, as the product cuts them."""
    cut = chunk(paragraph, _sentences(paragraph), limit=limit, count=count)
    return [(window.start, window.end) for window in cut]


def windows_with(
    paragraph: str, start: int, end: int, limit: int, count: Count
) -> list[tuple[int, int]]:
    """Those of the paragraph's windows that hold `start:end` whole."""
    return [(a, b) for a, b in windows(paragraph, limit, count) if a <= start and end <= b]


def answered(
    article: Article,
    share: float,
    limits: Sequence[int],
    shift: float,
    count: Count,
    chance: random.Random,
    *,
    always: frozenset[str] = frozenset(),
) -> Iterator[Row]:
    """A `share` of the answerable questions, and those with ids of `always`, each with its window.

    The limit is drawn from `limits` per question; with probability `shift` the window begins at
    a sentence drawn at random, so that the answer's place varies. A question whose answer fits
    no window is left out.
    """
    for question in article.questions:
        if not question.answers or (chance.random() >= share and question.id not in always):
            continue
        paragraph = article.paragraphs[question.paragraph]
        start, end = place(question, paragraph)
        limit = chance.choice(limits)
        holding = windows_with(paragraph, start, end, limit, count)
        if not holding or chance.random() < shift:
            holding = _shifted(paragraph, start, end, limit, count) or holding
        if holding:
            a, b = chance.choice(holding)
            yield Row(
                plain(question.text), paragraph[a:b], start - a, end - a, question.verdict or 0
            )


def place(question: Question, paragraph: str) -> tuple[int, int]:
    """Where the first answer stands.

    Some editions of the data give the first occurrence of the text, which need not be the one
    that was meant. So of several whole-word occurrences the one whose sentence shares most
    salient terms with the question is taken, the given one if that does not tell.
    """
    text, given = question.answers[0]
    found = [at for at in _occurrences(paragraph, text) if at != given]
    if found:
        asked = terms(question.text)
        weights = weigh(asked, dict.fromkeys(asked, 0), 1) if asked else {}
        near = {
            at: coverage(weights, terms(paragraph[a:b]))
            for at in (given, *found)
            for a, b in split(paragraph)
            if a <= at < b
        }
        given = max(near, key=lambda at: (near[at], at == given, -at))
    return given, given + len(text)


def _occurrences(paragraph: str, text: str) -> Iterator[int]:
    at = paragraph.find(text)
    while at >= 0:
        before, after = paragraph[:at][-1:], paragraph[at + len(text) :][:1]
        if not (before.isalnum() and text[0].isalnum()) and not (
            after.isalnum() and text[-1].isalnum()
        ):
            yield at
        at = paragraph.find(text, at + 1)


def _shifted(
    paragraph: str, start: int, end: int, limit: int, count: Count
) -> list[tuple[int, int]]:
    """Every window with the answer that begins with a sentence and is as long as may be."""
    sentences = _sentences(paragraph)
    lengths = count([sentence.text for sentence in sentences])
    found = []
    for first, sentence in enumerate(sentences):
        if sentence.start > start:
            break
        last, used = first, 0
        while last < len(sentences) and used + lengths[last] <= limit:
            used += lengths[last]
            last += 1
        if last > first and sentences[last - 1].end >= end:
            found.append((sentence.start, sentences[last - 1].end))
    return found


def unanswered(
    article: Article, limits: Sequence[int], count: Count, chance: random.Random
) -> Iterator[Row]:
    """Each unanswerable question with the window of its paragraph that is nearest to it."""
    for question in article.questions:
        if not question.answers:
            paragraph = article.paragraphs[question.paragraph]
            texts = [paragraph[a:b] for a, b in windows(paragraph, chance.choice(limits), count)]
            ranked = _nearest(question.text, texts, [frozenset(terms(text)) for text in texts])
            asked = plain(question.text)
            yield Row(asked, next(ranked, texts[0]), 0, 0, OPEN if is_polar(asked) else 0)


def mined(
    article: Article,
    share: float,
    limits: Sequence[int],
    count: Count,
    chance: random.Random,
    encode: Encode,
) -> Iterator[Row]:
    """A `share` of the answerable questions, each with the nearest window without the answer.

    Half of the time that is the one that shares most salient terms with the question, else the one
    that `encode` finds nearest: retrieval goes by both. An article's windows are the same in every
    pass.
    """
    drawn = [
        (question, chance.random() < 0.5)
        for question in article.questions
        if question.answers and chance.random() < share
    ]
    if not drawn:
        return
    limit = random.Random(article.title).choice(limits)
    texts = [p[a:b] for p in article.paragraphs for a, b in windows(p, limit, count)]
    sets = [frozenset(terms(text)) for text in texts]
    folded = [f" {normalize(text)} " for text in texts]
    # All at once: a model takes many texts quicker than each by itself.
    alike = [question.text for question, by_words in drawn if not by_words]
    vectors = encode(texts) if alike else None
    asked = dict(zip(alike, encode(alike), strict=True))
    for question, by_words in drawn:
        accepted = [f" {normalize(text)} " for text, _ in question.answers]
        free = [
            number
            for number, text in enumerate(folded)
            if not any(answer in text for answer in accepted)
        ]
        left = [texts[number] for number in free]
        if by_words or vectors is None:
            ranked = _nearest(question.text, left, [sets[number] for number in free])
        else:
            order = np.argsort(-(vectors[free] @ asked[question.text]), kind="stable")
            ranked = (left[number] for number in order)
        for text in ranked:
            yield Row(plain(question.text), text, 0, 0, OPEN if question.verdict else 0)
            break


def titled(row: Row, title: str) -> Row:
    """The row with the title of its article before the passage, as a sentence of its own.

    So a passage is read that refers to what its heading names.
    """
    before = f"{title.replace('_', ' ')}. "
    moved = len(before) if row.end > 0 else 0
    return row._replace(passage=before + row.passage, start=row.start + moved, end=row.end + moved)


def _nearest(question: str, texts: Sequence[str], sets: Sequence[frozenset[str]]) -> Iterator[str]:
    """The texts that share terms with the question, most salient coverage first."""
    asked = set(terms(question))
    held = Counter(term for found in sets for term in found & asked)
    weights = weigh(sorted(asked), {term: held[term] for term in asked}, len(sets)) if asked else {}
    scores = [coverage(weights, tuple(found & asked)) for found in sets]
    order = sorted(range(len(texts)), key=lambda number: (-scores[number], number))
    return (texts[number] for number in order if scores[number] > 0)
