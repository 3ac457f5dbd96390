"""What kind of answer a question asks for, told from its words."""

from __future__ import annotations

import re
from typing import Final, Literal

from afgqa.language.grammar import AUXILIARY, QUESTION_WORD
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.numbers import DEGREES, PERIODS, SIZES
from afgqa.language.names import CAPITALIZED
from afgqa.question.requests import asks_for_summary

__all__ = ["AnswerType", "answer_type_of", "question_word"]

AnswerType = Literal[
    "person", "identity", "time", "place", "number", "duration", "reason", "manner", "quote",
    "summary", "yes-no", "other",
]  # fmt: skip

_UNIT_OF_TIME = rf"{one_of((*PERIODS, 'date', 'season', 'hour', 'time'))}s?"
_PEOPLE = (
    r"(?:person|people|man|men|woman|women|president|minister|secretary|senator|leader|chief|head"
    r"|king|queen|emperor|general|commander|officer|official|spokes(?:man|woman|person)|envoy"
    r"|ambassador|diplomat|politician|lawmaker|representative|author|writer|artist|singer|actor"
    r"|actress|director|player|coach|scientist|inventor|philosopher|explorer|analyst|adviser"
    r"|founder|member)s?"
)
_IS = r"(?:is|was|are|were)"
_COUNTED = [name for name in SIZES if name not in ("age", "duration")]
_NAME = rf"{CAPITALIZED}\.?"
# Where two patterns fit at the same place, the one that stands first here decides.
_PATTERNS: tuple[tuple[AnswerType, str], ...] = (
    ("quote", r"\bquote\b|\b(?:what )?exact words?\b|\bwhat (?:were|are) .{1,60}\bwords\b"),
    ("duration", r"\b(?:for )?how (?:long|old)\b"),
    ("number", rf"\bhow (?:many|much|{one_of(DEGREES)})\b"),
    ("number", rf"\bwhat (?:{_IS} the (?:\w+ )?)?{one_of(_COUNTED)}\b"),
    ("duration", rf"\bwhat {_IS} the (?:age|duration)\b"),
    ("number", rf"\bwhat {AUXILIARY} .{{1,80}}\bcosts?\b"),
    ("reason", r"\bwhy\b|\bhow come\b|\bfor what reason\b"),
    ("reason", rf"\bwhat (?:{_IS} the )?(?:\w+ )?(?:reason|cause)s?\b"),
    ("reason", r"\bwhat (?:makes|made|leads|led|drove|prompted|caused) \w"),
    ("time", rf"\bwhen\b|\b(?:what|which) {_UNIT_OF_TIME}\b|\bsince when\b"),
    ("time", rf"\bwhat {_IS} the (?:exact )?dates?\b"),
    ("place", r"\bwhere\b"),
    # Not before a capital: "which State Railways officer" asks for a person.
    (
        "place",
        r"\b(?:what|which) (?:country|city|town|place|region|state|capital)\b(?-i:(?! [A-Z]))",
    ),
    (
        "identity",
        rf"^[Ww]ho(?:['’]s| is| was| are| were| are the| were the) {_NAME}(?:\s{_NAME}){{0,3}}\W*$",
    ),
    ("person", r"\bwho\b|\bwhom\b|\bwhose\b|\bwho['’]s\b"),
    ("person", rf"\b(?:what|which) (?!{AUXILIARY}\b)(?:[\w.’'-]+ ){{0,3}}{_PEOPLE}\b"),
    ("person", rf"\b(?:what(?:['’]s| is| was) the )?name of (?:[\w.’'-]+ ){{0,4}}{_PEOPLE}\b"),
    ("person", rf"^(?:name|list) (?:[\w.’'-]+ ){{0,3}}{_PEOPLE}\b"),
    ("manner", r"^how\b|\b(?:in what way|by what means)\b"),
    ("yes-no", rf"^{AUXILIARY}\b"),
    ("other", r"^(?:what|which)\b"),
)  # fmt: skip
# These ask for somebody's words wherever they stand, unless something else is asked for.
_VERBATIM: Final = re.compile(
    r"\bin (?:his|her|its|their|\S+['’]s?) own words\b|\bword for word\b|\bverbatim\b"
    r"|^\W*in the (?:exact |very )?words of\b"
    r"|\bwhat (?:exactly|precisely) (?:did|does|do|has|have) .{1,60}\b(?:say|said|tell|told"
    r"|replied|write|written|ask(?:ed)?|request(?:ed)?|demanded|answered|promised|declared?)\b",
    re.IGNORECASE,
)
# What stands before the question itself: "And", "Can you tell me", "Does the article say".
_LEAD = re.compile(
    r"^\W*(?:(?:and|but|so|then|or|also)\b\W*)?"
    r"(?:(?:(?:can|could|would|will|do) you )?(?:please )?(?:tell me|show me|know|say|explain)\b\W*"
    r"|(?:can|could|would|will) you (?:please )?(?=quote\b)"
    r"|do(?:es)? (?:anyone|the (?:article|author|document|report|text)) "
    rf"(?:know|say|tell(?: us)?|mention|explain) (?={QUESTION_WORD}\b))?",
    re.IGNORECASE,
)
# "An analyst had doubts. Who was it?": what is stated first asks nothing. The question begins with
# a capital, so that "the U.S. has" is no end of a statement; nor is "When did Dr. Will Ray come?",
# which asks from its beginning.
_END = re.compile(r"(?<=[.!])\s(?=[A-Z])")
_BEGINS = re.compile(rf"(?:{QUESTION_WORD}|{AUXILIARY})\b", re.IGNORECASE)
_COMPILED = tuple(
    (kind, re.compile(pattern, 0 if kind == "identity" else re.IGNORECASE))
    for kind, pattern in _PATTERNS
)

_QUESTION_WORD = re.compile(rf"\b(?:how many|how much|{QUESTION_WORD})\b", re.IGNORECASE)


def question_word(question: str) -> str | None:
    """The first question word, in lower case and "who" for its other forms; None without one.

    "How many" and "how much" are words of their own.
    """
    match = _QUESTION_WORD.search(question)
    if match is None:
        return None
    word = match.group().lower()
    return "who" if word in ("whom", "whose") else word


def answer_type_of(question: str) -> AnswerType:
    """The kind of answer that `question` asks for; "other" where its words do not tell.

    The first question word decides ("Where was he when ...?" asks for a place).
    """
    if asks_for_summary(question):
        return "summary"
    asked, last = _LEAD.sub("", question), _END.split(question)[-1]
    question = _LEAD.sub("", last) if _BEGINS.match(last) and not _BEGINS.match(asked) else asked
    found = [
        (match.start(), rank, kind)
        for rank, (kind, pattern) in enumerate(_COMPILED)
        if (match := pattern.search(question))
    ]
    kind = min(found)[2] if found else "other"
    return "quote" if kind in ("other", "manner") and _VERBATIM.search(question) else kind
