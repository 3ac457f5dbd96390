"""What a question asks the program to do: so far, to sum the text up.

A question asks for a summary if it names one (or asks what the text is about) and nothing else:
"Sum up the article" does, "Sum up the talks" asks for something in it.
"""

from __future__ import annotations

import re
from typing import Final

from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.numbers import NUMBERS, number_words

__all__ = ["asks_for_summary", "sentences_wanted"]

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
_NUMBERS: Final = number_words(1, 10)
# What may stand around these without naming anything of the text.
_EMPTY: Final = frozenset(
    "a an the this that these those it its all whole entire everything of for in on to me us please"
    " can could would will you i we give show tell write make want need get have let do does is are"
    " was what whats s say says said about discuss cover describe deal with talk and or short brief"
    " briefly quick quickly concise long simple plain up sum main key central most important"
    " principal point points idea ideas message messages topic topics theme themes fact facts"
    " things nutshell sentence sentences line lines word words bullet bullets paragraph paragraphs"
    " by here your just only now very".split()
) | set(_NUMBERS)
_COUNT: Final = re.compile(
    rf"\b(\d{{1,2}}|{one_of(_NUMBERS)}|a(?: single)?) (?:short |brief |key |main |bullet )*"
    r"(?:sentences?|points?|lines?|takeaways?|facts?|ideas?|things)\b"
)
_SHORT: Final = re.compile(r"['’]s\b")
_USUAL: Final = 3
_MOST: Final = 10


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
    number = int(found[1]) if found[1].isdecimal() else NUMBERS.get(found[1], 1)
    return min(max(number, 1), _MOST)
