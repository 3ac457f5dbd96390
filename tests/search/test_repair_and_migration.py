"""Checking, repairing and migrating an index, by the functions and by the command."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from corpus import EMBEDDER, MANIFEST, SETTINGS, answers, document, embedded

from afgqa.cli import main
from afgqa.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from afgqa.search.index_file import DATABASE
from afgqa.search.indexing import open_index, sync
from afgqa.search.repair_and_migration import Repaired, check, migrate, repair
from afgqa.search.sqlite_schema import FORMAT, OLDEST
from afgqa.search.sqlite_store import LocalStore
from afgqa.search.stored_documents import read_stored
from afgqa.types import UNITS, Document

TEXTS = {"a.txt": "The ferry. The old lamp.", "b.txt": "A bridge.", "c.txt": "Two gulls. A tower."}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "texts" / name).write_text(text)
    store, _ = sync(tmp_path / "index", [tmp_path / "texts"], EMBEDDER, SETTINGS)
    store.close()
    return tmp_path


def said(folder: Path) -> list[object]:
    with closing(open_index(folder, EMBEDDER, SETTINGS)) as store:
        return answers(store)


def sql(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as db, db:
        for statement in statements:
            assert db.execute(statement).rowcount != 0


TEXT = "UPDATE documents SET text = replace(text, 'lamp', 'lump') WHERE doc_id = 'a.txt'"
OWN = [
    TEXT,
    "UPDATE documents SET title = 'Other' WHERE doc_id = 'a.txt'",
    "UPDATE documents SET glossary = '[' WHERE doc_id = 'a.txt'",
    "UPDATE documents SET checksum = '' WHERE doc_id = 'a.txt'",
]
DERIVED = [
    "UPDATE passages SET start = start + 1 WHERE doc_id = 'a.txt' AND number = 1",
    "UPDATE vectors SET rows = zeroblob(256) WHERE doc_id = 'a.txt' AND unit = 'sentence'",
    "UPDATE vectors SET first_id = 7 WHERE doc_id = 'a.txt' AND unit = 'sentence'",
    "DELETE FROM vectors WHERE doc_id = 'a.txt'",
    "DELETE FROM passages WHERE doc_id = 'a.txt' AND unit = 'chunk'",
    "UPDATE terms_sentence_content SET c0 = 'lump' WHERE id = 2",
]
TERMS = [
    "UPDATE terms_sentence_data SET block = zeroblob(8) WHERE id = 1",
    "UPDATE terms_chunk_docsize SET sz = x'09'",
]


@pytest.mark.parametrize("change", [*OWN, *DERIVED, *TERMS])
def test_whatever_is_damaged_is_told_and_mended(home: Path, change: str) -> None:
    folder = home / "index"
    before = said(folder)
    sql(folder, change)
    with pytest.raises(IndexDamagedError, match=r"afgqa index --repair --index .* --rebuild"):
        check(folder)
    store, _ = repair(folder, EMBEDDER, SETTINGS)
    store.close()
    check(folder)
    assert said(folder) == before


@pytest.mark.parametrize("change", OWN)
def test_a_damaged_document_is_read_again(home: Path, change: str) -> None:
    folder = home / "index"
    sql(folder, change)
    assert read_stored(folder).damaged == ("a.txt",)
    store, repaired = repair(folder, EMBEDDER, SETTINGS)
    store.close()
    assert repaired == Repaired(read_again=("a.txt",))


@pytest.mark.parametrize("change", DERIVED)
def test_what_can_be_derived_needs_no_file(home: Path, change: str) -> None:
    folder = home / "index"
    before = said(folder)
    for path in (home / "texts").iterdir():
        path.unlink()
    sql(folder, change)
    assert read_stored(folder).damaged == ()
    store, repaired = repair(folder, EMBEDDER, SETTINGS)
    store.close()
    assert repaired == Repaired(derived=("a.txt",))
    assert said(folder) == before


def test_what_is_whole_is_kept_without_its_file(home: Path) -> None:
    folder = home / "index"
    before = said(folder)
    (home / "texts/b.txt").unlink()
    sql(folder, TEXT, "DELETE FROM seal")
    store, repaired = repair(folder, EMBEDDER, SETTINGS)
    store.close()
    assert (said(folder), repaired) == (before, Repaired(read_again=("a.txt",)))


def test_a_damaged_document_is_given_up_only_when_told_so(home: Path) -> None:
    folder = home / "index"
    (home / "texts/a.txt").unlink()
    sql(folder, TEXT)
    with pytest.raises(IndexDamagedError, match="--repair --remove-damaged --index"):
        repair(folder, EMBEDDER, SETTINGS)
    store, repaired = repair(folder, EMBEDDER, SETTINGS, remove_damaged=True)
    with closing(store):
        assert list(store.documents()) == ["b.txt", "c.txt"]
    assert repaired == Repaired(removed=("a.txt",))
    check(folder)


def test_what_is_damaged_and_has_no_file_is_named(home: Path) -> None:
    folder = home / "index"
    (home / "texts/a.txt").unlink()
    sql(folder, TEXT)
    data = (folder / DATABASE).read_bytes()
    with pytest.raises(IndexDamagedError) as caught:
        repair(folder, EMBEDDER, SETTINGS)
    assert str(caught.value).startswith("a.txt cannot be mended: what the index in ")
    assert (folder / DATABASE).read_bytes() == data


def test_no_index_to_mend(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        read_stored(tmp_path)
    (tmp_path / DATABASE).write_bytes(b"no database at all")
    with pytest.raises(IndexDamagedError):
        read_stored(tmp_path)


# -- older formats ------------------------------------------------------------------------------

OLD_TABLES = """
CREATE TABLE manifest (value TEXT NOT NULL);
CREATE TABLE documents (
    doc_id TEXT PRIMARY KEY, title TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
    text TEXT NOT NULL, runs TEXT NOT NULL, examples TEXT NOT NULL,
    glossary TEXT NOT NULL, {pages} {checksum} TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, doc_id TEXT NOT NULL REFERENCES documents(doc_id), unit TEXT NOT NULL,
    number INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, vector BLOB NOT NULL,
    UNIQUE (doc_id, unit, number)
);
CREATE TABLE caches (unit TEXT PRIMARY KEY, generation INTEGER NOT NULL, sha256 TEXT NOT NULL);
CREATE VIRTUAL TABLE terms_sentence USING fts5(terms, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE terms_chunk USING fts5(terms, tokenize = "ascii tokenchars '.'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(terms_sentence, row);
"""
LAYOUTS = [(3, "seal"), (4, "seal"), (5, "seal"), (5, "checksum")]


def write_old(folder: Path, number: int, checksum: str, documents: Sequence[Document]) -> None:
    """An index as versions of this format made it; the checksum was called a seal at first."""
    folder.mkdir(exist_ok=True)
    pages = "pages TEXT NOT NULL," if number > 3 else ""
    columns = "text sha256 title source runs examples glossary pages".split()[: 8 - (number == 3)]
    with closing(sqlite3.connect(folder / DATABASE)) as db, db:
        db.executescript(OLD_TABLES.format(pages=pages, checksum=checksum))
        manifest = asdict(MANIFEST) | {"format": number}
        db.execute("INSERT INTO manifest VALUES (?)", (json.dumps(manifest),))
        for doc in documents:
            values = [getattr(doc, name) for name in columns]
            row = [value if isinstance(value, str) else json.dumps(value) for value in values]
            digest = hashlib.sha256(repr(tuple(row)).encode())
            passages, vectors = embedded(doc)
            for unit in UNITS:
                for p, vector in zip(passages, vectors.astype("<f4"), strict=True):
                    if p.ref.unit != unit:
                        continue
                    spot = (*p.ref, p.start, p.end, p.first, p.last)
                    data = vector.tobytes()
                    at = db.execute(
                        "INSERT INTO passages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", (*spot, data)
                    ).lastrowid
                    words = " ".join(p.terms)
                    db.execute(
                        f"INSERT INTO terms_{unit} (rowid, terms) VALUES (?, ?)", (at, words)
                    )
                    digest.update(repr((at, *spot, words)).encode() + data)
            names = ", ".join(["doc_id", checksum, *columns])
            marks = ", ".join("?" * (len(columns) + 2))
            db.execute(
                f"INSERT INTO documents ({names}) VALUES ({marks})",
                (doc.doc_id, digest.hexdigest(), *row),
            )


@pytest.mark.parametrize(("number", "checksum"), LAYOUTS)
def test_an_older_index_is_migrated_without_its_files(
    tmp_path: Path, number: int, checksum: str
) -> None:
    documents = [document(text, name) for name, text in TEXTS.items()]
    write_old(tmp_path, number, checksum, documents)
    with pytest.raises(IndexMismatchError, match=f"has format {number}.*afgqa index --migrate"):
        said(tmp_path)
    migrate(tmp_path, EMBEDDER, SETTINGS).close()
    check(tmp_path)
    with closing(open_index(tmp_path, EMBEDDER, SETTINGS)) as store:
        assert [store.document(doc_id) for doc_id in store.documents()] == documents


@pytest.mark.parametrize(("number", "checksum"), LAYOUTS)
def test_a_damaged_older_index_is_not_migrated(tmp_path: Path, number: int, checksum: str) -> None:
    folder = tmp_path / "index"
    write_old(folder, number, checksum, [document(text, name) for name, text in TEXTS.items()])
    sql(folder, TEXT)
    data = (folder / DATABASE).read_bytes()
    with pytest.raises(IndexDamagedError, match=r"a\.txt has changed"):
        migrate(folder, EMBEDDER, SETTINGS)
    assert (folder / DATABASE).read_bytes() == data
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a.txt").write_text(TEXTS["a.txt"])
    store, repaired = repair(folder, EMBEDDER, SETTINGS)
    store.close()
    assert repaired == Repaired(derived=("b.txt", "c.txt"), read_again=("a.txt",))


def test_a_far_older_index_is_not_guessed_at(tmp_path: Path) -> None:
    write_old(tmp_path, OLDEST - 1, "seal", [])
    with pytest.raises(IndexDamagedError, match=f"its format 2 is none of 3 to {FORMAT}"):
        migrate(tmp_path, EMBEDDER, SETTINGS)
    with pytest.raises(IndexMismatchError, match=r"has format 2.*--rebuild"):
        said(tmp_path)


@pytest.mark.model
def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "texts").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "texts" / name).write_text(text)
    folder = tmp_path / "index"
    index = ["index", "--index", str(folder)]
    assert main([*index, str(tmp_path / "texts")]) == 0
    capsys.readouterr()
    assert main([*index, "--check"]) == 0
    assert capsys.readouterr().out == f"{folder}: intact\n"
    sql(folder, TEXT)
    assert main([*index, "--check"]) == 2
    assert "what is stored of a.txt has changed" in capsys.readouterr().err
    assert main([*index, "--repair"]) == 0
    out = capsys.readouterr().out
    assert out == (
        f"{folder}: 3 documents, 5 sentences, 3 chunks; rebuilt; read again from file: a.txt\n"
    )
    assert main([*index, "--migrate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 3
    assert main([*index, "--check", "--remove-damaged"]) == 2
    assert main([*index, "--check", "texts"]) == 2


def test_a_first_index_that_is_broken_off_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "texts" / name).write_text(text)

    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("afgqa.search.sqlite_store.seal", fail)
    with pytest.raises(Exception, match="No space left on device"):
        sync(tmp_path / "index", [tmp_path / "texts"], EMBEDDER, SETTINGS)
    monkeypatch.undo()
    with pytest.raises(IndexMissingError):
        open_index(tmp_path / "index", EMBEDDER, SETTINGS)
    assert isinstance(
        sync(tmp_path / "index", [tmp_path / "texts"], EMBEDDER, SETTINGS)[0], LocalStore
    )


@pytest.mark.parametrize("step", ["replace", "delete", "describe"])
def test_an_update_that_is_broken_off_changes_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder = home / "index"
    before = said(folder)
    (home / "texts/a.txt").write_text("Another ferry.")
    (home / "texts/d.txt").write_text("A rope.")
    (home / "texts/c.txt").unlink()

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(LocalStore, step, fail)
    with pytest.raises(KeyboardInterrupt):
        sync(folder, [home / "texts"], EMBEDDER, SETTINGS)
    monkeypatch.undo()
    assert said(folder) == before
    store, difference = sync(folder, [home / "texts"], EMBEDDER, SETTINGS)
    store.close()
    assert (difference.added, difference.changed, difference.removed) == (
        ("d.txt",), ("a.txt",), ("c.txt",),
    )  # fmt: skip
