"""Typing mistakes: a word that is in no document and no English word, and what was meant.

A word is put right only if another is one slip of the fingers away (two in a long word): a letter
left out, doubled, typed too much, exchanged with its neighbour or with a neighbouring key. Words of
the documents come first, then common English words (pyspellchecker's list). Names are left alone
unless a document has the name that is meant: what is asked about somebody else must stay a question
about somebody else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Final

from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from afgqa.language.tokens import terms

__all__ = ["corrected", "frequent", "is_word", "words_of"]

# Not in addresses, nor a part of "doesn't".
_WORD: Final = re.compile(r"(?<![\w'’.@/-])[^\W\d_]+(?![\w@/-]|['’](?!s\b)\w)")
_SHORTEST: Final = 4  # letters: a shorter word is one slip away from too many others
_LONG: Final = 8  # from here on two slips are forgiven
_NAME: Final = 6  # a shorter name is not touched
_COMMON: Final = 20_000  # by how often they are used; a rarer word is known, but is not meant
_BRITISH: Final = (("our", "or"), ("re", "er"), ("is", "iz"), ("ys", "yz"), ("mme", "m"))
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ENDINGS: Final = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "ly",
    "er",
    "r",
    "est",
    "ness",
    "ise",
    "ised",
    "ize",
    "ized",
)


def words_of(text: str) -> frozenset[str]:
    """The words of a text as they are compared here: in lower case, without digits."""
    return frozenset(word.lower() for word in re.findall(r"[^\W\d_]+", text))


def frequent(count: int) -> tuple[str, ...]:
    """The most frequent English words of three letters or more, the most frequent first."""
    return tuple(islice((word for word in _common() if len(word) > 2), count))


# "whos": no word is lost by it, and "whose" is not meant.
_BARE: Final = re.compile(r"\b(who|what|where|when|how)s\b", re.IGNORECASE)


def is_word(word: str) -> bool:
    """Whether it is an English word, in American or British spelling; `word` is in lower case."""
    english = _english()
    return word in english or any(word.replace(*pair) in english for pair in _BRITISH)


def corrected(question: str, spoken: frozenset[str]) -> str:
    """The question with its typing mistakes put right; the same where there are none.

    `spoken` are the words of the documents, as `words_of` gives them.
    """
    question = _BARE.sub(r"\1's", question)
    lowered = question == question.lower()
    first = next((match.start() for match in _WORD.finditer(question)), 0)

    def meant(match: re.Match[str]) -> str:
        typed = match.group()
        name = typed[0].isupper() and match.start() != first
        if not (typed[1:].islower() or lowered) or len(typed) < (_NAME if name else _SHORTEST):
            return typed
        found = _meant(typed.lower(), spoken, name=name)
        return found.capitalize() if typed[0].isupper() else found

    return _WORD.sub(meant, question)


def _meant(typed: str, spoken: frozenset[str], *, name: bool) -> str:
    if typed in spoken or set(terms(typed)) & _stems(spoken) or is_word(typed):
        return typed
    common = _common()
    slips = 1 if name or len(typed) < _LONG else 2
    near = [
        (distance, _kind(typed, word), word not in spoken, common.get(word, len(common)), word)
        for word, distance in _near(typed, spoken, slips)
    ]
    if not name:
        near += [
            (distance, _kind(typed, word), word not in spoken, rank, word)
            for word, distance in _near(typed, _common_words(), 1)
            for rank in [common[word]]
        ]
    return min(near)[-1] if near else typed


@cache
def _by_form(words: frozenset[str]) -> Mapping[tuple[str, int], tuple[str, ...]]:
    """Words by their first letter and their length."""
    found: dict[tuple[str, int], list[str]] = {}
    for word in words:
        found.setdefault((word[:1], len(word)), []).append(word)
    return {form: tuple(alike) for form, alike in found.items()}


def _alike(typed: str, words: frozenset[str], slips: int) -> Iterator[str]:
    """The words that may be so many slips away, told from their form."""
    forms = _by_form(words)
    for length in range(len(typed) - slips, len(typed) + slips + 1):
        yield from forms.get((typed[0], length), ())


def _near(typed: str, words: frozenset[str], slips: int) -> Iterator[tuple[str, int]]:
    """Words so many slips away that begin alike: the first letter is seldom mistyped."""
    for word in _alike(typed, words, slips):
        short, long = sorted((typed, word), key=len)
        if long.startswith(short) and long[len(short) :] in (*_ENDINGS, "n", "an"):
            continue  # a form of it, or of which it is one
        if len(word) > 2:
            distance = OSA.distance(typed, word, score_cutoff=slips)
            if 0 < distance <= slips:
                yield word, distance


def _kind(typed: str, word: str) -> int:
    """0 for a letter too many, too few or out of turn, 1 for a neighbouring key, 2 for another."""
    if len(typed) != len(word) or sorted(typed) == sorted(word):
        return 0
    wrong = [(a, b) for a, b in zip(typed, word, strict=True) if a != b]
    return 1 if all(_beside(a, b) for a, b in wrong) else 2


def _beside(one: str, other: str) -> bool:
    places = [
        (row, keys.index(key))
        for key in (one, other)
        for row, keys in enumerate(_ROWS)
        if key in keys
    ]
    if len(places) < 2:
        return False
    (a, b), (c, d) = places
    return abs(a - c) <= 1 and abs(b - d) <= 1


@cache
def _stems(words: frozenset[str]) -> frozenset[str]:
    return frozenset(term for word in words for term in terms(word))


@cache
def _english() -> Mapping[str, int]:
    """English words with their forms, and many names: how often each is used in talk."""
    found: dict[str, int] = SpellChecker(language="en").word_frequency.dictionary
    return found


@cache
def _common_words() -> frozenset[str]:
    return frozenset(_common())


@cache
def _common() -> Mapping[str, int]:
    """The most common words with their rank, the most common first."""
    most = Counter(_english()).most_common(_COMMON)
    return {word: rank for rank, (word, _) in enumerate(most) if word.isalpha()}
