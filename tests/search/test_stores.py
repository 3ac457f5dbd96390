"""One contract for every store, and exact agreement between them."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from corpus import (
    EMBEDDER,
    WORDS,
    document,
    embedded,
    fill,
    local,
    random_documents,
)

from afgqa.errors import StoreError
from afgqa.language.tokens import terms
from afgqa.protocols import Snapshot, Vectors, VectorStore
from afgqa.search.memory_store import MemoryStore
from afgqa.search.ties import best, equal
from afgqa.types import UNITS, Document, Passage, Ref, Unit

Make = Callable[[], VectorStore]
QUESTIONS = ["ferry", "harbour bridge", "gull tower gull lamp", "storm keeper rope unknown"]


@pytest.fixture(params=["memory", "local"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    opened: list[VectorStore] = []

    def open_one() -> VectorStore:
        store: VectorStore = (
            MemoryStore(EMBEDDER.dimension)
            if request.param == "memory"
            else local(tmp_path / str(len(opened)))
        )
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(make: Make) -> VectorStore:
    return make()


def vector(question: str) -> Vectors:
    row: Vectors = EMBEDDER.encode_query([question])[0]
    return row


# -- brute force, written anew from the definitions ---------------------------------------------


def held(docs: Sequence[Document], unit: Unit) -> list[tuple[Passage, Vectors]]:
    return [
        (passage, row)
        for doc in docs
        for passage, row in zip(*embedded(doc), strict=True)
        if passage.ref.unit == unit
    ]


def dense_by_hand(docs: Sequence[Document], question: str, unit: Unit) -> list[tuple[Ref, float]]:
    asked = vector(question)
    scored = [
        (passage.ref, math.fsum(float(a) * float(b) for a, b in zip(row, asked, strict=True)))
        for passage, row in held(docs, unit)
    ]
    return sorted(scored, key=lambda pair: (-round(pair[1], 6), pair[0]))


def bm25_by_hand(docs: Sequence[Document], terms: Sequence[str], unit: Unit) -> dict[Ref, float]:
    bags = {passage.ref: Counter(passage.terms) for passage, _ in held(docs, unit)}
    mean = sum(sum(bag.values()) for bag in bags.values()) / len(bags)
    scores: dict[Ref, float] = {}
    for term in set(terms):
        having = [ref for ref in bags if term in bags[ref]]
        idf = math.log((len(bags) - len(having) + 0.5) / (len(having) + 0.5))
        for ref in having:
            tf, length = bags[ref][term], sum(bags[ref].values())
            part = max(idf, 1e-6) * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * length / mean))
            scores[ref] = scores.get(ref, 0.0) + part
    return scores


# -- the contract -------------------------------------------------------------------------------


def test_an_empty_store(store: VectorStore) -> None:
    for unit in UNITS:
        assert store.dense(vector("ferry"), 5, unit) == ()
        assert store.dense(vector("ferry"), 5, unit, ["a.txt"]) == ()
        assert store.lexical(["ferry"], 5, unit) == ()
        assert store.count(unit) == 0
    assert store.frequencies(["ferry"]) == {"ferry": 0}
    assert store.documents() == {}
    assert store.fetch([]) == ()
    store.delete(["a.txt"])
    store.refresh()
    for missing in (lambda: store.document("a"), lambda: store.passages("a", "sentence")):
        with pytest.raises(KeyError, match="a"):
            missing()


def test_what_goes_in_comes_out(store: VectorStore) -> None:
    raw = "The keeperâ€™s lamp. \u2028Ann lit it in 1912, U.S. time.\r\n\r\nNaïve 🎉 gulls."
    doc = document(raw, "deep/ü '\"[].txt")
    passages, vectors = embedded(doc)
    store.replace(doc, passages, vectors)
    assert store.document(doc.doc_id) == doc
    assert store.documents() == {doc.doc_id: doc.sha256}
    for unit in UNITS:
        kept = tuple(passage for passage in passages if passage.ref.unit == unit)
        assert store.passages(doc.doc_id, unit) == kept
        assert store.fetch([p.ref for p in kept]) == kept
        assert store.count(unit) == len(kept)
        for passage in kept:
            assert doc.text[passage.start : passage.end] == passage.text
    assert [p.terms for p in store.passages(doc.doc_id, "sentence")][1] == (
        "ann", "lit", "1912", "us", "time",
    )  # fmt: skip


def test_examples_come_out(store: VectorStore) -> None:
    doc = Document("a", "A", "a.txt", "0" * 64, "Lamp.", (), ("Who?", "“When?”"))
    store.replace(doc, *embedded(doc))
    assert store.document("a") == doc


@pytest.mark.parametrize("unit", UNITS)
def test_vectors_stand_beside_their_passages(store: VectorStore, unit: Unit) -> None:
    fill(store, random_documents(3))
    for doc_id in store.documents():
        rows = store.vectors(doc_id, unit)
        passages = store.passages(doc_id, unit)
        assert rows.dtype == np.float32
        expected = EMBEDDER.encode_document([passage.text for passage in passages])
        np.testing.assert_array_equal(rows, expected)
    with pytest.raises(KeyError):
        store.vectors("no such document", unit)


def test_a_document_without_passages(store: VectorStore) -> None:
    doc = document("Lamp.")
    store.replace(doc, (), np.zeros((0, EMBEDDER.dimension), dtype=np.float32))
    assert store.documents() == {"a.txt": doc.sha256}
    assert store.passages("a.txt", "sentence") == ()
    assert store.dense(vector("lamp"), 3, "sentence") == ()


@pytest.mark.parametrize("shape", [(1, 32), (2, 31), (64,)])
def test_vectors_of_another_shape(store: VectorStore, shape: tuple[int, ...]) -> None:
    doc = document("Lamp.")
    fill(store, [doc])
    with pytest.raises(ValueError, match="for 2 passages of dimension 32"):
        store.replace(doc, embedded(doc)[0], np.zeros(shape, dtype=np.float32))
    assert store.passages("a.txt", "sentence")[0].text == "Lamp."


def test_replace_puts_the_new_in_the_place_of_the_old(store: VectorStore) -> None:
    old, other = document("Ferry one. Ferry two. Ferry three."), document("A ferry.", "b.txt")
    new = document("Bridge lamp. Bridge.")
    fill(store, [old, other, new])
    assert store.document("a.txt") == new
    assert store.documents() == {"a.txt": new.sha256, "b.txt": other.sha256}
    assert store.passages("a.txt", "sentence") == embedded(new)[0][:2]
    assert store.count("sentence") == 3
    assert store.frequencies(["ferry", "bridg", "lamp"]) == {"ferry": 1, "bridg": 2, "lamp": 1}
    assert [r for r, _ in store.lexical(["ferry"], 5, "sentence")] == [Ref("b.txt", "sentence", 0)]
    assert store.dense(vector("ferry"), 5, "sentence")[0][0].doc_id == "b.txt"
    with pytest.raises(KeyError):
        store.fetch([Ref("a.txt", "sentence", 2)])


def test_replace_and_delete_are_idempotent(store: VectorStore) -> None:
    docs = random_documents(1)
    fill(store, docs)
    before = everything(store)
    fill(store, [docs[2], docs[2]])
    assert everything(store) == before
    store.delete([docs[0].doc_id, docs[3].doc_id, "unknown"])
    after = everything(store)
    assert list(store.documents()) == ["1.txt", "2.txt"]
    store.delete([docs[0].doc_id, docs[3].doc_id])
    store.delete([])
    assert everything(store) == after
    fill(store, [docs[3], docs[0]])
    assert everything(store) == before


def everything(store: Snapshot) -> list[object]:
    there = store.documents()
    said: list[object] = [there, store.frequencies(terms(" ".join(WORDS)))]
    for unit in UNITS:
        said += [store.count(unit), *(store.passages(doc_id, unit) for doc_id in there)]
        for question in QUESTIONS:
            said.append(store.dense(vector(question), 9, unit))
            said.append(store.lexical(terms(question), 9, unit))
    return said


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("unit", UNITS)
def test_dense_is_brute_force(store: VectorStore, seed: int, unit: Unit) -> None:
    docs = random_documents(seed)
    fill(store, docs)
    for question in QUESTIONS:
        expected = dense_by_hand(docs, question, unit)
        for k in (1, 3, len(expected), 1000):
            found = store.dense(vector(question), k, unit)
            assert [ref for ref, _ in found] == [ref for ref, _ in expected[:k]]
            assert [s for _, s in found] == pytest.approx([s for _, s in expected[:k]], abs=1e-6)
        some = docs[1::2]
        found = store.dense(vector(question), 5, unit, [*(d.doc_id for d in some), "unknown"])
        assert [ref for ref, _ in found] == [
            ref for ref, _ in dense_by_hand(some, question, unit)[:5]
        ]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("unit", UNITS)
def test_lexical_is_bm25(store: VectorStore, seed: int, unit: Unit) -> None:
    docs = random_documents(seed)
    fill(store, docs)
    for question in QUESTIONS:
        scores = bm25_by_hand(docs, terms(question), unit)
        expected = sorted(scores, key=lambda ref: (-round(scores[ref], 6), ref))
        for k in (1, 4, 1000):
            found = store.lexical(terms(question) * 2, k, unit)
            assert [ref for ref, _ in found] == expected[:k]
        some = ["1.txt", "3.txt", "unknown"]
        found = store.lexical(terms(question), 5, unit, some)
        assert [ref for ref, _ in found] == [r for r in expected if r.doc_id in some][:5]


def test_no_terms_and_no_documents(store: VectorStore) -> None:
    fill(store, random_documents(0))
    assert store.lexical([], 5, "sentence") == ()
    assert store.lexical(["unknown"], 5, "sentence") == ()
    assert store.lexical(["ferry"], 5, "sentence", []) == ()
    assert store.dense(vector("ferry"), 5, "sentence", []) == ()
    assert store.dense(vector("ferry"), 5, "sentence", ["unknown"]) == ()


@pytest.mark.parametrize("k", [1, 7, 30, 200])
def test_ties_are_in_the_order_of_their_names(store: VectorStore, k: int) -> None:
    names = [f"{number}.txt" for number in range(8)]
    text = "Lamp keeper. " * 10 + "Gull."
    fill(store, [document(text, name) for name in reversed(names)])
    equals = [Ref(name, "sentence", number) for name in names for number in range(10)]
    others = [Ref(name, "sentence", 10) for name in names]
    found = [ref for ref, _ in store.dense(vector("lamp keeper"), k, "sentence")]
    assert found == [*equals, *others][:k]
    assert [ref for ref, _ in store.lexical(["lamp"], k, "sentence")] == equals[:k]


def test_fetch_keeps_the_order_asked_for(store: VectorStore) -> None:
    docs = random_documents(3)
    fill(store, docs)
    refs = [
        Ref("2.txt", "sentence", 4),
        Ref("0.txt", "chunk", 1),
        Ref("2.txt", "sentence", 0),
        Ref("0.txt", "chunk", 1),
    ]
    assert [passage.ref for passage in store.fetch(refs)] == refs
    for missing in (Ref("2.txt", "sentence", 99), Ref("9.txt", "sentence", 0)):
        with pytest.raises(KeyError):
            store.fetch([*refs, missing])


def test_frequencies_count_sentences_not_occurrences(store: VectorStore) -> None:
    fill(store, [document("Lamp lamp LAMP. A lamp 3.5 U.S. gull.")])
    assert store.frequencies(["lamp", "gull", "3.5", "us", "rope"]) == {
        "lamp": 2, "gull": 1, "3.5": 1, "us": 1, "rope": 0,
    }  # fmt: skip
    assert store.frequencies([]) == {}


@pytest.mark.parametrize(
    "text",
    [
        *("Straße am Fluß.", "ΟΔΟΣ one.", "日本語 の 灯台。", "Ꭰ ꭰ 𞤀𞤁 ა."),
        *("x² ½ ﷺ.", "Ĳssel ŉaam ø.", "and or not near."),
    ],
)
def test_every_term_of_any_script_is_found(store: VectorStore, text: str) -> None:
    doc = document(text)
    fill(store, [doc, document("Lamp.", "b.txt")])
    (first, *_) = store.passages("a.txt", "sentence")
    assert first.terms == embedded(doc)[0][0].terms
    for term in first.terms:
        assert first.ref in [ref for ref, _ in store.lexical([term], 9, "sentence")]
        assert store.frequencies([term])[term] >= 1


def test_the_order_of_insertion_does_not_matter(make: Make) -> None:
    docs = random_documents(5, count=6)
    one, two = make(), make()
    fill(one, docs)
    fill(two, [*reversed(docs), docs[2]])
    assert everything(one) == everything(two)


@pytest.mark.parametrize("unit", UNITS)
def test_overlapping_is_what_holds_a_character(store: VectorStore, unit: Unit) -> None:
    docs = random_documents(3, count=2, sentences=9)
    fill(store, docs)
    for doc in docs:
        every = store.passages(doc.doc_id, unit)
        places = range(0, len(doc.text) + 1, 7)
        for start, end in itertools.product(places, places):
            found = store.overlapping(doc.doc_id, unit, start, end)
            wanted = [it for it in every if it.start < end and start < it.end and start < end]
            assert list(found) == wanted
    with pytest.raises(KeyError):
        store.overlapping("none", unit, 0, 9)


def test_a_snapshot_stays_as_it_is(make: Make) -> None:
    store, names = make(), ["a.txt", "b.txt"]
    old, new = [[document(f"{word} {name}.", name) for name in names] for word in ("Gull", "Rope")]
    fill(store, old)
    before = everything(store)
    with ThreadPoolExecutor(1) as other:
        with store.snapshot() as view:
            writing = other.submit(fill, store, new)
            for _ in range(20):
                assert everything(view) == before
        writing.result()  # on disk it waits for snapshots that are in use
    assert everything(store) != before
    assert store.frequencies(["gull", "rope"]) == {"gull": 0, "rope": 2}


def test_many_ask_while_another_writes(make: Make) -> None:
    store = make()
    fill(store, [document("Gull one.", "a.txt"), document("Gull one.", "b.txt")])

    def ask(_: int) -> set[str]:
        with store.snapshot() as view:
            return {view.document(name).text for name in view.documents()}

    def write(number: int) -> None:
        with store.snapshot():
            pass
        words = "one" if number % 2 else "two"
        fill(store, [document(f"Gull {words}.", "a.txt")])

    with ThreadPoolExecutor(6) as threads:
        writing = [threads.submit(write, number) for number in range(8)]
        found = list(threads.map(ask, range(60)))
        for it in writing:
            it.result()
    assert all({"Gull one."} <= texts <= {"Gull one.", "Gull two."} for texts in found)


def test_close_ends_it(make: Make) -> None:
    store = make()
    doc = document("Lamp.")
    fill(store, [doc])
    store.close()
    store.close()
    uses: list[Callable[[], object]] = [
        lambda: store.replace(doc, *embedded(doc)),
        lambda: store.replace(doc, (), np.zeros((1, 1), dtype=np.float32)),
        lambda: store.delete([]),
        lambda: store.dense(vector("lamp"), 3, "sentence"),
        lambda: store.lexical(["lamp"], 3, "sentence"),
        lambda: store.lexical([], 3, "sentence"),
        lambda: store.frequencies([]),
        lambda: store.fetch([]),
        lambda: store.passages("a.txt", "sentence"),
        lambda: store.document("a.txt"),
        store.documents,
        lambda: store.count("sentence"),
        store.refresh,
    ]
    for use in uses:
        with pytest.raises(StoreError) as caught:
            use()
        assert type(caught.value) is StoreError
        assert str(caught.value) == "The index is closed. Open it again to use it."


@pytest.mark.parametrize("seed", range(4))
def test_both_stores_rank_alike(tmp_path: Path, seed: int) -> None:
    docs = random_documents(seed, count=3 + seed % 4, sentences=4 + seed)
    memory, disk = MemoryStore(EMBEDDER.dimension), local(tmp_path)
    fill(memory, docs)
    fill(disk, reversed(docs))
    names = [None, ["0.txt"], ["2.txt", "1.txt"]]
    for unit in UNITS:
        for question in QUESTIONS:
            for within in names:
                for k in (3, 500):
                    for way in ("dense", "lexical"):
                        said = [
                            [
                                ref
                                for ref, _ in (
                                    store.dense(vector(question), k, unit, within)
                                    if way == "dense"
                                    else store.lexical(terms(question), k, unit, within)
                                )
                            ]
                            for store in (memory, disk)
                        ]
                        assert said[0] == said[1], (way, unit, question, within, k)
    assert memory.frequencies(terms(" ".join(WORDS))) == disk.frequencies(terms(" ".join(WORDS)))
    disk.close()


def test_ranking() -> None:
    refs = [Ref("b", "chunk", 0), Ref("a", "chunk", 10), Ref("a", "chunk", 9), Ref("c", "chunk", 0)]
    assert best(refs, [0.5, 0.5, 0.50000001, 0.7], 3) == (
        (refs[3], 0.7),
        (refs[2], 0.50000001),
        (refs[1], 0.5),
    )
    assert best([], [], 3) == ()
    assert equal(0.5, 0.50000001)
    assert not equal(0.5, 0.500001)
