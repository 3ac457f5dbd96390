"""An answer -> what its card shows: what is said first, then the evidence, then how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from afgqa.answering.explanation import Explanation
from afgqa.answering.quotation_view import Stretch, stretches
from afgqa.types import Answer, Citation
from afgqa.ui.session import Asked

__all__ = ["Card", "card", "confidence_words"]

_REFUSAL = "The article does not seem to say."
_REFUSALS = "The documents do not seem to say."


@dataclass(frozen=True, slots=True)
class Card:
    """What one turn shows. `turn` counts from 1 and scopes the citation numbers of the turn.

    `lead` is the line in strong type, in parts after each of which the number of its citation
    stands; `note` is the reason of a refusal; `searched` is the
    question as it was searched where that differs from the one that was asked. `quotes` are
    evidence when `answered`, else only the nearest sentences; `otherwise` is the number of one that
    says otherwise than the others; `suggested` are questions to ask in the place of a refused one.
    `undone` is true where a follow-up was asked as it stands, `scope` is the one document that was
    asked, `private` is true where a document of the visitor's own may be meant, `copy` is what is
    copied, `explanation` and `kept` are there once they were wanted.
    """

    turn: int
    question: str
    searched: str | None
    answered: bool
    lead: tuple[tuple[Stretch, ...], ...]
    note: str | None
    quotes: tuple[Citation, ...]
    otherwise: int | None
    suggested: tuple[str, ...]
    support: str
    confidence: float
    milliseconds: int
    undone: bool = False
    scope: str | None = None
    private: bool = False
    copy: str = ""
    explanation: Explanation | None = None
    kept: str | None = None


def card(turn: int, asked: Asked, *, several: bool = False) -> Card:
    """Return the view of a turn as the `turn`-th of its conversation, counted from 1.

    `several` is true where there are several documents to ask.
    """
    answer = asked.turn.answer
    refusal = _REFUSALS if several and asked.scope is None else _REFUSAL
    return Card(
        turn=turn,
        question=answer.question,
        searched=answer.standalone if answer.standalone != answer.question else None,
        answered=answer.answered,
        lead=_lead(answer) if answer.answered else ((Stretch(refusal),),),
        note=None if answer.reason is None else _sentence(answer.reason),
        quotes=answer.citations if answer.answered else answer.related,
        otherwise=answer.otherwise,
        suggested=answer.suggested,
        support=confidence_words(answer.confidence),
        confidence=answer.confidence,
        milliseconds=round(answer.seconds.total * 1000),
        undone=asked.alone,
        scope=asked.scope,
        private=asked.private,
        copy=_copied(answer),
        explanation=asked.explanation,
        kept=asked.kept,
    )


def _lead(answer: Answer) -> tuple[tuple[Stretch, ...], ...]:
    """The short answer, or the whole sentences where there is none, with glosses."""
    agreed = (it for it in answer.citations if it.number != answer.otherwise)
    quoted = [stretches(citation) for citation in agreed]
    if answer.short is None:
        return tuple((*[Stretch(" ")] * (n > 0), *some) for n, some in enumerate(quoted))
    parts = [part for part in map(_marked_of, quoted) if part]
    if not parts:
        return ((Stretch(answer.short),),)
    inside = any("," in stretch.text for part in parts for stretch in part if not stretch.aside)
    comma, last = ("; ", "; and ") if inside else (", ", " and ")
    joints = ["", *[comma] * (len(parts) - 2), *[last] * (len(parts) > 1)]
    return tuple(
        (*[Stretch(joint)] * bool(joint), *part) for joint, part in zip(joints, parts, strict=True)
    )


def _marked_of(quoted: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The marked words of a quotation, with what explains them."""
    found, inside = [], False
    for stretch in quoted:
        inside = stretch.marked or (inside and stretch.aside is not None)
        found += [stretch._replace(marked=False)] * inside
    return tuple(found)


def confidence_words(confidence: float) -> str:
    """Return words for a probability in 0..1.

    They change at four to one and at two to one; what is hardly likelier than not is refused.
    """
    if confidence >= 0.8:
        return "Well supported"
    return "Supported" if confidence >= 2 / 3 else "Weakly supported"


def _copied(answer: Answer) -> str:
    """Question, answer and citations as plain text, each sentence with its place."""
    lines = [answer.question, answer.text]
    lines += [
        f"[{it.number}] {''.join(map(_plain, stretches(it)))}\n"
        f"    {it.source}{f', page {it.page}' if it.page else ''}, characters {it.start}-{it.end}"
        for it in answer.citations
    ]
    return "\n".join(lines)


def _plain(stretch: Stretch) -> str:
    return stretch.text if stretch.aside is None else f" {stretch.shown}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
