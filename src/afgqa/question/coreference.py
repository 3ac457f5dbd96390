"""What a pronoun of a follow-up stands for: a name or a thing of the turns before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from afgqa.answers import Turn
from afgqa.language.grammar import AUXILIARY
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import PLACE_PREPOSITIONS, PREPOSITIONS, SUBORDINATORS
from afgqa.language.names import UPPER
from afgqa.language.tokens import terms
from afgqa.question.answer_type import answer_type_of
from afgqa.question.names import mentions
from afgqa.question.noun_phrases import things

__all__ = ["leans", "resolved"]

_PRONOUN = re.compile(
    r"(?<![\w-])(?:[Ss]?[Hh]e|[Hh]im|[Hh]ers?|[Hh]is|[Tt]hey|[Tt]hem|[Tt]heirs?|[Ii]ts?|[Tt]here)"
    r"(?![\w-])"
)
_HE, _SHE = ("he", "him", "his"), ("she", "her", "hers")
_OBJECT = re.compile(
    rf"\W*$|[,.;:]|\s{one_of({*PREPOSITIONS, *SUBORDINATORS})}\b"
    r"|\s(?:and|or|about|as|than|that|during|again|last|there)\b"
)
_MAKES = re.compile(r"\b(?:make|made|makes|let|lets|help|helped|see|saw|seen|hear|heard)\s$")
_NOUN = re.compile(r"\b(?:the|an?)\s[a-z]")
_CLAUSE = re.compile(rf"\b{one_of(SUBORDINATORS)}\b")
_EMPTY_IT = re.compile(
    r"\s(?:(?:is|was|has been|will be|would be)\s)?(?:not\s)?(?:true|false|correct|possible"
    r"|impossible|likely|unlikely|clear|unclear|known|unknown|said|thought|believed|expected"
    r"|necessary|important|raining|snowing|that|seems?|appears?)\b"
)
_CLOCK = re.compile(r"\b(?:time|day|date|year)\s(?:is|was)\s$")
_AFTER_AUXILIARY = re.compile(rf"\b{AUXILIARY}\s$", re.IGNORECASE)
_CAPITAL = re.compile(rf"\b[{UPPER}]")
_AUXILIARY_NEXT = re.compile(rf"\s{AUXILIARY}\b")


def leans(question: str) -> bool:
    """Whether a question has a pronoun that nothing in it explains."""
    return any(
        _points_back(match.group().lower(), question[: match.start()], question[match.end() :])
        for match in _PRONOUN.finditer(question)
    )


def resolved(question: str, turns: Sequence[Turn]) -> tuple[str, bool]:
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
        if word == "there" and before.split()[-1:] and before.split()[-1] not in PLACE_PREPOSITIONS:
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
    if not many and len(names) == 1 and names[0].word not in PLACE_PREPOSITIONS:
        many = names
    if 0 < len(many) < 3:
        return " and ".join(f"{it.name} {it.noun}".strip() for it in many)
    return _thing(word, turns)


def _thing(word: str, turns: Sequence[Turn]) -> str | None:
    """The latest unnamed thing, or things, that a turn was about."""
    several = word not in ("it", "its")
    for turn in reversed(turns):
        cited = " ".join(citation.text for citation in turn.answer.citations)
        found = [it for it in things(turn.answer.standalone, cited) if it.several is several]
        if found:  # "them" is what was counted, "they" who had it
            return found[-1 if word == "them" else 0].phrase
    return None


def _person(turns: Sequence[Turn]) -> str | None:
    for turn in reversed(turns):
        short = turn.answer.short
        # What has no capital is nobody's name: "of mostly local people".
        if short and _CAPITAL.search(short) and answer_type_of(turn.answer.standalone) == "person":
            return short
        for name in mentions(turn.answer.standalone):
            if name.person:
                return name.name
    return None


def _place(turns: Sequence[Turn]) -> str | None:
    for turn in reversed(turns):
        where = answer_type_of(turn.answer.standalone) == "place"
        if turn.answer.short is not None and where:
            return turn.answer.short
        for name in reversed(mentions(turn.answer.standalone)):
            if where or name.word in PLACE_PREPOSITIONS:
                return name.name
    return None
