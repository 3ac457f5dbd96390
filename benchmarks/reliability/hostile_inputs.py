"""Inputs that were made to break what reads them, by kinds; `hostile.py` runs each of them."""

from __future__ import annotations

import gzip
import json
import os
import random
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hostile_formats import format_inputs
from hostile_input import GOOD, SEED, Input, file_input, made_input, write

__all__ = ["inputs"]


def inputs() -> Iterator[Input]:
    """Every input, always the same ones."""
    yield from _texts()
    yield from _encodings()
    yield from format_inputs()
    yield from _names()
    yield from _special()
    yield from _questions()
    yield from _side_files()


def _texts() -> Iterator[Input]:
    units = [
        "a",
        " a",
        "Monday ",
        "1,",
        "7.",
        ". ",
        "…",
        "(AB) ",
        "“a b c d” said Ann. ",
        '"',
        "|a",
        "a\tb ",
        "in May 1999 ",
        "last week ",
        "Ann Lee ",
        "U.S. ",
        "and ",
        "not because ",
        "â€™",
        "a\u0301",
        "中",
    ]
    for n, unit in enumerate(units):
        for length in (84_000, 300_000):
            text = unit * (length // len(unit))
            yield file_input("long lines", f"line{n}-{length}.txt", text)
    for n, line in enumerate(
        ["# a", "- a", "a", "```", "> ", "| a | b |", "x" * 79, "\t", "1. a:"]
    ):
        yield file_input("many lines", f"lines{n}.md", f"{line}\n" * (60_000 // (len(line) + 1)))
    for n, unit in enumerate(
        [
            "\x1b[2J",
            "\x1b]0;t\x07",
            "\u202e",
            "\u2066",
            "\x9b31m",
            "\x07",
            "\x7f",
            "\u200b",
            "\ufeff",
            "\r",
            "\x85",
        ]
    ):
        said = f"Ann{unit} Lee opened {unit}the bridge{unit} in May 1999. " * 20
        yield file_input("controls", f"control{n}.txt", said)


def _encodings() -> Iterator[Input]:
    rng = random.Random(SEED)
    for n, data in enumerate(
        [
            b"\xff",
            b"\xfe\xff",
            b"\xff\xfe",
            b"\xff\xfea",
            b"\xef\xbb\xbf",
            b"\0" * 1000,
            b"\xc0\x80",
            b"\xed\xa0\x80",
            b"\xf4\x90\x80\x80",
            b"\xfe\xff\xd8\x00\x00a",
            b"+ADw-",
            b"\x1b$B",
            b" ",
            b"",
            "caf\u00e9".encode("latin-1"),
            GOOD.decode().encode("utf-16"),
            GOOD.decode().encode("utf-32"),
        ]
    ):
        yield file_input("encodings", f"bytes{n}.txt", data)
    for n in range(15):
        changed = bytearray(GOOD * 20)
        for _ in range(1 + n):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        yield file_input("encodings", f"changed{n}.txt", bytes(changed))


def _names() -> Iterator[Input]:
    for n, name in enumerate(
        [
            "a\x1b[31m",
            "a\u202etxt",
            "a\nb",
            "a b",
            "-rf",
            "--json",
            "a'b\"c",
            "$(id)",
            "a;b",
            "%s%n",
            "{0}",
            "..",
            "n" * 250,
            "é" * 120,
            "\u0065\u0301",
            "con",
            "a\x07",
            "\u2066x",
            "<b>x",
            "[x](y)",
            " ",
            "\t",
            "a\\b",
        ]
    ):
        yield Input("names", f"name {n}", _holding({f"{name}.txt": GOOD}))
    yield Input(
        "names", "no UTF-8", lambda at: write(Path(os.fsdecode(bytes(at) + b"/\xff.txt")), GOOD)
    )
    yield Input("names", "deep", _deep)
    for n, name in enumerate(
        ["a\x1b[2J.txt", "\u202e.txt", "n" * 300 + ".txt", "n/" * 3000 + ".txt", "\udcff.txt"]
    ):
        yield Input("names", f"no such {n}", lambda _: None, ("index", name))


def _deep(folder: Path) -> None:
    before = Path.cwd()
    os.chdir(folder)
    for _ in range(60):
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    write(Path("a.txt"), GOOD)
    os.chdir(before)


def _holding(
    files: Mapping[str, bytes], links: Mapping[str, str] | None = None
) -> Callable[[Path], None]:
    """What puts these files and links into a folder."""

    def make(folder: Path) -> None:
        for name, data in files.items():
            write(folder / name, data)
        for name, target in (links or {}).items():
            (folder / name).symlink_to(target)

    return make


def _special() -> Iterator[Input]:
    def linked(target: str, name: str = "b.txt") -> Callable[[Path], None]:
        return lambda at: (at / name).symlink_to(target)

    def server(at: Path) -> None:
        os.chdir(at)
        socket.socket(socket.AF_UNIX).bind("s.txt")

    yield Input("special files", "pipe", lambda at: os.mkfifo(at / "a.txt"))
    yield Input(
        "special files", "pipe named", lambda at: os.mkfifo(at / "a.pdf"), ("index", "{}/a.pdf")
    )
    yield Input("special files", "socket", server)
    for target in (
        "/dev/zero",
        "/dev/random",
        "/etc/passwd",
        "/proc/self/mem",
        "b.txt",
        "no.txt",
    ):
        yield Input("special files", f"link to {target}", linked(target))
        yield Input(
            "special files", f"link to {target} named", linked(target), ("index", "{}/b.txt")
        )
        yield Input(
            "special files",
            f"questions at {target}",
            _holding({"b.txt": GOOD}, {"b.questions": target}),
        )
    for target in ("/dev/zero", "/etc/passwd"):
        yield Input(
            "special files", f"eval {target}", linked(target, "b.jsonl"), ("eval", "{}/b.jsonl")
        )
        yield Input(
            "special files",
            f"batch {target}",
            linked(target, "b.jsonl"),
            ("ask", "--questions", "{}/b.jsonl"),
        )
        yield Input(
            "special files", f"verify {target}", linked(target, "b.json"), ("verify", "{}/b.json")
        )
    yield Input("special files", "folder elsewhere", linked("/usr", "b.questions"))
    yield Input("special files", "folders round", linked(".", "loop"))
    yield Input(
        "special files",
        "folders round followed",
        linked(".", "loop"),
        ("index", "{}", "--follow-links"),
    )


def _questions() -> Iterator[Input]:
    deep, closed, digits = "[" * 200_000, "[" * 900 + "]" * 900, "9" * 6000
    row = '{"id": "q", "question": "Who?", "answerable": false, "kind": %s}'
    lines = [
        deep,
        closed,
        digits,
        row % closed,
        row % digits,
        '{"question": "\\ud800"}',
        "\0",
        "{}" * 9,
        '{"question": "' + "a" * 3_000_000 + '"}',
        '{"question": "Who?", "history": ' + closed + "}",
        '{"question": "Who?", "id": "\\ud800\\u202e"}',
        '{"question": "' + "xkcdq " * 330 + '"}',
    ]
    for n, line in enumerate(lines):
        yield file_input("JSON", f"rows{n}.jsonl", line, "eval", "{}")
        yield file_input("JSON", f"batch{n}.jsonl", line, "ask", "--questions", "{}")
        yield file_input("JSON", f"kept{n}.jsonl", line, "verify", "{}")
    asked = {"id": "1", "question": "Who?", "answers": [{"text": "", "answer_start": 0}]}
    data = {"data": [{"title": "A", "paragraphs": [{"context": "Ann.", "qas": [asked]}]}]}
    for n, text in enumerate(
        [json.dumps(data), '{"data": ' + deep + "}", '{"data": [' + closed + "]}", digits]
    ):
        yield file_input("SQuAD", f"squad{n}.json", text, "eval", "{}")
    many = [{"context": "Ann came.", "qas": []}] * 20_000
    wide = json.dumps({"data": [{"title": "A", "paragraphs": many}]})
    yield file_input("SQuAD", "wide.json", wide, "eval", "{}")
    for megabytes in (50, 500):
        for suffix in ("jsonl", "json"):
            yield made_input(
                "gzip bombs",
                f"bomb{megabytes}.{suffix}.gz",
                lambda m=megabytes: gzip.compress(b" " * (m * 1_000_000)),  # type: ignore[misc]
                "eval",
                "{}",
            )
    yield file_input("gzip bombs", "cut.jsonl.gz", gzip.compress(b"x" * 1000)[:-5], "eval", "{}")
    for n, question in enumerate(
        ["Monday " * 280, "' " * 999, "xkcdq " * 330, "\x1b[2J\u202eWho?", "he " * 660]
    ):
        yield Input(
            "questions", f"question {n}", lambda at: write(at / "a.txt", GOOD), ("ask", question)
        )


def _side_files() -> Iterator[Input]:
    for n, text in enumerate(
        [
            "a = " + "[" * 90_000,
            "a." * 100_000 + "a = 1",
            "a = " + "9" * 6000,
            '"bridge" = "\\u001b[2J"',
            "\0",
            "\n".join(f'"a{n}" = "b"' for n in range(30_000)),
            '"' + "a " * 50_000 + '" = "b"',
            "x" * 2_000_000,
            '"(a+)+b" = "c"',
            '"bridge" = ""',
            "[bridge]\nmeans = 5",
            "a = 1979-99-99",
            "\ufeff" * 100,
        ]
    ):
        yield Input(
            "glossaries",
            f"glossary {n}",
            _holding({"a.txt": GOOD, "a.glossary.toml": text.encode()}),
        )
