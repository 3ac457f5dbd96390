"""Small documents for tests, and what the index makes of them, without a model."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from afgqa.documents.loading import document_from_text
from afgqa.language.tokens import terms
from afgqa.protocols import Progress, Vectors, VectorStore
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.indexing import passages_of
from afgqa.search.sqlite_schema import FORMAT
from afgqa.search.sqlite_store import LocalStore
from afgqa.settings import Settings
from afgqa.types import Document, Manifest, Passage, Unit

EMBEDDER = HashingEmbedder(32)
SETTINGS = Settings(chunk_tokens=12)
MANIFEST = Manifest(
    format=FORMAT,
    embedder=EMBEDDER.name,
    fingerprint=EMBEDDER.fingerprint,
    dimension=EMBEDDER.dimension,
    settings=SETTINGS.index_fingerprint(),
    sources=("../texts",),
)
WORDS = "ferry harbour bridge river storm lamp keeper ship rope island stone tower gull".split()


def document(text: str, doc_id: str = "a.txt") -> Document:
    return document_from_text(text, doc_id=doc_id)


def embedded(doc: Document) -> tuple[tuple[Passage, ...], Vectors]:
    passages = passages_of(doc, EMBEDDER, SETTINGS)
    return passages, EMBEDDER.encode_document([passage.text for passage in passages])


def fill(store: VectorStore, docs: Iterable[Document]) -> None:
    for doc in docs:
        store.replace(doc, *embedded(doc))


def local(folder: Path) -> LocalStore:
    return LocalStore(folder, MANIFEST)


def random_documents(seed: int, *, count: int = 4, sentences: int = 9) -> list[Document]:
    """Documents of short random sentences; some sentences occur twice, so that there are ties."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        texts = [
            " ".join(chance.choices(WORDS, k=chance.randint(2, 6))).capitalize() + "."
            for _ in range(sentences)
        ]
        texts.append(texts[0])
        made.append(document(" ".join(texts), f"{number}.txt"))
    return made


def answers(store: VectorStore, unit: Unit = "sentence") -> list[object]:
    """What a store says to a few questions: to be compared before and after."""
    said: list[object] = [
        store.documents(),
        store.count(unit),
        store.frequencies(terms(" ".join(WORDS))),
    ]
    for first, second in pairwise(WORDS):
        vector = EMBEDDER.encode_query([f"{first} {second}"])[0]
        said.append([ref for ref, _ in store.dense(vector, 7, unit)])
        found = [ref for ref, _ in store.lexical(terms(f"{first} {second}"), 7, unit)]
        said += [found, store.fetch(found)]
    return said


class CountingEmbedder(HashingEmbedder):
    """Remembers what it was asked to embed."""

    def __init__(self, dimension: int = 32) -> None:
        super().__init__(dimension)
        self.seen: list[str] = []

    def encode_document(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.seen += texts
        return super().encode_document(texts, progress)
