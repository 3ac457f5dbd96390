"""Checking, repairing and migrating an index, by the functions and by the command."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from corpus import EMBEDDER, SETTINGS, answers

from afgqa.cli import main
from afgqa.errors import IndexDamagedError, IndexMismatchError, IndexMissingError
from afgqa.search.index_file import DATABASE
from afgqa.search.indexing import open_index, sync
from afgqa.search.maintenance import OLDEST, check, migrate, repair, stored
from afgqa.search.sqlite_store import LocalStore

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


CHANGES = [
    "UPDATE documents SET text = replace(text, 'lamp', 'lump') WHERE doc_id = 'a.txt'",
    "UPDATE documents SET title = 'Other' WHERE doc_id = 'a.txt'",
    "UPDATE passages SET start = start + 1 WHERE doc_id = 'a.txt' AND number = 1",
    "UPDATE passages SET vector = zeroblob(128) WHERE doc_id = 'a.txt' AND number = 0",
    "UPDATE documents SET glossary = '[' WHERE doc_id = 'a.txt'",
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_damaged_is_read_again(home: Path, change: str) -> None:
    folder = home / "index"
    before = said(folder)
    sql(folder, change)
    with pytest.raises(IndexDamagedError, match=r"a\.txt has changed"):
        check(folder, EMBEDDER, SETTINGS)
    assert stored(folder).damaged == ("a.txt",)
    store, again = repair(folder, EMBEDDER, SETTINGS)
    store.close()
    assert again == ("a.txt",)
    check(folder, EMBEDDER, SETTINGS)
    assert said(folder) == before


def test_what_is_whole_is_kept_without_its_file(home: Path) -> None:
    folder = home / "index"
    before = said(folder)
    (home / "texts/b.txt").unlink()
    sql(folder, CHANGES[0], "DELETE FROM seal")
    store, again = repair(folder, EMBEDDER, SETTINGS)
    store.close()
    assert (said(folder), again) == (before, ("a.txt",))


def test_what_is_damaged_and_has_no_file_is_named(home: Path) -> None:
    folder = home / "index"
    (home / "texts/a.txt").unlink()
    sql(folder, CHANGES[0])
    data = (folder / DATABASE).read_bytes()
    with pytest.raises(IndexDamagedError) as caught:
        repair(folder, EMBEDDER, SETTINGS)
    assert str(caught.value).startswith("a.txt cannot be mended: what the index in ")
    assert (folder / DATABASE).read_bytes() == data


def test_no_index_to_mend(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        stored(tmp_path)
    (tmp_path / DATABASE).write_bytes(b"no database at all")
    with pytest.raises(IndexDamagedError):
        stored(tmp_path)


# The tables of format 5, as far as they differ from those of today.
OLDER = (
    "DROP TABLE seal",
    "CREATE TABLE caches (unit TEXT PRIMARY KEY, generation INTEGER NOT NULL, "
    "sha256 TEXT NOT NULL)",
)


def make_older(folder: Path, number: int = OLDEST) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as db, db:
        for statement in OLDER:
            db.execute(statement)
        values = json.loads(db.execute("SELECT value FROM manifest").fetchone()[0])
        db.execute("UPDATE manifest SET value = ?", (json.dumps(values | {"format": number}),))


def test_an_older_index_is_migrated_without_its_files(home: Path) -> None:
    folder = home / "index"
    before = said(folder)
    make_older(folder)
    for path in (home / "texts").iterdir():
        path.unlink()
    with pytest.raises(IndexMismatchError, match="has format 5"):
        said(folder)
    migrate(folder, EMBEDDER, SETTINGS).close()
    assert said(folder) == before


def test_a_damaged_older_index_is_not_migrated(home: Path) -> None:
    folder = home / "index"
    make_older(folder)
    sql(folder, CHANGES[0])
    data = (folder / DATABASE).read_bytes()
    with pytest.raises(IndexDamagedError, match=r"a\.txt has changed"):
        migrate(folder, EMBEDDER, SETTINGS)
    assert (folder / DATABASE).read_bytes() == data


def test_a_far_older_index_is_not_guessed_at(home: Path) -> None:
    make_older(home / "index", OLDEST - 1)
    with pytest.raises(IndexDamagedError, match="its format 4 is none of 5 to "):
        migrate(home / "index", EMBEDDER, SETTINGS)


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
    sql(folder, CHANGES[0])
    assert main([*index, "--check"]) == 2
    assert "what is stored of a.txt has changed" in capsys.readouterr().err
    assert main([*index, "--repair"]) == 0
    out = capsys.readouterr().out
    told = "3 documents, 5 sentences, 3 chunks; rebuilt; read again from file: a.txt"
    assert out == f"{folder}: {told}\n"
    make_older(folder)
    assert main([*index, "--check"]) == 2
    assert "--migrate" in capsys.readouterr().err
    assert main([*index, "--migrate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 3
    assert main([*index, "--check", "texts"]) == 2


def test_a_first_index_that_is_broken_off_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "texts" / name).write_text(text)

    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("afgqa.search.sqlite_rows.seal", fail)
    with pytest.raises(Exception, match="No space left on device"):
        sync(tmp_path / "index", [tmp_path / "texts"], EMBEDDER, SETTINGS)
    monkeypatch.undo()
    with pytest.raises(IndexMissingError):
        open_index(tmp_path / "index", EMBEDDER, SETTINGS)
    store, difference = sync(tmp_path / "index", [tmp_path / "texts"], EMBEDDER, SETTINGS)
    store.close()
    assert difference.added == tuple(TEXTS)


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
