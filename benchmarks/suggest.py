"""How many of the suggested phrases a glossary written by hand has, and how many of its it finds.

    python benchmarks/suggest.py DOCUMENT ...

For a document with a glossary: the first suggestions without it, the share of them that overlap a
place that it explains (precision), the share where the odd word is one that its meaning drops, the
share of its entries that a suggestion overlaps somewhere (recall), the share whose guesses have a
word of the meaning, and the same for words drawn at random. For one without: how many phrases
reach the least score. The seconds are with the model loaded.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import replace

from afgqa.documents.glossary_candidates import FREQUENT, Suggestion, Vocabulary, suggest
from afgqa.documents.loading import load_documents
from afgqa.language.glossary import meanings
from afgqa.language.spelling import frequent
from afgqa.search.embedders import load_embedder
from afgqa.types import Document

_DRAWS = 200
_COUNTS = (10, 30, 60)


def figures(document: Document, found: Sequence[Suggestion]) -> tuple[float, ...]:
    """Precision, the share with the word itself, recall, right first guess, one of three right."""
    text, gold = document.text, meanings(document.text, document.glossary)
    hits = exact = first = some = 0
    entries = set()
    for one in found:
        over = [g for g in gold for a, b in one.places if a < g.end and g.start < b]
        entries |= {" ".join(text[g.start : g.end].split()) for g in over}
        hits += bool(over)
        mine = [g for g in over if one.word.lower() in text[g.start : g.end].lower().split()]
        mine = [g for g in mine if one.word.lower() not in g.text.lower().split()]
        exact += bool(mine)
        meant = {word[:5] for g in mine for word in g.text.lower().split()}
        right = [guess[:5].lower() in meant for guess in one.guesses]
        first += any(right[:1])
        some += any(right)
    n = max(len(found), 1)
    return hits / n, exact / n, len(entries) / len(document.glossary), first / n, some / n


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("documents", nargs="+")
    given = parser.parse_args()
    embedder = load_embedder()
    begin = time.perf_counter()
    words = Vocabulary.of(frequent(FREQUENT), embedder)
    print("| document | first | precision | word | recall | guess | guess of 3 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    notes = [f"the vocabulary, once: {time.perf_counter() - begin:.1f} s"]
    for document in load_documents(given.documents):
        bare = replace(document, glossary=())
        begin = time.perf_counter()
        shown = suggest(bare, embedder, words, count=10**6)
        seconds = time.perf_counter() - begin
        notes.append(
            f"{document.doc_id}: {len(document.text.split())} words, {len(shown)} phrases reach "
            f"the least score; {seconds:.1f} s"
        )
        if not document.glossary:
            continue
        every = suggest(bare, embedder, words, count=10**6, at_least=-9)
        for count in _COUNTS:
            values = figures(document, every[:count])
            row(document.doc_id, count, values)
            draws = random.Random(0)
            chance = [figures(document, draws.sample(every, count)) for _ in range(_DRAWS)]
            row("at random", count, [sum(c) / _DRAWS for c in zip(*chance, strict=True)])
    print("", *notes, sep="\n")


def row(name: str, count: int, values: Sequence[float]) -> None:
    print(f"| {name} | {count} | {' | '.join(f'{value:.2f}' for value in values)} |", flush=True)


if __name__ == "__main__":
    main()
