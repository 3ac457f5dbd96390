"""What `kill -9` leaves of an index, at random moments of making and changing it.

    python benchmarks/reliability/kills.py [--kills N] [--seed N]

A program that creates, changes, grows, rebuilds or empties an index is killed at a random moment.
Afterwards the index must be the one before or the one after, whole; and the same command, done
again, must lead to the same as without a kill. Prints JSON: how many kills hit, what was found,
and what went wrong. About a second for each kill.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from made_up import EMBEDDER, SETTINGS, state, write

from afgqa.errors import AfgqaError, IndexMissingError
from afgqa.search.indexing import sync

STEPS = ("create", "change", "grow", "rebuild", "remove")
CHILD = """
import sys
from pathlib import Path
from made_up import EMBEDDER, SETTINGS
from afgqa.search.indexing import sync
print("ready", flush=True)
sys.stdin.readline()
store, _ = sync(Path(sys.argv[1]), [Path(sys.argv[2])], EMBEDDER, SETTINGS,
                rebuild=sys.argv[3] == "rebuild")
store.close()
print("done", flush=True)
"""


def prepare(home: Path, step: str, chance: random.Random) -> None:
    """An index as it is before `step`, and the files as they are for it."""
    texts, index = home / "texts", home / "index"
    version = chance.randrange(100)
    write(texts, 3 * version, files=5)
    if step != "create":
        bring(index, texts)
    if step == "change":
        write(texts, 3 * version + 3, files=5)
    elif step == "grow":
        write(texts, 3 * version, files=9)
    elif step == "remove":
        write(texts, 3 * version, files=2)


def bring(index: Path, texts: Path, *, rebuild: bool = False) -> None:
    store, _ = sync(index, [texts], EMBEDDER, SETTINGS, rebuild=rebuild)
    store.close()


def one(step: str, chance: random.Random, longest: float) -> tuple[str, bool]:
    """What one kill left, in a word, and whether it came before the end."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        prepare(home, step, chance)
        index, texts = home / "index", home / "texts"
        before = state(index) if step != "create" else None
        whole = home / "whole"
        bring(whole, texts)
        after = state(whole)
        command = [sys.executable, "-c", CHILD, str(index), str(texts), step]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path[:1] + sys.path[1:])}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdout.readline()
            child.stdin.write("\n")
            child.stdin.flush()
            time.sleep(chance.uniform(0, longest))
            ended = child.poll() is not None
            child.kill()
            child.wait()
        try:
            found: str | None = state(index)
        except IndexMissingError:
            found = None
        except AfgqaError as error:
            return f"unopenable: {error}", not ended
        if found not in (before, after):
            return "mixed", not ended
        bring(index, texts, rebuild=step == "rebuild")
        if state(index) != after:
            return "other answers after repeating", not ended
        if sorted(p.name for p in index.iterdir()) != sorted(p.name for p in whole.iterdir()):
            return "files left behind", not ended
        return "the old" if found == before else "the new", not ended


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--longest", type=float, default=0.15, help="seconds until a kill, at most")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    found: Counter[str] = Counter()
    hits = 0
    for number in range(options.kills):
        told, hit = one(STEPS[number % len(STEPS)], chance, options.longest)
        found[told] += 1
        hits += hit
    wrong = {told: count for told, count in found.items() if told not in ("the old", "the new")}
    print(
        json.dumps(
            {
                "kills": options.kills,
                "before the end": hits,
                "found": dict(found),
                "wrong": sum(wrong.values()),
            },
            indent=1,
        )
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
