"""The page: the article beside the conversation, and the named endpoints of the same program.

One event carries a question to its answer. What a visitor has asked lives in that visitor's
session and nowhere else. Nothing on the page comes from another host.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.middleware import Middleware

from afgqa.errors import AfgqaError, InputError
from afgqa.types import Document, Turn
from afgqa.ui.answers import card, conversation_html
from afgqa.ui.article import article, article_html
from afgqa.ui.endpoints import add_endpoints
from afgqa.ui.headers import Headers
from afgqa.ui.mcp import add_tools, launch_with_tools

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot

__all__ = ["build", "launch"]

# More chips than this are a list to study, not an invitation.
_EXAMPLES = 5

# Calls of the endpoints that may wait; at some 50 ms each the last of them waits seconds.
_WAITING = 32

# Names of fonts that a system may have; a name is looked up there, never fetched.
_SANS = ("Inter", "system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")


def build(bot: Chatbot) -> gr.Blocks:
    """Return the page of a chatbot, not yet served; `launch` dresses and serves it."""
    documents = bot.documents
    examples = _examples(documents)

    def redraw() -> Any:
        """The articles as they are by now; what the page was built with is left as it is."""
        now = bot.documents
        return gr.skip() if _state(now) == _state(documents) else _drawn(bot, now)

    def answer(turns: tuple[Turn, ...], event: gr.EventData) -> tuple[str, tuple[Turn, ...]]:
        """Ask in the visitor's conversation; what cannot be asked leaves it as it was."""
        problem = None
        try:
            conversation = bot.conversation(turns)
            conversation.ask(str(event.question))
            turns = conversation.turns
        except AfgqaError as error:
            problem = str(error)
        cards = [card(number, turn.answer) for number, turn in enumerate(turns, start=1)]
        pane = conversation_html(
            cards, examples=examples, problem=problem, serial=int(event.serial)
        )
        return pane, turns

    blocks: gr.Blocks = gr.Blocks(title="afgqa", analytics_enabled=False, fill_width=True)
    with blocks:
        session = gr.State(())
        with gr.Column(elem_id="page"):
            _html(_static("header.html"), "header")
            with gr.Column(elem_id="side"):
                talk = _html(
                    conversation_html((), examples=examples),
                    "talk",
                    # The pane has been drawn anew: page.js marks what it cites.
                    on_load="watch('value', () => document.dispatchEvent(new Event('afgqa')))",
                )
                form = _html(_static("ask.html"), "ask", on_load=_static("page.js"))
            shown = _html(
                _drawn(bot, documents),
                "article",
                on_load="watch('value', () => document.dispatchEvent(new Event('afgqa-article')))",
            )
        blocks.load(
            redraw, outputs=shown, queue=False, show_progress="hidden", api_visibility="private"
        )
        # Not queued: a visitor's question costs one request and no second connection.
        asked = form.submit(
            answer,
            inputs=session,
            outputs=[talk, session],
            queue=False,
            show_progress="hidden",
            api_visibility="private",
        )
        asked.failure(
            None,
            js="() => document.dispatchEvent(new Event('afgqa-failed'))",
            api_visibility="private",
        )
        add_endpoints(bot)
        add_tools(bot)
    # Closed to calls that would pass the queue by.
    blocks.queue(max_size=_WAITING, api_open=False)
    return blocks


def launch(
    bot: Chatbot,
    *,
    host: str = "127.0.0.1",
    port: int | None = 7860,
    ready: Callable[[str], None] | None = None,
    wait: bool = True,
) -> gr.Blocks:
    """Serve the page at `host:port` and return it; `close()` on what is returned stops it.

    `ready` is called with the address once the page can be opened; `port` None takes a free one
    from 7860 on. Returns at once with `wait` off, else when the user interrupts (Ctrl-C). Raises
    InputError when the port is taken.
    """
    blocks = build(bot)
    try:
        _, url, _ = launch_with_tools(
            blocks,
            server_name=host,
            server_port=port,
            share=False,
            ssr_mode=False,
            pwa=False,
            run_history=False,
            enable_monitoring=False,
            inbrowser=False,
            inline=False,
            quiet=True,
            prevent_thread_lock=True,
            footer_links=[],
            max_file_size="1kb",
            theme=_theme(),
            head=f"<style>{_static('page.css')}</style>",
            favicon_path=str(files("afgqa.ui") / "static" / "favicon.svg"),
            app_kwargs={"middleware": [Middleware(Headers)]},
        )
    except OSError as error:
        raise InputError(
            f"cannot serve the page at {host}:{port}: the port is taken; choose another one"
        ) from error
    if ready is not None:
        ready(url)
    if wait:
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            blocks.close(verbose=False)
    return blocks


def _theme() -> gr.themes.Base:
    """Gradio's plainest theme, with the paper of page.css for the moment before that is read."""
    base = gr.themes.Base(font=_SANS, font_mono=_MONO)
    return base.set(body_background_fill="#fbfaf6", body_background_fill_dark="#15171a")


def _examples(documents: Sequence[Document]) -> tuple[str, ...]:
    """The first example questions of the documents, in their order, each once."""
    offered = (question for document in documents for question in document.examples)
    return tuple(dict.fromkeys(offered))[:_EXAMPLES]


def _state(documents: Sequence[Document]) -> list[tuple[str, str]]:
    return [(document.doc_id, document.sha256) for document in documents]


def _drawn(bot: Chatbot, documents: Sequence[Document]) -> str:
    return article_html(
        [
            article(document, bot.sentences(document.doc_id), position=position)
            for position, document in enumerate(documents)
        ]
    )


def _html(value: str, elem_id: str, *, on_load: str | None = None) -> gr.HTML:
    """A piece of the page.

    Its template is Gradio's own `${value}`, which puts a value in as it is. In a template with
    `{{value}}` a text that holds `${…}` would be run as code.
    """
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=on_load)


def _static(name: str) -> str:
    return (files("afgqa.ui") / "static" / name).read_text(encoding="utf-8")
