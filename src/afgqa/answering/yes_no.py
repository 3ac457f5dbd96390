"""Yes or no: whether a sentence affirms what a question asks, or denies it.

Question and sentence are compared term by term: each term that both hold is affirmed or denied
in each, by the negations whose scope it lies in. The majority decides, and an opposite of what
was asked turns it round. What the words alone do not settle stays open. So does what one word in
common would affirm, for that is mostly the thing that is asked about, and not what is asked of it;
what most words affirm and one denies; and what leaves out the number or the day that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, Literal

from afgqa.language.lexicon.calendar import MONTHS, WEEKDAYS
from afgqa.language.quotations import QUOTATION
from afgqa.language.tokens import spots, terms

__all__ = ["Verdict", "contradicts", "verdict"]

Verdict = Literal["Yes", "No"]

_CLAUSE: Final = re.compile(
    r"[,;:—]|\b(?:and|but|while|whereas|although|though|because|that|which|who)\b", re.IGNORECASE
)
# "Stop during", "quit nothing" and "stop in the morning" name no doing that goes on.
_DOING: Final = r"(?!during\b|(?:any|every|some|no)?thing\b|morning\b|evening\b)\w+ing\b"
_STOP: Final = rf" (?:\w+ly )?(?:stop(?:s|ped)?|cease[sd]?|quits?) (?:\w+ly )?{_DOING}"
_GOES_ON: Final = rf"(?!{_STOP})"
# These deny their whole clause, the subject before them too; "not only" and "never stop doing" deny
# nothing.
_OF_CLAUSE: Final = re.compile(
    rf"\b(?:not(?! (?:only|just|least|until)\b){_GOES_ON}|never{_GOES_ON}|cannot{_GOES_ON}|neither"
    r"|nobody|nothing|none|fail(?:s|ed)? to|refuse[sd]? to|unable to|no longer)\b"
    rf"|n['’]t\b{_GOES_ON}",
    re.IGNORECASE,
)
# These deny what follows them; "No. 5" and "no less than" deny nothing.
_OF_REST: Final = re.compile(
    r"\b(?:no(?! (?:longer|doubt|less|fewer|more)\b|\.? \d)|without|nor|lack(?:s|ed|ing)?"
    r"|absent)\b",
    re.IGNORECASE,
)
# What is asked by one of these is said by the other.
_KEEP: Final = re.compile(
    rf"\b(?:continue[sd]? to\b|(?:keeps?|kept|continue[sd]?|go(?:es)? on|went on) {_DOING})", re.I
)
_NEVER_STOP: Final = re.compile(rf"\b(?:(?:not|never|cannot)|\w+n['’]t){_STOP}", re.IGNORECASE)
_ONLY: Final = re.compile(r"\b(?:only|solely|exclusively|nothing but|nobody but)\b", re.IGNORECASE)
_ALSO: Final = re.compile(
    r"\b(?:in addition|as well as|also|besides|together with|along with|both)\b", re.IGNORECASE
)
_ALL: Final = re.compile(
    r"\b(?:all|every|each|everyone|everybody|everything|always)\b", re.IGNORECASE
)
_SOME: Final = re.compile(
    r"\b(?:some|most|many|several|few|half|part|sometimes|often|mostly|usually)\b", re.IGNORECASE
)
_EXCEPT: Final = re.compile(r"\b(?:except|apart from|other than|save for)\b", re.IGNORECASE)
# Words in common with a question of more than one: a single one is mostly the name of what is asked
# about. A name of several words is one.
_AFFIRMED: Final = 2
_NAME: Final = re.compile(r"[A-Z][\w.’'-]*(?: (?:of )?(?:the )?[A-Z][\w.’'-]*)*")
_OPPOSITES: Final = """
    open:closed,shut accept:reject,refuse agree:disagree allow:forbid,ban,prohibit permit:forbid,ban
    permit:prohibit legal:illegal possible:impossible true:false safe:dangerous,unsafe alive:dead
    begin:end start:end,stop,finish increase:decrease,reduce,fall,shrink rise:fall,drop,sink
    grow:shrink improve:worsen,deteriorate better:worse best:worst high:low strong:weak rich:poor
    early:late hot:cold warm:cold wet:dry full:empty long:short large:small big:small fast:slow
    quick:slow easy:difficult,hard cheap:expensive,dear common:rare similar:different
    alike:different succeed:fail win:lose gain:lose support:oppose confirm:deny
    admit:deny include:exclude arrive:leave enter:leave buy:sell remember:forget build:destroy
    public:private guilty:innocent inside:outside present:absent healthy:sick,ill happy:unhappy,sad
    likely:unlikely able:unable popular:unpopular equal:unequal visible:invisible first:last
    north:south east:west young:old new:old major:minor majority:minority
    move:stay,stand forward:backward survive:die,kill,perish reopen:close,shut lift:impose
    release:arrest,detain,imprison peace:war raise:lower advance:retreat appoint:dismiss hire:fire
    appear:disappear create:destroy encourage:discourage trust:distrust,mistrust praise:criticize
    approve:reject,veto join:leave alive:kill marry:divorce victory:defeat friend:enemy ally:enemy
    friendly:hostile peaceful:violent
"""


def verdict(question: str, sentence: str) -> Verdict | None:
    """Whether `sentence` answers the yes-no `question` by yes or by no; None where it is open.

    The sentence is taken to be about what is asked: whether it is, is not told from words.
    """
    sentence = _quotation(sentence)
    asked, said = _denied(question), _denied(sentence)
    votes, turned, mixed = 0, False, False
    words = _words(question)
    shared: set[int] = set()
    keeps = _KEEP.search(question) is not None and _NEVER_STOP.search(sentence) is not None
    for term, denied in asked.items():
        # What the question says itself is no opposite of what it asks: "the first ... last year".
        against = _opposites().get(term, frozenset()) - asked.keys()
        opposite = next((other for other in sorted(against) if other in said), None)
        word = term if term in said else opposite
        if word is not None:
            shared.add(words[term])
            vote = _agree(denied, said[word])
            votes, mixed = votes + vote, mixed or vote < 0
            turned |= word != term
    enough = len(shared) + keeps >= min(_AFFIRMED, len(set(words.values())))
    # What is said of more than was asked, or of less, is no yes, whatever else is said of it.
    if enough and _limited(question, sentence):
        return "No"
    if votes == 0 or (votes > 0 and mixed):
        return None
    if (votes > 0) is turned:
        return "No"
    exact = {term for term in asked if term[0].isdecimal() or term in _dates()}
    return "Yes" if enough and exact <= said.keys() else None


def contradicts(question: str, sentence: str) -> bool:
    """Whether `sentence` says the opposite of what `question` takes for granted.

    It affirms the opposite of a word that the question affirms, or denies it where the question
    does, and does not have the word itself: "When did it reopen?" where it "remains closed".
    """
    asked, said = _denied(question), _denied(_quotation(sentence))
    return any(
        _agree(denied, said[other]) > 0
        for term, denied in asked.items()
        if term not in said
        for other in _opposites().get(term, frozenset()) - asked.keys()
        if other in said
    )


def _quotation(sentence: str) -> str:
    """The quotation that makes up most of a sentence, if one does: who says it affirms nothing."""
    longest = max(QUOTATION.findall(sentence), key=len, default="")
    return longest if 2 * len(longest) > len(sentence) else sentence


def _agree(one: bool | None, other: bool | None) -> int:
    """1 where both are affirmed or both denied, -1 where not; a term that is both has no vote."""
    return 0 if one is None or other is None else 1 if one == other else -1


def _words(question: str) -> dict[str, int]:
    """Where each term of the question stands; those of one name stand where it begins."""
    names = [match.span() for match in _NAME.finditer(question)]
    return {
        term: next((a for a, b in names if a <= start < b), start)
        for term, start, _ in spots(question)
    }


def _limited(question: str, sentence: str) -> bool:
    """Whether more is said than was asked for ("only"), or less ("all")."""
    if _ONLY.search(question):
        return _ALSO.search(sentence) is not None
    less = _EXCEPT.search(sentence) or (_SOME.search(sentence) and not _ALL.search(sentence))
    return _ALL.search(question) is not None and bool(less)


def _denied(text: str) -> dict[str, bool | None]:
    """Every term of the text, and whether it is denied; None where it is here and not there."""
    scopes = [*_scopes(text)]
    found: dict[str, bool | None] = {}
    for term, start, _ in spots(text):
        denied = sum(a <= start < b for a, b in scopes) % 2 == 1
        found[term] = denied if found.get(term, denied) == denied else None
    return found


def _scopes(text: str) -> Iterator[tuple[int, int]]:
    """What each negation denies: its clause, or the rest of it."""
    breaks = [match.span() for match in _CLAUSE.finditer(text)]
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(text)]
    for start, end in zip(starts, ends, strict=True):
        for _ in _OF_CLAUSE.finditer(text, start, end):
            yield start, end
        for match in _OF_REST.finditer(text, start, end):
            yield match.end(), end


@cache
def _dates() -> frozenset[str]:
    """The terms for days of the week and months; "may" is no term."""
    return frozenset(terms(" ".join((*WEEKDAYS, *MONTHS))))


@cache
def _opposites() -> dict[str, frozenset[str]]:
    """The opposites of each term, in both directions."""
    found: dict[str, set[str]] = {}
    for pair in _OPPOSITES.split():
        one, others = pair.split(":")
        for other in others.split(","):
            for a, b in ((one, other), (other, one)):
                (first,), (second,) = terms(a), terms(b)
                found.setdefault(first, set()).add(second)
    return {term: frozenset(others) for term, others in found.items()}
