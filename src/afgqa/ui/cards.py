"""A turn of the conversation -> its card: the answer, and what a reader can do with it."""

from __future__ import annotations

from dataclasses import dataclass

from afgqa.answering.explanation import Explanation
from afgqa.presentation import NEAREST, SUGGESTED, AnswerView, QuotedSentence, answer_view
from afgqa.templating import Markup, render
from afgqa.ui.explanation_html import explanation_html
from afgqa.ui.session import Asked

__all__ = ["Card", "card", "card_html", "sentence_case"]

_REFUSAL = "The article does not seem to say."
_REFUSALS = "The documents do not seem to say."


@dataclass(frozen=True, slots=True)
class Card:
    """What one turn shows. `turn` counts from 1 and scopes the citation numbers of the turn.

    `view` is the answer; `refusal` stands in the place of its lead where there is none. `undone` is
    true where a follow-up was asked as it stands, `scope` is the one document that was asked,
    `private` is true where a document of the visitor's own may be meant. `copy` is what is copied,
    `explanation` and `kept` are there once they were wanted.
    """

    turn: int
    view: AnswerView
    refusal: str
    milliseconds: int
    undone: bool = False
    scope: str | None = None
    private: bool = False
    copy: str = ""
    explanation: Explanation | None = None
    kept: str | None = None

    @property
    def quoted(self) -> tuple[QuotedSentence, ...]:
        """The agreeing sentences that the lead does not give in full already."""
        lead = self.view.lead_text
        return tuple(
            sentence for sentence in self.view.agreeing if sentence.citation.text not in lead
        )

    @property
    def note(self) -> str:
        """The reason of a refusal as a sentence."""
        return sentence_case(self.view.reason or "")


def card(turn: int, asked: Asked) -> Card:
    """Return the view of a turn as the `turn`-th of its conversation, counted from 1."""
    answer = asked.turn.answer
    view = answer_view(answer)
    return Card(
        turn=turn,
        view=view,
        refusal=_REFUSALS if asked.several and asked.scope is None else _REFUSAL,
        milliseconds=round(answer.seconds.total * 1000),
        undone=asked.alone,
        scope=asked.scope,
        private=asked.private,
        copy=_copied(view),
        explanation=asked.explanation,
        kept=asked.kept,
    )


def card_html(card: Card) -> Markup:
    """Return the question and its card."""
    found = card.explanation
    return render(
        "ui/templates/card.html",
        card=card,
        explanation=None if found is None else explanation_html(found),
        nearest_title=NEAREST,
        suggested_title=SUGGESTED,
    )


def sentence_case(text: str) -> str:
    """The text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def _copied(view: AnswerView) -> str:
    """Question, answer and citations as plain text, each sentence with its place."""
    quoted = (
        f"[{sentence.citation.number}] {sentence.as_text()}\n    {sentence.place}"
        for sentence in view.cited
    )
    return "\n".join([view.question, view.text, *quoted])
