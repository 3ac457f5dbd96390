"""What damaged files of an index lead to: truncations and flipped bits, in each of its files.

    python benchmarks/reliability/damage.py [--truncations N] [--flips N] [--files N] [--seed N]

For a small index and for a large one (`--files` documents of a thousand sentences; 45 make about
100 MiB) each file is cut short at random places, and has one bit flipped: half of the flips at
random places, half inside the text or a title of a document. Each time the index is opened anew and
ten questions are asked, three of the large one, and every quote is compared with the files that the
index was made from. Prints JSON. Right is `the same answers` as before, or an error of afgqa by its
name. `other answers` have true quotes, `WRONG CITATION` is a quote or title that the files do not
have, `TRACEBACK` any other error.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from made_up import (
    QUESTIONS,
    Citations,
    add_embedder,
    answers,
    embedder_of,
    update,
    write,
    wrong_quotes,
)

from afgqa.documents.loading import load_documents
from afgqa.errors import AfgqaError
from afgqa.protocols import Embedder
from afgqa.types import Document

NAMES = ("afgqa.sqlite", "sentence.faiss", "chunk.faiss")
_BLOCK = 1 << 20


class Trial:
    """An index whose files are damaged one after the other, and are whole again in between."""

    def __init__(self, home: Path, embedder: Embedder, questions: Sequence[str]) -> None:
        self.index = home / "index"
        self.embedder = embedder
        self.questions = questions
        self.documents: tuple[Document, ...] = load_documents([home / "texts"])
        update(self.index, home / "texts", embedder)
        self.expected = answers(self.index, embedder, questions)
        self.whole = {name: (self.index / name).read_bytes() for name in NAMES}
        self.slowest = 0.0

    def found(self) -> str:
        begun = time.monotonic()
        try:
            said: dict[str, Citations] = answers(self.index, self.embedder, self.questions)
        except AfgqaError as error:
            named = "--rebuild" in str(error) or "cannot be used at the moment" in str(error)
            return type(error).__name__ if named else f"UNCLEAR {error}"
        except Exception as error:
            return f"TRACEBACK {type(error).__name__}: {error}"
        finally:
            self.slowest = max(self.slowest, time.monotonic() - begun)
        if wrong_quotes(said, self.documents):
            return "WRONG CITATION"
        return "the same answers" if said == self.expected else "other answers"

    def mend(self) -> None:
        for name, data in self.whole.items():
            path = self.index / name
            if not path.exists() or path.stat().st_size != len(data) or path.read_bytes() != data:
                path.write_bytes(data)

    def truncation(self, name: str, chance: random.Random) -> str:
        with (self.index / name).open("rb+") as file:
            file.truncate(chance.randrange(len(self.whole[name])))
        return self.found()

    def flip(self, name: str, at: int, chance: random.Random) -> str:
        with (self.index / name).open("rb+") as file:
            file.seek(at)
            file.write(bytes([self.whole[name][at] ^ 1 << chance.randrange(8)]))
        return self.found()

    def cited_place(self, chance: random.Random) -> int:
        """A byte of a quote or a title that the answers show, as the database has it."""
        quotes = [it for key, some in self.expected.items() if key != "documents" for it in some]
        while True:
            _, title, _, _, text = chance.choice(quotes)
            shown = (title.rstrip("…") if chance.random() < 0.2 else text).encode()
            begin = chance.randrange(len(self.whole[NAMES[0]]))
            at = self.whole[NAMES[0]].find(shown, begin)
            at = self.whole[NAMES[0]].find(shown) if at < 0 else at
            if at >= 0:
                return at + chance.randrange(len(shown))


def run(files: int, sentences: int, options: argparse.Namespace) -> dict[str, object]:
    chance = random.Random(options.seed)
    large = files > 10
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write(home / "texts", 0, files=files, sentences=sentences)
        embedder = embedder_of(options.embedder, 384 if large else 64)
        trial = Trial(home, embedder, QUESTIONS[:3] if large else QUESTIONS)
        told: dict[str, object] = {
            "MiB": {name: round(len(data) / _BLOCK, 1) for name, data in trial.whole.items()}
        }
        for name in NAMES:
            truncated, flipped, cited = Counter[str](), Counter[str](), Counter[str]()
            for _ in range(options.truncations):
                truncated[trial.truncation(name, chance)] += 1
                trial.mend()
            aimed = options.flips // 2 if name == NAMES[0] else 0
            for number in range(options.flips):
                if number < aimed:
                    cited[trial.flip(name, trial.cited_place(chance), chance)] += 1
                else:
                    at = chance.randrange(len(trial.whole[name]))
                    flipped[trial.flip(name, at, chance)] += 1
                trial.mend()
            told[name] = {"truncations": dict(truncated), "flips anywhere": dict(flipped)} | (
                {"flips in what is cited": dict(cited)} if aimed else {}
            )
            print(name, json.dumps(told[name]), file=sys.stderr, flush=True)
        told["seconds at most"] = round(trial.slowest, 1)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--truncations", type=int, default=20)
    parser.add_argument("--flips", type=int, default=60)
    parser.add_argument("--files", type=int, default=45, help="of the large index; 0: none")
    parser.add_argument("--seed", type=int, default=0)
    add_embedder(parser)
    options = parser.parse_args()
    result = {"small": run(6, 40, options)}
    if options.files:
        result["large"] = run(options.files, 1000, options)
    text = json.dumps(result, indent=1)
    print(text)
    return 1 if any(word in text for word in ("WRONG", "TRACEBACK", "UNCLEAR")) else 0


if __name__ == "__main__":
    sys.exit(main())
