"""How each type of question is answered: one row for each answer type.

Nothing else asks for the answer type: what differs between types is a column here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from afgqa.question.answer_type import AnswerType

__all__ = ["POLICIES", "Comparison", "Expansion", "Policy", "policy"]

Expansion = Literal["none", "cause", "manner", "counted", "action"]
Comparison = Literal["none", "numbers", "dates", "verdicts"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How questions of one answer type are answered.

    `whole_sentence`: a whole sentence may win though spans were found in it. `several`: other spans
    may answer too, where more than one thing is asked for. `new_words`: a span that only repeats
    words of the question is no answer. `expansion`: how a span is widened: to the clause of a cause
    or of a manner, "no" to what is counted, something done to its clause. `partitive`: a part of a
    place belongs to the span ("the north of Spain"). `comparison`: how two answers are compared for
    conflicting evidence. `typed`: the span must have a form (a name, a number, a date), which feeds
    the confidence. `verdict`: the answer is yes or no, and all of a sentence carries it.
    `quotation`: the answer is the whole quotation around a span. `speaker`: who says something is
    the answer where the question asks for that. `premise`: a sentence that contradicts what the
    question takes for granted speaks against an answer.
    """

    whole_sentence: bool = False
    several: bool = False
    new_words: bool = False
    expansion: Expansion = "none"
    partitive: bool = False
    comparison: Comparison = "none"
    typed: bool = True
    verdict: bool = False
    quotation: bool = False
    speaker: bool = False
    premise: bool = True


POLICIES: Final[Mapping[AnswerType, Policy]] = {
    "person": Policy(several=True, speaker=True),
    "identity": Policy(),
    "time": Policy(several=True, comparison="dates"),
    "place": Policy(several=True, partitive=True),
    "number": Policy(expansion="counted", comparison="numbers"),
    "duration": Policy(comparison="numbers"),
    "reason": Policy(whole_sentence=True, new_words=True, expansion="cause"),
    "manner": Policy(whole_sentence=True, expansion="manner"),
    "quote": Policy(quotation=True),
    "summary": Policy(),
    "yes-no": Policy(comparison="verdicts", typed=False, verdict=True, premise=False),
    "other": Policy(whole_sentence=True, several=True, expansion="action", typed=False),
}


def policy(answer_type: AnswerType) -> Policy:
    return POLICIES[answer_type]
