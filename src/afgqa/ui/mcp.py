"""The same answers as tools of the Model Context Protocol, which Gradio serves."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import gradio as gr
from gradio_client import Client

from afgqa.errors import AfgqaError
from afgqa.types import Mode
from afgqa.ui.endpoints import add, asked, found, said

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot

__all__ = ["TOOLS", "add_tools", "serve_tools"]

TOOLS: Final = ("ask_article", "search_article")


def add_tools(bot: Chatbot) -> None:
    """Add the functions of the tools to the Blocks that is being built.

    `serve_tools` serves them. They give JSON as text: anything else would reach a client in
    Python's notation.
    """

    def ask_article(question: str, history: list[str] | None = None) -> str:
        """Answer a question in English with sentences quoted from the article, or refuse.

        The result is a JSON object. Where "answered" is true, "short" is the short answer (null
        where it is the whole sentence), "text" the answer in words, in which [1] points to the
        citation of that number, and "citations" are verbatim sentences with their document and
        their place in it, in characters. Where it is false, "reason" says why the article does
        not answer, and "related" are the nearest sentences: near, not evidence. "confidence"
        estimates the probability that the article answers the question. A citation proves
        what the article says, not that it is true.

        Args:
            question: One question in plain words; it may point back to the history.
            history: The earlier questions of the conversation, oldest first, at most 20.
        """
        return said(lambda: _json(asked(bot, question, history)))

    def search_article(query: str, k: int = 5, mode: Mode = "hybrid") -> str:
        """Find the sentences of the article that are nearest to a query; nothing is answered.

        The result is a JSON list, best first, of verbatim sentences ("text") with their document
        and their place in it ("doc_id", "start", "end", in characters) and the evidence for each:
        "score" (0 to 1), the cosine to the query ("similarity"), the share of the query's
        salient terms that it holds ("coverage"), and its rank in both searches.

        Args:
            query: What to look for, in words.
            k: How many sentences, 1 or more.
            mode: By meaning (dense), by terms (lexical), or by both (hybrid).
        """
        return said(lambda: _json(found(bot, query, k, mode)))

    for work in (ask_article, search_article):
        add(work, visibility="undocumented")


def serve_tools(blocks: gr.Blocks, url: str, headers: Mapping[str, str]) -> None:
    """Offer these two tools at the server that Gradio made for tools when `blocks` was mounted.

    They and nothing else are tools: by itself Gradio would offer every endpoint that it documents.
    Gradio calls the endpoints over HTTP: at `url`, with `headers`. AfgqaError where there is no
    server for tools.
    """
    server = blocks.mcp_server_obj
    if server is None:
        raise AfgqaError(
            f"The tools cannot be served: {blocks.mcp_error or 'Gradio gives no reason'}. "
            "Install the packages of requirements.txt."
        )
    server.api_info = blocks.get_api_info(all_endpoints=True)
    server.tool_to_endpoint = {name: f"/{name}" for name in TOOLS}
    # Made by the first call: before that nobody answers at this address.
    server._get_or_create_client = functools.cache(  # type: ignore[method-assign]
        lambda: Client(
            url,
            download_files=False,
            verbose=False,
            analytics_enabled=False,
            headers={**headers},
            _skip_components=False,
        )
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
