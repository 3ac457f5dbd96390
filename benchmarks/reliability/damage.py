"""What damaged files of an index lead to: truncations and flipped bits, in each of its files.

    python benchmarks/reliability/damage.py [--truncations N] [--flips N] [--size MIB] [--seed N]

For a small index and for one of `--size` MiB each file is cut short at random places, and has one
bit flipped at random places. Each time every document and passage of the index is read and a few
questions are searched. Right is the same as before, or an error of afgqa; a passage that is not as
it was is a wrong citation, any other error a traceback. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from made_up import EMBEDDER, SETTINGS, state, write

from afgqa.errors import AfgqaError
from afgqa.search.indexing import sync


def tried(index: Path, expected: str) -> str:
    try:
        return "the same" if state(index) == expected else "WRONG"
    except AfgqaError as error:
        return type(error).__name__
    except Exception as error:
        return f"TRACEBACK {type(error).__name__}: {error}"


def damaged(index: Path, name: str, expected: str, how: str, chance: random.Random) -> str:
    """What comes of one damage to the file `name`, which is whole again afterwards."""
    path, kept = index / name, index.parent / "kept"
    shutil.copyfile(path, kept)
    others = {p.name: p.read_bytes() for p in index.iterdir() if p.suffix == ".faiss"}
    with path.open("rb+") as file:
        size = path.stat().st_size
        if how == "truncation":
            file.truncate(chance.randrange(size))
        else:
            at = chance.randrange(size)
            file.seek(at)
            (byte,) = file.read(1)
            file.seek(at)
            file.write(bytes([byte ^ 1 << chance.randrange(8)]))
    found = tried(index, expected)
    shutil.copyfile(kept, path)
    for other, data in others.items():
        if other != name:
            (index / other).write_bytes(data)
    return found


def run(size: int | None, options: argparse.Namespace) -> dict[str, object]:
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if size is None:
            write(home / "texts", 0)
        else:
            # About 1 kB of index for each sentence.
            write(home / "texts", 0, files=size, sentences=1000)
        index = home / "index"
        store, _ = sync(index, [home / "texts"], EMBEDDER, SETTINGS)
        store.close()
        expected = state(index)
        told: dict[str, object] = {"MiB": round((index / "afgqa.sqlite").stat().st_size / 2**20, 1)}
        for name in ("afgqa.sqlite", "sentence.faiss", "chunk.faiss"):
            for how, times in (("truncation", options.truncations), ("flip", options.flips)):
                found = Counter(damaged(index, name, expected, how, chance) for _ in range(times))
                told[f"{name}, {how}"] = dict(found)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--truncations", type=int, default=20)
    parser.add_argument("--flips", type=int, default=60)
    parser.add_argument("--size", type=int, default=100, help="MiB of the large index; 0: none")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    result = {"small": run(None, options)}
    if options.size:
        result["large"] = run(options.size, options)
    text = json.dumps(result, indent=1)
    print(text)
    return 1 if "WRONG" in text or "TRACEBACK" in text else 0


if __name__ == "__main__":
    sys.exit(main())
