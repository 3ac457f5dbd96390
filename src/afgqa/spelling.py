"""Typing mistakes: a word that is in no document and no common English word, and what was meant.

A word is put right only if another is one slip of the fingers away (two in a long word): a letter
left out, doubled, typed too much, exchanged with its neighbour or with a neighbouring key. Words of
the documents come first, then common English words. Names are left alone unless a document has the
name that is meant: what is asked about somebody else must stay a question about somebody else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from rapidfuzz.distance import OSA

from afgqa.terms import terms

__all__ = ["corrected", "words_of"]

# The shipped reader's vocabulary: pieces of words, and those common words that are one piece.
_VOCABULARY: Final = Path(__file__).parent / "models" / "reader" / "tokenizer.json"
_WORD: Final = re.compile(r"(?<![\w'’.@/-])[^\W\d_]+(?![\w@/-])")
_SHORTEST: Final = 4  # letters: a shorter word is one slip away from too many others
_LONG: Final = 8  # from here on two slips are forgiven
_NAME: Final = 6  # a shorter name is not touched
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


def corrected(question: str, spoken: frozenset[str]) -> str:
    """The question with its typing mistakes put right; the same where there are none.

    `spoken` are the words of the documents, as `words_of` gives them.
    """
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
    common = _common()
    if typed in spoken or set(terms(typed)) & _stems(spoken) or _known(typed, common):
        return typed
    slips = 1 if name or len(typed) < _LONG else 2
    near = [
        (distance, _kind(typed, word), word not in spoken, common.get(word, len(common)), word)
        for word, distance in _near(typed, spoken, slips)
    ]
    if not name:
        near += [
            (distance, _kind(typed, word), word not in spoken, rank, word)
            for word, distance in _near(typed, common, 1)
            for rank in [common[word]]
        ]
    return min(near)[-1] if near else typed


def _near(typed: str, words: Iterable[str], slips: int) -> Iterator[tuple[str, int]]:
    """Words so many slips away that begin alike: the first letter is seldom mistyped."""
    for word in words:
        short, long = sorted((typed, word), key=len)
        if long.startswith(short) and long[len(short) :] in (*_ENDINGS, "n", "an"):
            continue  # a form of it, or of which it is one
        if word[:1] == typed[0] and abs(len(word) - len(typed)) <= slips and len(word) > 2:
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


def _known(typed: str, common: dict[str, int]) -> bool:
    """Whether it is a common word, a form of one, or what one is a form of."""
    if typed in common or any(f"{typed}{ending}" in common for ending in _ENDINGS):
        return True
    stems = [typed[: -len(ending)] for ending in _ENDINGS if typed.endswith(ending)]
    return any(
        form in common
        for stem in stems
        if len(stem) > 2 and (stem[-1] == "e" or typed[len(stem) :] not in ("d", "r"))
        for form in (
            stem,
            f"{stem}e",
            *([stem[:-1]] if stem[-1] == stem[-2] else []),  # stopped: stop
            *(f"{stem}{ending}" for ending in _ENDINGS),
        )
    )


@cache
def _stems(words: frozenset[str]) -> frozenset[str]:
    return frozenset(term for word in words for term in terms(word))


@cache
def _common() -> dict[str, int]:
    """Common English words with their place in the vocabulary, the most common about first."""
    model = json.loads(_VOCABULARY.read_text(encoding="utf-8"))["model"]
    return {word: place for word, place in model["vocab"].items() if word.isalpha()}
