"""A follow-up to a standalone question: what "she", "there" or "why?" points back to.

The rewriting is local and plain. A pronoun gives way to the name it can stand for, where the
turns before offer just one; else the question borrows the one before it, after a colon. A
fragment ("And in September?") is put behind the question that it varies, in brackets. The first
question of a conversation is never rewritten, nor is one that points to nothing outside itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from afgqa.answers import Turn
from afgqa.language.grammar import AUXILIARY, QUESTION_WORD
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import (
    ADVERBIAL_PREPOSITIONS,
    PREPOSITIONS,
    TIME_PREPOSITIONS,
)
from afgqa.language.lexicon.numbers import PERIODS
from afgqa.language.names import CAPITALIZED_OR_DOTTED
from afgqa.language.tokens import terms
from afgqa.question.coreference import leans, resolved
from afgqa.question.names import mentions
from afgqa.question.requests import asks_for_summary

__all__ = ["standalone"]

_MORE = re.compile(
    r"^\W*(?:(?:and|but|also|or|then|so(?! far\b| called\b)|what about|how about)\b[\s,]*)+",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"^\W*(?:{one_of(PREPOSITIONS | TIME_PREPOSITIONS)}\s)?{QUESTION_WORD}"
    r"(?:\s(?:else|not|so|exactly|then|ones?|many|much|long|old|often|far|to|from|for|with|come|time"
    r"|year|day))?\W*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^\W*(?:(?:and|but|so|then)\b\W*)?(?:what|how) about\b", re.IGNORECASE)
_PREPOSITION = re.compile(rf"^{one_of(ADVERBIAL_PREPOSITIONS)}\b", re.IGNORECASE)
_ASKS = re.compile(rf"^(?:{QUESTION_WORD}|{AUXILIARY})\b", re.IGNORECASE)
_LONGEST_FRAGMENT = 6  # words; what is longer says enough by itself
# "When was he killed", "How hot is it": another question word can take the place of the first.
_ADVERB = re.compile(
    rf"^(?:when|where|why|how(?:\s(?P<how>\w+))?)\s(?P<rest>{AUXILIARY}\s.+)$", re.IGNORECASE
)
# "How hot must it be": what it must be is hot, whatever is asked then.
_BE = re.compile(r"\bbe\b")
_NO_QUALITY = frozenset("long far often much many soon".split())
# "Who did Ann meet": what was asked for follows the verb, "Ann met Bob".
_OBJECT = re.compile(r"^(?:whom?|what)\s(?P<rest>(?:do|does|did)\s.+)$", re.IGNORECASE)
_LONGEST_OBJECT = 8  # words
_ADVERB_ALONE = re.compile(
    r"(?:when|where|why|how|(?:for\s)?how\s(?:long|far|often)|since\swhen)", re.IGNORECASE
)
_ONE_NAME = re.compile(rf"{CAPITALIZED_OR_DOTTED}(?: {CAPITALIZED_OR_DOTTED}){{0,3}}")
_ONE_WORD = re.compile(r"[a-z][\w-]*")
# "From May to June" is one phrase: these three may stand inside one.
_OPENS_A_PHRASE = one_of(ADVERBIAL_PREPOSITIONS - {"by", "from", "to"})
_LAST_PHRASE = re.compile(
    rf" {one_of(ADVERBIAL_PREPOSITIONS)}\s(?!{_OPENS_A_PHRASE}\b)[\w’'.-]+"
    rf"(?: (?!{_OPENS_A_PHRASE}\b)[\w’'.-]+){{0,3}} ?$"
)
_BORROWED = re.compile(r"^[^:]*: (?=.*\?$)")
_ADDED = re.compile(r" \([^()]*\)$")

_HERE = rf"{one_of((*PERIODS, 'article', 'text', 'document', 'report', 'story'))}\b"
_DEMONSTRATIVE = re.compile(
    rf"(?:^\W*(?:{QUESTION_WORD}\s)?(?:{AUXILIARY}\s)?|\b(?:after|before|of|about|by|for|in|during|since|with"
    rf"|from|to)\s)(?:that|those|th(?:is|ese)(?!\s{_HERE}))\b"
    r"|\b(?:this|that|these|those)\W*$",
    re.IGNORECASE,
)


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """`question` so that it can be searched by itself, given the turns before it, oldest first."""
    if not turns or asks_for_summary(question):
        return question
    opened = _MORE.sub("", question)
    if _BARE.match(opened):
        return _exchanged(opened, turns[-1]) or _borrow(opened, turns)
    named, sure = resolved(opened, turns)
    fragment = opened != question or _PREPOSITION.match(opened)
    if fragment and not _ASKS.match(opened) and len(opened.split()) <= _LONGEST_FRAGMENT:
        if not (sure and terms(named)):
            return _borrow(question, turns)
        if _ABOUT.match(question) and _another(named, turns[-1]):
            return f"What about {named.strip(' ?.!')}?"
        return _varied(named.strip(" ?.!"), _ADDED.sub("", _topic(turns[-1])))
    if not sure or _DEMONSTRATIVE.search(named):
        return _borrow(named, turns)
    return question if named == opened else named


def _exchanged(asked: str, last: Turn) -> str | None:
    """The question before with another question word; None where that makes none."""
    topic, word = _topic(last), asked.strip(" ?.!,")
    if not _ADVERB_ALONE.fullmatch(word):
        return None
    begun = f"{word[:1].upper()}{word[1:]}"
    if (before := _ADVERB.match(topic)) is not None:
        how, rest = before["how"], before["rest"]
        if how is not None and how.lower() not in _NO_QUALITY:
            rest = _BE.sub(f"be {how}", rest, count=1)
        return f"{begun} {rest}?"
    before, short = _OBJECT.match(topic), last.answer.short or ""
    if before is None or not 0 < len(short.split()) <= _LONGEST_OBJECT:
        return None
    return f"{begun} {before['rest']} {short}?"


def _another(fragment: str, last: Turn) -> bool:
    """Whether a fragment says by itself what it is about: a phrase, and no name or place."""
    within, name = _PREPOSITION.match(fragment), _ONE_NAME.fullmatch(fragment.strip(" ?.!"))
    asked = set(terms(fragment))
    return not (within or name) and len(asked) > 1 and not asked <= set(terms(_topic(last)))


def _varied(fragment: str, before: str) -> str:
    """The question before with the fragment in the place of what it varies, or put behind it."""
    names = [name for name in mentions(before) if name.person]
    within = _PREPOSITION.match(fragment)
    if len(names) == 1 and not within and _ONE_NAME.fullmatch(fragment):
        return f"{before.replace(names[0].name, fragment, 1)}?"
    last = _LAST_PHRASE.search(before)
    if last and (within or _ONE_WORD.fullmatch(fragment)):
        return f"{before[: last.start()]} {fragment[:1].lower()}{fragment[1:]}?"
    return f"{before} ({fragment})?"


def _borrow(question: str, turns: Sequence[Turn]) -> str:
    """A question that needs one before it, and what that one was answered with.

    That is the latest one that says by itself what it is about. Without any it stays as it is,
    unless there is no word in it to look for.
    """
    last = next((turn for turn in reversed(turns) if not leans(_topic(turn))), None)
    if last is None and terms(question):
        return question
    last = last or turns[-1]
    text, short = _topic(last), last.answer.short
    if short not in (None, "Yes", "No") and not _ADDED.search(text):
        text = f"{text} ({short})"
    asked = question.strip(" ?.!")
    return f"{asked[:1].upper()}{asked[1:]}: {text}?"


def _topic(last: Turn) -> str:
    """What a turn was about: its question, without the one that borrowed it."""
    text = last.answer.standalone
    if text != last.answer.question:
        text = _BORROWED.sub("", text)
    return _MORE.sub("", text.strip(" ?.!"))
