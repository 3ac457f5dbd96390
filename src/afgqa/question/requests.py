"""What a question asks for: a summary, several things, a speaker, somebody's exact words.

A question asks for a summary if it names one (or asks what the text is about) and nothing else:
"Sum up the article" does, "Sum up the talks" asks for something in it.
"""

from __future__ import annotations

import re
from typing import Final

from afgqa.language.grammar import AUXILIARY
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import IRREGULAR_PLURALS
from afgqa.language.lexicon.numbers import NUMBERS, number_words

__all__ = [
    "asks_for_parts", "asks_for_several", "asks_for_summary", "asks_what_is_done", "asks_who_says",
    "sentences_wanted", "what_was_said",
]  # fmt: skip

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

_WORD: Final = rf"(?!{AUXILIARY}\b)(?!(?:kind|sort|type)\b)[\w.’'-]+"
# Four letters at least, unlike in `noun_phrases`: "what was" is no plural.
_PLURAL: Final = rf"(?!(?:{AUXILIARY}|means)\b)(?:\w{{2,}}[^\Wsu]s|{one_of(IRREGULAR_PLURALS)})"
_SEVERAL: Final = re.compile(
    # Before an article it is a verb: "which man leads the club".
    rf"\bwhich (?:{_WORD} ){{0,3}}?{_PLURAL}\b(?! (?:the|an?|his|her|its|their)\b)"
    rf"|\bwhat (?:{_WORD} ){{0,3}}?{_PLURAL} (?:{AUXILIARY}|of|that|\w+ed)\b"
    rf"|\b(?:what|who) (?:are|were) (?:{_WORD} ){{1,3}}?{_PLURAL}\b"
    rf"|\b(?:name|list) (?:all|some|{one_of(number_words(2, 10))})\b"
    rf"|\b(?:name|list) (?:{_WORD} ){{0,3}}?{_PLURAL}\b"
    rf"|\bwh(?:at|ich) {one_of(number_words(2, 10))}\b|\bwh(?:o|at) all\b",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(r"\b(?:which|what) (?:parts|areas|regions)\b", re.IGNORECASE)
_DONE: Final = re.compile(
    rf"^(?:\w+ ){{0,3}}what (?:else )?{AUXILIARY}\b[^?]*\b(?:do|done|doing)\b", re.IGNORECASE
)

# These go with a thing that is said, or with something that is done: only with the former.
_HOLDS: Final = (
    r"(?P<verb>(?:fear|hope|doubt|wonder|warn|insist|suggest|predict|complain)(?:s|ed|d)?|argue[sd]?"
    r"|believe[sd]?|says?|said|th(?:ink(?:s|ing)?|ought)(?! of\b)|want(?:s|ed)?(?= .* to\b)"
    r"|call(?:s|ed|ing)?(?= (?:for|on)\b)"
    r"|(?:claim|declare|explain|announce|promise|admit|mention|note|state|deni|deny|tell|told|feel"
    r"|felt|expect)\w*(?= that\b))"
)
_PERSON: Final = (
    rf"(?:who(?: else)?|(?:which|what) (?:(?!{AUXILIARY}\b)[\w.’'-]+ ){{0,2}}?[\w’'-]+)"
)
_HELPER: Final = r"(?:(?:also|first|now|has|have|had|always|is|was|will|would|\w+ly) ){0,3}"
_WHO_SAYS: Final = re.compile(rf"\b{_PERSON} {_HELPER}{_HOLDS}\b", re.IGNORECASE)
# "An analyst doubted it. Who was it?"
_WAS_IT: Final = re.compile(
    rf"^\W*(?:an?|the|one|some) (?:[\w’'-]+ ){{1,3}}?{_HOLDS}\b[^.?!]*[.!] "
    r"(?:and )?who (?:was|is) (?:it|that|this|he|she)\b",
    re.IGNORECASE,
)

_OWN_WORDS: Final = re.compile(
    r"^\W*in the (?:exact |very )?words of (?=[^,]+,)|\s{1,4}itself(?=,)"
    r"|\W{0,8}\b(?:in (?:his|her|its|their|\S+['’]s?) own words|word for word|verbatim|literally"
    r"|as a (?:direct |verbatim )?quote)\b[,:]?",
    re.IGNORECASE,
)
_EXACT: Final = re.compile(
    r"\b(?:exact(?:ly)?|precise(?:ly)?|very|direct) ?(?=words?\b|what\b|did\b)|"
    r"(?<=what )(?:exactly|precisely) ",
    re.IGNORECASE,
)
_ON: Final = r"(?: (?:on|about|regarding|concerning) (?P<what>.+?))?"
_SOMEBODY: Final = r"(?P<who>(?!(?:what|was|were|is|about|on|regarding|concerning)\b).+?)"
_SAID: Final = r"(?: (?:has|have|had))? (?:said|says|told \w+)"
# Each names the speaker `who`, and perhaps what the words are `what` about.
_FORMS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:.*\b)?quote (?:me )?what {_SOMEBODY}{_SAID}{_ON}\W*$",
        rf"^(?:.*\b)?quote (?:me )?(?:(?:from|by|of) )?{_SOMEBODY}(?:['’]s? words)?{_ON}\W*$",
        rf"^what (?:were|are|was) (?:the )?words? of {_SOMEBODY}{_ON}\W*$",
        rf"^what (?:were|are|was) {_SOMEBODY}['’]s? words?{_ON}\W*$",
    )
)


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


def asks_for_several(question: str) -> bool:
    """Whether a question asks for more than one thing: "which countries", "name the two ..."."""
    return _SEVERAL.search(question) is not None


def asks_for_parts(question: str) -> bool:
    """Whether a question asks for parts of a place."""
    return _PARTS.search(question) is not None


def asks_what_is_done(question: str) -> bool:
    """Whether a question asks what somebody does; who does two things does both."""
    return _DONE.search(question) is not None


def asks_who_says(question: str) -> str | None:
    """The verb whose subject is asked for, if it is one of saying, wanting, fearing; or None."""
    found = _WHO_SAYS.search(question) or _WAS_IT.search(question)
    return None if found is None else found["verb"]


def what_was_said(question: str) -> str:
    """The question as one for what was said: "Quote Ann on tea" asks "What did Ann say about tea?".

    That is how readers and searches know it; what asks for exactness alone is left out.
    """
    plain = _EXACT.sub("", _OWN_WORDS.sub("", question)).strip()
    for form in _FORMS:
        if match := form.match(plain):
            about = f" about {match['what']}" if match["what"] else ""
            return f"What did {match['who']} say{about}?"
    return f"{plain[:1].upper()}{plain[1:]}" if plain else question
