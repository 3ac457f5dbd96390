"""The page: the article beside the conversation, the documents, and what an evaluation found.

One event carries an action to what comes of it. What a visitor has asked or brought lives in that
visitor's session and nowhere else. Nothing on the page comes from another host.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from afgqa.errors import InputError
from afgqa.templating import render
from afgqa.ui.actions import Actions, Outcome
from afgqa.ui.combined_bot import CombinedBot
from afgqa.ui.endpoints import add_endpoints
from afgqa.ui.evaluation_tab import add_measuring
from afgqa.ui.lanes import Lanes
from afgqa.ui.mcp import add_tools
from afgqa.ui.panes import article_pane, download_pane, library_pane, talk_pane
from afgqa.ui.serving.access import FIRST_PORT, Access
from afgqa.ui.serving.logs import log
from afgqa.ui.serving.server import serve
from afgqa.ui.session import Session

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot
    from afgqa.ui.serving.limits import Capacity

__all__ = ["build", "launch"]

# Calls of the endpoints that may wait; at some 50 ms each the last of them waits seconds.
_WAITING = 32

# Sessions that were left, of which is known that they were: an action of theirs may still go on.
_LEFT = 1000

# Names of fonts that a system may have; a name is looked up there, never fetched.
_SANS = ("Inter", "system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")

_STYLES = ("page.css", "article.css", "talk.css", "views.css")
# In the order in which they are needed: each may use what those before it define.
_SCRIPTS = ("article.js", "talk.js", "verdict.js", "library.js", "page.js")


def build(
    bot: Chatbot,
    *,
    feedback: Path | None = None,
    question_sets: Sequence[Path] = (),
    log_texts: bool = False,
) -> gr.Blocks:
    """Return the page of a chatbot, not yet served; `launch` dresses and serves it."""
    service = CombinedBot(bot)
    actions = Actions(service, feedback)
    known = service.hashes(None)
    lanes = Lanes()
    left: deque[str | None] = deque(maxlen=_LEFT)

    async def act(session: Session, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Do what the page asks for, and draw what has changed by it."""
        with suppress(ValueError):
            left.remove(request.session_hash)  # it was not for good
        given = event._data if isinstance(event._data, dict) else {}
        serial = int(given["serial"]) if type(given.get("serial")) is int else 0

        def do() -> tuple[Any, ...]:
            done = actions.do(session, given)
            if request.session_hash in left:  # meanwhile
                done.session.forget()
                done = Outcome(Session())
            # A page that is older than its session shows documents that are gone.
            changed = done.session.added != session.added or given.get("action") == "restore"
            told(given, done)
            return (
                talk_pane(service, done.session, problem=done.problem, serial=serial),
                article_pane(service, done.session.own) if changed else gr.skip(),
                library_pane(service, done.session) if changed else gr.skip(),
                gr.skip() if done.download is None else download_pane(done.download, serial=serial),
                done.session,
            )

        try:
            return await lanes.of(given.get("action")).do(do)
        except InputError as busy:
            shown = talk_pane(service, session, problem=str(busy), serial=serial)
            return shown, gr.skip(), gr.skip(), gr.skip(), session

    told = partial(_log, texts=log_texts)

    def redraw(session: Session) -> Any:
        """The articles as they are by now; what the page was built with is left as it is."""
        return (
            gr.skip()
            if service.hashes(session.own) == known
            else article_pane(service, session.own)
        )

    def leave(request: gr.Request) -> None:
        """Let go of what a visitor brought when the page is left, and not an hour later."""
        if request.session_hash is not None:
            left.append(request.session_hash)
            blocks.state_holder.delete_state(request.session_hash)

    blocks: gr.Blocks = gr.Blocks(title="afgqa", analytics_enabled=False, fill_width=True)
    with blocks:
        state = gr.State(Session(), delete_callback=Session.forget)
        parts = _lay_out(service, question_sets)
        _connect(blocks, parts, state, act=act, redraw=redraw, leave=leave)
        add_endpoints(bot)
        add_tools(bot)
    # Closed to calls that would pass the queue by.
    blocks.queue(max_size=_WAITING, api_open=False)
    return blocks


def _log(given: Mapping[str, Any], done: Outcome, *, texts: bool) -> None:
    """Log an action; what people write is in it only with `texts`."""
    fields: dict[str, object] = {"action": str(given.get("action"))[:20]}
    fields["done"] = done.problem is None
    if fields["action"] == "ask" and done.problem is None and done.session.asked:
        answer = done.session.asked[-1].turn.answer
        fields |= {"answered": answer.answered, "seconds": round(answer.seconds.total, 3)}
        if texts:
            fields |= {"question": answer.question, "answer": answer.text}
    log("action", **fields)


def _connect(
    blocks: gr.Blocks,
    parts: _Parts,
    state: gr.State,
    *,
    act: Callable[..., Any],
    redraw: Callable[..., Any],
    leave: Callable[..., Any],
) -> None:
    """Say what is called when the page is opened, when something is asked for, and at the end."""
    blocks.load(
        redraw,
        inputs=state,
        outputs=parts.article,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    # Not queued: a visitor's question costs one request and no second connection.
    asked = parts.form.submit(
        act,
        inputs=state,
        outputs=[parts.talk, parts.article, parts.library, parts.post, state],
        queue=False,
        show_progress="hidden",
        trigger_mode="multiple",  # page.js sends one after the other; none is dropped
        api_visibility="private",
    )
    asked.failure(
        None,
        js="() => document.dispatchEvent(new Event('afgqa-failed'))",
        api_visibility="private",
    )
    blocks.unload(leave)


class _Parts(NamedTuple):
    """The parts of the page that are drawn anew, and the form in which a question is asked."""

    form: gr.HTML
    talk: gr.HTML
    article: gr.HTML
    library: gr.HTML
    post: gr.HTML


def _lay_out(service: CombinedBot, question_sets: Sequence[Path]) -> _Parts:
    """Put the parts where they stand on the page, within the blocks of the caller."""
    with gr.Column(elem_id="page"):
        _html(render("ui/templates/header.html"), "header")
        with gr.Column(elem_id="side"):
            talk = _html(talk_pane(service, Session()), "talk", told="afgqa")
            form = _html(render("ui/templates/ask.html"), "ask", on_load=_script())
        article = _html(article_pane(service, None), "article", told="afgqa-article")
        with gr.Column(elem_id="documents"):
            _html(render("ui/templates/upload.html"), "bring")
            library = _html(library_pane(service, Session()), "library")
        with gr.Column(elem_id="evaluate"):
            add_measuring(service, question_sets, _static("measure.js"))
        post = _html("", "post", told="afgqa-download")
    return _Parts(form, talk, article, library, post)


def launch(
    bot: Chatbot,
    *,
    host: str = "127.0.0.1",
    port: int | None = FIRST_PORT,
    names: Sequence[str] = (),
    auth_file: Path | None = None,
    open_to_all: bool = False,
    capacity: Capacity | None = None,
    log_texts: bool = False,
    feedback: Path | None = None,
    question_sets: Sequence[Path] = (),
    ready: Callable[[str], None] | None = None,
    wait: bool = True,
) -> gr.Blocks:
    """Serve the page at `host:port` and return it; `close()` on what is returned stops it.

    The page answers to the names of this machine, and to `names`, for a proxy in front of it. At
    an address that others reach, `auth_file` must name the accounts, or `open_to_all` be true.
    `capacity` is what it takes on (None: the usual). `log_texts` puts questions and answers into
    the log as well. `feedback` is the file that keeps readers' verdicts (None: none are kept),
    `question_sets` are offered for evaluation.

    `ready` is called with the address once the page can be opened; `port` None takes a free one
    from 7860 on. Returns at once with `wait` off, else when the user interrupts (Ctrl-C) or the
    process is told to end. Raises InputError when the port is taken or access is not settled.
    """
    access = Access(host, port, tuple(names), auth_file, open_to_all, capacity)
    access.check()
    blocks = build(bot, feedback=feedback, question_sets=question_sets, log_texts=log_texts)
    url = serve(
        blocks,
        access,
        max_file_size="1kb",
        theme=_theme(),
        head=f"<style>{''.join(map(_static, _STYLES))}</style>",
        favicon_path=str(files("afgqa.ui") / "static" / "favicon.svg"),
    )
    if ready is not None:
        ready(url)
    if wait:
        with suppress(KeyboardInterrupt):
            _wait()
        blocks.close(verbose=False)
    return blocks


def _wait() -> None:
    """Return when the process is told to end."""
    ended = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
    # A wait without an end would not let the handler of a signal run on every system.
    while not ended.wait(0.5):
        pass


def _theme() -> gr.themes.Base:
    """Gradio's plainest theme, with the paper of page.css for the moment before that is read."""
    base = gr.themes.Base(font=_SANS, font_mono=_MONO)
    return base.set(body_background_fill="#fbfaf6", body_background_fill_dark="#15171a")


def _html(
    value: str, elem_id: str, *, told: str | None = None, on_load: str | None = None
) -> gr.HTML:
    """A piece of the page; `told` is an event that page.js hears of whenever it is drawn.

    Its template is Gradio's own `${value}`, which puts a value in as it is. In a template with
    `{{value}}` a text that holds `${…}` would be run as code.
    """
    if told is not None:
        tell = f"document.dispatchEvent(new Event('{told}'))"
        on_load = f"watch('value', () => {tell}); {tell}"
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=on_load)


def _script() -> str:
    """The behaviour of the page: one function body, of files that follow each other."""
    return "\n".join(map(_static, _SCRIPTS))


def _static(name: str) -> str:
    return (files("afgqa.ui") / "static" / name).read_text(encoding="utf-8")
