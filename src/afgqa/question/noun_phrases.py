"""The things that a question is about, where they have no name: "the bread", "swifts", "eggs".

Told from where they stand: after the auxiliary ("How long does the bread keep?"), after the
question word ("How many eggs ..."), at the end ("What is a starter?"). Where a phrase ends is not
told by form alone; the longest one that the cited text has too is taken, else the first word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from afgqa.language.grammar import AUXILIARY
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import (
    DEMONSTRATIVES,
    IRREGULAR_PLURALS,
    PREPOSITIONS,
    SUBJECTS,
)
from afgqa.language.tokens import terms

__all__ = ["Thing", "things"]

_WORDS: Final = r"(?:[a-z][\w-]*)(?:\s[a-z][\w-]*){0,3}"
_NO_NOUN: Final = one_of((*SUBJECTS, *DEMONSTRATIVES, "not", "there", "to"))
_ASIDE: Final = rf"(?!(?:{AUXILIARY}|{_NO_NOUN})\b)"
_SUBJECT: Final = re.compile(
    rf"\b(?P<verb>(?i:{AUXILIARY}))\s(?P<article>the |an? |some )?{_ASIDE}(?P<words>{_WORDS})"
)
_COUNTED: Final = re.compile(
    rf"\b(?P<verb>how many|which|what)\s(?P<article>)(?P<words>(?!{AUXILIARY}\b)"
    r"(?:[a-z-]+\s){0,2}?[a-z][\w-]*[^\Wsu]s)\b",
    re.IGNORECASE,
)
# "Tell me about the history of toilets."
_ABOUT: Final = re.compile(
    r"\babout\s(?P<article>the |an? )?(?P<words>(?!(?:it|them|that|this)\b)[\w’'-]+"
    r"(?:\s[\w’'-]+){0,5})\W*$"
)
_PLURAL: Final = re.compile(rf"[a-z-]+[^\Wsu]s|{one_of(IRREGULAR_PLURALS)}")
# No noun ends so; what follows one of these is not of the phrase.
_BREAKS: Final = PREPOSITIONS | frozenset(
    "and or but not be been being do have when where while if as so than then still now already"
    " also ever never always usually often".split()
)


class Thing(NamedTuple):
    """A phrase as it can stand in another question, and whether it is several things."""

    phrase: str
    several: bool


def things(question: str, evidence: str = "") -> list[Thing]:
    """The unnamed things of a question: first what it is about, then what it counts."""
    plain = " ".join(re.findall(r"[\w'’-]+", evidence.lower()))
    return list(dict.fromkeys(_found(question, f" {plain} ")))


def _found(question: str, evidence: str) -> Iterator[Thing]:
    about = _ABOUT.search(question)
    if about is not None:
        several = _PLURAL.fullmatch(about["words"].split()[-1]) is not None
        yield Thing(f"{'the ' if about['article'] else ''}{about['words']}", several)
    for pattern in (_SUBJECT, _COUNTED):
        for match in pattern.finditer(question):
            words = match["words"].split()
            for n, word in enumerate(words):
                if word in _BREAKS:
                    words = words[:n]
                    break
            article = match["article"]
            known = [n for n in range(1, len(words) + 1) if f" {' '.join(words[:n])} " in evidence]
            whole = (
                pattern is _COUNTED
                or (  # "What is a sourdough starter?"
                    match["verb"] in ("is", "are", "was", "were")
                    and match.end() == len(question.rstrip(" ?.!"))
                    and question[: match.start()].strip().lower() in ("what", "who")
                )
            )
            size = len(words) if whole else max(known, default=1)
            phrase = " ".join(words[:size])
            if not words or not terms(phrase):
                continue
            several = _PLURAL.fullmatch(words[size - 1]) is not None
            if article or several:
                yield Thing(f"the {phrase}" if article else phrase, several)
