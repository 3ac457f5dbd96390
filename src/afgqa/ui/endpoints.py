"""The named endpoints: the same answers as data, without HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import gradio as gr
from gradio.events import api

from afgqa.errors import AfgqaError, InputError, QuestionError
from afgqa.kept_citations import cited_from, verification_row
from afgqa.serialization import answer_row, check_history, explanation_row, hit_row
from afgqa.types import MODES, Mode

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot
from afgqa.conversation import Conversation

__all__ = ["add", "add_endpoints", "asked", "found", "said"]

Row = dict[str, Any]
T = TypeVar("T")

_MODES = ", ".join(MODES)
# What a program asks may use one core, so that the page stays quick; the rest waits in line.
_AT_ONCE = 1
# Each that is gone is compared with every stretch of its length in its document.
_CITATIONS = 500
_QUOTED = 100_000  # characters of all of them together


def add_endpoints(bot: Chatbot) -> None:
    """Add `/ask`, `/search`, `/explain` and `/verify` to the Blocks that is being built."""

    def ask(question: str, history: list[str] | None = None) -> Row:
        """Answer a question with the sentences that carry it, or refuse with a reason.

        `history` holds the earlier questions of the conversation, oldest first, 20 at most.
        """
        return said(lambda: asked(bot, question, history))

    def search(query: str, k: int = 5, mode: Mode = "hybrid") -> list[Row]:
        """Return the `k` sentences nearest to the query, best first.

        `mode` is "dense", "lexical" or "hybrid".
        """
        return said(lambda: found(bot, query, k, mode))

    def explain(question: str, history: list[str] | None = None) -> Row:
        """Answer a question as `/ask` does, and tell how the answer came about.

        What was found, what was weighed and dropped, and the parts of the confidence.
        """

        def explanation() -> Row:
            conversation = _talk(bot, question, history)
            return explanation_row(conversation.explain(question))

        return said(explanation)

    def verify(citations: list[dict[str, Any]]) -> list[Row]:
        """Tell what became of citations in the documents as they are by now, one row each.

        A citation has at least `doc_id`, `sha256`, `start`, `end` and `text`, as in an answer.
        """

        def states() -> list[Row]:
            if not isinstance(citations, list):
                raise InputError(f"Citations must be a list, not {citations!r:.80}.")
            if len(citations) > _CITATIONS:
                raise InputError(
                    f"There are {len(citations):,} citations; the limit is {_CITATIONS}. "
                    "Send them in several calls."
                )
            ready = [cited_from(one, f"citation {n}") for n, one in enumerate(citations, start=1)]
            if (length := sum(len(one.text) for one in ready)) > _QUOTED:
                raise InputError(
                    f"The citations have {length:,} characters in total; the limit is {_QUOTED:,}. "
                    "Send them in several calls."
                )
            return [verification_row(one) for one in bot.verify(ready)]

        return said(states)

    for work in (ask, search, explain, verify):
        add(work)


def add(
    work: Callable[..., object], visibility: Literal["public", "undocumented"] = "public"
) -> None:
    """Add a function as an endpoint of its name; all of them wait in one line."""
    api(
        work,
        api_name=work.__name__,
        api_visibility=visibility,
        concurrency_limit=_AT_ONCE,
        concurrency_id="endpoints",
    )


def asked(bot: Chatbot, question: object, history: object) -> Row:
    """The answer to a question after others, as a row; AfgqaError for what cannot be asked."""
    return answer_row(_talk(bot, question, history).ask(_text(question)))


def found(bot: Chatbot, query: object, k: int, mode: Mode) -> list[Row]:
    """The nearest sentences as rows, best first; AfgqaError for what cannot be searched."""
    if mode not in MODES:
        raise QuestionError(f"Unknown mode {mode!r:.80}. Use one of {_MODES}.")
    return [hit_row(hit) for hit in bot.search(_text(query), k=k, mode=mode)]


def said(work: Callable[[], T]) -> T:
    """Do the work; say an error of ours to the caller in its own words, without a traceback."""
    try:
        return work()
    except AfgqaError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _talk(bot: Chatbot, question: object, history: object) -> Conversation:
    """A conversation in which the earlier questions were asked; the next one is text."""
    earlier, _ = check_history(history), _text(question)
    conversation = bot.conversation()
    for one in earlier:
        conversation.ask(one)
    return conversation


def _text(value: object) -> str:
    """The value if it is text: a client may send whatever JSON can hold."""
    if not isinstance(value, str):
        raise QuestionError(f"A question must be text, not {value!r:.80}.")
    return value
