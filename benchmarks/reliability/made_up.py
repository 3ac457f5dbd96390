"""Made-up documents, an embedder and a reader without a model, and what is asked of an index."""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from afgqa.chatbot import Chatbot
from afgqa.protocols import Embedder
from afgqa.reading.models import load_reader
from afgqa.search.embedders import load_embedder
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.indexing import sync
from afgqa.settings import Settings
from afgqa.types import Document

__all__ = [
    "QUESTIONS",
    "SETTINGS",
    "Citations",
    "add_embedder",
    "answers",
    "chatbot",
    "child_environment",
    "embedder_of",
    "update",
    "write",
    "wrong_quotes",
]

Citations = list[tuple[str, str, int, int, str]]
SETTINGS = Settings(reader="typed")
_WORDS = "ferry harbour bridge river storm lamp keeper ship rope island stone tower gull".split()
_NAMES = "Ashby Corley Denholm Eastry Farrow Gillam Hexter Ilford Kestle Lowther".split()
QUESTIONS = tuple(f"When was the {word} of {name} built?" for word, name in zip(
    _WORDS, _NAMES, strict=False
))  # fmt: skip


def add_embedder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--embedder",
        default="hashing",
        metavar="NAME",
        help="hashing: words hashed to dimensions, without a model; or a model's name or folder",
    )


def embedder_of(name: str, dimension: int = 64) -> Embedder:
    return HashingEmbedder(dimension) if name == "hashing" else load_embedder(name)


def write(folder: Path, version: int, *, files: int = 6, sentences: int = 40) -> None:
    """Make the files of one version of the documents; another version has half of them changed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"{number}.txt" for number in range(files)}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name in sorted(wanted):
        odd = hashlib.sha256(name.encode()).digest()[0] % 2
        chance = random.Random(f"{name} {version if odd else 0}")
        told = (
            f"The {chance.choice(_WORDS)} of {chance.choice(_NAMES)} was built in "
            f"{chance.randint(1800, 1999)} beside the {' '.join(chance.choices(_WORDS, k=3))}."
            for _ in range(sentences)
        )
        (folder / name).write_text(" ".join(told), encoding="utf-8")


def update(index: Path, texts: Path, embedder: Embedder, *, rebuild: bool = False) -> None:
    store, _ = sync(index, [texts], embedder, SETTINGS, rebuild=rebuild)
    store.close()


@contextmanager
def chatbot(index: Path, embedder: Embedder) -> Iterator[Chatbot]:
    reader = load_reader("typed")
    with Chatbot.open(index, settings=SETTINGS, embedder=embedder, reader=reader) as bot:
        yield bot


def answers(
    index: Path, embedder: Embedder, questions: Sequence[str] = QUESTIONS
) -> dict[str, Citations]:
    """What the index has by document, and what it answers, each with its citations.

    StoreError as opening and asking give it.
    """
    found: dict[str, Citations] = {}
    with chatbot(index, embedder) as bot:
        for question in questions:
            answer = bot.ask(question)
            found[f"{question} {answer.short}"] = [
                (it.doc_id, it.title, it.start, it.end, it.text) for it in answer.citations
            ]
        found["documents"] = [
            (doc_id, sha256, 0, 0, "") for doc_id, sha256 in sorted(bot.hashes.items())
        ]
    return found


def wrong_quotes(found: Mapping[str, Citations], documents: Sequence[Document]) -> list[str]:
    """The quotes that are not, under that title and at that place, in the files themselves."""
    there = {document.doc_id: document for document in documents}
    return [
        f"{doc_id} {title!r} {start}:{end} {text!r}"
        for key, citations in found.items()
        if key != "documents"
        for doc_id, title, start, end, text in citations
        if doc_id not in there
        or there[doc_id].text[start:end] != text
        or there[doc_id].title != title
    ]


def child_environment() -> dict[str, str]:
    """The environment of a child that imports what this program imports."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
