"""A follow-up to a standalone question: what "she", "there" or "why?" points back to.

The rewriting is local and plain. A pronoun gives way to the name it can stand for, where the
turns before offer just one; else the question borrows the one before it, after a colon. A
fragment ("And in September?") is put behind the question that it varies, in brackets. The first
question of a conversation is never rewritten, nor is one that points to nothing outside itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from afgqa.kinds import AUXILIARY, UPPER, kind_of
from afgqa.mentions import PLACES, mentions
from afgqa.summaries import asks_for_summary
from afgqa.terms import terms
from afgqa.things import things
from afgqa.types import Turn

__all__ = ["standalone"]

_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_MORE = re.compile(
    r"^\W*(?:(?:and|but|also|or|then|so(?! far\b| called\b)|what about|how about)\b[\s,]*)+",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"^\W*(?:(?:by|with|to|for|from|since|until|of|in|on|at)\s)?{_WH}(?:\s(?:else|not|so|exactly"
    r"|then|ones?|many|much|long|old|often|far|to|from|for|with|come|time|year|day))?\W*$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?:in|on|at|to|from|for|with|by|after|before|during|since|until)\b", re.IGNORECASE
)
_ASKS = re.compile(rf"^(?:{_WH}|{AUXILIARY})\b", re.IGNORECASE)
_LONGEST_FRAGMENT = 6  # words; what is longer says enough by itself
# "When was he killed": another question word can take the place of the first.
_ADVERB = re.compile(rf"^(?:when|where|why|how)\s(?P<rest>{AUXILIARY}\s.+)$", re.IGNORECASE)
_ADVERB_ALONE = re.compile(r"(?:when|where|why|how)", re.IGNORECASE)
_ONE_NAME = re.compile(rf"[{UPPER}][\w’'.-]*(?: [{UPPER}][\w’'.-]*){{0,3}}")
_ONE_WORD = re.compile(r"[a-z][\w-]*")
_LAST_PHRASE = re.compile(
    r" (?:in|on|at|during|after|before|since|until|for|with|by|from|to)\s"
    r"(?:(?!(?:in|on|at|during|after|before|since|until|for|with)\b)[\w’'.-]+ ?){1,4}$"
)
_BORROWED = re.compile(r"^[^:]*: (?=.*\?$)")
_ADDED = re.compile(r" \([^()]*\)$")

_PERIOD = r"(?:year|month|week|day|decade|century)\b"
_HERE = rf"(?:{_PERIOD}|(?:article|text|document|report|story)\b)"
_DEMONSTRATIVE = re.compile(
    rf"(?:^\W*(?:{_WH}\s)?(?:{AUXILIARY}\s)?|\b(?:after|before|of|about|by|for|in|during|since|with"
    rf"|from|to)\s)(?:that|those|th(?:is|ese)(?!\s{_HERE}))\b"
    r"|\b(?:this|that|these|those)\W*$",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?<![\w-])(?:[Ss]?[Hh]e|[Hh]im|[Hh]ers?|[Hh]is|[Tt]hey|[Tt]hem|[Tt]heirs?|[Ii]ts?|[Tt]here)"
    r"(?![\w-])"
)
_HE, _SHE = ("he", "him", "his"), ("she", "her", "hers")
_OBJECT = re.compile(
    r"\W*$|[,.;:]|\s(?:in|on|at|to|for|by|with|from|of|and|or|about|as|than|after|before|when|while"
    r"|because|if|that|during|again|last|there)\b"
)
_MAKES = re.compile(r"\b(?:make|made|makes|let|lets|help|helped|see|saw|seen|hear|heard)\s$")
_NOUN = re.compile(r"\b(?:the|an?)\s[a-z]")
_CLAUSE = re.compile(r"\b(?:because|if|when|while|after|before|since|until|although)\b")
_EMPTY_IT = re.compile(
    r"\s(?:(?:is|was|has been|will be|would be)\s)?(?:not\s)?(?:true|false|correct|possible"
    r"|impossible|likely|unlikely|clear|unclear|known|unknown|said|thought|believed|expected"
    r"|necessary|important|raining|snowing|that|seems?|appears?)\b"
)
_CLOCK = re.compile(r"\b(?:time|day|date|year)\s(?:is|was)\s$")
_AFTER_AUXILIARY = re.compile(rf"\b{AUXILIARY}\s$", re.IGNORECASE)
_AUXILIARY_NEXT = re.compile(rf"\s{AUXILIARY}\b")


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """`question` so that it can be searched by itself, given the turns before it, oldest first."""
    if not turns or asks_for_summary(question):
        return question
    opened = _MORE.sub("", question)
    if _BARE.match(opened):
        return _exchanged(opened, turns[-1]) or _borrow(opened, turns)
    resolved, sure = _resolve(opened, turns)
    fragment = opened != question or _PREPOSITION.match(opened)
    if fragment and not _ASKS.match(opened) and len(opened.split()) <= _LONGEST_FRAGMENT:
        if not (sure and terms(resolved)):
            return _borrow(question, turns)
        return _varied(resolved.strip(" ?.!"), _ADDED.sub("", _topic(turns[-1])))
    if not sure or _DEMONSTRATIVE.search(resolved):
        return _borrow(resolved, turns)
    return question if resolved == opened else resolved


def _exchanged(asked: str, last: Turn) -> str | None:
    """The question before with another question word; None where that makes none."""
    before = _ADVERB.match(_topic(last))
    word = asked.strip(" ?.!,")
    if before is None or not _ADVERB_ALONE.fullmatch(word):
        return None
    return f"{word[:1].upper()}{word[1:]} {before['rest']}?"


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


def _resolve(question: str, turns: Sequence[Turn]) -> tuple[str, bool]:
    """The question with names for its pronouns, and whether every pronoun got one."""
    text, at, sure = "", 0, True
    other: tuple[str, ...] = ()
    for match in _PRONOUN.finditer(question):
        word = match.group().lower()
        before, after = question[: match.start()], question[match.end() :]
        if word in other or not _points_back(word, before, after):
            continue
        name = _referent(word, turns)
        if name is None:
            sure = False
            continue
        if word in _HE + _SHE:  # there is one name for both
            other = _SHE if word in _HE else _HE
        if word == "there" and before.split()[-1:] and before.split()[-1] not in PLACES:
            name = f"in {name}"
        owner = word == "her" and not _OBJECT.match(after) and not _MAKES.search(before)
        if owner or word in ("his", "its", "their", "theirs", "hers"):
            name += "’" if word.startswith("their") and name.endswith("s") else "’s"
        text += question[at : match.start()] + name
        at = match.end()
    text += question[at:]
    return (text[:1].upper() + text[1:] if at else text), sure


def _points_back(word: str, before: str, after: str) -> bool:
    """Whether a pronoun between `before` and `after` stands for something outside the question."""
    if word == "there":  # not "is there a deal", "there are three"
        exists = _AFTER_AUXILIARY.search(before) and re.match(r"\s\w", after)
        return not exists and not _AUXILIARY_NEXT.match(after)
    if word == "it" and (_EMPTY_IT.match(after) or _CLOCK.search(before)):
        return False
    if word in ("him", "them") or (word in ("it", "her") and _OBJECT.match(after)):
        return True
    noun = _NOUN.search(before)
    if noun and _CLAUSE.search(before, noun.end()):  # "Did the wall fall because it was old?"
        return False
    names = mentions(before)
    if word in _HE + _SHE:
        return not any(name.person for name in names)
    if word in ("they", "their", "theirs"):
        return not any(name.many for name in names)
    return not names


def _referent(word: str, turns: Sequence[Turn]) -> str | None:
    """What a pronoun can stand for; None when that is not one thing for sure."""
    if word in _HE + _SHE:
        return _person(turns)
    if word == "there":
        return _place(turns)
    last = turns[-1].answer.standalone
    names = mentions(last)
    if word in ("it", "its"):  # only what a question is wholly about is sure to be "it"
        alone = len(names) == 1 and set(terms(last)) <= set(terms(names[0].name))
        return names[0].name if alone else _thing(word, turns)
    many = [name for name in names if name.many]
    if not many and len(names) == 1 and names[0].word not in PLACES:
        many = names
    if 0 < len(many) < 3:
        return " and ".join(f"{it.name} {it.noun}".strip() for it in many)
    return _thing(word, turns)


def _thing(word: str, turns: Sequence[Turn]) -> str | None:
    """The latest unnamed thing, or things, that a turn was about."""
    several = word not in ("it", "its")
    for turn in reversed(turns):
        cited = " ".join(citation.text for citation in turn.answer.citations)
        found = [it for it in things(_topic(turn), cited) if it.several is several]
        if found:  # "them" is what was counted, "they" who had it
            return found[-1 if word == "them" else 0].phrase
    return None


def _person(turns: Sequence[Turn]) -> str | None:
    for turn in reversed(turns):
        if turn.answer.short is not None and kind_of(turn.answer.standalone) == "person":
            return turn.answer.short
        for name in mentions(turn.answer.standalone):
            if name.person:
                return name.name
    return None


def _place(turns: Sequence[Turn]) -> str | None:
    for turn in reversed(turns):
        where = kind_of(turn.answer.standalone) == "place"
        if turn.answer.short is not None and where:
            return turn.answer.short
        for name in reversed(mentions(turn.answer.standalone)):
            if where or name.word in PLACES:
                return name.name
    return None


def _borrow(question: str, turns: Sequence[Turn]) -> str:
    """A question that needs one before it, and what that one was answered with.

    That is the latest one that says by itself what it is about. Without any it stays as it is,
    unless there is no word in it to look for.
    """
    last = next((turn for turn in reversed(turns) if not _leans(_topic(turn))), None)
    if last is None and terms(question):
        return question
    last = last or turns[-1]
    text, short = _topic(last), last.answer.short
    if short not in (None, "Yes", "No") and not _ADDED.search(text):
        text = f"{text} ({short})"
    asked = question.strip(" ?.!")
    return f"{asked[:1].upper()}{asked[1:]}: {text}?"


def _leans(question: str) -> bool:
    """Whether a question has a pronoun that nothing in it explains."""
    return any(
        _points_back(match.group().lower(), question[: match.start()], question[match.end() :])
        for match in _PRONOUN.finditer(question)
    )


def _topic(last: Turn) -> str:
    """What a turn was about: its question, without the one that borrowed it."""
    text = last.answer.standalone
    if text != last.answer.question:
        text = _BORROWED.sub("", text)
    return _MORE.sub("", text.strip(" ?.!"))
