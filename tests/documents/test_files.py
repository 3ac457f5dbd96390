"""Which files are read: regular ones, inside the folder that was named, of a bounded size."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from afgqa.chatbot import Chatbot
from afgqa.cli import main
from afgqa.documents import files
from afgqa.documents.files import read_bytes
from afgqa.documents.loading import left_out, load_documents
from afgqa.errors import DocumentError, InputError
from afgqa.search import embedders
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.indexing import documents_now

GOOD = "The lamp was lit in 1912.\n"
EMBEDDER = HashingEmbedder(64)
posix = pytest.mark.skipif(os.name == "nt", reason="there are no such files there")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with one text, and a text outside it."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("The secret.", encoding="utf-8")
    return folder


def ids(folder: Path, *, follow_links: bool = False) -> list[str]:
    return [it.doc_id for it in load_documents([folder], follow_links=follow_links)]


def refusal(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        load_documents([path])
    return str(caught.value)


@posix
def test_links_out_of_a_folder_are_followed_only_where_that_is_asked_for(texts: Path) -> None:
    (texts / "b.txt").symlink_to(texts.parent / "secret.txt")
    (texts / "c.txt").symlink_to("a.txt")  # inside it
    (texts / "more").symlink_to(texts.parent, target_is_directory=True)
    (texts / "round.txt").symlink_to("round.txt")
    (texts / "nothing.txt").symlink_to("no.txt")
    assert ids(texts) == ["a.txt", "c.txt"]
    assert [path.name for path in left_out([texts])] == ["b.txt", "nothing.txt", "round.txt"]
    followed = ids(texts, follow_links=True)
    assert {"a.txt", "b.txt", "c.txt", "more/secret.txt"} <= set(followed)
    assert ids(texts / "b.txt") == ["b.txt"]  # named by itself


@posix
def test_what_lies_beside_a_file_may_not_lead_out_either(texts: Path) -> None:
    (texts / "a.questions").symlink_to(texts.parent / "secret.txt")
    assert load_documents([texts])[0].examples == ()
    assert load_documents([texts / "a.txt"])[0].examples == ()
    assert load_documents([texts], follow_links=True)[0].examples == ("The secret.",)


@posix
def test_an_index_that_was_made_with_links_keeps_them(
    texts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (texts / "b.txt").symlink_to(texts.parent / "secret.txt")
    monkeypatch.chdir(texts.parent)
    monkeypatch.setattr(embedders, "load_embedder", lambda *_, **__: EMBEDDER)
    (texts.parent / "other").mkdir()
    (texts.parent / "other/c.txt").write_text(GOOD, encoding="utf-8")
    assert main(["index", "texts"]) == 0
    assert capsys.readouterr().err == (
        "afgqa: left out texts/b.txt: it leads out of its folder, or is not a file\n"
    )
    with Chatbot.open("index", embedder=EMBEDDER) as bot:
        assert (list(bot.hashes), bool(bot.changes())) == (["a.txt"], False)
    assert main(["index", "texts", "--follow-links"]) == 0
    with Chatbot.open("index", embedder=EMBEDDER) as bot:
        assert (list(bot.hashes), bool(bot.changes())) == (["a.txt", "b.txt"], False)
        (texts / "more").symlink_to(texts.parent / "other")  # nobody has asked for this one
        assert not bot.changes()
    assert [it.doc_id for it in documents_now(Path("index"))] == ["a.txt"]
    assert len(documents_now(Path("index"), follow_links=True)) == 3


@posix
def test_special_files_are_not_opened(texts: Path) -> None:
    os.mkfifo(texts / "pipe.txt")
    (texts / "device.txt").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(texts / "s.txt"))
        assert ids(texts) == ["a.txt"]
        assert ids(texts, follow_links=True) == ["a.txt"]
        assert refusal(texts / "s.txt").endswith(
            "is a socket, not a file. Save its text as a file."
        )
    assert refusal(texts / "pipe.txt").endswith("is a pipe, not a file. Save its text as a file.")
    assert "is a device, not a file" in refusal(texts / "device.txt")
    os.mkfifo(texts / "a.questions")
    assert load_documents([texts])[0].examples == ()
    for name in ("pipe.txt", "device.txt"):  # whatever a file became since it was looked at
        with pytest.raises(InputError, match="not a file"):
            read_bytes(texts / name, 10)


@posix
def test_a_folder_of_nothing_else_says_so(texts: Path) -> None:
    (texts / "a.txt").unlink()
    os.mkfifo(texts / "pipe.txt")
    assert "(left out: 1, which lead out of it or are not files). Add one." in refusal(texts)


def test_a_name_as_long_as_can_be_is_read(texts: Path) -> None:
    """A glossary beside it would have a name that is too long."""
    name = "n" * 250 + ".txt"
    (texts / name).write_text(GOOD, encoding="utf-8")
    assert ids(texts) == ["a.txt", name]


def test_files_are_bounded(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (texts / "a.questions").write_text("Who?\n" * 10, encoding="utf-8")
    monkeypatch.setattr("afgqa.documents.loading.BESIDE", 49)
    assert refusal(texts) == (
        f"{texts / 'a.questions'} has more than 49 bytes, which is the limit. Split it into "
        "several files."
    )
    monkeypatch.setattr("afgqa.documents.loading.TEXT_SIZE", 25)
    assert "a.txt has 26 bytes; the limit for a .txt file is 25. Split it" in refusal(texts)
    assert files.read_bytes(texts / "a.txt", 26) == GOOD.encode()


@pytest.mark.parametrize(
    "name", ["a\0.txt", "\ud800.txt", "n" * 300 + ".txt", "n/" * 3000 + "a.txt"]
)
def test_names_that_no_file_can_have(name: str, texts: Path) -> None:
    assert refusal(texts / name)
    with pytest.raises(InputError):
        read_bytes(texts / name, 10)
