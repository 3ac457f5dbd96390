"""Sixteen readers at once, each with a document of their own: how long they wait, who sees what.

    python benchmarks/sessions.py [--sessions N] [--questions N]

Serves the page over `seeds/` and talks to it as the page's own script does, over HTTP (httpx), in
so many sessions: sixteen browsers on the machine that serves would measure the browsers. Each
session brings a document with a secret word that no other has; then all ask one question after
another without a pause, in turn about their own document and about the article. Printed are the
seconds from sending a question to having the whole pane with its card (p50, p95, the longest), how
many sessions were not told their own word, and how many panes held another session's, of which
there must be none (exit status 1 otherwise).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np

from afgqa import Chatbot
from afgqa.ui.page import launch

ROOT = Path(__file__).parent.parent
ASKED = (
    "What is the secret word?",
    "Who is the U.S. special envoy for Afghan women?",
    "How many jars does shelf 7 hold?",
)
_BUSY = "The server is busy"  # what is told to the last of many who bring files at once
_LIMIT = 120.0  # seconds that a call may take before it counts as broken


class Seen(NamedTuple):
    """What a session saw: seconds of each question, whether its own word, how often another's."""

    waited: list[float]
    own: bool
    others: int


def word(number: int) -> str:
    """The secret word of a session, in letters; none is a part of another."""
    return "zq" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")


def text_of(number: int) -> str:
    """A document of some forty sentences, one of which tells the secret word."""
    filling = "".join(f"Shelf {n} of the store holds {n * 3} jars of tea. " for n in range(40))
    return f"The store of session {number}.\n{filling}\nThe secret word is {word(number)}.\n"


async def act(client: httpx.AsyncClient, event: int, session: str, **given: Any) -> str:
    """Send one action of the page; everything that comes back, as text."""
    answer = await client.post(
        "gradio_api/run/predict",
        json={
            "data": [None],
            "event_data": given,
            "fn_index": event,
            "session_hash": session,
            "trigger_id": None,
        },
    )
    answer.raise_for_status()
    return answer.text


async def visit(
    client: httpx.AsyncClient, event: int, number: int, sessions: int, questions: int
) -> Seen:
    """Bring the session's document, and ask."""
    session = uuid.uuid4().hex
    data = base64.b64encode(text_of(number).encode()).decode()
    brought = {"action": "bring", "name": "store.txt", "data": data, "serial": 1}
    while _BUSY in await act(client, event, session, **brought):
        await asyncio.sleep(0.5)
    waited, own, others = [], False, 0
    strange = [word(n) for n in range(sessions) if n != number]
    for at in range(questions):
        began = time.perf_counter()
        shown = await act(
            client, event, session, action="ask", question=ASKED[at % len(ASKED)], serial=at + 2
        )
        waited.append(time.perf_counter() - began)
        own = own or word(number) in shown
        others += any(other in shown for other in strange)
    return Seen(waited, own, others)


async def run(url: str, config: Mapping[str, Any], sessions: int, questions: int) -> list[Seen]:
    """All sessions at once; `config` is that of the page."""
    async with httpx.AsyncClient(base_url=url, timeout=_LIMIT, trust_env=False) as client:
        form = next(it["id"] for it in config["components"] if it["props"].get("elem_id") == "ask")
        event = next(
            it["id"]
            for it in config["dependencies"]
            if (form, "submit") in map(tuple, it["targets"])
        )
        return await asyncio.gather(
            *(visit(client, event, n, sessions, questions) for n in range(sessions))
        )


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=16)
    parser.add_argument("--questions", type=int, default=12, help="of each session")
    options = parser.parse_args(given)
    ready: list[str] = []
    with Chatbot.from_documents(ROOT / "seeds") as bot:
        bot.ask(ASKED[1])  # the first question wakes the models
        blocks = launch(bot, port=None, ready=ready.append, wait=False)
        try:
            seen = asyncio.run(run(ready[0], blocks.config, options.sessions, options.questions))
        finally:
            blocks.close(verbose=False)
    waited = [seconds for it in seen for seconds in it.waited]
    p50, p95 = np.percentile(waited, [50, 95])
    leaks, missed = sum(it.others for it in seen), sum(not it.own for it in seen)
    print(
        f"{options.sessions} sessions, {len(waited)} questions: p50 {p50:.2f} s, p95 {p95:.2f} s, "
        f"the longest {max(waited):.2f} s; {missed} sessions were not told their own word, "
        f"{leaks} panes held another session's"
    )
    return 1 if leaks or missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
