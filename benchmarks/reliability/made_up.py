"""Made-up documents, an embedder without a model, and what an index of them must answer."""

from __future__ import annotations

import hashlib
import random
from contextlib import closing
from pathlib import Path

from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.indexing import open_index
from afgqa.search.retrieval import retrieve
from afgqa.settings import Settings

EMBEDDER = HashingEmbedder(64)
SETTINGS = Settings(reader="typed")
_WORDS = "ferry harbour bridge river storm lamp keeper ship rope island stone tower gull".split()


def write(folder: Path, version: int, *, files: int = 6, sentences: int = 40) -> None:
    """Make the files of one version of the documents; other versions have others changed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"{n}.txt" for n in range(files + version % 3)}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name in wanted:
        chance = random.Random(f"{name} {version if hash_of(name) % 2 else 0}")
        told = (
            f"In {chance.randint(1800, 1999)} the {' '.join(chance.choices(_WORDS, k=6))}."
            for _ in range(sentences)
        )
        (folder / name).write_text(" ".join(told), encoding="utf-8")


def hash_of(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0]


def state(folder: Path) -> str:
    """A digest of all that an index holds and of what it finds; StoreError as opening gives it."""
    with closing(open_index(folder, EMBEDDER, SETTINGS)) as store:
        digest = hashlib.sha256()
        with store.snapshot() as view:
            for doc_id in view.documents():
                document = view.document(doc_id)
                digest.update(f"{doc_id} {document.title} {document.text}".encode())
                for passage in view.passages(doc_id, "sentence"):
                    assert document.text[passage.start : passage.end] == passage.text
                    digest.update(repr((passage.ref, passage.start)).encode())
            for word in _WORDS:
                hits = retrieve(view, EMBEDDER, f"When was the {word}?", settings=SETTINGS).hits
                digest.update(
                    repr([(hit.passage.ref, round(hit.score, 4)) for hit in hits]).encode()
                )
        return digest.hexdigest()
