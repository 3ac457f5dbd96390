"""Summaries: which questions ask for one, how long it is, and which sentences make it.

A question asks for a summary if it names one (or asks what the text is about) and nothing else:
"Sum up the article" does, "Sum up the talks" asks for something in it. The sentences are those that
together are most like all others: each next one is the one that brings most that none of the chosen
is near to (facility location by greedy choice, Lin and Bilmes 2011, section 4).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from afgqa.language.headings import ended

__all__ = ["asks_for_summary", "central", "sentences_wanted"]

_THING: Final = frozenset(
    "article text document page story report piece passage essay post paper file content contents"
    " guide entry chapter book articles texts documents pages stories reports".split()
)
_NAMED: Final = frozenset(
    "summarise summarize summary summaries overview gist tldr recap synopsis takeaway takeaways"
    " outline condense".split()
)
_POINTS: Final = re.compile(
    r"\b(?:main|key|central|most important|principal) (?:points?|ideas?|message|messages|topics?"
    r"|themes?|facts|things|theme|content)\b|\bsum (?:it |this |that |everything )?(?:all )?up\b"
    r"|\bin a nutshell\b",
)
_ABOUT: Final = re.compile(
    r"\bwhat(?: is| are| was)? (?:this|these|(?:the|this|that|your|these) (?:whole |entire )?(\w+))"
    r" (?:all )?about\b|\bwhat (?:does|do) (?:the|this|these|that) (\w+)"
    r" (?:say|tell us|tell|discuss|cover|describe|deal with|talk about)$"
)
# What may stand around these without naming anything of the text.
_EMPTY: Final = frozenset(
    "a an the this that these those it its all whole entire everything of for in on to me us please"
    " can could would will you i we give show tell write make want need get have let do does is are"
    " was what whats s say says said about discuss cover describe deal with talk and or short brief"
    " briefly quick quickly concise long simple plain up sum main key central most important"
    " principal point points idea ideas message messages topic topics theme themes fact facts"
    " things nutshell sentence sentences line lines word words bullet bullets paragraph paragraphs"
    " by here your one two three four five six seven eight nine ten just only now very".split()
)
_NUMBERS: Final = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_COUNT: Final = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)}|a(?: single)?) (?:short |brief |key |main |bullet )*"
    r"(?:sentences?|points?|lines?|takeaways?|facts?|ideas?|things)\b"
)
_SHORT: Final = re.compile(r"['’]s\b")
_USUAL: Final = 3
_MOST: Final = 10

_SHORTEST: Final = 5  # words
# What leans on the sentence before it is understood less well by itself.
_LEANING: Final = re.compile(
    r"\W*(?:it|they|he|she|this|that|these|those|its|their|his|her|but|and|so|then|thus|such|however"
    r"|nonetheless|nevertheless|moreover|also|meanwhile|therefore|instead)\b",
    re.IGNORECASE,
)
# In mean cosine to all sentences; chosen by reading what came of it for a few texts.
_EARLY: Final = 0.05  # what the first place is worth; the fourth is worth half of it
_LEANS: Final = 0.03


def asks_for_summary(question: str) -> bool:
    """Whether a question asks for a summary of the text, and of nothing in it."""
    words = re.findall(r"\w+", _SHORT.sub(" is", question.lower().replace("tl;dr", "tldr")))
    plain = " ".join(words)
    about = _ABOUT.search(plain)
    thing = about is not None and (about[1] or about[2] or "text") in _THING
    if not (thing or _NAMED & set(words) or _POINTS.search(plain)):
        return False
    return set(words) <= _EMPTY | _THING | _NAMED | {w for w in words if w.isdecimal()}


def sentences_wanted(question: str) -> int:
    """How many sentences a summary should have: as many as the question says, or three; 1 to 10."""
    found = _COUNT.search(question.lower())
    if found is None:
        return _USUAL
    number = int(found[1]) if found[1].isdecimal() else _NUMBERS.get(found[1], 1)
    return min(max(number, 1), _MOST)


def central(texts: Sequence[str], vectors: NDArray[np.float32], count: int) -> tuple[int, ...]:
    """The places of at most `count` sentences that together say what all of them are about.

    `vectors` has one unit row for each of `texts`, shape (len(texts), dimension). In reading order.
    Headings and other short pieces are left out, unless there is nothing else.
    """
    if not texts:
        return ()
    places = [
        n for n, text in enumerate(texts) if len(text.split()) >= _SHORTEST and ended(text)
    ] or [*range(len(texts))]
    rows = vectors[places].astype(np.float64)
    likeness = np.maximum(rows @ rows.T, 0.0)
    early = np.array([_EARLY / (1 + n / 3) for n in places])
    leans = np.array([_LEANS * bool(_LEANING.match(texts[n])) for n in places])
    near = np.zeros(len(places))  # how near each sentence is to one that is chosen
    chosen: list[int] = []
    for _ in range(min(count, len(places))):
        # What leans on a sentence that is chosen is understood.
        led = [places[n] + 1 for n in chosen]
        gain = np.maximum(likeness, near).mean(axis=1) - near.mean() + early
        gain -= np.where(np.isin(places, led), 0.0, leans)
        gain[chosen] = -np.inf
        chosen.append(int(gain.argmax()))
        near = np.maximum(near, likeness[chosen[-1]])
    return tuple(sorted(places[n] for n in chosen))
