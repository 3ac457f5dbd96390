"""How a question passes through the program: modules entered, calls between them, fetches.

    python benchmarks/handovers.py [--index FOLDER] [QUESTION ...]

Asks each question twice, of `seeds/` in memory or of an index, and follows the second time with
`sys.setprofile`. Printed is JSON, a row for each question:

- `modules`: how many modules of afgqa a function was called in;
- `handovers`: the calls from one module of afgqa to another. A call that comes back through a
  library, such as the key of a sort, counts as made by the function of afgqa that called the
  library. Calls within a module don't count, nor what a dataclass generates (a value that is made
  hands nothing over); a generator counts once, however often it goes on;
- `edges`: how many different pairs of modules these calls connect;
- `fetches`: how often a document was fetched from the store, for each document that is cited;
- `busiest`: the functions called most often from other modules, with their calls.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from afgqa import Chatbot

ROOT = Path(__file__).parent.parent
ASKED = (
    "Who is the U.S. special envoy for Afghan women?",
    "Did Rina Amiri sit in a gathering with the Taliban?",
    "Why did she decide not to?",
    "Quote what Rina Amiri said.",
    "Who is the president of France?",
)
_BUSIEST = 5


class Followed:
    """The calls of one question between modules, counted while it is the profile function."""

    def __init__(self) -> None:
        self.modules: set[str] = set()
        self.calls: Counter[tuple[str, str, str]] = Counter()  # caller, callee, function
        self.fetches: Counter[str] = Counter()
        self._generators: dict[int, FrameType] = {}  # held, so that no other gets the same id

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        module, code = _module(frame), frame.f_code
        if event != "call" or module is None:
            return
        if code.co_flags & inspect.CO_GENERATOR:
            if id(frame) in self._generators:
                return
            self._generators[id(frame)] = frame
        self.modules.add(module)
        caller = frame.f_back
        while caller is not None and _module(caller) is None:
            caller = caller.f_back
        origin = None if caller is None else _module(caller)
        if origin not in (None, module) and not code.co_filename.startswith("<"):
            assert origin is not None
            self.calls[origin, module, code.co_qualname] += 1
        if code.co_qualname.endswith("Snapshot.document"):
            self.fetches[frame.f_locals["doc_id"]] += 1


def _module(frame: FrameType) -> str | None:
    """The module of afgqa that a frame belongs to; None for any other."""
    name = frame.f_globals.get("__name__", "")
    return name if name.split(".")[0] == "afgqa" else None


def measure(bot: Chatbot, question: str) -> dict[str, Any]:
    """The row of one question, whose models and caches are warm."""
    bot.ask(question)
    followed = Followed()
    sys.setprofile(followed)
    try:
        answer = bot.ask(question)
    finally:
        sys.setprofile(None)
    cited = sorted({citation.doc_id for citation in answer.citations})
    functions = Counter[str]()
    for (_, module, function), count in followed.calls.items():
        functions[f"{module}.{function}"] += count
    return {
        "question": question,
        "answered": answer.answered,
        "modules": len(followed.modules),
        "handovers": followed.calls.total(),
        "edges": len({pair[:2] for pair in followed.calls}),
        "fetches": {doc_id: followed.fetches[doc_id] for doc_id in cited},
        "busiest": dict(functions.most_common(_BUSIEST)),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("questions", nargs="*", default=ASKED, metavar="QUESTION")
    parser.add_argument("--index", type=Path, metavar="FOLDER", help="an index (default: seeds/)")
    options = parser.parse_args(argv)
    seeds = ROOT / "seeds"
    made = Chatbot.open(options.index) if options.index else Chatbot.from_documents(seeds)
    with made as bot:
        rows = [measure(bot, question) for question in options.questions]
    print(json.dumps(rows, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
