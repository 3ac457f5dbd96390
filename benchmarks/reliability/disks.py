"""What trouble around an index leads to: its disk, its rights, its clock, and other programs.

    python benchmarks/reliability/disks.py [--rounds N] [--seed N] [--embedder NAME]

A full disk (a small tmpfs where one can be mounted, and a limit on the length of files), a folder
that may only be read, files from the future and from 1970, two writers at once, copies made while a
program writes, and questions beside a program that rebuilds. Prints JSON with what went `wrong`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from made_up import (
    QUESTIONS,
    Citations,
    add_embedder,
    answers,
    chatbot,
    child_environment,
    embedder_of,
    update,
    write,
)

from afgqa.errors import AfgqaError, IndexMissingError
from afgqa.protocols import Embedder
from afgqa.search.repair_and_migration import check

Result = dict[str, Any]
CHILD = """
import os, resource, sys
from pathlib import Path
from afgqa.errors import AfgqaError
from made_up import embedder_of, update
index, texts, name, limit, user, times, mode = sys.argv[1:]
embedder = embedder_of(name)
if int(limit):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
if int(user) and os.getuid() == 0:
    os.setgid(int(user))
    os.setuid(int(user))
print("ready", flush=True)
sys.stdin.readline()
try:
    for _ in range(int(times)):
        update(Path(index), Path(texts), embedder, rebuild=mode == "rebuild")
    print("done")
except AfgqaError as error:
    print(type(error).__name__, str(error).replace("\\n", " "))
"""


class Home:
    """A folder with three versions of some files, and an index of the first."""

    def __init__(self, folder: Path, embedder: str) -> None:
        self.folder, self.name = folder, embedder
        self.embedder: Embedder = embedder_of(embedder)
        self.index = folder / "index"
        for version in range(3):
            write(folder / f"texts{version}", version, files=6 + version)
        update(self.index, folder / "texts0", self.embedder)
        self.first = answers(self.index, self.embedder)

    def child(
        self, version: int, *, index: Path | None = None, limit: int = 0, user: int = 0,
        times: int = 1, mode: str = "update",
    ) -> subprocess.Popen[str]:  # fmt: skip
        """A program that is about to bring an index in step with a version of the files."""
        place, texts = index or self.index, self.folder / f"texts{version}"
        values = [place, texts, self.name, limit, user, times, mode]
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, *map(str, values)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child_environment(),
            text=True,
        )
        assert child.stdout is not None
        child.stdout.readline()
        return child

    def expected(self, version: int) -> dict[str, Citations]:
        with tempfile.TemporaryDirectory() as name:
            index = Path(name)
            update(index, self.folder / f"texts{version}", self.embedder)
            return answers(index, self.embedder)


def ended(child: subprocess.Popen[str]) -> str:
    out, _ = child.communicate("\n")
    return out.strip()


def full_disk(home: Home, rounds: int) -> Result:
    """Writing while the file may not be as long as it must be: for a first index and an update."""
    found: Counter[str] = Counter()
    size = (home.index / "afgqa.sqlite").stat().st_size
    for number in range(rounds):
        limit = 4096 + (size - 4096) * number // rounds
        for first in (True, False):
            index = home.folder / f"full{number}" if first else home.index
            said = ended(home.child(1, index=index, limit=limit))
            found[verdict(home, index, said, first=first)] += 1
    return {"limits": 2 * rounds, "found": dict(found), "wrong": wrong(found)}


def small_disk(home: Home, kib: Sequence[int]) -> Result:
    """The same on a file system that is full; `mounted` is false where none may be mounted."""
    found: Counter[str] = Counter()
    for number in kib:
        place = home.folder / "disk"
        place.mkdir(exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={number}k", "tmpfs", str(place)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            return {"mounted": False, "wrong": 0}
        try:
            said = ended(home.child(1, index=place / "index"))
            found[verdict(home, place / "index", said, first=True)] += 1
        finally:
            subprocess.run(["umount", str(place)], check=True)
    return {"mounted": True, "KiB": list(kib), "found": dict(found), "wrong": wrong(found)}


def verdict(home: Home, index: Path, said: str, *, first: bool) -> str:
    """What came of a write that had no room, in a word."""
    kind = said.partition(" ")[0]
    if kind == "done":
        return "written" if answers(index, home.embedder) else "nothing"
    if not kind.endswith("Error") or "Traceback" in said:
        return f"WRONG {said[-200:]}"
    left = {path.name for path in index.iterdir()} if index.is_dir() else set()
    if left - {"afgqa.sqlite", "sentence.faiss", "chunk.faiss", "afgqa.lock"}:
        return f"WRONG left behind: {sorted(left)}"
    try:
        kept = answers(index, home.embedder)
    except IndexMissingError:
        return f"{kind}, no index" if first else "WRONG the old index is gone"
    return f"{kind}, the old answers" if kept == home.first and not first else "WRONG mixed"


def wrong(found: Counter[str]) -> int:
    return sum(count for what, count in found.items() if what.startswith("WRONG"))


def read_only(home: Home) -> Result:
    """A folder in which the program may not write; as root, by another user."""
    index, faults = home.index, []
    for path in (home.folder, *home.folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        same = ended(home.child(0, user=65534))
        other = ended(home.child(1, user=65534))
    finally:
        for path in (home.folder, *home.folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    if same != "done":
        faults.append(f"nothing to write: {same[-200:]}")
    if not other.startswith("StoreError"):
        faults.append(f"something to write: {other[-200:]}")
    if answers(index, home.embedder) != home.first:
        faults.append("other answers")
    return {"faults": faults, "wrong": len(faults)}


def clock(home: Home) -> Result:
    """Files from a later time than now, as after the clock was set back, and from 1970."""
    faults = []
    for stamp in (time.time() + 10 * 365 * 86400, 0.0):
        for path in home.index.iterdir():
            os.utime(path, (stamp, stamp))
        if answers(home.index, home.embedder) != home.first:
            faults.append(f"other answers at {stamp}")
        for version in (1, 0):
            said = ended(home.child(version))
            if said != "done" or answers(home.index, home.embedder) != home.expected(version):
                faults.append(f"an update at {stamp}: {said[-200:]}")
    return {"faults": faults, "wrong": len(faults)}


def two_writers(home: Home, rounds: int) -> Result:
    """Two programs that bring one index in step with different files at the same time."""
    found: Counter[str] = Counter()
    allowed = [home.expected(1), home.expected(2)]
    for _ in range(rounds):
        children = [home.child(version, mode="rebuild") for version in (1, 2)]
        for child in children:
            assert child.stdin is not None
            child.stdin.write("\n")
            child.stdin.flush()
        said = sorted(ended(child) for child in children)
        kinds = [text.partition(" ")[0] for text in said]
        whole = answers(home.index, home.embedder) in allowed
        check(home.index)
        clear = kinds in (["IndexBusyError", "done"], ["done", "done"])
        found[", ".join(kinds) if whole and clear else f"WRONG {said}"] += 1
    update(home.index, home.folder / "texts0", home.embedder)
    return {"rounds": rounds, "found": dict(found), "wrong": wrong(found)}


def copies(home: Home, rounds: int) -> Result:
    """Copies of the folder, file by file, while another program writes."""
    found: Counter[str] = Counter()
    allowed = [home.first, home.expected(1)]
    for number in range(rounds):
        child = home.child((number + 1) % 2)
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
        time.sleep(0.3 * random.Random(number).random())
        copy = home.folder / "copy"
        with suppress(shutil.Error):  # of files that were there only while one was written
            shutil.copytree(home.index, copy)
        ended(child)
        try:
            check(copy)
            found["whole" if answers(copy, home.embedder) in allowed else "WRONG mixed"] += 1
        except AfgqaError as error:
            found[f"WRONG {error}"] += 1
        shutil.rmtree(copy)
    update(home.index, home.folder / "texts0", home.embedder)
    return {"rounds": rounds, "found": dict(found), "wrong": wrong(found)}


def asked(home: Home, more: Callable[[], bool]) -> list[float]:
    """The seconds of questions, one after the other, as long as there shall be more."""
    taken: list[float] = []
    with chatbot(home.index, home.embedder) as bot:
        bot.ask(QUESTIONS[0])
        while more():
            begun = time.perf_counter()
            answer = bot.ask(QUESTIONS[len(taken) % len(QUESTIONS)])
            taken.append(time.perf_counter() - begun)
            assert answer.answered
    return taken


def beside(home: Home, seconds: float) -> Result:
    """Questions while nothing else runs, beside a program that only computes, and a rebuild."""
    end = time.monotonic() + seconds
    idle = asked(home, lambda: time.monotonic() < end)
    with home.child(0, mode="rebuild", times=1000) as child:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
        end = time.monotonic() + seconds
        writing = asked(home, lambda: time.monotonic() < end)
        alive = child.poll() is None
        child.kill()
    figures = {
        name: {"questions": len(taken), "p95 ms": p95(taken), "longest ms": ms(max(taken))}
        for name, taken in (("idle", idle), ("beside a rebuild", writing))
    }
    ratio = p95(writing) / p95(idle)
    faults = [] if alive else ["the rebuild ended early"]
    faults += ["a question waited"] * (ratio > 3 or max(writing) > 2)
    return {**figures, "p95 ratio": round(ratio, 2), "faults": faults, "wrong": len(faults)}


def p95(taken: Sequence[float]) -> float:
    return ms(statistics.quantiles(taken, n=20)[-1])


def ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=15, help="of questions beside a writer")
    add_embedder(parser)
    options = parser.parse_args()
    trials: dict[str, Callable[[Home], Result]] = {
        "a limit on files": lambda home: full_disk(home, options.rounds),
        "a full disk": lambda home: small_disk(home, [8, 64, 200, 400, 700]),
        "a folder to read": read_only,
        "another clock": clock,
        "two writers": lambda home: two_writers(home, options.rounds),
        "copies": lambda home: copies(home, options.rounds),
        "questions": lambda home: beside(home, options.seconds),
    }
    result = {}
    for name, trial in trials.items():
        with tempfile.TemporaryDirectory() as folder:
            result[name] = trial(Home(Path(folder), options.embedder))
            print(name, result[name]["wrong"], file=sys.stderr)
    print(json.dumps(result, indent=1))
    return 1 if any(told["wrong"] for told in result.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
