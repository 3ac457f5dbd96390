"""Many clients of one server for minutes: who waits, what breaks, whether the server grows.

    python benchmarks/clients.py [--clients N] [--minutes M] [--pause S]

Starts `afgqa serve` over `seeds/` in a process of its own. Each client has a session, brings a
document with a secret word that no other has, and then does one thing after another with a pause of
`--pause` seconds on average: most ask (of their own document and of the article), others bring and
remove documents, ask how an answer was found, begin a new conversation, or run an evaluation.
Before them one client alone asks in the same way. Printed as JSON are: the seconds of a question
(p50, p95) alone and among all, how many actions were done, how many were told that the server is
busy, all other errors, how often a pane had the word of another session, and the server's memory
after the first minute and at the end. Exit status 1 for an error or a foreign word.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import random
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import anyio
import httpx
import numpy as np
from sessions import ASKED, act, text_of, word

ROOT: Final = Path(__file__).parents[1]
_ALONE: Final = 20  # questions of one client before the others come
_LIMIT: Final = 120.0  # seconds that a call may take before it counts as an error
_BUSY: Final = "The server is busy"
_PAGE: Final = re.compile(r"window\.gradio_config = (\{.*?\});</script>", re.DOTALL)
_ACTIONS: Final = ("ask",) * 12 + ("bring", "remove", "explain", "clear", "evaluate")


@dataclass
class Seen:
    """What all clients saw together."""

    waited: list[float] = field(default_factory=list)
    actions: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    foreign: int = 0


class Client:
    """One session, of the number that its secret word is made from."""

    def __init__(self, http: httpx.AsyncClient, events: dict[str, int], number: int) -> None:
        self._http, self._events, self._number = http, events, number
        self._random = random.Random(number)
        self._session = uuid.uuid4().hex
        self._own = 0  # documents so far, of which the names tell them apart
        self._serial = 0

    async def stay(self, until: float, pause: float, strange: list[str], seen: Seen) -> None:
        """Do one thing after another until then."""
        await asyncio.sleep(self._random.uniform(0, pause))
        await self._one("bring", strange, seen)
        while time.monotonic() < until:
            await asyncio.sleep(self._random.expovariate(1 / pause))
            action = self._random.choice(_ACTIONS)
            await self._one(action, strange, seen)

    async def _one(self, action: str, strange: list[str], seen: Seen) -> None:
        began = time.perf_counter()
        try:
            shown = await self.do(action)
        except httpx.HTTPStatusError as error:
            if error.response.status_code == 429:
                seen.busy += 1
            else:
                seen.errors[f"{action}: status {error.response.status_code}"] += 1
            return
        except httpx.HTTPError as error:
            seen.errors[f"{action}: {type(error).__name__}"] += 1
            return
        seen.actions[action] += 1
        seen.busy += _BUSY in shown
        seen.foreign += any(other in shown for other in strange)
        if action == "ask" and _BUSY not in shown:
            seen.waited.append(time.perf_counter() - began)

    async def do(self, action: str) -> str:
        """Everything that comes back of one action."""
        self._serial += 1
        given: dict[str, Any] = {"action": action, "serial": self._serial}
        if action == "evaluate":
            return await self._evaluate()
        if action == "ask":
            given["question"] = self._random.choice(ASKED)
        elif action == "bring":
            self._own += 1
            data = base64.b64encode(text_of(self._number).encode()).decode()
            given |= {"name": f"store{self._own}.txt", "data": data}
        elif action == "remove":
            given["doc"] = f"yours://store{self._own}.txt"
        elif action == "explain":
            given["turn"] = 1
        return await act(self._http, self._events["ask"], self._session, **given)

    async def _evaluate(self) -> str:
        """Begin an evaluation of the article's second set, and leave it after some seconds."""
        content = (ROOT / "tests/questions/article-second.jsonl").read_text(encoding="utf-8")
        body = {
            "data": [None],
            "event_data": {"name": "set.jsonl", "content": content},
            "fn_index": self._events["measure"],
            "session_hash": self._session,
            "trigger_id": None,
        }
        (await self._http.post("gradio_api/queue/join", json=body)).raise_for_status()
        shown = ""
        stream = f"gradio_api/queue/data?session_hash={self._session}"
        async with self._http.stream("GET", stream) as events:
            events.raise_for_status()
            with anyio.move_on_after(5):
                async for text in events.aiter_text():
                    shown += text
        return shown


def events_of(page: str) -> dict[str, int]:
    """The numbers of the calls that the forms of the page make, by the ids of the forms."""
    found = _PAGE.search(page)
    if found is None:
        raise SystemExit("The page has no configuration in the form that is known.")
    config = json.loads(found[1])
    names = {it["id"]: it["props"].get("elem_id") for it in config["components"]}
    return {
        names[target]: it["id"]
        for it in config["dependencies"]
        for target, event in map(tuple, it["targets"])
        if event == "submit" and names.get(target)
    }


async def visit(url: str, clients: int, minutes: float, pause: float, pid: int) -> dict[str, Any]:
    """One client alone, then all of them; what they saw."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=url, timeout=_LIMIT, trust_env=False, limits=limits
    ) as http:
        events = events_of((await http.get("/")).text)
        alone, first = Seen(), Client(http, events, clients)
        for _ in range(_ALONE):
            await first._one("ask", [], alone)
        seen, until = Seen(), time.monotonic() + 60 * minutes
        words = [word(number) for number in range(clients)]
        stay = asyncio.gather(
            *(
                Client(http, events, n).stay(until, pause, [*words[:n], *words[n + 1 :]], seen)
                for n in range(clients)
            )
        )
        await asyncio.sleep(min(60.0, 30 * minutes))
        early = _memory(pid)
        await stay
    return {
        "alone": _seconds(alone.waited),
        "among all": _seconds(seen.waited),
        "actions": dict(seen.actions),
        "busy": seen.busy,
        "errors": dict(seen.errors),
        "foreign words": seen.foreign,
        "memory after the first minute and at the end, MB": [early, _memory(pid)],
    }


def _seconds(waited: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(waited or [0.0], [50, 95])
    return {"questions": len(waited), "p50": round(float(p50), 2), "p95": round(float(p95), 2)}


def _memory(pid: int) -> int:
    """Resident megabytes of a process, as Linux tells them."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) >> 10


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The address and the process of a server over `seeds/`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "afgqa", "serve", str(ROOT / "seeds"), "--index", folder]
        process = subprocess.Popen(
            [*command, "--port", "7999"], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            yield said.split()[3], process.pid
        finally:
            process.terminate()
            process.wait(10)


def main() -> int:
    """Run the clients, and print what they saw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--pause", type=float, default=20.0, help="seconds, on average (20)")
    options = parser.parse_args()
    with served() as (url, pid):
        told = asyncio.run(visit(url, options.clients, options.minutes, options.pause, pid))
    print(json.dumps(vars(options) | told, indent=1))
    return 1 if told["errors"] or told["foreign words"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
