"""What `kill -9` leaves of an index, at random moments of making and changing it.

    python benchmarks/reliability/kills.py [--kills N] [--seed N] [--embedder NAME]

A program that creates, changes, grows, rebuilds or empties an index is killed at a random moment
within one and a half times the time that this takes undisturbed. Afterwards the index must be the
one before or the one after, whole and by its answers; the same command, done again, must lead to
the same answers and files as without a kill. Prints JSON: how many kills came before the end, what
was found, what went wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from made_up import add_embedder, answers, child_environment, embedder_of, update, write

from afgqa.errors import AfgqaError, IndexMissingError
from afgqa.protocols import Embedder
from afgqa.search.repair_and_migration import check

STEPS = ("create", "change", "grow", "rebuild", "remove")
CHILD = """
import sys, tempfile, time
from pathlib import Path
from made_up import embedder_of, update, write
embedder = embedder_of(sys.argv[4])
with tempfile.TemporaryDirectory() as name:  # load whatever is loaded at first use
    write(Path(name) / "texts", 0, files=1)
    update(Path(name) / "index", Path(name) / "texts", embedder)
print("ready", flush=True)
sys.stdin.readline()
begun = time.monotonic()
update(Path(sys.argv[1]), Path(sys.argv[2]), embedder, rebuild=sys.argv[3] == "rebuild")
print(time.monotonic() - begun, flush=True)
"""


def prepare(home: Path, step: str, version: int, embedder: Embedder) -> None:
    """An index as it is before `step`, and the files as they are for it."""
    texts, index = home / "texts", home / "index"
    write(texts, version, files=5)
    if step != "create":
        update(index, texts, embedder)
    if step == "change":
        write(texts, version + 1, files=5)
    elif step in ("grow", "remove"):
        write(texts, version, files=9 if step == "grow" else 2)


def started(home: Path, step: str, embedder: str) -> subprocess.Popen[str]:
    """A program that is about to bring the index in step with the files."""
    command = [
        sys.executable,
        "-c",
        CHILD,
        str(home / "index"),
        str(home / "texts"),
        step,
        embedder,
    ]
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=child_environment(),
        text=True,
    )
    assert child.stdout is not None
    child.stdout.readline()
    return child


def seconds(step: str, embedder: str) -> float:
    """How long the step takes when nobody kills it."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        prepare(home, step, 0, embedder_of(embedder))
        with started(home, step, embedder) as child:
            out, _ = child.communicate("\n")
        return float(out)


def one(step: str, chance: random.Random, longest: float, name: str) -> tuple[str, bool]:
    """What one kill left, in a word, and whether it came before the end."""
    embedder = embedder_of(name)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        prepare(home, step, chance.randrange(100), embedder)
        index, whole = home / "index", home / "whole"
        before = answers(index, embedder) if step != "create" else None
        update(whole, home / "texts", embedder)
        after = answers(whole, embedder)
        with started(home, step, name) as child:
            assert child.stdin is not None
            child.stdin.write("\n")
            child.stdin.flush()
            time.sleep(chance.uniform(0, 1.5 * longest))
            hit = child.poll() is None
            child.kill()
        try:
            found = answers(index, embedder)
            check(index)
        except IndexMissingError:
            found = None
        except AfgqaError as error:
            return f"unopenable: {error}", hit
        if found not in (before, after):
            return "mixed", hit
        update(index, home / "texts", embedder, rebuild=step == "rebuild")
        if answers(index, embedder) != after:
            return "other answers after repeating", hit
        if sorted(p.name for p in index.iterdir()) != sorted(p.name for p in whole.iterdir()):
            return "files left behind", hit
        return "the old" if found == before else "the new", hit


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    add_embedder(parser)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    longest = {step: seconds(step, options.embedder) for step in STEPS}
    found: dict[str, Counter[str]] = {step: Counter() for step in STEPS}
    hits = 0
    for number in range(options.kills):
        step = STEPS[number % len(STEPS)]
        told, hit = one(step, chance, longest[step], options.embedder)
        found[step][told] += 1
        hits += hit
    whole = {"the old", "the new"}
    wrong = sum(n for told in found.values() for what, n in told.items() if what not in whole)
    result = {
        "kills": options.kills,
        "before the end": hits,
        "seconds": {step: round(time, 3) for step, time in longest.items()},
        "found": {step: dict(told) for step, told in found.items()},
        "wrong": wrong,
    }
    print(json.dumps(result, indent=1))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
