"""Abbreviations that a text explains itself: "the World Health Organization (WHO)".

Found as Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions in
biomedical text", section 3: what stands before the parenthesis explains the letters in it if it has
them, from the right to the left, and begins a word with the first one. Where such an abbreviation
stands later, a search finds it by the words that it is short for, and so does the reader of a
question in these words; what is shown stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from afgqa.language.glossary import reworded
from afgqa.language.tokens import terms
from afgqa.types import Document, Gloss

__all__ = ["abbreviations", "expansions"]

# Two capitals at least, so that "(May 1999)" and "(below)" are none.
_SHORT: Final = re.compile(r"\(\s?((?=[^()]*[A-Z][^()]*[A-Z])[A-Z][\w.&/-]{1,9})\s?\)")
_KNOWN: Final = 0.6  # of the terms that explain an abbreviation
_CLAUSE: Final = re.compile(r"[.;:!?]\s|[()\n]")
_NEAR: Final = 400  # characters before an abbreviation in which its words stand
_WORD: Final = re.compile(r"\S+")


def abbreviations(text: str) -> tuple[Gloss, ...]:
    """Each abbreviation with the words that explain it, in the text's order, the first to do so."""
    found: dict[str, Gloss] = {}
    for short, words in _explained(text):
        found.setdefault(short, Gloss(short, words))
    return tuple(found.values())


def expansions(document: Document, question: str | None = None) -> tuple[Gloss, ...]:
    """What can be read in the place of phrases: by the document's glossary, and by its text.

    With a `question`, of the abbreviations only those whose words it has (three in five of them),
    without having the abbreviation itself: who asks in the text's own letters is best read to so.
    What the glossary says of an abbreviation goes before, and of the words that explain one.
    """
    short = _spelled_out(document.text, document.glossary)
    if question is not None:
        short = tuple(gloss for gloss in short if _named_in_full(gloss, question))
    return (*document.glossary, *short)


def _named_in_full(gloss: Gloss, question: str) -> bool:
    words = set(terms(gloss.means))
    if len(words & set(terms(question))) < max(2, _KNOWN * len(words)):
        return False
    return not re.search(rf"(?<!\w){re.escape(gloss.phrase)}(?!\w)", question, re.IGNORECASE)


@lru_cache(maxsize=64)
def _spelled_out(text: str, glossary: tuple[Gloss, ...]) -> tuple[Gloss, ...]:
    known = {gloss.phrase for gloss in glossary}
    own = (gloss for gloss in abbreviations(text) if gloss.phrase not in known)
    return tuple(Gloss(gloss.phrase, reworded(gloss.means, glossary).text) for gloss in own)


def _explained(text: str) -> Iterator[tuple[str, str]]:
    for match in _SHORT.finditer(text):
        letters = "".join(c for c in match[1].lower() if c.isalnum())
        first = max(0, match.start() - _NEAR)
        begin = max((m.end() for m in _CLAUSE.finditer(text, first, match.start())), default=first)
        words = [word.span() for word in _WORD.finditer(text, begin, match.start())]
        near = words[-min(len(letters) + 5, 2 * len(letters)) :]
        if near:
            start = _begin(letters, text[near[0][0] : near[-1][1]])
            if start is not None:
                yield match[1], " ".join(text[near[0][0] + start : near[-1][1]].split())


def _begin(letters: str, words: str) -> int | None:
    """Where in `words` the explanation of these letters begins; None where they have none."""
    folded = words.lower()
    at = len(words)
    for letter in reversed(letters[1:]):
        at = folded.rfind(letter, 0, at)
        if at < 0:
            return None
    while (at := folded.rfind(letters[0], 0, at)) >= 0:
        # An explanation begins with a word of its own: "Treaty on the ...", not "the ...".
        if (at == 0 or not words[at - 1].isalnum()) and terms(words[at:].split()[0]):
            return at
    return None
