"""Fuzzers: random changes of good inputs, and what raises anything but a clear error.

    python benchmarks/reliability/fuzz.py [--minutes M] [--seed N] [--only TARGET] [--save FOLDER]

Each target has good inputs, which are changed at random (bytes, letters, values of JSON), and a
check: what comes back obeys the laws of its kind, an error is one of `AfgqaError` with a message of
bounded length, and nothing takes more than two seconds of the processor. Printed as JSON are the
tries and findings of each target; every finding is saved, one of a kind. Exit status 1 where there
is one. The same seed tries the same inputs in the same order.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from afgqa import AfgqaError, Chatbot
from afgqa.answering.citation_verification import verify
from afgqa.cli.batch import LONGEST, answer_lines, bounded
from afgqa.documents import document_from_text
from afgqa.documents.repair import repair
from afgqa.evaluation.question_sets import load_questions
from afgqa.kept_citations import kept_in, verification_row
from afgqa.language import sentences
from afgqa.language.glossary import meanings, parse, reworded
from afgqa.language.layout import layout
from afgqa.reading.typed_reader import TypedReader
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.sqlite_schema import FORMAT, read_manifest

TEXT: Final = (
    "# The bridge\n\nAnn Lee opened the bridge in May 1999. It cost $5 million, the World Health "
    "Organization (WHO) said. “The bridge is not red,” said Bob Ray.\n- one\n- two\n\n"
    "| Year | Cost |\n| --- | --- |\n| 1999 | 5 |\n\nLast Monday the U.S. envoy left.\n"
)
_SECONDS: Final = 2.0
_MESSAGE: Final = 4000  # characters
_PIECES: Final = (
    "\0",
    "\ud800",
    "\udfff",
    "\u202e",
    "\x1b[2J",
    "\x85",
    "\u2028",
    "\ufeff",
    "â€™",
    "Ã©",
    "a\u0301",
    "😀",
    "“",
    "”",
    '"',
    "\n",
    "\n\n",
    "\t",
    "|",
    "# ",
    "- ",
    "```",
    "U.S.",
    "Dr. ",
    "(WHO)",
    "Monday ",
    "1999",
    "7,",
    "...",
    "[1]",
    " " * 50,
    "x" * 300,
    ". ",
    "? ",
    "\r\n",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "=",
    "1e999",
    "-1",
)
_VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    5,
    10**30,
    0.5,
    -1e300,
    float("nan"),
    float("inf"),
    "",
    " ",
    "x",
    "\0",
    "\ud800",
    "x" * 5000,
    [],
    [[]],
    [None],
    [5],
    {},
    {"": {}},
    {"a": []},
    "a.txt",
    "0" * 64,
    [{}],
    [["x"] * 9],
)


class FindingError(Exception):
    """A law that does not hold."""


def hold(law: bool, what: str) -> None:
    if not law:
        raise FindingError(what)


# -- changes ------------------------------------------------------------------------------------


def changed_text(text: str, rng: random.Random) -> str:
    """Some letters taken out, doubled, or replaced by what is seldom right."""
    for _ in range(rng.choice((1, 2, 4, 9))):
        at, length = rng.randrange(len(text) + 1), rng.choice((0, 1, 5, 40))
        new = rng.choice(_PIECES) * rng.choice((1, 1, 1, 3, 50))
        if rng.random() < 0.3:
            new = text[at : at + length] * rng.choice((0, 2, 9))
        text = (text[:at] + new + text[at + length :])[:20_000]
    return text


def changed_bytes(text: str, rng: random.Random) -> bytes:
    data = bytearray(changed_text(text, rng).encode("utf-8", "surrogatepass"))
    for _ in range(rng.choice((0, 0, 1, 3))):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def changed_value(value: Any, rng: random.Random) -> Any:
    """JSON with a value, a key or a list of it changed."""
    if rng.random() < 0.15 or not isinstance(value, dict | list) or not value:
        if isinstance(value, str) and rng.random() < 0.5:
            return changed_text(value, rng)
        return rng.choice(_VALUES)
    if isinstance(value, list):
        at = rng.randrange(len(value))
        part = changed_value(value[at], rng)
        return [*value[:at], part, *value[at + rng.choice((0, 1, 1, 1)) :]]
    key = rng.choice(sorted(value))
    if rng.random() < 0.15:
        return {name: part for name, part in value.items() if name != key}
    return value | {key: changed_value(value[key], rng)}


def changed_json(value: Any, rng: random.Random) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 4))):
        value = changed_value(value, rng)
    text = json.dumps(value, ensure_ascii=rng.random() < 0.7)
    return changed_bytes(text, rng) if rng.random() < 0.3 else text.encode("utf-8", "surrogatepass")


# -- targets: what is tried with one random source ----------------------------------------

Try = Callable[[random.Random], object]


def split_text(rng: random.Random) -> object:
    text = changed_text(TEXT, rng)
    spans = sentences.split(text)
    said = "".join(text[a:b] for a, b in spans)
    hold("".join(said.split()) == "".join(text.split()), "sentences do not cover the text")
    hold(all(0 < b - a <= sentences.LONGEST for a, b in spans), "a sentence of no length")
    hold(all(text[a:b] == text[a:b].strip() for a, b in spans), "white space around a sentence")
    found = layout(text)
    for start, end in spans:
        unit = found.unit(start, end)
        first, last = unit.back(0, len(unit.text))
        hold(0 <= first <= last <= len(text), "a unit that leads out of the text")
    return spans


def repair_text(rng: random.Random) -> object:
    raw = changed_text(TEXT, rng)
    text, runs = repair(raw)
    at = raw_at = 0
    for run in runs:
        hold(run.start == at and run.end > run.start, "runs do not cover the text")
        hold(raw_at <= run.raw_start <= run.raw_end <= len(raw), "runs out of order")
        same = text[run.start : run.end] == raw[run.raw_start : run.raw_end]
        hold(same or not run.same, "a run that is not the same")
        at, raw_at = run.end, run.raw_end
    hold(at == len(text), "runs end before the text")
    text.encode("utf-8")
    return document_from_text(raw, doc_id="a.txt")


BOT: Final[list[Chatbot]] = []


def bot() -> Chatbot:
    if not BOT:
        document = document_from_text(TEXT, doc_id="a.txt", examples=["Who?"])
        embedder = HashingEmbedder(64)
        BOT.append(Chatbot.from_documents(document, embedder=embedder, reader=TypedReader()))
    return BOT[0]


_LINE: Final = {
    "id": "q",
    "question": "Who opened the bridge?",
    "history": ["When was it?", "Why?"],
}


def batch(rng: random.Random) -> object:
    data = b"\n".join(changed_json(_LINE, rng) for _ in range(rng.choice((1, 3))))
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        lines = list(bounded(file))
    hold(all(len(line) <= LONGEST + 1 for line in lines), "a line that is too long")
    rows = list(answer_lines(bot(), lines))
    hold(len(rows) == sum(bool(line.strip()) for line in lines), "not a row for each line")
    for row in rows:
        json.loads(json.dumps(row))
        for cited in row.get("citations", ()):
            document = bot().documents[0].text
            hold(
                document[cited["start"] : cited["end"]] == cited["text"], "a quotation that is none"
            )
    return rows


_GLOSSARY: Final = (
    '"the bridge" = "the span"\n"In Could" = {means = "In May", note = "a month"}\n'
    '[x]\nmeans = "y"\n'
)


def glossary(rng: random.Random) -> object:
    found = parse(changed_text(_GLOSSARY, rng), "a.glossary.toml")
    text = changed_text(TEXT, rng)
    last = 0
    for meaning in meanings(text, found):
        hold(last <= meaning.start < meaning.end <= len(text), "meanings that overlap")
        last = meaning.end
    read = reworded(text, found)
    for _ in range(5):
        if len(read.text) > 1:
            start = rng.randrange(len(read.text) - 1)
            first, end = read.back(start, rng.randrange(start + 1, len(read.text)))
            hold(0 <= first < end <= len(text), "a way back that leads out of the text")
    return found


_ASKED: Final = {
    "id": "1",
    "question": "Who opened it?",
    "answers": [{"text": "Ann Lee", "answer_start": 0}],
    "is_impossible": False,
}
_SQUAD: Final = {
    "version": "2.0",
    "data": [
        {
            "title": "A",
            "paragraphs": [{"context": "Ann Lee opened it. It is red.", "qas": [_ASKED]}],
        }
    ],
}
_ROW: Final = {
    "id": "q",
    "question": "Who?",
    "answerable": True,
    "kind": "who",
    "answers": ["Ann"],
    "history": ["Why?"],
    "evidence": [{"doc_id": "a.txt", "start": 14, "end": 52, "text": TEXT[14:52]}],
    "doc_id": "a.txt",
}


def squad(rng: random.Random) -> object:
    own = rng.random() < 0.4
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.jsonl" if own else "a.json")
        path.write_bytes(changed_json(_ROW if own else _SQUAD, rng))
        documents = bot().documents if own else ()
        found = load_questions(path, documents, by_paragraph=rng.random() < 0.3)
    texts = {it.doc_id: it.text for it in (*documents, *found.documents)}
    for example in found.examples:
        for place in example.evidence:
            hold(place.end <= len(texts[place.doc_id]), "evidence outside its document")
    return found


def verifying(rng: random.Random) -> object:
    cited = {"doc_id": "a.txt", "sha256": "0" * 64, "start": 14, "end": 52, "text": TEXT[14:52]}
    row = {"question": "Who?", "citations": [cited], "related": [cited]}
    whole = {"afgqa": "conversation", "version": 1, "turns": [row]}
    kept = kept_in(changed_json(rng.choice([row, whole]), rng), "kept.json")
    for source, one in zip(kept, verify((it.cited for it in kept), bot().documents), strict=True):
        json.dumps(verification_row(one, source))
        if one.start is not None and one.end is not None:
            hold(TEXT[one.start : one.end] == one.text, "a place that has another text")
    return kept


_MANIFEST: Final = {
    "format": FORMAT,
    "embedder": "e",
    "fingerprint": "f",
    "dimension": 64,
    "settings": "s",
    "sources": ["seeds"],
}


def manifest(rng: random.Random) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "afgqa.sqlite")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE manifest (value TEXT)")
            value = changed_json(_MANIFEST, rng)
            said: object = value if rng.random() < 0.2 else value.decode("utf-8", "replace")
            connection.execute("INSERT INTO manifest VALUES (?)", (said,))
        if rng.random() < 0.3:
            data = bytearray(path.read_bytes())
            for _ in range(9):
                data[rng.randrange(len(data))] = rng.randrange(256)
            path.write_bytes(data[: rng.choice((len(data), len(data), 100, 5000))])
        found = read_manifest(Path(folder))
    hold(all(isinstance(it, str) for it in found.sources), "a source that is no text")
    return found


TARGETS: Final[dict[str, Try]] = {
    "splitter": split_text,
    "repair": repair_text,
    "batch": batch,
    "glossary": glossary,
    "squad": squad,
    "verify": verifying,
    "manifest": manifest,
}


def fuzz(name: str, seed: int, minutes: float, save: Path | None) -> dict[str, Any]:
    """Try a target for so long; what was found, one of a kind."""
    begun, tries, errors, slowest = time.monotonic(), 0, 0, 0.0
    found: dict[str, dict[str, Any]] = {}
    while time.monotonic() - begun < 60 * minutes:
        source, started = f"{seed}/{name}/{tries}", time.process_time()
        tries += 1
        what = None
        try:
            TARGETS[name](random.Random(source))
        except AfgqaError as error:
            errors += 1
            if len(str(error)) > _MESSAGE:
                what = f"a message of {len(str(error))} characters: {error!s:.200}"
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            what = f"{type(error).__name__}: {error!s:.120} ({place})"
        took = time.process_time() - started
        slowest = max(slowest, took)
        if took > _SECONDS:
            what = f"takes {took:.1f} seconds"
        if what is not None:
            kind = what.split(": ")[0] + what[what.rfind("(") :]
            found.setdefault(kind, {"try": source, "what": what, "times": 0})["times"] += 1
    if save is not None and found:
        save.mkdir(parents=True, exist_ok=True)
        (save / f"{name}.json").write_text(json.dumps(list(found.values()), indent=1) + "\n")
    return {
        "tries": tries,
        "clear errors": errors,
        "findings": len(found),
        "slowest": round(slowest, 3),
        "found": [it["what"] for it in found.values()],
    }


def main() -> int:
    """Fuzz the targets one after another."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target (1)")
    parser.add_argument("--seed", type=int, default=1, help="of the random changes (1)")
    parser.add_argument("--only", choices=TARGETS, help="this target alone")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="where findings are saved")
    options = parser.parse_args()
    chosen = [options.only] if options.only else list(TARGETS)
    told = {name: fuzz(name, options.seed, options.minutes, options.save) for name in chosen}
    print(json.dumps(told, indent=1))
    return 1 if any(it["findings"] for it in told.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
