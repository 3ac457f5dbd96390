"""Yes or no: whether a sentence affirms what a question asks, or denies it.

Question and sentence are compared term by term: each term that both hold is affirmed or denied
in each, by the negations whose scope it lies in. The majority decides, and an opposite of what
was asked turns it round. What the words alone do not settle stays open. So does what one word in
common would affirm, for that is mostly the thing that is asked about, and not what is asked of it;
what most words affirm and one denies; and what leaves out the number or the day that is asked for.
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

from afgqa.language.antonyms import antonyms
from afgqa.language.lexicon.calendar import MONTHS, WEEKDAYS
from afgqa.language.names import NAME
from afgqa.language.negation import goes_on, never_stops, polarities
from afgqa.language.quantifiers import says_all, says_also, says_less_than_all, says_only
from afgqa.language.quotations import QUOTATION
from afgqa.language.tokens import terms, token_offsets
from afgqa.types import Verdict

__all__ = ["YesNo", "contradicts", "given", "verdict"]

YesNo = Literal["Yes", "No"]

# Words in common with a question of more than one: a single one is mostly the name of what is asked
# about. A name of several words is one.
_AFFIRMED: Final = 2


def verdict(question: str, sentence: str) -> YesNo | None:
    """Whether `sentence` answers the yes-no `question` by yes or by no; None where it is open.

    The sentence is taken to be about what is asked: whether it is, is not told from words.
    """
    sentence = _quotation(sentence)
    asked, said = polarities(question), polarities(sentence)
    votes, turned, mixed = 0, False, False
    words = _words(question)
    shared: set[int] = set()
    keeps = goes_on(question) and never_stops(sentence)  # one says what the other asks
    for term, denied in asked.items():
        # What the question says itself is no opposite of what it asks: "the first ... last year".
        against = antonyms(term) - asked.keys()
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


def given(verdict: Verdict, threshold: float) -> YesNo | None:
    """The yes or no of a reader where it is likely enough (0..1); None where it is open."""
    if max(verdict.yes, verdict.no) < threshold:
        return None
    return "Yes" if verdict.yes >= verdict.no else "No"


def contradicts(question: str, sentence: str) -> bool:
    """Whether `sentence` says the opposite of what `question` takes for granted.

    It affirms the opposite of a word that the question affirms, or denies it where the question
    does, and does not have the word itself: "When did it reopen?" where it "remains closed".
    """
    asked, said = polarities(question), polarities(_quotation(sentence))
    return any(
        _agree(denied, said[other]) > 0
        for term, denied in asked.items()
        if term not in said
        for other in antonyms(term) - asked.keys()
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
    names = [match.span() for match in NAME.finditer(question)]
    return {
        term: next((a for a, b in names if a <= start < b), start)
        for term, start, _ in token_offsets(question)
    }


def _limited(question: str, sentence: str) -> bool:
    """Whether more is said than was asked for ("only"), or less ("all")."""
    if says_only(question):
        return says_also(sentence)
    return says_all(question) and says_less_than_all(sentence)


@cache
def _dates() -> frozenset[str]:
    """The terms for days of the week and months; "may" is no term."""
    return frozenset(terms(" ".join((*WEEKDAYS, *MONTHS))))
