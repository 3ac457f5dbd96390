"""Text to index terms: what lexical search and coverage compare.

One analyzer serves documents and questions, so both stores rank alike: words are folded
(compatibility forms, case, accents), possessives dropped, function words left out, the rest
stemmed with the Snowball English stemmer (snowballstem.org). Abbreviations keep their letters
("U.S." and "US" are one term) and are never taken for a function word. A code of one letter and a
number is one term ("E4" is not "4", and "F-16" is "F16"), and so is a clock time ("0:15" is not
"15").
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import ARTICLES
from afgqa.language.lexicon.stop_words import STOP_WORDS

__all__ = ["ANALYZER", "normalize", "terms", "token_offsets"]

ANALYZER = "terms-2"

_TOKEN = re.compile(
    r"\b[^\W\d_](?:\.[^\W\d_])+\b"  # dotted abbreviation, its last full stop left outside
    r"|\b[^\W\d_]-?\d+(?:\.\d+)*\b"  # code
    # word, inner apostrophes and combining accents kept for now
    r"|(?:[^\W\d_][\u0300-\u036f]*)+(?:['’](?:[^\W\d_][\u0300-\u036f]*)+)*"
    r"|\d+(?:[.,:]\d+)*"  # number, clock time
)
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)
_ARTICLE = re.compile(rf"\b{one_of(ARTICLES)}\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_stemmer = Stemmer.Stemmer("english")
# What may follow an "i" that is a word's own; the stemmer writes "i" for a final "y" as well.
_AFTER_I = ("", "s", "ing")


def terms(text: str) -> tuple[str, ...]:
    """The index terms of `text`, in order and with repetitions; linear in its length."""
    return tuple(term for term, _, _ in token_offsets(text))


def token_offsets(text: str) -> Iterator[tuple[str, int, int]]:
    """Each index term of `text` with the half-open offsets of the word it came from."""
    shouted = text.isupper()
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token[0].isdecimal():
            yield token.replace(",", "").replace(":", "h"), match.start(), match.end()
            continue
        if token[-1].isdecimal():
            yield token.replace("-", "").casefold(), match.start(), match.end()
            continue
        dotted = "." in token
        abbreviation = dotted or (len(token) > 1 and token.isupper() and not shouted)
        word = _fold(_POSSESSIVE.sub("", token).replace(".", ""))
        if abbreviation and word:
            yield word, match.start(), match.end()
        elif len(word) > 1 and word not in STOP_WORDS:
            yield _stem(word), match.start(), match.end()


def normalize(text: str) -> str:
    """Lower case, without ASCII punctuation and English articles, words joined by one space.

    Source: the official SQuAD evaluation script (Rajpurkar et al. 2016, section 6.1).
    """
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    """The stem, with a "y" where the word has one: "pypy" and "pypi" are two things."""
    stem: str = _stemmer.stemWord(word)
    own = word.startswith(stem) and word[len(stem) :] in _AFTER_I
    return f"{stem[:-1]}y" if stem.endswith("i") and not own else stem


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    # Letters and digits alone: accents, apostrophes and the brackets inside "⑴" are dropped.
    return "".join(c for c in decomposed if c.isalnum()).casefold()
