"""Whatever is given: a clear error or a refusal, and the index answers afterwards as before."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from afgqa import chatbot
from afgqa.chatbot import Chatbot
from afgqa.cli import main
from afgqa.documents.loading import document_from_text
from afgqa.errors import (
    DocumentError,
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    QuestionError,
    StoreError,
)
from afgqa.search import embedders
from afgqa.search.hashing_embedder import HashingEmbedder

EMBEDDER = HashingEmbedder(256)
TEXT = "Ann Lee opened the bridge in May 1999. It cost $5 million. The bridge is not red."
ASKED = "Who opened the bridge?"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one text and its index; the command line uses the trivial embedder."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds/a.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for module in (chatbot, embedders):
        monkeypatch.setattr(module, "load_embedder", lambda *_, **__: EMBEDDER)
    build().close()
    return tmp_path


@pytest.fixture
def small(home: Path) -> Iterator[Chatbot]:
    with opened() as bot:
        yield bot
    still_answers(home)


def build(*paths: str, rebuild: bool = False) -> Chatbot:
    return Chatbot.from_documents(
        *(paths or ["seeds"]), index="index", embedder=EMBEDDER, rebuild=rebuild
    )


def opened() -> Chatbot:
    return Chatbot.open("index", embedder=EMBEDDER)


def still_answers(home: Path) -> None:
    """The index is whole, and says what it said at first."""
    assert Path.cwd() == home
    with opened() as bot:
        answer = bot.ask(ASKED)
        assert bot.notices == ()
        assert [document.text for document in bot.documents] == [TEXT]
    assert (answer.short, answer.citations[0].text) == ("Ann Lee", TEXT[:38])


# -- questions ----------------------------------------------------------------------------------

EMPTY = "The question is empty. Type a question in plain words."
NO_WORD = "the question contains no word to search for."
NOT_NEAR = "nothing in the documents is close to the question."
LONG = "The question is 100,000 characters long; the limit is 2,000. Ask for one thing at a time."

# what is given, how it comes back as a question, what must come back:
# an error, the reason of a refusal, or the short answer
QUESTIONS: dict[str, tuple[Any, str, str]] = {
    "empty": ("", "error", EMPTY),
    "white space": (" \t\r\n\u00a0\u2003\u3000", "error", EMPTY),
    "control characters": ("\x01\x02\x7f\x1b[31m\x1b[0m", "error", EMPTY),
    "NUL": ("\0", "error", EMPTY),
    "byte order mark": ("\ufeff", "error", EMPTY),
    "100,000 characters": ("a" * 100_000, "error", LONG),
    "100,000 words": ("who?" * 25_000, "error", LONG),
    "no text": (None, "error", "A question must be text, not None."),
    "a number": (5, "error", "A question must be text, not 5."),
    "bytes": (b"Who?", "error", "A question must be text, not b'Who?'."),
    "emoji": ("😀🏳️‍🌈 👍🏽", "refusal", NO_WORD),
    "marks": ("?!… — «»", "refusal", NO_WORD),
    "a zero-width space": ("\u200b", "refusal", NO_WORD),
    "half a character": ("\ud83d", "refusal", NO_WORD),
    "two wrong halves": ("\udc00\ud800", "refusal", NO_WORD),
    "words of grammar": ("Who was it that they were with?", "refusal", NO_WORD),
    "a quotation mark": ('"', "refusal", NO_WORD),
    "a star": ("*", "refusal", NO_WORD),
    "a comment": ("--", "refusal", NO_WORD),
    "an operator": ("or and not", "refusal", NO_WORD),
    "Arabic": ("من فتح الجسر في مايو؟", "refusal", NOT_NEAR),
    "Hebrew": ("מי פתח את הגשר?", "refusal", NOT_NEAR),
    "Chinese": ("谁开了桥？", "refusal", NOT_NEAR),
    "2,000 times a": ("a" * 2000, "refusal", NOT_NEAR),
    "a call of FTS5": ("NEAR(zebra gnu, 10)", "refusal", NOT_NEAR),
    "a column of FTS5": ("{terms x} : zebra* OR ^gnu", "refusal", NOT_NEAR),
    "SQL": ("'; DROP TABLE passages; --", "refusal", NOT_NEAR),
    "a script": ("<script>alert('x')</script>", "refusal", NOT_NEAR),
    "a template": ("${7*7} {{7*7}} %s %(x)s {0}", "refusal", NOT_NEAR),
    "a path": ("../../etc/passwd", "refusal", NOT_NEAR),
    "NUL inside": ("Who opened\0 the bridge?", "answer", "Ann Lee"),
    "half a character inside": ("Who opened the \ud800bridge?", "answer", "Ann Lee"),
    "turned around": ("\u202eWho opened the bridge?\u202c", "answer", "Ann Lee"),
    "quoted": ('Who opened the "bridge"?', "answer", "Ann Lee"),
    "with a star": ("Who opened the bridge*?", "answer", "Ann Lee"),
    "with a comment": ("Who opened the bridge? --", "answer", "Ann Lee"),
    "in brackets": ("(Who opened (the bridge", "answer", "Ann Lee"),
    "shouted": ("WHO OPENED THE BRIDGE?", "answer", "Ann Lee"),
    "full width": ("Ｗｈｏ ｏｐｅｎｅｄ ｔｈｅ ｂｒｉｄｇｅ？", "question", ""),
    "in bold": ("<b>Who opened the bridge?</b>", "question", ""),
    "a question of 2,000": ("Who opened the bridge? " + "😀" * 1977, "question", ""),
}
each_question = pytest.mark.parametrize(
    ("asked", "kind", "expected"), QUESTIONS.values(), ids=QUESTIONS.keys()
)


def outcome(ask: Callable[[Any], Any], asked: Any) -> tuple[str, str]:
    """What kind of thing came back, and what it says."""
    try:
        answer = ask(asked)
    except QuestionError as error:
        return "error", str(error)
    if answer.answered:
        return "answer", str(answer.short)
    return "refusal", str(answer.reason)


@each_question
def test_question(small: Chatbot, asked: Any, kind: str, expected: str) -> None:
    found = outcome(small.ask, asked)
    if kind == "question":  # any answer or refusal will do
        assert found[0] in ("answer", "refusal")
    else:
        assert found == (kind, expected)
    first, later = small.conversation(), small.conversation()
    assert outcome(first.ask, asked) == found
    later.ask(ASKED)
    if kind == "error":
        assert outcome(small.search, asked) == found
        assert outcome(later.ask, asked) == found
        assert [len(first.turns), len(later.turns)] == [0, 1]
    else:
        assert len(small.search(asked)) == 3
        later.ask(asked)
        assert later.ask("Why?").standalone.startswith("Why: ")
        assert [len(first.turns), len(later.turns)] == [1, 3]


@pytest.mark.model
@each_question
def test_question_with_the_model(bot: Chatbot, asked: Any, kind: str, expected: str) -> None:
    found = outcome(bot.ask, asked)
    if kind == "error" or expected == NO_WORD:
        assert found == (kind, expected)
    else:  # what the article holds of these words is not the matter here
        assert found[0] in ("answer", "refusal")


CLI_QUESTIONS = [
    (name, *QUESTIONS[name])
    for name in ("empty", "white space", "100,000 characters", "emoji", "Arabic", "SQL",
                 "a script", "half a character", "with a star")
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "kind", "expected"), [row[1:] for row in CLI_QUESTIONS],
    ids=[row[0] for row in CLI_QUESTIONS],
)  # fmt: skip
def test_question_on_the_command_line(
    home: Path, capsys: pytest.CaptureFixture[str], asked: str, kind: str, expected: str
) -> None:
    status = main(["ask", asked])
    out, err = capsys.readouterr()
    if kind == "error":
        assert (status, out, err) == (2, "", f"afgqa: {expected}\n")
    elif kind == "refusal":
        said = f"The documents do not seem to say: {expected}\n"
        assert (status, out, err) == (1, said, "")
    else:
        assert (status, out.splitlines()[0], err) == (0, f"{expected} [1]", "")
    still_answers(home)


# -- documents ----------------------------------------------------------------------------------

ARABIC = "افتتحت آن لي الجسر في مايو. الجسر ليس أحمر."
HEBREW = "הגשר נפתח במאי. הוא אדום."
DOCUMENTS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty (0 bytes). Give a file with text."),
    "white space": (b" \n\t", "is empty (3 bytes). Give a file with text."),
    "no visible character": (
        "\u200b\u2060\ufeff".encode(),
        "contains no text: it has no visible character. Give a file with text.",
    ),
    "control characters": (
        b"\x01\x02",
        "contains no text: it has no visible character. Give a file with text.",
    ),
    "NUL": (
        b"text\0",
        "is a binary file (a NUL byte at 4), not text. Save its text as UTF-8.",
    ),
    "Latin-1": (
        "caf\u00e9 au lait".encode("latin-1"),
        "is not UTF-8: byte 3 (0xe9) is invalid. Save the file as UTF-8.",
    ),
    "half of UTF-16": (
        "\ufeffa".encode("utf-16-le") + b"b",
        "is not UTF-16: byte 4 (0x62) is invalid. Save the file as UTF-8.",
    ),
}


@pytest.mark.parametrize(("data", "problem"), DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_a_document_that_cannot_be_used(
    home: Path, capsys: pytest.CaptureFixture[str], data: bytes, problem: str
) -> None:
    Path("bad.txt").write_bytes(data)
    for paths, rebuild in ((["seeds", "bad.txt"], False), (["bad.txt"], True)):
        with pytest.raises(DocumentError) as caught:
            build(*paths, rebuild=rebuild)
        assert str(caught.value) == f"bad.txt {problem}"
        still_answers(home)
    with pytest.raises(DocumentError):
        Chatbot.from_documents("bad.txt", embedder=EMBEDDER)
    assert main(["index", "bad.txt"]) == 2
    assert capsys.readouterr() == ("", f"afgqa: bad.txt {problem}\n")
    still_answers(home)


def test_a_document_that_cannot_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("bad.txt").write_text("Secret.", encoding="utf-8")
    opened_by_name = os.open

    def refused(path: Path, *more: Any) -> int:
        if Path(path).name == "bad.txt":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened_by_name(path, *more)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refused)
        with pytest.raises(DocumentError) as caught:
            build("seeds", "bad.txt")
    assert str(caught.value) == "bad.txt cannot be read: Permission denied. Check its permissions."
    still_answers(home)


def test_every_problem_is_named_at_once(home: Path) -> None:
    Path("one.txt").write_bytes(b"")
    Path("two.txt").write_bytes(b"\xff")
    with pytest.raises(DocumentError) as caught:
        build("one.txt", "seeds", "two.txt", "three.txt", "four.pdf")
    assert str(caught.value).splitlines() == [
        "three.txt does not exist. Check the path.",
        "four.pdf does not exist. Check the path.",
        "one.txt is empty (0 bytes). Give a file with text.",
        "two.txt is not UTF-8: byte 0 (0xff) is invalid. Save the file as UTF-8.",
    ]
    still_answers(home)


@pytest.mark.parametrize(
    ("text", "question", "quote"),
    [
        (ARABIC, "ما الجسر الأحمر؟", "الجسر ليس أحمر."),
        (HEBREW, "מתי נפתח הגשר?", "הגשר נפתח במאי."),
        ("<script>alert(1)</script> The bridge.", "Is the bridge an alert script?",
         "<script>alert(1)</script> The bridge."),
        ("bridge", "bridge?", "bridge"),
        ("The bridge 😀 is red\r\n", "Is the bridge red?", "The bridge 😀 is red"),
        (f"{'a' * 100_000} bridge", "bridge?", "bridge"),
        ("The \ud800bridge is red.", "Is the bridge red?", "The \ufffdbridge is red."),
    ],
    ids=["Arabic", "Hebrew", "HTML", "a word", "emoji", "a long word", "half a character"],
)  # fmt: skip
def test_an_unusual_document_is_quoted_verbatim(text: str, question: str, quote: str) -> None:
    made = document_from_text(text, doc_id="a")
    with Chatbot.from_documents(made, embedder=EMBEDDER) as bot:
        hit = bot.search(question, k=1)[0]
        assert hit.passage.text == quote
        answer = bot.ask(question)
        for citation in (*answer.citations, *answer.related):
            assert made.text[citation.start : citation.end] == citation.text


# -- the index ----------------------------------------------------------------------------------


def gone(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def truncated(folder: Path) -> None:
    path = folder / "afgqa.sqlite"
    path.write_bytes(path.read_bytes()[:5000])


def overwritten(folder: Path) -> None:
    (folder / "afgqa.sqlite").write_bytes(b"This is no database. " * 999)


def emptied(folder: Path) -> None:
    (folder / "afgqa.sqlite").write_bytes(b"")


DAMAGE: dict[str, tuple[Callable[[Path], None], type[StoreError], str]] = {
    "gone": (gone, IndexMissingError, "There is no index in index. Create one: afgqa index PATH"),
    "emptied": (emptied, IndexMissingError, "There is no index in index. Create one: afgqa index"),
    "truncated": (truncated, IndexDamagedError, "The index in index is damaged: "),
    "overwritten": (overwritten, IndexDamagedError, "The index in index is damaged: "),
}


@pytest.mark.parametrize(("damage", "error", "message"), DAMAGE.values(), ids=DAMAGE.keys())
def test_an_index_that_cannot_be_used(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    error: type[StoreError],
    message: str,
) -> None:
    damage(home / "index")
    with pytest.raises(error) as caught:
        opened()
    assert type(caught.value) is error
    assert str(caught.value).startswith(message)
    (home / "seeds").rename("texts")  # else the command would make the default index itself
    assert main(["ask", ASKED]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"afgqa: {caught.value}\n")
    # What the message says to type mends it.
    assert main(["index", "texts", "--index", "index", "--rebuild"]) == 0
    still_answers(home)


@pytest.mark.parametrize("unit", ["sentence", "chunk"])
@pytest.mark.parametrize("length", [None, 0, 10, 100, -1])
def test_a_damaged_cache_is_rebuilt(home: Path, unit: str, length: int | None) -> None:
    path = Path("index") / f"{unit}.faiss"
    data = path.read_bytes()
    if length is None:
        path.unlink()
    else:
        path.write_bytes(data[:length])
    with opened() as bot:
        if length is None:  # as a program leaves it that is killed between two files
            assert bot.notices == ()
        else:
            (notice,) = bot.notices
            assert notice.startswith(f"{path} ")
            assert notice.endswith("; it was rebuilt from afgqa.sqlite.")
        assert bot.ask(ASKED).short == "Ann Lee"
    assert path.read_bytes() == data
    still_answers(home)


def test_an_index_of_another_embedder(home: Path) -> None:
    other = HashingEmbedder(64)
    message = (
        "The index in index was made with embedder 'hashing-256', but 'hashing-64' was requested. "
        "Open it with the same embedder, or rebuild it: afgqa index PATH --index index --rebuild"
    )
    with pytest.raises(IndexMismatchError) as caught:
        Chatbot.open("index", embedder=other)
    assert str(caught.value) == message
    with pytest.raises(IndexMismatchError) as caught:
        Chatbot.from_documents("seeds", index="index", embedder=other)
    assert str(caught.value) == message
    still_answers(home)


def test_an_index_where_a_file_is(home: Path) -> None:
    Path("file").write_text("x", encoding="utf-8")
    with pytest.raises(IndexMissingError, match=r"^There is no index in file\. Create one"):
        Chatbot.open("file", embedder=EMBEDDER)
    with pytest.raises(
        StoreError, match=r"^The index in file cannot be used at the moment: .*File exists"
    ):
        Chatbot.from_documents("seeds", index="file", embedder=EMBEDDER)
    assert Path("file").read_text(encoding="utf-8") == "x"
    still_answers(home)


@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ("\0", IndexMissingError, "There is no index in \0. Create one: "),
        ("a" * 300, StoreError, f"The index in {'a' * 300} cannot be used at the moment: "),
    ],
    ids=["NUL", "too long"],
)
def test_an_index_of_no_possible_name(
    home: Path, where: str, error: type[StoreError], message: str
) -> None:
    with pytest.raises(error) as caught:
        Chatbot.open(where, embedder=EMBEDDER)
    assert str(caught.value).startswith(message)
    still_answers(home)


# -- batches ------------------------------------------------------------------------------------


def test_a_batch_of_everything_bad(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b"\xff\xfe", b"{", b"\0", b"[]", b'{"question": "\\ud800\\udfff"}', b"{}" * 9]
    given = io.TextIOWrapper(io.BytesIO(b"\n".join(lines)), encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", given)
    assert main(["ask", "--questions", "-"]) == 2
    out, err = capsys.readouterr()
    assert [("error" in line, "answered" in line) for line in out.splitlines()] == [
        (True, False), (True, False), (True, False), (True, False), (False, True), (True, False),
    ]  # fmt: skip
    assert err == ""
    still_answers(home)
