"""Files to documents: decoding, repair, the map back to the raw text, and what is refused."""

from __future__ import annotations

import codecs
import hashlib
import os
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from afgqa.documents.loading import SUFFIXES, document_from_text, load_documents
from afgqa.errors import DocumentError
from afgqa.types import Document, Run

GOOD = "The lamp was lit in 1912.\n"
# What mojibake, line ends and control characters are made of.
PIECES = st.sampled_from(
    [
        *("â€™", "â€œ", "â€\x9d", "Ã©", "Ã ", "â\x85\x93", "Ã¢â‚¬â„¢", "’", "é", "ﬁ", "&amp;"),
        *("\r\n", "\r", "\n", "\x85", "\u2028", "\x00", "\x1b[1m", "\ufeff", "\ud83d"),
        *("word", " ", "x" * 50),
    ]
)
TEXTS = st.text(max_size=60) | st.lists(PIECES, max_size=30).map("".join)


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def load(path: Path) -> Document:
    (document,) = load_documents([path])
    return document


def refusal(*paths: str | Path) -> str:
    with pytest.raises(DocumentError) as caught:
        load_documents(paths)
    return str(caught.value)


# -- decoding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"One.\nTwo.", "One.\nTwo."),
        (codecs.BOM_UTF8 + b"One.", "One."),
        (codecs.BOM_UTF16_LE + "Né.".encode("utf-16-le"), "Né."),
        (codecs.BOM_UTF16_BE + "Né.".encode("utf-16-be"), "Né."),
        (b"One.\r\nTwo.\rThree.\n", "One.\nTwo.\nThree.\n"),
        (b"x" * 8000 + b"\r\nOne.", "x" * 8000 + "\nOne."),
        (b"x" * 7999 + b"\r\nOne.", "x" * 7999 + "\nOne."),
        (b"a\x07b \x1b[31mred\x1b[0m", "ab red"),
    ],
    ids=["utf-8", "bom", "utf-16-le", "utf-16-be", "line-ends", "cut-8000", "cut-7999", "control"],
)
def test_bytes_become_text(tmp_path: Path, data: bytes, text: str) -> None:
    document = load(write(tmp_path / "a.txt", data))
    assert document.text == text
    assert document.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "{} is empty (0 bytes). Give a file with text."),
        (b" \r\n\t ", "{} is empty (5 bytes). Give a file with text."),
        (
            codecs.BOM_UTF8,
            "{} contains no text: it has no visible character. Give a file with text.",
        ),
        (
            "\u200b\u200d\u00a0\u2060".encode(),
            "{} contains no text: it has no visible character. Give a file with text.",
        ),
        (
            b"\x01\x02\x1b\x7f\n",
            "{} contains no text: it has no visible character. Give a file with text.",
        ),
        (
            b"PK\x03\x04\0\0",
            "{} is a binary file (a NUL byte at 4), not text. Save its text as UTF-8.",
        ),
        (
            codecs.BOM_UTF32_LE + "One.".encode("utf-32-le"),
            "{} is a binary file (a NUL byte at 2), not text. Save its text as UTF-8.",
        ),
        (
            b"caf\xe9 au lait",
            "{} is not UTF-8: byte 3 (0xe9) is invalid. Save the file as UTF-8.",
        ),
        (
            codecs.BOM_UTF16_LE + b"a",
            "{} is not UTF-16: byte 2 (0x61) is invalid. Save the file as UTF-8.",
        ),
    ],
    ids="empty white bom invisible control binary utf-32 latin-1 odd-utf-16".split(),
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, message: str) -> None:
    path = write(tmp_path / "a.txt", data)
    assert refusal(path) == message.format(path)


# -- repair -------------------------------------------------------------------------------------


def test_mojibake_is_repaired_and_mapped_back() -> None:
    raw = "The keeperâ€™s lamp.\r\nNo light."
    document = document_from_text(raw, doc_id="a")
    assert document.text == "The keeper’s lamp.\nNo light."
    assert document.runs == (
        Run(0, 10, 0, 10, True),
        Run(10, 11, 10, 13, False),
        Run(11, 18, 13, 20, True),
        Run(18, 28, 21, 31, True),
    )
    assert raw[slice(*document.raw_span(4, 18))] == "keeperâ€™s lamp."
    assert raw[slice(*document.raw_span(10, 11))] == "â€™"
    assert raw[slice(*document.raw_span(19, 28))] == "No light."


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("â€œYesâ€\x9d", "“Yes”"),
        ("CafÃ© Ã  Paris", "Café à Paris"),
        ("â\x85\x93 cup", "⅓ cup"),
        ("Ã\x85land", "Åland"),
        ("caf\u00e9 \ud83d\ude00", "café 😀"),
    ],
)
def test_repair(raw: str, text: str) -> None:
    assert document_from_text(raw, doc_id="a").text == text


@pytest.mark.parametrize(
    "raw",
    [
        "“Yes,” he said – it’s the ‘keeper’s’…",
        "the ﬁrst ﬂoor of the oﬃce",
        "AT&amp;T &lt;b&gt; &eacute; &#8217;",
        "Ｆｕｌｌ １２ ｗｉｄｔｈ",
        "e\u0301 and é",
        "½ ² ™ Ⅳ",
        "naïve café – Ångström",
        "  two  spaces\tand a tab  ",
    ],
)
def test_what_an_author_chose_is_left_alone(raw: str) -> None:
    document = document_from_text(raw, doc_id="a")
    assert document.text == raw
    assert document.runs == (Run(0, len(raw), 0, len(raw), True),)


@given(raw=TEXTS)
@example(raw="x" * 8000 + "\r\ny")
@example(raw=("long wordsâ€™ " * 700) + "\r\n" + "â€™" * 3000)
def test_runs_map_the_text_to_the_raw(raw: str) -> None:
    raw += "."
    document = document_from_text(raw, doc_id="a")
    at = raw_at = 0
    for run in document.runs:
        assert run.start == at < run.end
        assert raw_at <= run.raw_start <= run.raw_end <= len(raw)
        assert run.same == (document.text[run.start : run.end] == raw[run.raw_start : run.raw_end])
        at, raw_at = run.end, run.raw_end
        if run.same:
            for start, end in [(run.start, run.end), (run.start, run.start + 1)]:
                assert raw[slice(*document.raw_span(start, end))] == document.text[start:end]
    assert at == len(document.text)
    assert document.raw_span(0, at)[0] == document.runs[0].raw_start
    assert document.raw_span(0, at)[1] == document.runs[-1].raw_end


@given(raw=TEXTS, data=st.data())
def test_raw_span_of_any_span(raw: str, data: st.DataObject) -> None:
    document = document_from_text(raw + ".", doc_id="a")
    start = data.draw(st.integers(0, len(document.text) - 1))
    end = data.draw(st.integers(start + 1, len(document.text)))
    raw_start, raw_end = document.raw_span(start, end)
    assert 0 <= raw_start < raw_end <= len(raw) + 1
    inside = [run for run in document.runs if run.start <= start and end <= run.end]
    if inside and inside[0].same:
        assert (raw + ".")[raw_start:raw_end] == document.text[start:end]


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 2), (0, 5)])
def test_raw_span_outside(start: int, end: int) -> None:
    document = document_from_text("Hi !", doc_id="a")
    with pytest.raises(ValueError, match=f"span {start}:{end} is not inside a text of 4"):
        document.raw_span(start, end)


@pytest.mark.parametrize(
    ("piece", "length"), [("the keeperâ€™s lamp ", 2_000_000), ("â€™", 90_000), ("ä¸­æ–‡", 90_000)]
)
def test_a_long_line_takes_seconds(piece: str, length: int) -> None:
    raw = piece * (length // len(piece))
    began = time.perf_counter()
    document = document_from_text(raw, doc_id="a")
    assert time.perf_counter() - began < 10
    assert len(document.text) < len(raw)
    assert document.runs[-1].end == len(document.text)
    assert document.runs[-1].raw_end == len(raw)


# -- folders, ids, titles -----------------------------------------------------------------------


def test_ids_of_a_folder(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "deep/er/c.TXT", ".hidden/d.txt", ".e.txt", "f.rtf", "g.txt.bak"):
        write(tmp_path / name, GOOD)
    write(tmp_path / "h.HTM", GOOD)
    assert SUFFIXES == (".txt", ".md", ".html", ".htm", ".pdf", ".docx")
    documents = load_documents([tmp_path])
    found = ["a.md", "b.txt", "deep/er/c.TXT", "h.HTM"]
    assert [document.doc_id for document in documents] == found
    assert [document.source for document in documents] == found


def test_ids_of_one_file_and_of_several_roots(tmp_path: Path) -> None:
    one, two = write(tmp_path / "x/one.txt", GOOD), write(tmp_path / "y/z/two.txt", GOOD)
    assert load(one).doc_id == "one.txt"
    assert [d.doc_id for d in load_documents([two, one])] == ["x/one.txt", "y/z/two.txt"]
    assert [d.doc_id for d in load_documents([tmp_path / "x", two])] == ["x/one.txt", "y/z/two.txt"]
    assert [d.doc_id for d in load_documents([tmp_path, two])] == ["x/one.txt", "y/z/two.txt"]


def test_a_file_named_twice_is_one_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "texts/a.txt", GOOD)
    monkeypatch.chdir(tmp_path)
    paths: list[str | Path] = [
        "texts",
        "texts/a.txt",
        tmp_path / "texts/a.txt",
        "texts/../texts/a.txt",
    ]
    assert [d.doc_id for d in load_documents(paths)] == ["a.txt"]
    assert load_documents(["texts"])[0].source == "texts/a.txt"


@pytest.mark.parametrize(
    ("here", "given", "source"),
    [
        ("home", "seeds", "seeds/deep/a.txt"),
        ("home", "seeds/deep/a.txt", "seeds/deep/a.txt"),
        ("home", "./seeds/../seeds", "seeds/../seeds/deep/a.txt"),
        ("other", "../home/seeds", "../home/seeds/deep/a.txt"),
        ("home", "{}/home/seeds", "seeds/deep/a.txt"),
        ("home", "{}/other/../home/seeds", "seeds/deep/a.txt"),
        ("home/seeds/deep", "{}/home/seeds/deep/a.txt", "a.txt"),
        ("other", "{}/home/seeds", "deep/a.txt"),
        ("other", "{}/home/seeds/deep/a.txt", "a.txt"),
    ],
)
def test_a_source_is_never_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, here: str, given: str, source: str
) -> None:
    write(tmp_path / "home/seeds/deep/a.txt", GOOD)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / here)
    (document,) = load_documents([given.format(tmp_path)])
    assert document.source == source


def test_sources_of_several_folders_lie_below_the_one_they_share(tmp_path: Path) -> None:
    for name in ("x/a.txt", "y/a.txt"):
        write(tmp_path / name, GOOD)
    documents = load_documents([tmp_path / "x", tmp_path / "y"])
    assert [document.source for document in documents] == ["x/a.txt", "y/a.txt"]


def test_a_linked_file_belongs_where_it_was_found(tmp_path: Path) -> None:
    target = write(tmp_path / "elsewhere/a.txt", GOOD)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/b.txt").symlink_to(target)
    found = load_documents([tmp_path / "texts"], follow_links=True)
    assert [d.doc_id for d in found] == ["b.txt"]


def test_a_missing_path_can_be_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "x/a.txt", GOOD)
    found = load_documents([tmp_path / "x", tmp_path / "y"], missing_ok=True)
    assert [d.doc_id for d in found] == ["x/a.txt"]  # as if y were still there
    assert load_documents([tmp_path / "y"], missing_ok=True) == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n\n  # The Ferry #1  \nText.", "The Ferry #1"),
        ("Short.", "Short."),
        ("####\nText.", "####"),
        ("\u200b\nText.", "Text."),
        ("word " * 20, "word " * 11 + "word…"),
        ("w" * 64, "w" * 64),
        ("w" * 65, "w" * 64 + "…"),
        ("x" * 59 + ", and more of it", "x" * 59 + "…"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert document_from_text(text, doc_id="a").title == title


def test_document_from_text_defaults() -> None:
    made = document_from_text("Hié.", doc_id="a")
    assert made == Document(
        "a", "Hié.", "a", hashlib.sha256("Hié.".encode()).hexdigest(), "Hié.",
        (Run(0, 4, 0, 4, True),),
    )  # fmt: skip
    made = document_from_text(
        "Hi.", doc_id="a", title="", source="s", sha256="h", examples=["Who?"]
    )
    assert (made.title, made.source, made.sha256, made.examples) == ("", "s", "h", ("Who?",))
    with pytest.raises(DocumentError, match=r"^s contains no text"):
        document_from_text(" \n", doc_id="a", source="s")


@pytest.mark.parametrize(
    "data",
    ["Who?\n\n  When was it? \r\n", "\ufeffWho?\nWhen was it?", "Who?\nWhen was it?"],
)
def test_example_questions(tmp_path: Path, data: str) -> None:
    path = write(tmp_path / "a.txt", GOOD)
    assert load(path).examples == ()
    write(tmp_path / "a.questions", data)
    assert load(path).examples == ("Who?", "When was it?")


def test_bad_example_questions_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", GOOD)
    side = write(tmp_path / "a.questions", b"Who\xff?")
    assert refusal(path) == (
        f"{side} is not UTF-8: byte 3 (0xff) is invalid. Save the file as UTF-8."
    )


# -- paths that cannot be used ------------------------------------------------------------------


def test_paths_that_cannot_be_used(tmp_path: Path) -> None:
    rtf = write(tmp_path / "a.rtf", GOOD)
    suffixes = ".txt, .md, .html, .htm, .pdf or .docx"
    gone = tmp_path / "gone.txt"
    (tmp_path / "empty").mkdir()
    assert refusal() == "No path was given. Name at least one file or folder."
    assert refusal(rtf) == f"{rtf} is not a {suffixes} file. Save its text as one of these."
    assert refusal(gone) == f"{gone} does not exist. Check the path."
    assert refusal(tmp_path / "empty") == (
        f"{tmp_path / 'empty'} contains no {suffixes} file. Add one."
    )
    assert refusal(rtf, gone) == f"{refusal(rtf)}\n{refusal(gone)}"
    assert refusal("x" * 5000 + ".txt").endswith(". Check the paths.")
    assert refusal("nul\0.txt") == "nul\0.txt does not exist. Check the path."


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt", GOOD)

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    assert refusal(path) == f"{path} cannot be read: Permission denied. Check its permissions."


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")
    try:
        write(Path(name), GOOD)
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert refusal(tmp_path) == f"{name!a} has a name that is not UTF-8. Rename it."


def test_one_bad_file_among_good_ones(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", GOOD)
    bad = write(tmp_path / "b.txt", b"\0")
    empty = write(tmp_path / "c.txt", b"")
    assert refusal(tmp_path) == (
        f"{bad} is a binary file (a NUL byte at 0), not text. Save its text as UTF-8.\n"
        f"{empty} is empty (0 bytes). Give a file with text."
    )
