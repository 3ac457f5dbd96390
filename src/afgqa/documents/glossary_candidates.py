"""Phrases of a text that a glossary may want: words that do not fit where they stand.

A machine paraphrase puts a word's neighbour in its place, and the neighbour is at home elsewhere:
"seized energy", "the State Division". Two things show it to a sentence embedder. In its sentence
the vector of such a word stays away from the others, while a word in its place is drawn towards
them; and one of its near synonyms is closer to the subject of the document than the word itself.

A person decides: of the first thirty some four in five were worth an entry, and the guesses of a
meaning are right less often (docs/measured.md has the figures).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from afgqa.language.glossary import meanings
from afgqa.language.lexicon.calendar import (
    MONTH_ABBREVIATIONS,
    MONTHS,
    WEEKDAY_ABBREVIATIONS,
    WEEKDAYS,
)
from afgqa.language.sentences import split
from afgqa.language.tokens import terms
from afgqa.protocols import TokenEmbedder, Vectors
from afgqa.types import Document, Gloss

__all__ = ["AT_LEAST", "FREQUENT", "Suggestion", "Vocabulary", "suggest"]

FREQUENT: Final = 8000  # English words among which a synonym is looked for
# A lower score is not shown: 28 phrases of a paraphrase of 1,100 words reach it, and of ten
# encyclopaedia articles cut to that length 3 to 22 each (the median is 7.5).
AT_LEAST: Final = -0.45
_SYNONYM: Final = 0.5  # cosine of two words alone from which one may stand for the other
_NONE: Final = -0.1  # the pull of a word without a synonym, as most names are
_STEM: Final = 4  # words that begin with as many equal letters are forms of one
_REST: Final = 3  # pieces beside a word without which nothing is said about it: a short heading
_GUESSES: Final = 3
_BATCH: Final = 256
_WORD: Final = re.compile(r"(?<![\w'’-])[^\W\d_]{3,}(?![\w]|['’-]\w)")
_BESIDE: Final = re.compile(r"(?<!\w)[^\W\d_]+(?:['’-][^\W\d_]+)*(?!\w)")
_DATES: Final = frozenset(
    name.lower() for name in (*MONTHS, *MONTH_ABBREVIATIONS, *WEEKDAYS, *WEEKDAY_ABBREVIATIONS)
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A phrase that may need an entry; `word` is the odd one in it.

    `places` are half-open offsets of the phrase in the document, in order; `sentence` is the one
    where the word fits worst. `guesses` are what the word may mean, the likeliest first.
    """

    phrase: str
    word: str
    score: float
    places: tuple[tuple[int, int], ...]
    sentence: tuple[int, int]
    guesses: tuple[str, ...]


class Vocabulary(NamedTuple):
    """Words that may be guesses, in lower case, and a unit row for each."""

    words: tuple[str, ...]
    rows: Vectors

    @classmethod
    def of(cls, words: Sequence[str], embedder: TokenEmbedder) -> Vocabulary:
        """Made once for several documents: it takes seconds."""
        return cls(tuple(words), embedder.encode_document(words))


class _Seen(NamedTuple):
    """A word at a place, and how far it is from the rest of its sentence."""

    word: str
    start: int
    end: int
    sentence: tuple[int, int]
    apart: float


def suggest(
    document: Document,
    embedder: TokenEmbedder,
    vocabulary: Vocabulary,
    *,
    count: int = 30,
    at_least: float = AT_LEAST,
) -> tuple[Suggestion, ...]:
    """The phrases that fit worst, the worst first; equal scores in the order of the text.

    What the document's glossary explains already is left out. `embedder` is the one that made the
    vocabulary.
    """
    seen, subject = _read(document, embedder)
    by_word: dict[str, list[_Seen]] = defaultdict(list)
    for one in seen:
        by_word[one.word].append(one)
    synonyms = dict(_synonyms(tuple(by_word), vocabulary, embedder, subject))
    found = []
    for word, places in by_word.items():
        pull, guesses = synonyms[word]
        odd = [one for one in places if pull + one.apart >= at_least]
        if odd:
            found.append(_suggestion(document.text, odd, pull, guesses))
    found.sort(key=lambda one: (-one.score, one.places, one.word))
    best: dict[str, Suggestion] = {}
    for suggestion in found:  # both words of a phrase may be odd
        best.setdefault(suggestion.phrase, suggestion)
    return tuple(best.values())[:count]


def _read(document: Document, embedder: TokenEmbedder) -> tuple[list[_Seen], Vectors]:
    """The words that can be odd, and the mean direction of the sentences (a unit vector)."""
    text = document.text
    explained = [(place.start, place.end) for place in meanings(text, document.glossary)]
    sentences = split(text)
    seen: list[_Seen] = []
    subject = np.zeros(embedder.dimension, dtype=np.float32)
    for begin in range(0, len(sentences), _BATCH):
        some = sentences[begin : begin + _BATCH]
        read = embedder.encode_tokens([text[start:end] for start, end in some])
        for sentence, (spots, rows) in zip(some, read, strict=True):
            subject += _unit(rows.sum(axis=0))
            for start, end in _words(text, sentence):
                if not any(a < end and start < b for a, b in explained):
                    apart = _apart(start - sentence[0], end - sentence[0], spots, rows)
                    if apart is not None:
                        word = text[start:end].lower()
                        seen.append(_Seen(word, start, end, sentence, apart))
    return seen, _unit(subject)


def _words(text: str, sentence: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Words with a meaning of their own; a function word only if a capital makes it a name."""
    for match in _WORD.finditer(text, *sentence):
        word = match.group()
        name = word[0].isupper() and match.start() > sentence[0]
        if word.lower() not in _DATES and (name or terms(word)):
            yield match.span()


def _apart(start: int, end: int, spots: Sequence[tuple[int, int]], rows: Vectors) -> float | None:
    """Minus the cosines with the rest of the sentence and with the nearest piece of it, -2 to 2.

    None where the word was not read, or too little beside it.
    """
    own = np.array([start <= a and b <= end for a, b in spots], dtype=bool)
    if not own.any() or (~own).sum() < _REST:
        return None
    word, rest = _unit(rows[own].mean(axis=0)), rows[~own]
    nearest = max(rest @ word / np.linalg.norm(rest, axis=1).clip(1e-9))
    return -float(word @ _unit(rest.mean(axis=0))) - float(nearest)


def _synonyms(
    words: Sequence[str], vocabulary: Vocabulary, embedder: TokenEmbedder, subject: Vectors
) -> Iterator[tuple[str, tuple[float, tuple[str, ...]]]]:
    """For each word how much nearer a synonym comes to the subject, and the best guesses."""
    frequent, others = vocabulary
    towards = others @ subject
    for word, row in zip(words, embedder.encode_document(words), strict=True):
        alike = others @ row
        near = [int(i) for i in np.argsort(-alike, kind="stable")[:40] if alike[i] > _SYNONYM]
        near = [i for i in near if frequent[i][:_STEM] != word[:_STEM]]
        pull = {i: float(towards[i] - row @ subject) for i in near}
        best = sorted(near, key=lambda i: (-(float(alike[i]) + pull[i]), i))
        guesses = tuple(frequent[i] for i in best[:_GUESSES])
        yield word, (max(pull.values(), default=_NONE), guesses)


def _suggestion(
    text: str, odd: Sequence[_Seen], pull: float, guesses: tuple[str, ...]
) -> Suggestion:
    worst = max(odd, key=lambda one: (one.apart, -one.start))
    word = text[worst.start : worst.end]
    # A word that is odd beside several others is odd by itself.
    alone = len({_phrase(text, one).lower() for one in odd}) > 2
    phrase = word if alone else _phrase(text, worst)
    places = meanings(text, [Gloss(phrase, "?")])
    return Suggestion(
        phrase,
        word,
        round(pull + worst.apart, 4),
        tuple((place.start, place.end) for place in places),
        worst.sentence,
        tuple(guess.capitalize() if word[0].isupper() else guess for guess in guesses),
    )


def _phrase(text: str, one: _Seen) -> str:
    """The word with the neighbour that it most likely belongs to, white space folded."""
    words = [match.span() for match in _BESIDE.finditer(text, *one.sentence)]
    at = words.index((one.start, one.end))
    beside = [
        (start, end)
        for i in (at + 1, at - 1)
        if 0 <= i < len(words)
        for start, end in [words[i]]
        if not text[min(end, one.end) : max(start, one.start)].strip()
    ]
    capital = text[one.start].isupper()
    # A word with a meaning of its own before a function word, of two those alike in case; then
    # the next of two such words, but the function word before: "seized energy", "the areas".
    beside.sort(
        key=lambda span: (
            not terms(text[slice(*span)]),
            text[span[0]].isupper() != capital,
            (span > (one.start, one.end)) != bool(terms(text[slice(*span)])),
        )
    )
    spans: Iterable[tuple[int, int]] = [(one.start, one.end), *beside[:1]]
    first, last = min(spans), max(spans)
    return " ".join(text[first[0] : last[1]].split())


def _unit(row: Vectors) -> Vectors:
    length = float(np.linalg.norm(row))
    return row / length if length else row
