"""Hostile inputs through the shell: how much time and memory each takes, and what breaks.

    python benchmarks/reliability/hostile.py [--models] [--only KIND] [--json FILE]

Makes every input of `hostile_inputs.py` in a folder of its own, runs `afgqa index` on it and asks
one question (or runs the command that the input is for), each in a process of its own, and prints
as JSON how many took more than 20 seconds of the processor or 1 GB of memory, ended in a traceback
or by a signal, printed what a terminal obeys, or left temporary files behind; exit status 1 where
one did. Time and memory are those of the process with all that it started. The hashing embedder
and the reader without a model stand in for the models, which take seconds to load; with `--models`
`python -m afgqa` runs as it is.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from hostile_input import GOOD, Input
from hostile_inputs import inputs

from afgqa import chatbot, cli
from afgqa.reading.typed_reader import TypedReader
from afgqa.search import embedders
from afgqa.search.hashing_embedder import HashingEmbedder

SECONDS: Final = 20.0
MEMORY: Final = 1 << 30
_WALL: Final = 150.0  # by the clock: an input that waits for ever takes no time of the processor
_OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_QUESTION: Final = "Who opened the bridge?"


class Outcome(NamedTuple):
    """What became of one input."""

    kind: str
    name: str
    seconds: float
    megabytes: int
    status: int
    faults: tuple[str, ...]
    said: str


def main() -> int:
    """Run all inputs, and print what came of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", action="store_true", help="run the command as it is")
    parser.add_argument("--only", metavar="KIND", help="inputs of this kind alone")
    parser.add_argument("--json", metavar="FILE", type=Path, help="where each outcome is written")
    options = parser.parse_args()
    found = []
    for one in inputs():
        if options.only not in (None, one.kind):
            continue
        found.append(run(one, models=options.models))
        if found[-1].faults:
            print(found[-1], file=sys.stderr, flush=True)
    if options.json is not None:
        options.json.write_text(json.dumps([it._asdict() for it in found], indent=1) + "\n")
    print(json.dumps(summary(found), indent=1))
    return 1 if any(it.faults for it in found) else 0


def summary(found: Sequence[Outcome]) -> dict[str, Any]:
    """The counts by kinds and by faults."""
    faults = Counter(fault for it in found for fault in it.faults)
    slowest = max(found, key=lambda it: it.seconds)
    largest = max(found, key=lambda it: it.megabytes)
    return {
        "inputs": len(found),
        "kinds": dict(Counter(it.kind for it in found)),
        **{fault: faults[fault] for fault in ("time", "memory", "crash", "obeyed", "leak", "hang")},
        "clear errors": sum(it.status == 2 for it in found),
        "slowest": [slowest.kind, slowest.name, round(slowest.seconds, 2)],
        "largest": [largest.kind, largest.name, largest.megabytes],
    }


def run(one: Input, *, models: bool) -> Outcome:
    """Make an input and run what it is for, in a process of its own."""
    root = Path(tempfile.mkdtemp(prefix="hostile-"))
    for name in ("in", "tmp", "good"):
        (root / name).mkdir()
    (root / "good/good.txt").write_bytes(GOOD)
    os.sync()
    child = os.fork()
    if child == 0:  # the input itself is made in another process: its memory is not counted
        try:
            one.make(root / "in")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    child = os.fork()
    if child == 0:
        _child(one, root, models)
    begun, done, usage, status = time.monotonic(), 0, None, 0
    while not done:
        done, status, usage = os.wait4(child, os.WNOHANG)
        if not done and time.monotonic() - begun > _WALL:
            os.killpg(child, signal.SIGKILL)
            done, status, usage = os.wait4(child, 0)
        time.sleep(0.01)
    assert usage is not None
    code = os.waitstatus_to_exitcode(status)
    out = (root / "out").read_text("utf-8", "surrogateescape")
    left = [path.name for path in (root / "tmp").iterdir()]
    seconds, kilobytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss
    faults = [
        *(["time"] if seconds > SECONDS else []),
        *(["memory"] if kilobytes * 1024 > MEMORY else []),
        *(["hang"] if time.monotonic() - begun > _WALL else []),
        *(["crash"] if "Traceback" in out or code not in (0, 1, 2) else []),
        *(["obeyed"] if _OBEYED.search(out) else []),
        *(["leak"] if left else []),
    ]
    shutil.rmtree(root, ignore_errors=True)
    said = out[-800:] if faults else out[:200]
    return Outcome(one.kind, one.name, seconds, kilobytes >> 10, code, tuple(faults), said)


def _child(one: Input, root: Path, models: bool) -> None:
    """Run the commands of an input; never returns."""
    os.setpgid(0, 0)
    code = 99
    try:
        os.chdir(root)
        opened = os.open("out", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(opened, 1)
        os.dup2(opened, 2)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        os.environ["TMPDIR"] = tempfile.tempdir = str(root / "tmp")
        code = max(_run(command, models) for command in _commands(one, root))
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _commands(one: Input, root: Path) -> list[list[str]]:
    if one.command and one.command[0] == "index":
        return [[it.replace("{}", "in") for it in one.command]]
    if one.command:
        given = str(root / "in" / one.name)
        ready = [it if it.startswith("{}/") else it.replace("{}", given) for it in one.command]
        return [["index", "good"], [it.replace("{}", "in") for it in ready]]
    return [["index", "in"], ["ask", _QUESTION]]


def _run(command: list[str], models: bool) -> int:
    if models:
        import subprocess

        return subprocess.run([sys.executable, "-m", "afgqa", *command], check=False).returncode
    embedder = HashingEmbedder(256)
    for module in (chatbot, embedders):
        module.load_embedder = lambda *_, **__: embedder  # type: ignore[attr-defined]
    chatbot.load_reader = lambda *_, **__: TypedReader()  # type: ignore[attr-defined]
    try:
        return cli.main(command)
    except SystemExit as left:  # argparse
        return int(left.code or 0)


if __name__ == "__main__":
    raise SystemExit(main())
