"""Documents in, changed, out."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from corpus import EMBEDDER, SETTINGS, CountingEmbedder, answers, document
from hypothesis import given
from hypothesis import strategies as st

from afgqa.documents.loading import load_documents
from afgqa.errors import (
    DocumentError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
)
from afgqa.protocols import Progress, Vectors
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.index_file import DATABASE
from afgqa.search.indexing import (
    add,
    compare,
    find_changes,
    open_index,
    passages_of,
    sentences_of,
    sync,
)
from afgqa.search.memory_store import MemoryStore
from afgqa.search.sqlite_schema import read_manifest
from afgqa.search.sqlite_store import LocalStore
from afgqa.settings import Settings
from afgqa.types import UNITS, Changes, Document, Passage, Ref, Sentence

TEXTS = {"a.txt": "The ferry. The old lamp.", "b.txt": "A bridge. A gull.", "c.txt": "One rope."}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A project: some texts, and no index yet."""
    (tmp_path / "home/texts").mkdir(parents=True)
    for name, text in TEXTS.items():
        (tmp_path / "home/texts" / name).write_text(text)
    return tmp_path / "home"


def synced(
    home: Path, *more: Path, embedder: HashingEmbedder = EMBEDDER, rebuild: bool = False
) -> Changes:
    store, difference = sync(
        home / "index", [home / "texts", *more], embedder, SETTINGS, rebuild=rebuild
    )
    store.close()
    return difference


def opened(home: Path) -> LocalStore:
    return open_index(home / "index", EMBEDDER, SETTINGS)


def said(home: Path) -> list[object]:
    with closing(opened(home)) as store:
        return [answers(store), [store.document(doc_id) for doc_id in store.documents()]]


# -- cutting ------------------------------------------------------------------------------------


def test_sentences_of() -> None:
    assert sentences_of(" One lamp.  Two. ") == (
        Sentence(0, 1, 10, "One lamp."),
        Sentence(1, 12, 16, "Two."),
    )
    assert sentences_of(" \n") == ()


def test_passages_by_hand() -> None:
    doc = document("The ferry left. The old lamp burned. Gulls.")
    made = passages_of(doc, EMBEDDER, Settings(chunk_tokens=7))
    assert made == (
        Passage(Ref("a.txt", "sentence", 0), 0, 15, "The ferry left.", 0, 1, ("ferry", "left")),
        Passage(
            Ref("a.txt", "sentence", 1), 16, 36, "The old lamp burned.", 1, 2,
            ("old", "lamp", "burn"),
        ),
        Passage(Ref("a.txt", "sentence", 2), 37, 43, "Gulls.", 2, 3, ("gull",)),
        Passage(
            Ref("a.txt", "chunk", 0), 0, 36, "The ferry left. The old lamp burned.", 0, 2,
            ("ferry", "left", "old", "lamp", "burn"),
        ),
        Passage(Ref("a.txt", "chunk", 1), 37, 43, "Gulls.", 2, 3, ("gull",)),
    )  # fmt: skip


PIECES = st.sampled_from(["Lamp. ", "ferry ", "U.S. ", "\n\n", "é"])


@given(text=st.text() | st.lists(PIECES).map("".join))
def test_passages_laws(text: str) -> None:
    doc = document("A lamp. " + text)
    made = passages_of(doc, EMBEDDER, SETTINGS)
    by_unit = {unit: [p for p in made if p.ref.unit == unit] for unit in UNITS}
    for unit in UNITS:
        assert [p.ref.number for p in by_unit[unit]] == list(range(len(by_unit[unit])))
    count = len(by_unit["sentence"])
    for p in made:
        assert doc.text[p.start : p.end] == p.text == p.text.strip()
        assert p.ref.doc_id == doc.doc_id
        assert 0 <= p.first < p.last <= count
        inside = by_unit["sentence"][p.first : p.last]
        assert inside[0].start <= p.start
        assert p.end <= inside[-1].end
    held = {number for p in by_unit["chunk"] for number in range(p.first, p.last)}
    assert held == set(range(count))


def test_a_chunk_fits_the_embedder() -> None:
    doc = document("Lamp gull rope. " * 20)
    made = passages_of(doc, HashingEmbedder(max_tokens=7), Settings(chunk_tokens=96))
    assert {len(p.text.split()) for p in made if p.ref.unit == "chunk"} == {6}


def test_a_document_without_a_sentence() -> None:
    bare = Document("a", "A", "texts/a.txt", "0" * 64, " \n ", ())
    with pytest.raises(DocumentError) as caught:
        passages_of(bare, EMBEDDER, SETTINGS)
    assert str(caught.value) == "texts/a.txt contains no sentence. Give a file with text."


def test_add_is_all_or_nothing_for_a_bad_document() -> None:
    store, heard = MemoryStore(32), list[tuple[int, int]]()
    bare = Document("z", "Z", "z", "0" * 64, " ", ())
    with pytest.raises(DocumentError):
        add(store, [document("Lamp."), bare], EMBEDDER, SETTINGS)
    assert store.documents() == {}
    add(store, [document("Lamp.")], EMBEDDER, SETTINGS, lambda *pair: heard.append(pair))
    assert (store.count("sentence"), store.count("chunk"), heard) == (1, 1, [(2, 2)])


# -- in step with the files ---------------------------------------------------------------------


def test_add_change_remove(home: Path) -> None:
    embedder = CountingEmbedder()
    assert synced(home, embedder=embedder) == Changes(added=("a.txt", "b.txt", "c.txt"))
    assert sorted(embedder.seen) == sorted(
        [
            *("The ferry.", "The old lamp.", "The ferry. The old lamp."),
            *("A bridge.", "A gull.", "A bridge. A gull."),
            *("One rope.", "One rope."),
        ]
    )
    first, embedder.seen = said(home), []
    assert synced(home, embedder=embedder) == Changes()
    assert (said(home), embedder.seen) == (first, [])

    (home / "texts/b.txt").write_text("A tower.")
    (home / "texts/c.txt").unlink()
    (home / "texts/d.txt").write_text("Two gulls.")
    expected = Changes(added=("d.txt",), changed=("b.txt",), removed=("c.txt",))
    with closing(opened(home)) as store:
        assert find_changes(home / "index", store) == expected
    assert synced(home, embedder=embedder) == expected
    assert embedder.seen == ["A tower.", "A tower.", "Two gulls.", "Two gulls."]
    with closing(opened(home)) as store:
        assert list(store.documents()) == ["a.txt", "b.txt", "d.txt"]
        assert store.document("b.txt") == load_documents([home / "texts"])[1]
        assert find_changes(home / "index", store) == Changes()
    updated = said(home)
    synced(home, rebuild=True)
    assert said(home) == updated


def test_nothing_new_writes_nothing(home: Path) -> None:
    synced(home)
    before = {path.name: path.read_bytes() for path in (home / "index").iterdir()}
    synced(home)
    assert {path.name: path.read_bytes() for path in (home / "index").iterdir()} == before


def test_other_example_questions_are_a_change(home: Path) -> None:
    synced(home)
    (home / "texts/a.questions").write_text("When did the ferry leave?")
    assert synced(home) == Changes(changed=("a.txt",))
    with closing(opened(home)) as store:
        assert store.document("a.txt").examples == ("When did the ferry leave?",)
    assert synced(home) == Changes()


def test_one_bad_file_changes_nothing(home: Path) -> None:
    synced(home)
    before = said(home)
    (home / "texts/a.txt").write_text("Quite another text.")
    (home / "texts/bad.txt").write_bytes(b"\0")
    for rebuild in (False, True):
        with pytest.raises(DocumentError, match=r"bad\.txt is a binary file"):
            synced(home, rebuild=rebuild)
        assert said(home) == before
    with closing(opened(home)) as store, pytest.raises(DocumentError, match=r"bad\.txt"):
        find_changes(home / "index", store)


class BrokenEmbedder(HashingEmbedder):
    def encode_document(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        raise RuntimeError(f"out of memory with {len(texts)} texts, {progress}")


def test_a_failing_embedder_changes_nothing(home: Path) -> None:
    synced(home)
    before = said(home)
    (home / "texts/a.txt").write_text("Quite another text.")
    with pytest.raises(RuntimeError, match="out of memory with 2 texts, None"):
        synced(home, embedder=BrokenEmbedder(32))
    assert said(home) == before
    assert synced(home) == Changes(changed=("a.txt",))


def test_no_path_and_no_index(home: Path) -> None:
    with pytest.raises(DocumentError, match="No path was given"):
        sync(home / "index", [], EMBEDDER, SETTINGS)
    assert not (home / "index").exists()
    with pytest.raises(IndexMissingError, match="There is no index in "):
        opened(home)


# -- rebuild and mismatch -----------------------------------------------------------------------


def test_another_embedder_or_setting(home: Path) -> None:
    synced(home)
    for embedder, settings, field in [
        (HashingEmbedder(16), SETTINGS, "embedder 'hashing-32'.*'hashing-16' was requested"),
        (HashingEmbedder(32, max_tokens=9), SETTINGS, "fingerprint 'hashing-32-64'"),
        (EMBEDDER, replace(SETTINGS, chunk_tokens=13), "settings '[0-9a-f]{16}'"),
    ]:
        with pytest.raises(IndexMismatchError, match=field):
            open_index(home / "index", embedder, settings)
        with pytest.raises(IndexMismatchError, match=field):
            sync(home / "index", [home / "texts"], embedder, settings)
    assert synced(home) == Changes()


def test_rebuild_replaces_what_cannot_be_opened(home: Path) -> None:
    synced(home)
    before = said(home)
    (home / "index" / DATABASE).write_bytes(b"no database at all")
    (home / "index" / f"{DATABASE}-journal").write_bytes(b"left behind")
    (home / "index" / "sentence.faiss.99.tmp").write_bytes(b"left behind")
    (home / "index" / f"{DATABASE}.new").write_bytes(b"left behind")
    mine = ["README.md", "afgqa.sqlite.backup", "sentence.faiss.old", "sentence.faiss.x.tmp"]
    for name in mine:
        (home / "index" / name).write_text("mine")
    with pytest.raises(IndexDamagedError):
        synced(home)
    assert synced(home, rebuild=True) == Changes(added=("a.txt", "b.txt", "c.txt"))
    assert said(home) == before
    assert {path.name for path in (home / "index").iterdir()} == {
        *mine, "afgqa.lock", "afgqa.sqlite", "chunk.faiss", "sentence.faiss",
    }  # fmt: skip
    assert [(home / "index" / name).read_text() for name in mine] == ["mine"] * 4


@pytest.mark.parametrize("kind", ["truncated", "something else", "a changed text"])
def test_rebuild_mends_any_database(home: Path, kind: str) -> None:
    synced(home)
    before, path = said(home), home / "index" / DATABASE
    if kind == "truncated":
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
    else:
        if kind == "something else":
            path.unlink()
        with closing(sqlite3.connect(path)) as db, db:
            if kind == "a changed text":
                db.execute("UPDATE documents SET text = 'other'")
            else:
                db.execute('CREATE TABLE "a ""bird" (id INTEGER PRIMARY KEY AUTOINCREMENT)')
                db.execute('CREATE VIEW birds AS SELECT * FROM "a ""bird"')
    with pytest.raises(IndexDamagedError):
        synced(home)
    synced(home, rebuild=True)
    assert said(home) == before
    assert synced(home) == Changes()


def test_a_rebuild_that_fails_leaves_the_old(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced(home)
    before = said(home)
    (home / "texts/a.txt").write_text("Quite another text.")
    with pytest.raises(RuntimeError, match="out of memory with"):
        synced(home, embedder=BrokenEmbedder(32), rebuild=True)
    assert said(home) == before

    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("afgqa.search.sqlite_rows.checksum", interrupted)
    with pytest.raises(KeyboardInterrupt):
        synced(home, rebuild=True)
    monkeypatch.undo()
    assert said(home) == before


READER = """
import sys
from pathlib import Path
from corpus import EMBEDDER, SETTINGS
from afgqa.errors import StoreError
from afgqa.search.indexing import open_index
from afgqa.search.retrieval import retrieve
folder, answered, refused = Path(sys.argv[1]), 0, 0
store = open_index(folder, EMBEDDER, SETTINGS)
print("ready", flush=True)
while not (folder.parent / "stop").exists():
    try:
        hits = retrieve(store, EMBEDDER, "old lamp", settings=SETTINGS).hits
        assert hits[0].passage.text == "The old lamp.", hits
        answered += 1
    except StoreError:
        refused += 1
print(answered, refused, len(store.documents()))
store.close()
"""


def test_rebuild_while_another_program_reads(home: Path) -> None:
    synced(home)
    expected, root = said(home), Path(__file__).parents[2]
    paths = os.pathsep.join([str(root / "src"), str(root / "tests")])
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(home / "index")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    ) as reader:
        assert reader.stdout is not None
        try:
            assert reader.stdout.readline() == "ready\n"
            for number in range(9):  # the last by the same embedder as the first
                other = HashingEmbedder(16) if number % 3 == 1 else EMBEDDER
                assert synced(home, embedder=other, rebuild=True) == Changes(
                    added=("a.txt", "b.txt", "c.txt")
                )
        finally:
            (home / "stop").touch()
        out, err = reader.communicate(timeout=60)
    assert (err, reader.returncode) == ("", 0)
    answered, _, documents = map(int, out.split())
    assert answered > 0
    assert documents == 3
    assert said(home) == expected


# -- sources ------------------------------------------------------------------------------------


def test_the_project_can_be_moved(home: Path) -> None:
    (home / "more.txt").write_text("More gulls.")
    synced(home, home / "more.txt")
    assert read_manifest(home / "index").sources == ("../texts", "../more.txt")
    before = said(home)
    moved = home.rename(home.with_name("moved"))
    with closing(opened(moved)) as store:
        assert find_changes(moved / "index", store) == Changes()
        (moved / "texts/a.txt").write_text("Other.")
        assert find_changes(moved / "index", store) == Changes(changed=("texts/a.txt",))
    assert said(moved) == before
    assert synced(moved, moved / "more.txt") == Changes(changed=("texts/a.txt",))


def test_relative_paths(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    store, _ = sync(Path("index"), ["texts"], EMBEDDER, SETTINGS)
    with closing(store):
        assert read_manifest(Path("index")).sources == ("../texts",)
        assert store.document("a.txt").source == "texts/a.txt"
        monkeypatch.chdir(home / "texts")
        assert find_changes(home / "index", store) == Changes()


def test_a_linked_index_folder(home: Path, tmp_path: Path) -> None:
    (tmp_path / "disk/deep").mkdir(parents=True)
    (home / "index").symlink_to(tmp_path / "disk/deep", target_is_directory=True)
    synced(home)
    with closing(opened(home)) as store:
        assert find_changes(home / "index", store) == Changes()


def test_sources_that_are_gone(home: Path) -> None:
    (home / "more").mkdir()
    (home / "more/d.txt").write_text("More gulls.")
    synced(home, home / "more")
    (home / "more/d.txt").unlink()
    (home / "more").rmdir()
    with closing(opened(home)) as store:
        assert find_changes(home / "index", store) == Changes(removed=("more/d.txt",))
        (home / "texts").rename(home / "elsewhere")
        assert find_changes(home / "index", store) == Changes(
            removed=("more/d.txt", "texts/a.txt", "texts/b.txt", "texts/c.txt")
        )


def test_other_sources_are_written_down(home: Path) -> None:
    synced(home)
    (home / "texts/d").mkdir()
    (home / "texts/d/e.txt").write_text("Deep.")
    assert synced(home, home / "texts/d") == Changes(added=("d/e.txt",))
    assert read_manifest(home / "index").sources == ("../texts", "../texts/d")


def test_compare() -> None:
    store = MemoryStore(32)
    one, two, three = (document(f"Lamp {n}.", f"{n}.txt") for n in (1, 2, 3))
    add(store, [one, two], EMBEDDER, SETTINGS)
    assert compare([one, two], store) == Changes()
    assert not compare([two, one], store)
    assert compare([three, replace(two, sha256="other")], store) == Changes(
        added=("3.txt",), changed=("2.txt",), removed=("1.txt",)
    )
