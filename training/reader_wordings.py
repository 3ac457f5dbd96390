"""Questions in other words: what readers ask seldom has the words of the text.

A word is exchanged for one that fits beside its neighbours: one of nearly the same meaning, told by
the embedder, or one with which people asked for what a sentence calls by that word, told by the
questions themselves (`translations.py`), if it is not far in meaning. Questions with an answer and
without are reworded alike, so that a word that is not in the passage tells less by itself. Nearness
is not sameness: a few of the words that are put in mean the opposite, or change an edited question
back. None of the bounds below was tuned: they were set by reading what came of some dozens of
questions.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from reader_data import Article
from reader_edits import LETTERS, Edits, fitting, tells
from reader_rows import Encode, Row
from translations import translations

from afgqa.language.sentences import split
from afgqa.language.tokens import terms

_TIMES = 30  # that a word stands in paragraphs and questions; of rarer ones little is known
_NEAR = 0.66  # cosine; below it words are of one field rather than of one meaning
_MOST = 8  # words for one
_LIKELY = 0.02  # the least probability with which a word is asked for by another
_OFTEN = 3.0  # the least expected number of questions in which it was
_NOT_FAR = 0.5  # cosine of these two; below it the other belongs to the subject, not to the word
_WORDS = 0.6  # share of the words of a reworded question that are exchanged, of those that can be
_ENDINGS = ("ing", "ed", "est", "ly", "er", "ion", "ment", "s")

Wordings = Mapping[str, Sequence[str]]


def wordings(articles: Iterable[Article], edits: Edits, encode: Encode) -> Wordings:
    """For each word of the articles those that mean nearly the same, and those that ask for it.

    The nearest first, then the likeliest. Not those that people put in its place so that the
    answer is gone.
    """
    articles = list(articles)
    times: Counter[str] = Counter()
    small: Counter[str] = Counter()
    for article in articles:
        for text in (*article.paragraphs, *(question.text for question in article.questions)):
            for word in LETTERS.findall(text):
                times[word.lower()] += 1
                small[word.lower()] += 1 if word.islower() else -1
    words = sorted(w for w, n in times.items() if n >= _TIMES and small[w] >= 0 and tells(w))
    vectors = np.asarray(encode(words)) if words else np.zeros((0, 1))
    found: dict[str, list[str]] = defaultdict(list)
    for number, word in enumerate(words):
        near = vectors @ vectors[number]
        for other in np.argsort(-near, kind="stable")[: _MOST + 1]:
            new = words[other]
            if near[other] < _NEAR:
                break
            if (
                terms(new) != terms(word)
                and _ending(new) == _ending(word)
                and new not in edits.exchanges.get(word, ())
            ):
                found[word].append(new)
    at = {word: n for n, word in enumerate(words)}
    for word, asked in translations(list(_pairs(articles))).items():
        for new, told in sorted(asked.items(), key=lambda pair: (-pair[1].probability, pair[0])):
            if (
                new in at
                and word in at
                and told.probability >= _LIKELY
                and told.times >= _OFTEN
                and vectors[at[word]] @ vectors[at[new]] >= _NOT_FAR
                and new not in (word, *found[word], *edits.exchanges.get(word, ()))
            ):
                found[word].append(new)
    return {word: some for word, some in found.items() if some}


def _pairs(articles: Iterable[Article]) -> Iterator[tuple[list[str], list[str]]]:
    """The words of every answerable question and of the sentence that answers it."""
    known: dict[str, bool] = {}

    def words(text: str) -> list[str]:
        found = list(dict.fromkeys(LETTERS.findall(text.lower())))
        known.update((word, tells(word)) for word in found if word not in known)
        return [word for word in found if known[word]]

    for article in articles:
        sentences = [
            [(a, b, words(paragraph[a:b])) for a, b in split(paragraph)]
            for paragraph in article.paragraphs
        ]
        for question in article.questions:
            if question.answers:
                _, at = question.answers[0]
                held = [some for a, b, some in sentences[question.paragraph] if a <= at < b]
                yield words(question.text), held[0] if held else []


def _ending(word: str) -> str:
    """Words that are exchanged have the same, so that the sentence stays one."""
    return next((ending for ending in _ENDINGS if word.endswith(ending)), "")


def reworded(row: Row, known: Wordings, edits: Edits, chance: random.Random) -> Row:
    """The row with words of its question exchanged for others of nearly the same meaning.

    The same row where none fits, or none is drawn.
    """
    ways: dict[tuple[int, int], list[str]] = defaultdict(list)
    for start, end, new in fitting(row.question, known, edits.neighbours):
        ways[start, end].append(new)
    question = row.question
    for start, end in sorted(ways, reverse=True):
        if chance.random() < _WORDS:
            question = question[:start] + chance.choice(ways[start, end]) + question[end:]
    return row._replace(question=question)
