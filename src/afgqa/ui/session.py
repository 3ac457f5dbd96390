"""What one visitor has asked and brought along: a value that is exchanged with every action."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from afgqa.answers import Turn

if TYPE_CHECKING:
    from afgqa.answering.explanation import Explanation
    from afgqa.chatbot import Chatbot
    from afgqa.evaluation import Report

__all__ = ["Asked", "Run", "Session"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn as it was asked.

    `scope` is the id of the one document that was asked (None: all), `alone` is true where the
    question was taken as it stands, `several` where there were several documents by then: a turn
    is worded as it was, whatever comes later. `private` is true where it may be about a document
    of the visitor's own: what is so stays in the session. `explanation` is there once the visitor
    wanted it, `kept` once there is a verdict: what was written down, in words.
    """

    turn: Turn
    scope: str | None = None
    alone: bool = False
    several: bool = False
    private: bool = False
    explanation: Explanation | None = None
    kept: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A question set that was run: its name, when it ended, and what came of it."""

    name: str
    ended: str
    report: Report


@dataclass(frozen=True, slots=True)
class Session:
    """The turns of a conversation, and the visitor's own documents.

    `own` answers from the documents that the visitor brought, which nobody else sees; None
    before the first. `added` tells when each of them came, by its id.
    """

    asked: tuple[Asked, ...] = ()
    own: Chatbot | None = None
    added: tuple[tuple[str, str], ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns alone, oldest first."""
        return tuple(it.turn for it in self.asked)

    def with_turn(self, number: int, asked: Asked) -> Session:
        """The session with another turn in the place of the one of this number, from 1."""
        turns = list(self.asked)
        turns[number - 1] = asked
        return replace(self, asked=tuple(turns))

    def forget(self) -> None:
        """Let go of the visitor's documents."""
        if self.own is not None:
            self.own.close()
