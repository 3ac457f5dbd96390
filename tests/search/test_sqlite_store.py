"""The store on disk: what it refuses, what it mends, and what it survives."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import faiss
import pytest
from corpus import EMBEDDER, MANIFEST, answers, document, embedded, fill, local, random_documents

from afgqa.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    StoreError,
)
from afgqa.search.checksums import checksum, seal
from afgqa.search.index_file import DATABASE, open_file
from afgqa.search.sqlite_rows import BODY
from afgqa.search.sqlite_schema import FORMAT, read_manifest, translate_errors
from afgqa.search.sqlite_store import LocalStore
from afgqa.types import UNITS, Manifest

DOCS = random_documents(7, count=3)
OLD, NEW = document("The ferry. The old lamp.", "x.txt"), document("A bridge. " * 40, "x.txt")
PATHS = os.pathsep.join([str(Path(__file__).parents[2] / "src"), str(Path(__file__).parents[1])])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index on disk, closed."""
    store = local(tmp_path / "index")
    fill(store, DOCS)
    store.refresh()
    store.close()
    return tmp_path / "index"


@pytest.fixture(scope="module")
def expected() -> list[object]:
    with tempfile.TemporaryDirectory() as name, closing(local(Path(name))) as store:
        fill(store, DOCS)
        return answers(store)


def reopened(folder: Path) -> tuple[list[object], list[str]]:
    with closing(local(folder)) as store:
        return answers(store), store.notices


def sql(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0


# -- opening ------------------------------------------------------------------------------------


def test_save_and_load(folder: Path, expected: list[object]) -> None:
    assert read_manifest(folder) == MANIFEST
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert sorted(files) == ["afgqa.lock", "afgqa.sqlite", "chunk.faiss", "sentence.faiss"]
    assert reopened(folder) == (expected, [])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


@pytest.mark.parametrize("prepare", ["nothing", "folder", "empty file", "a file in its place"])
def test_no_index(tmp_path: Path, prepare: str) -> None:
    folder = tmp_path / "index"
    if prepare == "a file in its place":
        folder.write_text("not a folder")
    elif prepare != "nothing":
        folder.mkdir()
    if prepare == "empty file":  # what is left of a program that was killed at once
        (folder / DATABASE).touch()
    with pytest.raises(IndexMissingError) as caught:
        read_manifest(folder)
    assert str(caught.value) == (
        f"There is no index in {folder}. Create one: afgqa index PATH --index {folder}"
    )
    if prepare == "a file in its place":
        with pytest.raises(StoreError, match=r"cannot be used at the moment: .*File exists"):
            local(folder)
    else:
        assert reopened(folder)[0][:2] == [{}, 0]
        assert read_manifest(folder) == MANIFEST


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("embedder", "another-model"),
        ("fingerprint", "another"),
        ("dimension", 33),
        ("settings", "another"),
    ],
)
def test_another_manifest(folder: Path, field: str, other: str | int) -> None:
    wanted = replace(MANIFEST, **{field: other})  # type: ignore[arg-type]
    with pytest.raises(IndexMismatchError) as caught:
        LocalStore(folder, wanted)
    before = getattr(MANIFEST, field)
    assert str(caught.value) == (
        f"The index in {folder} was made with {field} {before!r}, but {other!r} was requested. "
        f"Open it with the same {field}, or rebuild it: afgqa index PATH --index {folder} --rebuild"
    )
    assert read_manifest(folder) == MANIFEST


def test_other_sources_are_no_mismatch(folder: Path, expected: list[object]) -> None:
    other = replace(MANIFEST, sources=("elsewhere",))
    with closing(LocalStore(folder, other)) as store:
        assert read_manifest(folder) == MANIFEST
        store.describe(other)
        assert answers(store) == expected
    assert read_manifest(folder) == other
    assert reopened(folder)[0] == expected


def test_a_future_format(folder: Path) -> None:
    later = json.dumps({"format": FORMAT + 1, "new": True})
    sql(folder, f"UPDATE manifest SET value = '{later}'")
    for opening in (read_manifest, local):
        with pytest.raises(IndexMismatchError) as caught:
            opening(folder)
        assert str(caught.value) == (
            f"The index in {folder} has format {FORMAT + 1}, and this version of afgqa reads "
            f"format {FORMAT}. Rebuild it: afgqa index PATH --index {folder} --rebuild"
        )


@pytest.mark.parametrize(
    "value",
    [
        "{",
        "[]",
        "{}",
        json.dumps(asdict(MANIFEST) | {"more": 1}),
        json.dumps({"format": FORMAT}),
        None,
    ],
)
def test_a_damaged_manifest(folder: Path, value: str | None) -> None:
    if value is None:
        sql(folder, "DELETE FROM manifest")
    else:
        sql(folder, f"UPDATE manifest SET value = '{value}'")
    for opening in (read_manifest, local):
        with pytest.raises(IndexDamagedError, match="is damaged: its manifest cannot be read"):
            opening(folder)


# -- the FAISS files are caches -----------------------------------------------------------------


def damage_faiss(folder: Path, how: str) -> None:
    path, other = folder / "sentence.faiss", folder / "chunk.faiss"
    data = bytearray(path.read_bytes())
    if how == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif how == "emptied":
        path.write_bytes(b"")
    elif how == "flipped":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif how == "deleted":
        path.unlink()
    elif how == "swapped":
        path.write_bytes(other.read_bytes())
        other.write_bytes(data)
    else:
        path.unlink()
        path.mkdir()


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ("truncated", r"is damaged \([\d,]+ bytes that are not the ones written\)"),
        ("emptied", r"is damaged \(0 bytes that are not the ones written\)"),
        ("flipped", r"is damaged \([\d,]+ bytes that are not the ones written\)"),
        ("swapped", r"is damaged \([\d,]+ bytes that are not the ones written\)"),
    ],
)
def test_a_damaged_cache_is_rebuilt(
    folder: Path, expected: list[object], how: str, problem: str
) -> None:
    damage_faiss(folder, how)
    said, notices = reopened(folder)
    assert said == expected
    assert len(notices) == (2 if how == "swapped" else 1)
    assert re.fullmatch(
        rf".*sentence\.faiss {problem}; it was rebuilt from {DATABASE}\.", notices[0]
    )
    assert reopened(folder) == (expected, [])


def test_a_cache_that_cannot_be_written(folder: Path, expected: list[object]) -> None:
    damage_faiss(folder, "a folder in its place")
    said, notices = reopened(folder)
    assert said == expected
    assert [notice.split("(")[0] for notice in notices] == [
        f"{folder / 'sentence.faiss'} cannot be read ",
        f"{folder / 'sentence.faiss'} was not written ",
    ]
    assert sorted(path.name for path in folder.iterdir()) == [
        "afgqa.lock", "afgqa.sqlite", "chunk.faiss", "sentence.faiss",
    ]  # fmt: skip


def test_a_cache_that_is_not_there(folder: Path, expected: list[object]) -> None:
    """As after a kill between the two renames of a write, or in a copy of the database alone."""
    (folder / "sentence.faiss").unlink()
    assert reopened(folder) == (expected, [])
    assert (folder / "sentence.faiss").is_file()


def test_a_cache_of_an_older_generation(folder: Path) -> None:
    old = (folder / "sentence.faiss").read_bytes()
    with closing(local(folder)) as store:
        fill(store, [OLD])
        said = answers(store)
        store.refresh()
    (folder / "sentence.faiss").write_bytes(old)
    assert reopened(folder) == (said, [])
    with closing(local(folder)) as store:
        store.replace(NEW, *embedded(NEW))
        said = answers(store)  # closed without refresh: the caches are stale, and that is normal
    assert reopened(folder) == (said, [])


# -- SQLite is the truth ------------------------------------------------------------------------


def test_a_file_that_is_no_database(folder: Path) -> None:
    (folder / DATABASE).write_bytes(b"This is a letter, not a database. " * 100)
    for opening in (read_manifest, local):
        with pytest.raises(IndexDamagedError) as caught:
            opening(folder)
        assert str(caught.value) == (
            f"The index in {folder} is damaged: file is not a database. The documents themselves "
            f"are untouched. Keep what is intact: afgqa index --repair --index {folder}; or "
            f"rebuild it: afgqa index PATH --index {folder} --rebuild"
        )


def test_a_database_of_something_else(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as connection, connection:
        connection.execute("CREATE TABLE birds (name TEXT)")
    with pytest.raises(IndexDamagedError, match="no such table: manifest"):
        local(tmp_path)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.95])
def test_a_truncated_database(folder: Path, share: float) -> None:
    path = folder / DATABASE
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(IndexDamagedError):
        local(folder)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents SET text = replace(text, 'e', 'a') WHERE doc_id = '1.txt'",
        "UPDATE documents SET title = 'Other' WHERE doc_id = '1.txt'",
        "UPDATE documents SET examples = '[\"Who?\"]' WHERE doc_id = '1.txt'",
        "UPDATE documents SET runs = '[]' WHERE doc_id = '1.txt'",
        "UPDATE vectors SET rows = zeroblob(128) WHERE doc_id = '1.txt'",
        "UPDATE vectors SET rows = zeroblob(3) WHERE doc_id = '1.txt'",
        "UPDATE passages SET start = 1 WHERE doc_id = '1.txt' AND number = 0",
        "DELETE FROM passages WHERE doc_id = '1.txt' AND number = 3",
        "UPDATE terms_sentence SET terms = 'lamp' "
        "WHERE rowid = (SELECT min(id) FROM passages WHERE doc_id = '1.txt')",
    ],
)
def test_what_was_changed_behind_its_back(folder: Path, statement: str) -> None:
    sql(folder, statement)
    with pytest.raises(IndexDamagedError, match=r"what is stored of 1\.txt has changed"):
        local(folder)


@pytest.mark.parametrize("where", ["text", "vector"])
def test_one_flipped_byte(folder: Path, where: str) -> None:
    path = folder / DATABASE
    data = bytearray(path.read_bytes())
    needle = DOCS[1].text.encode() if where == "text" else embedded(DOCS[1])[1][2].tobytes()
    at = data.find(needle)
    assert at > 0
    data[at + 5] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamagedError, match="has changed"):
        local(folder)


def test_flipped_bytes_never_change_an_answer(folder: Path, expected: list[object]) -> None:
    path, chance = folder / DATABASE, random.Random(5)
    whole = path.read_bytes()
    refused = 0
    for _ in range(25):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        path.write_bytes(data)
        try:
            assert reopened(folder)[0] == expected
        except StoreError:
            refused += 1
    assert refused > 3
    path.write_bytes(whole)
    assert reopened(folder)[0] == expected


# -- crashes ------------------------------------------------------------------------------------


def test_a_failure_inside_replace_leaves_the_old(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(local(folder)) as store:
        fill(store, [OLD])
        before = answers(store)

        def fail(*_: object) -> str:
            raise RuntimeError("the lights went out")

        monkeypatch.setattr("afgqa.search.sqlite_rows.checksum", fail)
        with pytest.raises(RuntimeError, match="the lights went out"):
            fill(store, [NEW])
        monkeypatch.undo()
        assert answers(store) == before
        assert store.document("x.txt") == OLD
        store.check()
        fill(store, [NEW])
        assert store.document("x.txt") == NEW
    assert reopened(folder)[0] != before


def test_a_passage_named_twice_is_a_mistake_of_the_caller(folder: Path) -> None:
    passages, vectors = embedded(OLD)
    with closing(local(folder)) as store:
        before = answers(store)
        with pytest.raises(sqlite3.IntegrityError):
            store.replace(OLD, [passages[0]] * len(passages), vectors)
        assert answers(store) == before


@pytest.mark.parametrize("step", ["sqlite_rows.checksum", "sqlite_store.seal"])
def test_a_copy_of_the_folder_at_any_moment_is_a_backup(
    folder: Path, expected: list[object], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    copy = folder.with_name("copy")
    room, name = step.split(".")
    whole = getattr(importlib.import_module(f"afgqa.search.{room}"), name)

    def copy_first(*arguments: object) -> str:
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        return str(whole(*arguments))

    with closing(local(folder)) as store:
        monkeypatch.setattr(f"afgqa.search.{step}", copy_first)
        fill(store, [document("The bridge and the tower. " * 900, "0.txt")])
        monkeypatch.undo()
    assert (copy / f"{DATABASE}.new").stat().st_size > 0
    assert read_manifest(copy) == MANIFEST
    assert reopened(copy)[0] == expected
    with closing(local(copy)) as store:
        fill(store, [OLD])
    assert not (copy / f"{DATABASE}.new").exists()


CHILD = """
import sys
from pathlib import Path
from corpus import document, fill
from corpus import MANIFEST
from afgqa.search.sqlite_store import LocalStore
texts = ["The ferry. The old lamp. " * n for n in (40, 1, 200)]
print("ready", flush=True)
store = LocalStore(Path(sys.argv[1]), MANIFEST)
while True:
    for number, text in enumerate(texts):
        fill(store, [document(text, "x.txt"), document(text, f"{number}.txt")])
        store.refresh()
    store.delete(["x.txt", "0.txt"])
"""


@pytest.mark.parametrize("delay", [0.0, 0.004, 0.03, 0.2])
def test_kill_9(tmp_path: Path, delay: float) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": PATHS}
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(delay)
        child.kill()
    with closing(local(tmp_path)) as store:
        for doc_id in store.documents():
            doc = store.document(doc_id)
            both = [p for unit in UNITS for p in store.passages(doc_id, unit)]
            assert tuple(both) == embedded(doc)[0]
        fill(store, DOCS)
        store.refresh()
        assert list(store.documents())[:3] == ["0.txt", "1.txt", "2.txt"]


# -- others at the same time --------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from corpus import document, fill, local
store = local(Path(sys.argv[1]))
fill(store, [document("A zeppelin. " * 3, "x.txt")])
store.delete(["0.txt"])
store.refresh()
store.close()
"""


def run(code: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": PATHS},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def test_another_program_writes(folder: Path, expected: list[object]) -> None:
    with closing(local(folder)) as store:
        fill(store, [OLD])
        before = [store.document("x.txt"), *answers(store)]
        run(WRITER, str(folder))
        new = document("A zeppelin. " * 3, "x.txt")
        asked = EMBEDDER.encode_query(["zeppelin"])[0]
        found = store.dense(asked, 3, "sentence")
        assert [(ref.doc_id, ref.number, round(s, 6)) for ref, s in found] == [
            ("x.txt", number, 1.0) for number in range(3)
        ]
        assert store.document("x.txt") == new != before[0]
        assert store.passages("x.txt", "sentence") == embedded(new)[0][:3]
        assert list(store.documents()) == ["1.txt", "2.txt", "x.txt"]
        said = answers(store)
        assert said not in (before[1:], expected)
        assert store.notices == []
    assert reopened(folder) == (said, [])


HOLDER = """
import sys, time
from pathlib import Path
from afgqa.search.index_file import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def another_writer(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(folder)]
    environment = {**os.environ, "PYTHONPATH": PATHS}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        try:
            yield child
        finally:
            child.kill()


def test_another_program_writes_meanwhile(folder: Path) -> None:
    with closing(local(folder)) as store:
        with another_writer(folder) as child:
            begun = time.monotonic()
            before = answers(store)  # reading goes on
            with closing(local(folder)) as other:
                assert answers(other) == before
            with pytest.raises(IndexBusyError) as caught:
                fill(store, [OLD])
            assert time.monotonic() - begun < 10
            assert str(caught.value) == (
                f"The index in {folder} is being written by another program (process {child.pid}). "
                "Wait until it has ended, or end it, and try again. Nothing was changed."
            )
        fill(store, [OLD])  # its lock has died with it
        assert answers(store) != before


def test_what_is_written_together_is_one_step(folder: Path, expected: list[object]) -> None:
    with closing(local(folder)) as store, closing(local(folder)) as other:
        with store.together():
            store.delete(["0.txt"])
            fill(store, [OLD])
            assert answers(store) == answers(other) == expected
        assert list(store.documents()) == list(other.documents()) == ["1.txt", "2.txt", "x.txt"]
        said = answers(store)

        def fail() -> None:
            with store.together():
                store.delete(["1.txt"])
                store.document("no.txt")

        with pytest.raises(KeyError):
            fail()
        assert answers(store) == answers(other) == said


LARGE = {
    "the title": "UPDATE documents SET title = 'Other' WHERE doc_id = '1.txt'",
    "the text": "UPDATE documents SET text = replace(text, 'e', 'a') WHERE doc_id = '1.txt'",
    "the list": "DELETE FROM documents WHERE doc_id = '1.txt'",
    "the manifest": "UPDATE manifest SET value = value || ' '",
    "an offset": "UPDATE passages SET stop = stop - 1 WHERE doc_id = '1.txt' AND number = 2",
    "an owner": "UPDATE passages SET doc_id = 'no' WHERE doc_id = '1.txt' AND number = 2",
    "a kind": "UPDATE passages SET unit = 'x' WHERE doc_id = '1.txt' AND unit = 'chunk'",
    "a missing passage": "DELETE FROM passages WHERE doc_id = '1.txt' AND number = 2",
    "a passage by bytes": "UPDATE passages SET start = x'00' WHERE doc_id = '1.txt'",
    "a term": "UPDATE terms_sentence_content SET c0 = 'lamp' WHERE id IN (SELECT id FROM passages "
    "WHERE doc_id = '1.txt')",
    "a count of terms": "UPDATE terms_sentence_docsize SET sz = x'01'",
    "the term index": "DELETE FROM terms_sentence_idx",
    "a vector": "UPDATE vectors SET rows = zeroblob(length(rows)) WHERE doc_id = '1.txt'",
    "a missing vector": "DELETE FROM vectors WHERE doc_id = '1.txt'",
    "a row number": "UPDATE vectors SET first_id = first_id + 1 WHERE doc_id = '1.txt'",
}


@pytest.mark.parametrize("what", LARGE)
def test_a_large_index_is_checked_as_it_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr("afgqa.search.sqlite_store._CHECKED_WHOLE", 0)
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        assert connection.execute(LARGE[what]).rowcount != 0
    if "vector" in what:
        for unit in UNITS:
            (folder / f"{unit}.faiss").unlink()
    with pytest.raises(IndexDamagedError, match=r"afgqa index --repair .* --rebuild"):
        read_everything(folder)


def read_everything(folder: Path) -> None:
    with closing(local(folder)) as store, store.snapshot() as view:
        answers(store)
        for doc_id in view.documents():
            view.document(doc_id)
            for unit in UNITS:
                passages = view.passages(doc_id, unit)
                assert view.fetch([p.ref for p in passages]) == passages
                assert view.overlapping(doc_id, unit, 0, 9999) == passages
                assert len(view.vectors(doc_id, unit)) == len(passages)


@pytest.mark.parametrize("what", ["runs", "examples", "glossary", "pages"])
@pytest.mark.parametrize("value", ["[" * 200_000, "{", "7", '[["a"]]', '[{"a": {}}]', "[1e999]"])
def test_a_strangers_side_data(folder: Path, what: str, value: str) -> None:
    """Sealed as it should be, and still nothing that an index may hold."""
    with closing(sqlite3.connect(folder / DATABASE)) as db, db:
        db.execute(f"UPDATE documents SET {what} = ? WHERE doc_id = '1.txt'", (value,))
        query = f"SELECT {BODY} FROM documents WHERE doc_id = '1.txt'"
        stamp = checksum(*db.execute(query).fetchone())
        db.execute("UPDATE documents SET checksum = ? WHERE doc_id = '1.txt'", (stamp,))
        db.execute("UPDATE seal SET value = ?", (seal(db),))
    begun = time.monotonic()
    with pytest.raises(IndexDamagedError, match=r"1\.txt'? (is no document|has changed)"):
        local(folder)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    "change",
    [
        {"dimension": "32"}, {"dimension": 10**9}, {"sources": [5]}, {"sources": "x"},
        {"embedder": {}}, {"embedder": None}, {"settings": 5}, {"format": None}, {"format": 1e999},
        {"embedder": "a\0b"},
    ],
)  # fmt: skip
def test_a_strangers_manifest_of_other_types(folder: Path, change: dict[str, object]) -> None:
    value = json.dumps(asdict(MANIFEST) | change)
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("UPDATE manifest SET value = ?", (value,))
    with pytest.raises(IndexDamagedError, match="its manifest cannot be read"):
        read_manifest(folder)


def test_a_strangers_faiss_file(folder: Path, expected: list[object]) -> None:
    """Sealed as it should be, and of another kind: FAISS is not given it."""
    path = folder / "sentence.faiss"
    data = path.read_bytes()
    for other in (
        faiss.serialize_index(faiss.IndexFlatIP(32)).tobytes(),
        faiss.serialize_index(faiss.IndexIDMap2(faiss.IndexFlatL2(32))).tobytes(),
        data[64:90] + b"\xff" * 20 + data[110:],
        b"",
    ):
        digest = hashlib.sha256(b"sentence" + other).digest()
        path.write_bytes(data[:32] + digest + other)
        assert reopened(folder)[0] == expected


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW more AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) "
        "SELECT x FROM n",
        "CREATE TRIGGER more AFTER DELETE ON manifest BEGIN DELETE FROM documents; END",
        "CREATE TABLE more (value TEXT)",
    ],
)
def test_a_strangers_tables(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute(statement)
    with pytest.raises(IndexDamagedError, match="it has other tables than an index"):
        local(folder)


def test_a_query_that_does_not_end_is_broken_off(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("afgqa.search.index_file._ROUNDS", 10)
    opened = open_file(folder)
    assert opened is not None
    with (
        closing(opened[1]) as db,
        pytest.raises(StoreError, match="is damaged: reading it does not end"),
        translate_errors(folder),
    ):
        db.execute(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) FROM n"
        ).fetchall()


@pytest.mark.parametrize("value", ["[" * 200_000, '{"format": ' * 100_000, '"' + "x" * (2 << 20)])
def test_a_strangers_manifest(folder: Path, value: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute("UPDATE manifest SET value = ?", (value,))
    begun = time.monotonic()
    with pytest.raises(IndexDamagedError, match="its manifest cannot be read"):
        read_manifest(folder)
    assert time.monotonic() - begun < 1


def test_many_threads(folder: Path) -> None:
    versions = {OLD.text: embedded(OLD)[0], NEW.text: embedded(NEW)[0]}
    refs = {p.ref for passages in versions.values() for p in passages}
    refs |= {p.ref for doc in DOCS for p in embedded(doc)[0]}
    asked = EMBEDDER.encode_query(["old lamp bridge"])[0]
    problems: list[BaseException] = []
    stop = threading.Event()

    def search() -> None:
        try:
            while not stop.is_set():
                found = store.dense(asked, 30, "sentence")
                assert refs.issuperset(ref for ref, _ in found)
                assert len({ref for ref, _ in found}) == 30
                assert all(r.unit == "chunk" for r, _ in store.lexical(["lamp"], 5, "chunk"))
                passages = store.passages("x.txt", "sentence")
                assert passages in [
                    tuple(p for p in some if p.ref.unit == "sentence") for some in versions.values()
                ]
        except BaseException as problem:
            problems.append(problem)

    with closing(local(folder)) as store:
        fill(store, [OLD])
        threads = [threading.Thread(target=search) for _ in range(8)]
        for thread in threads:
            thread.start()
        for number in range(20):
            fill(store, [(NEW, OLD)[number % 2]])
        stop.set()
        for thread in threads:
            thread.join()
        store.check()
    assert problems == []


def test_another_program_makes_it_anew_by_another_setting(folder: Path) -> None:
    other = replace(MANIFEST, dimension=33)
    with closing(local(folder)) as store, closing(LocalStore(folder, other, anew=[])) as new:
        uses = (store.documents, lambda: store.delete(["0.txt"]), store.refresh, store.check)
        for use in uses:
            with pytest.raises(IndexMismatchError, match="made with dimension 33, but 32 was"):
                use()
        assert new.documents() == {}


@pytest.mark.parametrize(
    "message", ["disk I/O error", "out of memory", "database or disk is full", "database is locked"]
)
def test_trouble_around_the_database_is_no_damage(tmp_path: Path, message: str) -> None:
    with (
        pytest.raises(StoreError, match=f"cannot be used at the moment: {message}") as caught,
        translate_errors(tmp_path),
    ):
        raise sqlite3.OperationalError(message)
    assert type(caught.value) is StoreError


# -- folders that may only be read --------------------------------------------------------------

READER = """
import os, sys
from pathlib import Path
from corpus import OLD_ONLY, answers, fill, local
folder = Path(sys.argv[1])
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
from afgqa.errors import StoreError
store = local(folder)
print(len(answers(store)), store.count("sentence"))
try:
    fill(store, [OLD_ONLY])
except StoreError as error:
    print(type(error).__name__, error)
print(*store.notices, sep="\\n")
store.close()
""".replace("OLD_ONLY, ", "document, ").replace("OLD_ONLY", "document('Hi.')")


@pytest.fixture
def read_only(folder: Path) -> Iterator[Path]:
    name = Path(tempfile.mkdtemp())
    shutil.copytree(folder, name / "index")
    yield name / "index"
    for path in (name, name / "index"):
        path.chmod(0o755)
    shutil.rmtree(name)


@pytest.mark.skipif(os.name == "nt", reason="the rights of folders work otherwise there")
@pytest.mark.parametrize("stale", [False, True])
def test_a_folder_that_may_only_be_read(read_only: Path, stale: bool) -> None:
    if stale:
        (read_only / "sentence.faiss").unlink()
    for path in read_only.iterdir():
        path.chmod(0o444)
    read_only.chmod(0o555)
    read_only.parent.chmod(0o555)
    lines = run(READER, str(read_only)).splitlines()
    assert lines[0] == "39 30"
    assert lines[1].startswith(
        f"StoreError The index in {read_only} cannot be used at the moment: [Errno 13] "
    )
    if stale:
        assert [line.partition("(")[0] for line in lines[2:]] == [
            f"{read_only / 'sentence.faiss'} was not written ",
        ]
    else:
        assert lines[2:] == [""]


# -- closing ------------------------------------------------------------------------------------


def test_a_closed_store_is_not_called_damaged(folder: Path) -> None:
    store = local(folder)
    store.close()
    store.close()
    for use in (store.check, lambda: store.describe(MANIFEST)):
        with pytest.raises(StoreError, match="The index is closed") as caught:
            use()
        assert type(caught.value) is StoreError


def test_a_refused_opening_lets_go_of_the_file(folder: Path) -> None:
    with pytest.raises(IndexMismatchError):
        LocalStore(folder, replace(MANIFEST, dimension=5))
    if Path("/proc/self/fd").exists():
        descriptors = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
        assert not [path for path in descriptors if folder in path.readlink().parents]


def test_manifest_fields() -> None:
    assert list(Manifest.__dataclass_fields__) == [
        "format", "embedder", "fingerprint", "dimension", "settings", "sources",
    ]  # fmt: skip
