"""Files of every format as documents: titles, hashes, pages, and what is shown of them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from corpus import EMBEDDER, SETTINGS, fill
from files import column, pdf, word
from hypothesis import given
from hypothesis import strategies as st

from afgqa import Chatbot
from afgqa.answers import Answer, Turn
from afgqa.cli import main
from afgqa.cli.text import answer_text
from afgqa.documents import docx as docx_module
from afgqa.documents import loading as documents
from afgqa.documents import pdf as pdf_module
from afgqa.documents.extracted import Extracted
from afgqa.documents.formats import FORMATS
from afgqa.documents.loading import document_from_bytes, load_documents
from afgqa.documents.sandbox import Sandbox
from afgqa.errors import DocumentError, IndexDamagedError
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.index_file import DATABASE
from afgqa.search.indexing import find_changes, open_index, sync
from afgqa.search.memory_store import MemoryStore
from afgqa.settings import Settings
from afgqa.types import Document
from afgqa.ui.cards import card as card_of
from afgqa.ui.cards import card_html
from afgqa.ui.session import Asked

MILL = pdf(
    [(50, 60, "The Mill", 20), *column(["The mill was built in 1834 by Ann Lee and her three"])],
    column(["brothers. It burned down in 1901.", "", "The new mill has four wheels."]),
    column(["Bob Ray bought the mill in 1950."]),
)
LAMP = b"""<!doctype html><title>Lamps</title><h1>The Lamp</h1><script>The lamp is lit by a robot.
</script><p onclick="alert(1)">Eve Fox lit the lamp in <a href="javascript:alert(2)">1912</a>."""
TEA = word(("The Tea House", "Title"), "Tom Bell opened the tea house in 1988.")
FILES = {
    "mill.pdf": MILL,
    "lamp.html": LAMP,
    "tea.docx": TEA,
    "ferry.txt": b"Sue Oak sold a ferry.",
}
ASKED = [
    ("Who bought the mill?", "mill.pdf", "Bob Ray bought the mill in 1950.", 3),
    ("When was the mill built?", "mill.pdf",
     "The mill was built in 1834 by Ann Lee and her three brothers.", 1),
    ("When did the mill burn down?", "mill.pdf", "It burned down in 1901.", 2),
    ("How many wheels does the new mill have?", "mill.pdf", "The new mill has four wheels.", 2),
    ("Who lit the lamp?", "lamp.html", "Eve Fox lit the lamp in 1912.", None),
    ("Who opened the tea house?", "tea.docx", "Tom Bell opened the tea house in 1988.", None),
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of texts in every format, seen from where it lies."""
    (tmp_path / "texts").mkdir()
    for name, raw in FILES.items():
        (tmp_path / "texts" / name).write_bytes(raw)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("home")
def test_a_folder_of_every_format() -> None:
    found = {document.doc_id: document for document in load_documents(["texts"])}
    assert sorted(found) == sorted(FILES)
    assert {name: it.title for name, it in found.items()} == {
        "mill.pdf": "The Mill",
        "lamp.html": "The Lamp",
        "tea.docx": "The Tea House",
        "ferry.txt": "Sue Oak sold a ferry.",
    }
    for name, document in found.items():
        assert document.sha256 == hashlib.sha256(FILES[name]).hexdigest()
        assert document.source == f"texts/{name}"
        assert document == document_from_bytes(FILES[name], doc_id=name, source=document.source)
    assert found["lamp.html"].text == "The Lamp\n\nEve Fox lit the lamp in 1912."
    assert found["tea.docx"].pages == ()
    mill = found["mill.pdf"]
    assert [mill.text[at:].split()[0] for at in mill.pages] == ["The", "brothers.", "Bob"]
    assert [mill.page(mill.text.index(it)) for it in ("The", "brothers", "four", "Bob")] == [
        1, 2, 2, 3,
    ]  # fmt: skip
    assert found["ferry.txt"].page(0) is None


def test_uploaded_bytes_need_no_folder() -> None:
    made = document_from_bytes(LAMP, doc_id="My Lamp.HTM", examples=["Who?"])
    assert (made.doc_id, made.source, made.examples) == ("My Lamp.HTM", "My Lamp.HTM", ("Who?",))
    with Chatbot.from_documents(made, embedder=HashingEmbedder(), settings=TYPED) as bot:
        assert bot.ask("Who lit the lamp?").short == "Eve Fox"


TYPED = Settings(reader="typed", threshold=0.0)


@pytest.mark.usefixtures("home")
def test_side_files() -> None:
    Path("texts/mill.questions").write_text("Who built it?\n", encoding="utf-8")
    Path("texts/mill.glossary.toml").write_text('"wheels" = "stones"\n', encoding="utf-8")
    (mill,) = load_documents(["texts/mill.pdf"])
    assert mill.examples == ("Who built it?",)
    assert [gloss.phrase for gloss in mill.glossary] == ["wheels"]


def test_titles_are_repaired_and_short() -> None:
    made = document_from_bytes(
        b"<title>The keeper\xc3\xa2\xe2\x82\xac\xe2\x84\xa2s</title>x", doc_id="a.htm"
    )
    assert made.title == "The keeper’s"
    made = document_from_bytes(b"<h1>" + b"word " * 200 + b"</h1>", doc_id="a.htm")
    assert len(made.title) <= 201
    assert made.title.endswith("word…")


# -- pages --------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["One. ", "â€™", "\r\n", "\x07", "\ufeff", "Two.", "\n\n", "Ã©", "\x1b[1m"]
)


@given(st.lists(st.lists(PIECES).map("".join), min_size=1, max_size=5))
def test_pages_are_those_of_the_repaired_text(pages: list[str]) -> None:
    text = "".join(pages) + "."
    starts = tuple(len("".join(pages[:n])) for n in range(len(pages)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Sandbox, "extract", lambda *_: Extracted(text, None, starts))
        made = document_from_bytes(b"x", doc_id="a.pdf")
    assert list(made.pages) == sorted(made.pages)
    assert len(made.pages) == len(pages)
    assert all(0 <= at <= len(made.text) for at in made.pages)
    for run in made.runs:  # whatever came through unchanged is on the page that it was on
        if run.same:
            for at in (run.start, run.end - 1):
                raw = run.raw_start + at - run.start
                assert made.page(at) == sum(start <= raw for start in starts)


def test_what_the_index_holds_is_not_taken_out_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = sync(home / "index", ["texts"], EMBEDDER, SETTINGS)
    taken: list[str] = []

    def take(_: Sandbox, suffix: str, raw: bytes, where: str) -> Extracted:
        taken.append(where)
        return FORMATS[suffix](raw, where)

    monkeypatch.setattr(Sandbox, "extract", take)
    with closing(store):
        assert not find_changes(home / "index", store)
        assert taken == []
        (home / "texts/mill.glossary.toml").write_text('"mill" = "works"', encoding="utf-8")
        assert find_changes(home / "index", store).changed == ("mill.pdf",)
        assert taken == []
        (home / "texts/mill.glossary.toml").unlink()
        (home / "texts/mill.pdf").write_bytes(pdf([(50, 60, "Another mill.")]))
        assert find_changes(home / "index", store).changed == ("mill.pdf",)
        assert len(taken) == 1


def test_pages_come_out_of_both_stores(home: Path) -> None:
    found = load_documents(["texts"])
    store, _ = sync(home / "index", ["texts"], EMBEDDER, SETTINGS)
    store.close()
    memory = MemoryStore(EMBEDDER.dimension)
    fill(memory, found)
    with closing(open_index(home / "index", EMBEDDER, SETTINGS)) as local:
        for document in found:
            assert local.document(document.doc_id) == document == memory.document(document.doc_id)
    with closing(sqlite3.connect(home / "index" / DATABASE)) as db, db:
        db.execute("UPDATE documents SET pages = '[0, 1, 2]' WHERE doc_id = 'mill.pdf'")
    with pytest.raises(IndexDamagedError, match=r"what is stored of mill\.pdf has changed"):
        open_index(home / "index", EMBEDDER, SETTINGS)


# -- asked --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(("question", "doc_id", "quote", "page"), ASKED)
def test_a_citation_names_its_page(
    question: str, doc_id: str, quote: str, page: int | None
) -> None:
    with Chatbot.from_documents("texts", embedder=HashingEmbedder(), settings=TYPED) as bot:
        (citation, *_) = bot.ask(question).citations
        (document,) = (it for it in bot.documents if it.doc_id == doc_id)
    assert (citation.doc_id, citation.text, citation.page) == (doc_id, quote, page)
    assert document.text[citation.start : citation.end] == quote


def shown_as(answer: Answer) -> str:
    return card_html(card_of(1, Asked(Turn(answer.question, answer))))


def test_the_page_is_shown() -> None:
    made = document_from_bytes(MILL, doc_id="mill.pdf")
    with Chatbot.from_documents(made, embedder=HashingEmbedder(), settings=TYPED) as bot:
        answer = bot.ask("Who bought the mill?")
    (citation,) = answer.citations
    place = f"characters {citation.start}-{citation.end}"
    assert f"[1] mill.pdf, page 3, {place}" in answer_text(answer)
    shown = shown_as(answer)
    assert "<cite>page 3</cite>" in shown
    assert 'aria-label="Citation 1, page 3: show in the article"' in shown
    spoken = replace(answer, citations=(replace(citation, speaker="<b>Ann</b>"),))
    assert "<cite>— &lt;b&gt;Ann&lt;/b&gt; · page 3</cite>" in shown_as(spoken)
    without = replace(answer, citations=(replace(citation, page=None),))
    assert f"[1] mill.pdf, {place}" in answer_text(without)
    assert "<cite>" not in shown_as(without)


@pytest.mark.model
@pytest.mark.usefixtures("home")
def test_round_trip_by_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "texts", "--index", "index"]) == 0
    assert "4 documents" in capsys.readouterr().out
    by_id = {document.doc_id: document for document in load_documents(["texts"])}
    lines = [json.dumps({"question": question}) for question, *_ in ASKED]
    Path("questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert main(["ask", "--questions", "questions.jsonl", "--index", "index"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for row, (_, doc_id, quote, page) in zip(rows, ASKED, strict=True):
        citation = row["citations"][0]
        assert (citation["doc_id"], citation["text"], citation["page"]) == (doc_id, quote, page)
        text = by_id[doc_id].text[citation["start"] : citation["end"]]
        assert text == quote
        assert citation["sha256"] == hashlib.sha256(FILES[doc_id]).hexdigest()


# -- what cannot be used ------------------------------------------------------------------------


def refusal(*paths: str) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        load_documents(paths)
    return str(caught.value).splitlines()


def test_one_bad_file_hides_no_other(home: Path) -> None:
    for name, raw in (("a.pdf", TEA), ("b.docx", MILL), ("c.html", b"caf\xe9"), ("d.pdf", b" "),
                      ("e.html", b"<script>x</script>"), ("f.docx", word())):  # fmt: skip
        (home / "texts" / name).write_bytes(raw)
    assert refusal("texts") == [
        "texts/a.pdf is not a PDF file: it is a ZIP archive. Correct its suffix, or "
        "save its text as a PDF file.",
        "texts/b.docx is not a DOCX file: it is a PDF file. Correct its suffix, or "
        "save its text as a DOCX file.",
        "texts/c.html declares no charset and is not UTF-8: byte 3 (0xe9) is invalid. Save the "
        "file as UTF-8.",
        "texts/d.pdf is empty (1 bytes). Give a file with text.",
        "texts/e.html contains no text: it has no visible character. Give a file with text.",
        "texts/f.docx contains no text: it has no visible character. Give a file with text.",
    ]


def test_a_file_that_is_too_large_is_not_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "SIZE", len(MILL) - 1)
    message = (
        f"texts/mill.pdf has {len(MILL):,} bytes; the limit for a .pdf file is {len(MILL) - 1:,}. "
        "Split it into several files, or save its text as a .txt file."
    )
    with pytest.raises(DocumentError) as caught:
        document_from_bytes(MILL, doc_id="a.pdf", source="texts/mill.pdf")
    assert str(caught.value) == message

    # Text is read as it is: more of it is taken.
    (home / "texts/ferry.txt").write_bytes(b"Tea. " * len(MILL))
    assert len(load_documents(["texts/ferry.txt"])[0].text) == 5 * len(MILL)

    def read(*given: object) -> int:
        raise AssertionError(given)

    monkeypatch.setattr(os, "open", read)
    assert refusal("texts/mill.pdf") == [message]


def test_bytes_of_another_kind() -> None:
    with pytest.raises(DocumentError) as caught:
        document_from_bytes(b"x", doc_id="a.rtf")
    assert str(caught.value) == (
        "a.rtf is not a .txt, .md, .html, .htm, .pdf or .docx file. Save its text as one of these."
    )


def test_a_page_by_hand() -> None:
    made = Document("a", "A", "a", "0", "abcdef", (), pages=(0, 0, 3, 6, 6))
    assert [made.page(at) for at in range(6)] == [2, 2, 2, 3, 3, 3]


# -- the docs -----------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs" / "documents.md").read_text(encoding="utf-8")


def test_the_docs_name_the_limits_and_suffixes() -> None:
    for limit in (documents.SIZE, pdf_module.PAGES, docx_module.UNPACKED):
        assert f" {limit:,} " in PAGE
    assert [suffix for suffix in documents.SUFFIXES if f"`{suffix}`" not in PAGE] == []


@pytest.mark.model
def test_the_example_of_the_docs_runs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "report.pdf").write_bytes(MILL)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "documents.md", "exec"), {})
    quote = "The mill was built in 1834 by Ann Lee and her three brothers."
    assert capsys.readouterr().out == f"1 {quote}\n"
