"""Question to hits, with an embedder whose values can be computed by hand."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from corpus import EMBEDDER, WORDS, document, fill, local, random_documents

from afgqa.language.tokens import terms
from afgqa.protocols import Vectors, VectorStore
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.indexing import add
from afgqa.search.memory_store import MemoryStore
from afgqa.search.retrieval import _COVERAGE, Found, retrieve
from afgqa.search.term_weights import weigh
from afgqa.settings import Settings
from afgqa.types import MODES, Document, Hit, Mode

SETTINGS = Settings(chunk_tokens=12)
QUESTIONS = ["Which ferry?", "Who saw the harbour bridge?", "gull tower gull lamp", "What is it?"]


def memory(docs: Sequence[Document], dimension: int = 32) -> MemoryStore:
    store = MemoryStore(dimension)
    add(store, docs, HashingEmbedder(dimension), SETTINGS)
    return store


def search(
    store: VectorStore,
    question: str,
    mode: Mode = "hybrid",
    docs: Sequence[str] | None = None,
    settings: Settings = SETTINGS,
) -> Found:
    return retrieve(store, EMBEDDER, question, settings=settings, mode=mode, docs=docs)


# -- by hand ------------------------------------------------------------------------------------

# With 4096 dimensions no two of these terms share one, so cosines are counts over roots.
WIDE = HashingEmbedder(4096)
LAMP, GULL, ROPE = "The lamp burned.", "A gull saw the lamp.", "Ropes rot."
TINY = f"{LAMP} {GULL} {ROPE}"


def tiny(mode: Mode) -> tuple[Hit, ...]:
    store = MemoryStore(WIDE.dimension)
    add(store, [document(TINY)], WIDE, Settings(chunk_tokens=8))
    return retrieve(
        store, WIDE, "gull lamp", settings=Settings(chunk_tokens=8, candidates=10), mode=mode
    ).hits


def test_hits_by_hand() -> None:
    weights = weigh(["gull", "lamp"], {"gull": 1, "lamp": 2}, 3)
    lamp, gull = 1 / math.sqrt(2) / math.sqrt(2), 2 / math.sqrt(2) / math.sqrt(3)
    # Chunks of at most 8 words: "The lamp burned. A gull saw the lamp." and "Ropes rot."
    both = 3 / math.sqrt(2) / math.sqrt(1 + 1 + 1 + 4)  # burn, gull, saw, lamp twice
    whole = 2 + 2 * _COVERAGE
    expected = [
        (GULL, (gull + _COVERAGE + both + _COVERAGE) / whole, gull, 1.0, 1, 1),
        (
            LAMP,
            (lamp + _COVERAGE * weights["lamp"] + both + _COVERAGE) / whole,
            lamp,
            weights["lamp"],
            2,
            2,
        ),
        (ROPE, 0.0, 0.0, 0.0, 3, None),
    ]
    found = tiny("hybrid")
    assert [values(hit) for hit in found] == [pytest.approx(row, abs=1e-6) for row in expected]


def values(hit: Hit) -> tuple[object, ...]:
    return (
        hit.passage.text,
        hit.score,
        hit.similarity,
        hit.coverage,
        hit.dense_rank,
        hit.lexical_rank,
    )


def test_dense_by_hand() -> None:
    found = tiny("dense")
    assert [hit.passage.text for hit in found] == [GULL, LAMP, ROPE]
    cosines = [hit.similarity for hit in found]
    assert cosines == pytest.approx([2 / math.sqrt(6), 0.5, 0.0], abs=1e-6)
    assert [hit.lexical_rank for hit in found] == [1, 2, None]
    assert [hit.dense_rank for hit in found] == [1, 2, 3]


def test_lexical_by_hand() -> None:
    found = tiny("lexical")
    assert [(hit.passage.text, hit.lexical_rank, hit.dense_rank) for hit in found] == [
        (GULL, 1, 1),
        (LAMP, 2, 2),
    ]


def test_the_evidence_is_the_same_in_every_mode() -> None:
    scores = [{hit.passage.ref: hit.score for hit in tiny(mode)} for mode in MODES]
    for some in scores:
        assert {ref: scores[-1][ref] for ref in some} == some


def test_a_hit_is_the_stored_sentence() -> None:
    doc = document(TINY, "deep/b.txt")
    store = memory([doc, document("Other gulls.", "a.txt")])
    for mode in MODES:
        for hit in search(store, "gull lamp", mode).hits:
            text = store.document(hit.passage.ref.doc_id).text
            assert text[hit.passage.start : hit.passage.end] == hit.passage.text
            assert hit.passage in store.passages(hit.passage.ref.doc_id, "sentence")


# -- order --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_shuffled_insertion_and_other_stores_rank_alike(tmp_path: Path, seed: int) -> None:
    docs = random_documents(seed, count=5)
    shuffled = random.Random(seed).sample(docs, len(docs))
    with closing(local(tmp_path)) as disk:
        fill(disk, shuffled)
        stores: list[VectorStore] = [memory(docs), memory(shuffled), disk]
        for mode in MODES:
            for question in QUESTIONS:
                for some in (None, ["1.txt", "3.txt"]):
                    first, *others = (search(store, question, mode, some) for store in stores)
                    for other in others:
                        assert other.weights == first.weights
                        assert [hit.passage for hit in other.hits] == [
                            hit.passage for hit in first.hits
                        ]
                        assert [hit.score for hit in other.hits] == pytest.approx(
                            [hit.score for hit in first.hits], abs=1e-6
                        )


@pytest.mark.parametrize("mode", MODES)
def test_order_and_ranges(mode: Mode) -> None:
    store = memory(random_documents(2))
    for question in QUESTIONS:
        hits = search(store, question, mode).hits
        order = {
            "dense": lambda hit: hit.dense_rank,
            "lexical": lambda hit: hit.lexical_rank,
            "hybrid": lambda hit: (-round(hit.score, 6), hit.passage.ref),
        }[mode]
        assert list(hits) == sorted(hits, key=order)
        assert len({hit.passage.ref for hit in hits}) == len(hits)
        for hit in hits:
            assert 0.0 <= hit.score <= 1.0
            assert 0.0 <= hit.coverage <= 1.0 + 1e-9
            assert hit.passage.ref.unit == "sentence"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("k", [1, 4])
def test_no_more_than_candidates(mode: Mode, k: int) -> None:
    store = memory(random_documents(2))
    settings = replace(SETTINGS, candidates=k)
    assert len(search(store, "ferry bridge", mode, settings=settings).hits) == k


@pytest.mark.parametrize("mode", MODES)
def test_docs(mode: Mode) -> None:
    docs = random_documents(4)
    store = memory(docs)
    for some in (["2.txt"], ["0.txt", "3.txt"], ["2.txt", "unknown"]):
        hits = search(store, "ferry bridge lamp", mode, some).hits
        assert {hit.passage.ref.doc_id for hit in hits} == set(some) - {"unknown"}
    for nowhere in ([], ["unknown"]):
        assert search(store, "ferry", mode, nowhere).hits == ()


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_store(mode: Mode) -> None:
    assert search(MemoryStore(32), "Which ferry?", mode) == Found((), {"ferry": 1.0})


# -- questions ----------------------------------------------------------------------------------


def test_a_question_without_terms() -> None:
    store = memory(random_documents(0))
    for question in ("What is it?", "", "?!"):
        assert search(store, question).weights == {}
        assert search(store, question, "lexical").hits == ()
        for hit in search(store, question).hits:
            assert (hit.coverage, hit.lexical_rank) == (0, None)


def test_a_long_question_is_bounded_to_its_rarest_terms() -> None:
    names = [f"{a}{b}qz" for a in "bcdfgh" for b in "klmnpr"]  # 36, none of which is stemmed
    text = " ".join(f"{name.capitalize()} lamp." for name in names) + " Gull rope."
    store = memory([document(text)])
    question = " ".join(["lamp", *reversed(names), *names])
    found = search(store, question, "lexical")
    rarest = sorted(names)[:32]
    assert list(found.weights) == [name for name in reversed(names) if name in rarest]
    assert {hit.passage.terms[0] for hit in found.hits} == set(rarest)
    assert sum(found.weights.values()) == pytest.approx(1)


def test_a_sentence_whose_chunk_was_not_among_the_candidates() -> None:
    """It is judged by the least that is known of its chunk, not as if it had none."""
    near = "Gull lamp."
    far = "Tower stone rope island keeper storm bridge river harbour ship."
    store = memory([document(near + " " + far, "a.txt"), document("Gull.", "b.txt")])
    settings = replace(SETTINGS, candidates=1)
    (hit,) = search(store, "gull lamp", settings=settings).hits
    (similarity,) = (score for _, score in store.dense(query("gull lamp"), 1, "sentence"))
    ((best, floor),) = store.dense(query("gull lamp"), 1, "chunk")
    ((matching, _),) = store.lexical(["gull", "lamp"], 1, "chunk")
    assert hit.passage.text == near
    assert {best.doc_id, matching.doc_id} <= {"a.txt", "b.txt"}
    assert hit.score == pytest.approx(
        (similarity + floor + 2 * _COVERAGE) / (2 + 2 * _COVERAGE), abs=1e-6
    )


def query(question: str) -> Vectors:
    row: Vectors = EMBEDDER.encode_query([question])[0]
    return row


def test_every_term_has_a_weight() -> None:
    store = memory(random_documents(1))
    question = " ".join(WORDS) + " unknown"
    assert list(search(store, question).weights) == list(dict.fromkeys(terms(question)))
