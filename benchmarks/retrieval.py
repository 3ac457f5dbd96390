"""Compare the ways to search on a SQuAD file: sentences found, and paragraphs.

    python benchmarks/retrieval.py SQUAD.json.gz [--articles N]

Every answerable question is searched for within its own article. Prints a Markdown table on
standard output, progress on standard error. "plain mix" is the textbook baseline that hybrid has
to beat: the mean of cosine and BM25 of the single sentence, each scaled to 0..1 by the smallest
and the largest value of the question. "rank fusion" is the other usual way: reciprocal ranks
(Cormack et al. 2009, k = 60) of the four searches that hybrid makes, a sentence taking the rank of
the best chunk around it. A paragraph ranks where its first sentence does.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from afgqa.evaluation.measures import Metric, Place, difference, mean, retrieval
from afgqa.evaluation.question_sets import Example, load_questions
from afgqa.language.tokens import terms
from afgqa.protocols import Embedder, Progress, Ranked, Vectors, VectorStore
from afgqa.search.embedders import load_embedder
from afgqa.search.indexing import add
from afgqa.search.memory_store import MemoryStore
from afgqa.search.retrieval import retrieve
from afgqa.settings import Settings
from afgqa.types import MODES, UNITS, Document, Mode, Passage, Ref

Search = Callable[[str], Sequence[Passage]]
Scores = dict[str, list[float]]

PLAIN = "plain mix"
FUSED = "rank fusion"
WAYS = (*MODES, PLAIN, FUSED)
COLUMNS = ("R@1", "R@5", "MRR@10", "paragraph R@1", "paragraph R@5")
DEPTH = 100  # sentences of a search; enough for five different paragraphs


class CachingEmbedder:
    """An embedder that encodes each question once, however many ways it is searched for."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self._known: dict[str, Vectors] = {}
        self.name, self.fingerprint = inner.name, inner.fingerprint
        self.dimension, self.max_tokens = inner.dimension, inner.max_tokens

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        return self._inner.count_tokens(texts)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._inner.encode_query(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def encode_document(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._inner.encode_document(texts, progress)


def plain_mix(store: VectorStore, embedder: Embedder, question: str) -> list[Passage]:
    """Every sentence of the store, by the mean of its scaled cosine and its scaled BM25."""
    k = store.count("sentence")
    dense = _scaled(store.dense(embedder.encode_query([question])[0], k, "sentence"))
    lexical = _scaled(store.lexical(list(dict.fromkeys(terms(question))), k, "sentence"))
    score = {ref: dense[ref] + lexical.get(ref, 0.0) for ref in dense}
    return list(store.fetch(sorted(score, key=lambda ref: (-round(score[ref], 6), ref))))


def rank_fusion(store: VectorStore, embedder: Embedder, question: str) -> list[Passage]:
    """Every sentence that one of four searches finds, by the sum of 1 / (60 + rank)."""
    vector = embedder.encode_query([question])[0]
    words = list(dict.fromkeys(terms(question)))
    score: dict[Ref, float] = {}
    for unit in UNITS:
        k = store.count(unit)
        for ranked in (store.dense(vector, k, unit), store.lexical(words, k, unit)):
            rank: dict[Ref, int] = {}
            for place, passage in enumerate(store.fetch([ref for ref, _ in ranked]), start=1):
                for number in range(passage.first, passage.last):
                    rank.setdefault(Ref(passage.ref.doc_id, "sentence", number), place)
            for ref, place in rank.items():
                score[ref] = score.get(ref, 0.0) + 1 / (60 + place)
    return list(store.fetch(sorted(score, key=lambda ref: (-round(score[ref], 9), ref))))


def _scaled(ranked: Ranked) -> dict[Ref, float]:
    if not ranked:
        return {}
    high, low = ranked[0][1], ranked[-1][1]
    return {ref: (score - low) / (high - low) if high > low else 1.0 for ref, score in ranked}


def searches(document: Document, embedder: Embedder, settings: Settings) -> dict[str, Search]:
    """Each way to search the sentences of `document`, by name."""
    store = MemoryStore(embedder.dimension)
    add(store, [document], embedder, settings)

    def by(mode: Mode) -> Search:
        return lambda question: [
            hit.passage
            for hit in retrieve(store, embedder, question, settings=settings, mode=mode).hits
        ]

    return {mode: by(mode) for mode in MODES} | {
        PLAIN: lambda question: plain_mix(store, embedder, question),
        FUSED: lambda question: rank_fusion(store, embedder, question),
    }


def score(
    document: Document,
    paragraphs: Sequence[tuple[int, int]],
    examples: Sequence[Example],
    ways: Mapping[str, Search],
    advance: Callable[[], object],
) -> Iterator[tuple[str, str, list[float]]]:
    """(way, column, one value per question of the article)."""
    ends = [end for _, end in paragraphs]

    def paragraphs_of(places: Sequence[Place]) -> list[Place]:
        around = [paragraphs[bisect_right(ends, start)] for _, start, _ in places]
        return [Place(document.doc_id, start, end) for start, end in dict.fromkeys(around)]

    gold = {example.id: example.evidence for example in examples}
    gold_paragraphs = {name: paragraphs_of(places) for name, places in gold.items()}
    found: dict[str, dict[str, list[Place]]] = {way: {} for way in ways}
    for example in examples:
        for way, search in ways.items():
            passages = search(example.question)[:DEPTH]
            found[way][example.id] = [Place(document.doc_id, p.start, p.end) for p in passages]
        advance()
    for way, places in found.items():
        values = retrieval(places, gold)
        whole = retrieval({i: paragraphs_of(p) for i, p in places.items()}, gold_paragraphs)
        for column in COLUMNS:
            source = whole if column.startswith("paragraph ") else values
            name = column.removeprefix("paragraph ")
            yield way, column, [source[example.id][name] for example in examples]


def table(values: Mapping[str, Scores]) -> str:
    """The Markdown table: each way, then what hybrid gains over the plain mix."""

    def line(name: str, cells: Sequence[str]) -> str:
        return f"| {' | '.join((name, *cells))} |\n"

    def cell(metric: Metric, sign: str = "") -> str:
        return f"{metric.value:{sign}.3f} ({metric.low:{sign}.3f} to {metric.high:{sign}.3f})"

    text = line("search", COLUMNS) + line("---", ["---"] * len(COLUMNS))
    for way in WAYS:
        text += line(way, [cell(mean(values[way][column])) for column in COLUMNS])
    gains = [difference(values[PLAIN][column], values["hybrid"][column]) for column in COLUMNS]
    return text + line(f"hybrid − {PLAIN}", [cell(gain, "+") for gain in gains])


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the ways to search on a SQuAD file.")
    parser.add_argument("squad", type=Path, help="SQuAD 1.1 or 2.0, .json or .json.gz")
    parser.add_argument("--articles", type=int, help="only the first so many articles")
    arguments = parser.parse_args()
    began = time.perf_counter()
    questions = load_questions(arguments.squad)
    articles = list(zip(questions.documents, questions.paragraphs, strict=True))
    articles = articles[: arguments.articles]
    asked = {
        document.doc_id: [
            example
            for example in questions.examples
            if example.doc_id == document.doc_id and example.evidence
        ]
        for document, _ in articles
    }
    settings = Settings()
    embedder = CachingEmbedder(load_embedder(settings.embedder))
    values: dict[str, Scores] = {way: {column: [] for column in COLUMNS} for way in WAYS}
    with tqdm(total=sum(map(len, asked.values())), unit="question") as bar:
        for document, paragraphs in articles:
            examples = asked[document.doc_id]
            if not examples:
                continue
            bar.set_description(document.title[:24])
            embedder.encode_query([example.question for example in examples])  # in batches
            ways = searches(document, embedder, settings)
            for way, column, some in score(document, paragraphs, examples, ways, bar.update):
                values[way][column] += some
        total = bar.n
    print(
        f"{arguments.squad.name}: {total:,} answerable questions, each within its own of "
        f"{len(articles)} articles. Embedder {embedder.name}. {datetime.date.today()}, "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {time.perf_counter() - began:.0f} s. "
        f"In brackets: 95 % bootstrap intervals over questions.\n\n{table(values)}",
        end="",
    )


if __name__ == "__main__":
    main()
