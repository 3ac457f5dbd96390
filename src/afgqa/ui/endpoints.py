"""The named endpoints: the same answers as data, without HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr
from gradio.events import api

from afgqa.batch import answer_row, check_history, hit_row
from afgqa.errors import AfgqaError, QuestionError
from afgqa.types import MODES, Mode

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot

__all__ = ["add_endpoints"]

Row = dict[str, Any]
T = TypeVar("T")

_MODES = ", ".join(MODES)
# What a program asks may use one core, so that the page stays quick; the rest waits in line.
_AT_ONCE = 1


def add_endpoints(bot: Chatbot) -> None:
    """Add `/ask` and `/search` to the Blocks that is being built."""

    def ask(question: str, history: list[str] | None = None) -> Row:
        """Answer a question with the sentences that carry it, or refuse with a reason.

        `history` holds the earlier questions of the conversation, oldest first, 20 at most.
        """

        def answer() -> Row:
            conversation = bot.conversation()
            for earlier in check_history(history):
                conversation.ask(earlier)
            return answer_row(conversation.ask(_text(question)))

        return _said(answer)

    def search(query: str, k: int = 5, mode: Mode = "hybrid") -> list[Row]:
        """Return the `k` sentences nearest to the query, best first.

        `mode` is "dense", "lexical" or "hybrid".
        """

        def hits() -> list[Row]:
            if mode not in MODES:
                raise QuestionError(f"There is no mode {mode!r:.80}. Use one of {_MODES}.")
            return [hit_row(hit) for hit in bot.search(_text(query), k=k, mode=mode)]

        return _said(hits)

    for work in (ask, search):
        api(work, api_name=work.__name__, concurrency_limit=_AT_ONCE, concurrency_id="endpoints")


def _said(work: Callable[[], T]) -> T:
    """Do the work; say an error of ours to the caller in its own words, without a traceback."""
    try:
        return work()
    except AfgqaError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _text(value: object) -> str:
    """The value if it is text: a client may send whatever JSON can hold."""
    if not isinstance(value, str):
        raise QuestionError(f"A question is text, and this is not: {value!r:.80}.")
    return value
