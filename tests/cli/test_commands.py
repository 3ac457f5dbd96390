"""The command line: exact output, where it goes, and the exit status.

Most tests call `main` with the trivial embedder; those marked `model` run the real command.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from afgqa import chatbot
from afgqa import conversation as talk
from afgqa.answering.confidence import calibration
from afgqa.cli import doctor, main
from afgqa.errors import ReaderError
from afgqa.language import spelling
from afgqa.protocols import Reader
from afgqa.reading import models as reading_models
from afgqa.reading.typed_reader import TypedReader
from afgqa.search import embedders
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.types import MODES

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "answer.schema.json").read_text(encoding="utf-8"))
BRIDGE = "Ann Lee opened the bridge in May 1999. It cost $5 million. The bridge is not red.\n"
TOWER = "Bob Ray painted the tower by hand.\n"
FIRST = "afgqa: making the index of seeds/ in index/ (once)\n"
ANSWER = """\
Ann Lee [1]

    **Ann Lee** opened the bridge in May 1999.
    [1] seeds/a.txt, characters 0-38
"""
REFUSAL = "The documents do not seem to say: nothing in the documents is close to the question.\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a user: two seeds, no index yet; nothing that needs a model."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds/a.txt").write_text(BRIDGE, encoding="utf-8")
    (tmp_path / "seeds/b.txt").write_text(TOWER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for module in (chatbot, doctor, embedders):
        monkeypatch.setattr(module, "load_embedder", lambda *_, **__: HashingEmbedder(256))
    for module in (chatbot, doctor, reading_models):
        monkeypatch.setattr(module, "load_reader", _load_reader)
    return tmp_path


def _load_reader(name: str | None = None, **_: bool) -> Reader:
    if name == "broken":
        raise ReaderError("broken/model.onnx is not the file of its manifest.")
    return TypedReader()


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `main`; gives the exit status, standard output and standard error."""
    assert home.is_dir()

    def call(*arguments: str, given: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        try:
            status = main(arguments)
        except SystemExit as ended:  # argparse's way out
            status = int(str(ended.code))
        return (status, *capsys.readouterr())

    return call


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# -- ask ----------------------------------------------------------------------------------------


def test_the_first_question_makes_the_index(run: Run, home: Path) -> None:
    assert run("ask", "Who opened the bridge?") == (0, ANSWER, FIRST)
    assert sorted(path.name for path in (home / "index").iterdir()) == [
        "afgqa.lock", "afgqa.sqlite", "chunk.faiss", "sentence.faiss",
    ]  # fmt: skip
    assert run("ask", "Who opened the bridge?") == (0, ANSWER, "")


def test_a_refusal(run: Run) -> None:
    assert run("ask", "Who stole the zebra?") == (1, REFUSAL, FIRST)


def test_a_refusal_shows_what_is_near(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = replace(calibration("typed"), threshold=1.0)
    monkeypatch.setattr("afgqa.answering.pipeline.calibration", lambda *_, **__: strict)
    assert run("ask", "Who sold the bridge?") == (
        1,
        """\
The documents do not seem to say: the nearest sentences do not seem to answer the question.

Nearest sentences:

    The bridge is not red.
    seeds/a.txt, characters 59-81

    Ann Lee opened the bridge in May 1999.
    seeds/a.txt, characters 0-38

    It cost $5 million.
    seeds/a.txt, characters 39-58
""",
        FIRST,
    )


@pytest.mark.parametrize(
    ("question", "status", "answered"), [("Who opened the bridge?", 0, True), ("Zebra?", 1, False)]
)
def test_ask_json(run: Run, question: str, status: int, answered: bool) -> None:
    found, out, err = run("ask", question, "--json")
    (row,) = objects(out)
    Draft202012Validator(SCHEMA).validate(row)
    assert (found, err) == (status, FIRST)
    assert (row["id"], row["question"], row["answered"]) == (None, question, answered)


def test_every_mode(run: Run) -> None:
    for mode in MODES:
        status, out, _ = run("ask", "Who opened the bridge?", "--mode", mode)
        assert (status, out) == (0, ANSWER)


def test_questions_from_a_file(run: Run, home: Path) -> None:
    lines = [
        '{"id": 1, "question": "Who opened the bridge?"}',
        "",
        '{"id": 2, "question": "Who stole the zebra?"}',
        '{"id": 3, "question": "What did she open?", "history": ["Who opened the bridge?"]}',
    ]
    (home / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
    status, out, err = run("ask", "--questions", "q.jsonl")
    rows = objects(out)
    assert (status, err) == (0, FIRST)  # a refusal is an answer here
    assert [(row["id"], row["answered"]) for row in rows] == [(1, True), (2, False), (3, True)]
    assert rows[2]["standalone"] == "What did Ann Lee open?"
    assert run("ask", "--questions", "q.jsonl", "--json")[0] == 0


def test_questions_from_standard_input(run: Run) -> None:
    given = b'{"id": 1, "question": "Who opened the bridge?"}\nwho?\n{"id": "\\ud800"}\n[]'
    status, out, _ = run("ask", "--questions", "-", given=given)
    rows = objects(out)
    for row in rows:
        Draft202012Validator(SCHEMA).validate(row)
    assert status == 2
    assert [("error" in row, row["id"]) for row in rows] == [
        (False, 1), (True, None), (True, "\ud800"), (True, None),
    ]  # fmt: skip


def test_no_questions(run: Run) -> None:
    assert run("ask", "--questions", "-", given=b"\n \n") == (0, "", FIRST)


def test_ascii_terminals_get_escapes(home: Path) -> None:
    """Answers hold typographic quotes; a terminal that has none must not end the program."""
    (home / "seeds/a.txt").write_text("Ann said: “Yes”. 😀", encoding="utf-8")
    for arguments, said in (
        (["ask", "What did Ann say?"], "Ann said: \\u201cYes\\u201d."),
        (["ask", "What did Ann say?", "--json"], "Ann said: \\u201cYes\\u201d."),
    ):
        written = io.BytesIO()
        with contextlib.redirect_stdout(io.TextIOWrapper(written, encoding="ascii")) as out:
            assert main(arguments) == 0
            out.flush()
            text = written.getvalue().decode("ascii")
        assert said in text


# -- the others ---------------------------------------------------------------------------------


def test_index(run: Run, home: Path) -> None:
    assert run("index") == (
        0, "index: 2 documents, 4 sentences, 2 chunks; added: a.txt, b.txt\n", "",
    )  # fmt: skip
    assert run("index") == (
        0, "index: 2 documents, 4 sentences, 2 chunks; nothing has changed\n", "",
    )  # fmt: skip
    (home / "seeds/a.txt").write_text("Ann Lee closed the bridge.", encoding="utf-8")
    (home / "seeds/b.txt").unlink()
    (home / "seeds/c.md").write_text("A gull.", encoding="utf-8")
    assert run("index") == (
        0,
        "index: 2 documents, 2 sentences, 2 chunks; added: c.md; changed: a.txt; removed: b.txt\n",
        "",
    )
    assert run("index", "--rebuild") == (
        0, "index: 2 documents, 2 sentences, 2 chunks; added: a.txt, c.md\n", "",
    )  # fmt: skip
    assert run("index", "seeds/c.md") == (
        0, "index: 1 document, 1 sentence, 1 chunk; removed: a.txt\n", "",
    )  # fmt: skip


def test_index_json(run: Run) -> None:
    status, out, err = run("index", "seeds", "--index", "other", "--json")
    assert (status, err) == (0, "")
    assert objects(out) == [
        {
            "index": "other",
            "documents": 2,
            "sentences": 4,
            "chunks": 2,
            "added": ["a.txt", "b.txt"],
            "changed": [],
            "removed": [],
        }
    ]


def test_index_knows_its_files_from_anywhere(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("index")
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")
    (home / "seeds/b.txt").unlink()
    assert run("index", "--index", "../index") == (
        0, "../index: 1 document, 3 sentences, 1 chunk; removed: b.txt\n", "",
    )  # fmt: skip


def test_changed_files_are_told(run: Run, home: Path) -> None:
    run("index")
    (home / "seeds/b.txt").write_text("The tower fell.", encoding="utf-8")
    (home / "seeds/c.txt").write_text("A gull.", encoding="utf-8")
    note = (
        "afgqa: files differ from the index (added: c.txt; changed: b.txt). "
        "Answers are from the index; to bring it in step: afgqa index --index index\n"
    )
    assert run("ask", "Who opened the bridge?") == (0, ANSWER, note)
    run("index")
    assert run("ask", "Who opened the bridge?") == (0, ANSWER, "")


def test_a_file_that_went_bad_does_not_stop_answers(run: Run, home: Path) -> None:
    run("index")
    (home / "seeds/b.txt").write_bytes(b"\xff\0")
    status, out, err = run("ask", "Who opened the bridge?")
    assert (status, out) == (0, ANSWER)
    assert err == (
        "afgqa: seeds/b.txt is a binary file (a NUL byte at 1), not text. Save its text as UTF-8.\n"
        "afgqa: Answers are from the index, which has an earlier state.\n"
    )
    status, out, _ = run("doctor")
    assert status == 2
    assert "BAD  files: seeds/b.txt is a binary file" in out
    assert run("index")[0] == 2
    assert run("ask", "Who opened the bridge?")[1] == ANSWER


def test_search(run: Run) -> None:
    status, out, err = run("search", "opened bridge", "-k", "2")
    assert (status, err) == (0, FIRST)
    assert re.sub(r"0\.\d{3}", "0.###", out) == (
        "1. 0.###  (by meaning 1, by words 1)  a.txt:0-38\n"
        "    Ann Lee opened the bridge in May 1999.\n"
        "2. 0.###  (by meaning 3, by words 2)  a.txt:39-58\n"
        "    It cost $5 million.\n"
    )
    assert run("search", "zebra", "--mode", "lexical") == (0, "Nothing found.\n", "")


def test_search_json(run: Run) -> None:
    status, out, _ = run("search", "bridge", "--json", "-k", "3")
    rows = objects(out)
    assert status == 0
    assert [(row["doc_id"], row["start"], row["end"]) for row in rows] == [
        ("a.txt", 59, 81), ("a.txt", 0, 38), ("a.txt", 39, 58),
    ]  # fmt: skip
    assert [BRIDGE[row["start"] : row["end"]] for row in rows] == [row["text"] for row in rows]


def test_chat(run: Run) -> None:
    given = "Who opened the bridge?\nWhat did she open?\n" + "a" * 2001 + "\n\nnever asked\n"
    status, out, err = run("chat", given=given.encode())
    assert status == 0
    assert out == (
        f"{ANSWER}\n"
        "(searched for: What did Ann Lee open?)\n"
        "Ann Lee opened the bridge in May 1999. [1]\n\n"
        "    Ann Lee opened the bridge in May 1999.\n"
        "    [1] seeds/a.txt, characters 0-38\n\n"
    )
    assert err == (
        f"{FIRST}afgqa: The question is 2,001 characters long; the limit is 2,000. "
        "Ask for one thing at a time.\n"
    )


def test_chat_json_and_bytes_that_are_no_text(run: Run) -> None:
    status, out, _ = run("chat", "--json", given=b"Who opened the bridge \xff?\n\0\nZebra?")
    rows = objects(out)
    assert status == 0
    for row in rows:
        Draft202012Validator(SCHEMA).validate(row)
    assert [row.get("question") for row in rows] == [
        "Who opened the bridge \ufffd?", None, "Zebra?",
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["md", "html", "json", "JSON"])
def test_chat_saves_the_conversation(run: Run, home: Path, ending: str) -> None:
    given = b"Who opened the bridge?\nWhat did she open?\nZebra?\n"
    status, _, err = run("chat", "--save", f"kept.{ending}", given=given)
    assert (status, err) == (0, f"{FIRST}afgqa: saved the conversation to kept.{ending}\n")
    kept = (home / f"kept.{ending}").read_text(encoding="utf-8")
    assert all(said in kept for said in ("What did Ann Lee open?", "Zebra?", "seeds/a.txt"))
    if ending.lower() == "json":
        status, out, _ = run("verify", f"kept.{ending}")
        assert (status, out.splitlines()[-1]) == (
            0, "2 citations: 2 exact, 0 moved, 0 edited, 0 missing",
        )  # fmt: skip
        assert len(json.loads(kept)["turns"]) == 3


def test_an_interrupted_chat_is_saved(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = talk.Conversation.ask

    def ask(self: talk.Conversation, question: str) -> Any:
        if "zebra" in question:
            raise KeyboardInterrupt
        return asked(self, question)

    monkeypatch.setattr(talk.Conversation, "ask", ask)
    given = b"Who opened the bridge?\nWho stole the zebra?\n"
    assert run("chat", "--save", "kept.json", given=given)[0] == 130
    kept = json.loads((home / "kept.json").read_text(encoding="utf-8"))
    assert [row["question"] for row in kept["turns"]] == ["Who opened the bridge?"]


def test_chat_that_cannot_be_saved(run: Run, home: Path) -> None:
    (home / "folder.md").mkdir()
    given = b"Who opened the bridge?\n"
    for name, said in (
        ("kept.txt", "kept.txt has no known suffix. Use one of .md, .html, .json."),
        ("no/kept.md", "no/kept.md cannot be written: there is no folder no."),
    ):
        assert run("chat", "--save", name, given=given) == (2, "", f"afgqa: {said}\n")
    status, out, err = run("chat", "--save", "folder.md", given=given)
    assert (status, out) == (2, f"{ANSWER}\n")
    assert "folder.md cannot be written: Is a directory" in err
    assert run("chat", "--save", "kept.md") == (
        0, "", "afgqa: no question was asked, so kept.md was not written\n",
    )  # fmt: skip
    assert not (home / "kept.md").exists()


# -- verify -------------------------------------------------------------------------------------


def test_verify(run: Run, home: Path) -> None:
    given = '{"question": "Who opened the bridge?"}\n{"question": "Who painted the tower?"}'
    out = run("ask", "--questions", "-", given=given.encode())[1]
    (home / "kept.jsonl").write_text(out, encoding="utf-8")
    assert run("verify", "kept.jsonl") == (
        0,
        "exact   line 1 [1]  a.txt:0-38\n"
        "exact   line 2 [1]  b.txt:0-34\n"
        "2 citations: 2 exact, 0 moved, 0 edited, 0 missing\n",
        "",
    )
    # The files as they are by now count, and not the index, which is behind them.
    (home / "seeds/a.txt").write_text("News.\n" + BRIDGE, encoding="utf-8")
    (home / "seeds/b.txt").write_text(TOWER.replace("by", "with one"), encoding="utf-8")
    assert run("verify", "kept.jsonl") == (
        1,
        "moved   line 1 [1]  a.txt:0-38 -> 6-44, the file has changed\n"
        "edited  line 2 [1]  b.txt:0-34 -> 0-40, similarity 0.75, the file has changed\n"
        "    was: Bob Ray painted the tower by hand.\n"
        "    now: Bob Ray painted the tower with one hand.\n"
        "2 citations: 0 exact, 1 moved, 1 edited, 0 missing\n",
        "",
    )
    (home / "seeds/a.txt").rename(home / "seeds/c.txt")
    (home / "seeds/d.txt").write_text(BRIDGE, encoding="utf-8")
    status, told, _ = run("verify", "-", given=out.splitlines()[0].encode())
    assert (status, told) == (
        1,
        "missing line 1 [1]  a.txt:0-38, the document is gone\n"
        "    d.txt has the same file content: 0-38\n"
        "    c.txt has the same text: 6-44\n"
        "1 citation: 0 exact, 0 moved, 0 edited, 1 missing\n",
    )
    status, told, err = run("verify", "kept.jsonl", "--json")
    rows = objects(told)
    assert (status, err) == (1, "")
    assert [(row["where"], row["state"]) for row in rows[:-1]] == [
        ("line 1", "missing"), ("line 2", "edited"),
    ]  # fmt: skip
    assert rows[-1] == {"summary": {"exact": 0, "moved": 0, "edited": 1, "missing": 1}}


def test_verify_without_an_index_reads_the_seeds(run: Run, home: Path) -> None:
    out = run("ask", "Who opened the bridge?", "--json")[1]
    shutil.rmtree(home / "index")
    assert run("verify", "-", given=out.encode())[0] == 0
    assert not (home / "index").exists()
    status, _, err = run("verify", "-", "--index", "other", given=out.encode())
    assert (status, "other" in err) == (2, True)


def test_verify_looks_at_what_was_near(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    strict = replace(calibration("typed"), threshold=1.0)
    monkeypatch.setattr("afgqa.answering.pipeline.calibration", lambda *_, **__: strict)
    out = run("ask", "Who sold the bridge?", "--json")[1]
    status, told, _ = run("verify", "-", given=out.encode())
    assert (status, told.splitlines()[0]) == (0, "exact   line 1 near 1  a.txt:59-81")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "standard input is empty"),
        (b"{}", "standard input, line 1 is not an answer"),
        (b"\xff", "standard input, line 1 is not UTF-8"),
        (b'{"citations": []}\nno', "standard input, line 2 is not JSON"),
    ],
)
def test_verify_tells_bad_input(run: Run, given: bytes, said: str) -> None:
    status, out, err = run("verify", "-", given=given)
    assert (status, out) == (2, "")
    assert err.startswith(f"afgqa: {said}")
    status, out, _ = run("verify", "-", "--json", given=given)
    assert (status, said in objects(out)[0]["error"]) == (2, True)
    assert run("verify", "nowhere.json")[0] == 2
    assert run("verify", ".")[0] == 2


EVIDENCE = {"doc_id": "a.txt", "start": 0, "end": 38, "text": BRIDGE[:38]}
QUESTIONS = [
    {"id": "1", "question": "Who opened the bridge?", "answerable": True, "kind": "who",
     "answers": ["Ann Lee"], "evidence": [EVIDENCE]},
    {"id": "2", "question": "When did she open it?", "answerable": True, "kind": "when",
     "answers": ["May 1999"], "evidence": [EVIDENCE], "history": ["Who opened the bridge?"]},
    {"id": "3", "question": "Who stole the zebra?", "answerable": False, "kind": "off-topic"},
]  # fmt: skip


@pytest.fixture
def questions(home: Path) -> Path:
    path = home / "three.jsonl"
    path.write_text("\n".join(map(json.dumps, QUESTIONS)), encoding="utf-8")
    return path


def test_eval(run: Run, questions: Path) -> None:
    status, out, err = run("eval", questions.name)
    assert (status, err) == (0, FIRST)
    lines = out.splitlines()
    assert lines[0] == "Questions: 3. Mode: hybrid. Intervals: bootstrap over questions."
    values = {line.split()[0]: line.split()[1] for line in lines if " to " in line}
    expected = "R@1 R@5 EM F1 EM_answerable first_citation refused_unanswerable".split()
    assert {name: values[name] for name in expected} == dict.fromkeys(expected, "1.000")
    assert values["refused_answerable"] == "0.000"


def test_eval_json(run: Run, questions: Path) -> None:
    status, out, _ = run("eval", questions.name, "--json", "--mode", "lexical")
    (report,) = objects(out)
    assert (status, report["mode"]) == (0, "lexical")


def test_eval_reports_and_compares(run: Run, questions: Path, home: Path) -> None:
    run("index")
    status, _, err = run("eval", questions.name, "--report", "before")
    assert (status, err) == (0, "afgqa: the report is in before/index.html\n")
    assert sorted(path.name for path in (home / "before").iterdir()) == [
        "index.html", "report.json",
    ]  # fmt: skip
    rows = questions.read_text(encoding="utf-8").replace('"Ann Lee"', '"Bob"')
    questions.write_text(rows, encoding="utf-8")
    status, out, _ = run("eval", questions.name, "--baseline", "before")
    assert status == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["EM_answerable", "-0.500", "-1.000", "to", "+0.000", "2"] in lines
    assert "Answers or citations that changed: 0" in out.splitlines()


def test_eval_goes_on_where_it_was_interrupted(
    run: Run, questions: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = chatbot.Chatbot.ask

    def ask(self: chatbot.Chatbot, question: str, **more: Any) -> Any:
        if "zebra" in question:
            raise KeyboardInterrupt
        return asked(self, question, **more)

    run("index")
    monkeypatch.setattr(chatbot.Chatbot, "ask", ask)
    assert run("eval", questions.name, "--report", "run")[0] == 130
    assert len((home / "run/rows.jsonl").read_text(encoding="utf-8").splitlines()) == 3
    monkeypatch.undo()
    monkeypatch.chdir(home)
    for module in (chatbot, doctor, embedders):
        monkeypatch.setattr(module, "load_embedder", lambda *_, **__: HashingEmbedder(256))
    other = run("eval", questions.name, "--report", "run", "--mode", "dense", "--reader", "typed")
    assert other[0] == 2
    assert "a different, interrupted run (different: mode, reader)" in other[2]
    status, _, err = run("eval", questions.name, "--report", "run")
    assert (status, err.splitlines()) == (
        0,
        ["afgqa: resuming: run has 2 of 3 questions", "afgqa: the report is in run/index.html"],
    )


@pytest.mark.parametrize(
    ("bounds", "status", "said"),
    [
        (["--fail-under", "right=1", "--fail-over", "refused_answerable=0"], 0, []),
        (["--fail-under", "R@1=0.5", "--fail-under", "EM=1"], 0, []),
        (
            ["--fail-over", "right=0.9", "--fail-under", "EM=2", "--fail-over", "EM=2"],
            1,
            ["afgqa: EM is 1.000, below its bound 2", "afgqa: right is 1.000, above its bound 0.9"],
        ),
    ],
)
def test_eval_judges_by_bounds(
    run: Run, questions: Path, bounds: list[str], status: int, said: list[str]
) -> None:
    run("index")
    found, out, err = run("eval", questions.name, *bounds)
    assert (found, err.splitlines()) == (status, said)
    assert out.startswith("Questions: 3.")


def test_a_figure_that_is_not_measured_keeps_no_bound(run: Run, questions: Path) -> None:
    run("index")
    line = questions.read_text(encoding="utf-8").splitlines()[2]
    questions.write_text(line, encoding="utf-8")
    status, _, err = run("eval", questions.name, "--fail-under", "first_citation=0")
    assert status == 1
    assert err == "afgqa: first_citation was not measured on these questions; its bound is 0\n"


@pytest.mark.parametrize("bound", ["right", "right=", "rihgt=0.9", "right=x", "=1", "right=0.9 "])
def test_a_bound_that_is_none(run: Run, questions: Path, bound: str) -> None:
    status, out, err = run("eval", questions.name, "--fail-under", bound)
    assert (status, out) == (2, "")
    assert err.startswith(f"afgqa: {bound!r} is not a bound. Write MEASURE=VALUE, for example")


@pytest.mark.parametrize(("setting", "documents"), [("article", 1), ("paragraph", 2)])
def test_eval_of_squad_by_article_or_by_paragraph(
    run: Run, home: Path, setting: str, documents: int
) -> None:
    paragraphs = [
        {
            "context": text,
            "qas": [
                {
                    "id": question,
                    "question": question,
                    "answers": [{"text": answer, "answer_start": text.find(answer)}],
                }
            ],
        }
        for text, question, answer in [
            (BRIDGE, "Who opened the bridge?", "Ann Lee"),
            (TOWER, "Who painted the tower?", "Bob Ray"),
        ]
    ]
    data = {"data": [{"title": "Town", "paragraphs": paragraphs}]}
    (home / "s.json").write_text(json.dumps(data), encoding="utf-8")
    status, out, err = run("eval", "s.json", "--json", "--setting", setting)
    (report,) = objects(out)
    assert (status, err) == (0, "")
    assert len({row["citations"][0]["doc_id"] for row in report["rows"]}) == documents
    assert report["metrics"]["right"]["value"] == 1.0


def test_glossary_check(run: Run, home: Path) -> None:
    assert run("glossary", "check", "seeds") == (
        0, "a.txt: 0 entries, 0 places\nb.txt: 0 entries, 0 places\n", "",
    )  # fmt: skip
    side = home / "seeds/a.glossary.toml"
    side.write_text('"bridge" = "viaduct"\n"tea" = "coffee"\n', encoding="utf-8")
    status, out, err = run("glossary", "check", "seeds/a.txt")
    assert (status, out) == (1, "a.txt: 2 entries, 2 places\n")
    assert err == "afgqa: a.txt: 'tea' does not occur in the text\n"
    status, out, _ = run("glossary", "check", "seeds", "--json")
    assert status == 1
    assert objects(out)[0] == {"doc_id": "a.txt", "places": {"bridge": 2, "tea": 0}}
    side.write_text("bridge", encoding="utf-8")
    assert run("glossary", "check", "seeds")[0] == 2


def test_glossary_suggest(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "frequent", lambda _: ("power",))
    (home / "seeds/b.txt").write_text("They seized energy.\n", encoding="utf-8")
    side = home / "seeds/b.glossary.toml"
    side.write_text('"seized" = "took"\n', encoding="utf-8")
    assert run("glossary", "suggest", "seeds/b.txt") == (
        0,
        "# b.txt: 1 suggestions, the likeliest first\n"
        "# Where a phrase is odd, take the # from its entry and write what it means.\n\n"
        "# They seized energy.\n"
        "# at 5\n"
        '#"seized energy" = ""\n',
        "",
    )
    status, out, _ = run("glossary", "suggest", "seeds/b.txt", "--json")
    assert (status, objects(out)) == (0, [{
        "doc_id": "b.txt",
        "suggestions": [{
            "phrase": "seized energy",
            "word": "energy",
            "score": -0.1,
            "places": [[5, 18]],
            "sentence": {"start": 0, "end": 19, "text": "They seized energy."},
            "guesses": [],
        }],
    }])  # fmt: skip
    _, out, _ = run("glossary", "suggest", "seeds", "--count", "1", "--json")
    assert [len(row["suggestions"]) for row in objects(out)] == [1, 1]
    status, out, err = run("glossary", "suggest", "seeds", "--count", "0")
    assert (status, out, err) == (2, "", "afgqa: --count is 0. Give 1 or more.\n")


def test_a_gloss_is_shown_in_brackets(run: Run, home: Path) -> None:
    side = home / "seeds/a.glossary.toml"
    side.write_text('"the bridge" = "the old viaduct"\n', encoding="utf-8")
    _, out, _ = run("ask", "Who opened the old viaduct?")
    assert out == (
        "Ann Lee [1]\n\n"
        "    **Ann Lee** opened the bridge [the old viaduct] in May 1999.\n"
        "    [1] seeds/a.txt, characters 0-38\n"
        "    In brackets: the editor's glossary.\n"
    )


def test_doctor(run: Run, home: Path) -> None:
    status, out, err = run("doctor")
    assert (status, err) == (2, "")
    assert out.splitlines()[-1] == (
        "BAD  index: There is no index in index. Create one: afgqa index PATH --index index"
    )
    run("index")
    status, out, _ = run("doctor")
    lines = out.splitlines()
    assert [line[:5] for line in lines] == ["ok   "] * len(lines)
    assert lines[-3:] == [
        "ok   index embedder: hashing-256, 256 dimensions",
        "ok   index: index: 2 documents, 4 sentences, 2 chunks, intact",
        "ok   files: nothing has changed",
    ]
    (home / "seeds/b.txt").unlink()
    (home / "index/chunk.faiss").write_bytes(b"")
    status, out, _ = run("doctor", "--json")
    rows = objects(out)
    assert status == 2
    assert [(row["name"], row["well"]) for row in rows[-3:]] == [
        ("index cache", True), ("index", True), ("files", False),
    ]  # fmt: skip
    assert rows[-1]["detail"] == "removed: b.txt. Type: afgqa index --index index"


def test_doctor_tells_of_a_damaged_reader(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("index")
    monkeypatch.setattr(doctor, "load_reader", lambda _: _load_reader("broken"))
    status, out, _ = run("doctor")
    assert status == 2
    assert "BAD  reader: broken/model.onnx is not the file of its manifest." in out.splitlines()


def test_a_reader_can_be_named(run: Run, home: Path) -> None:
    questions = home / "q.jsonl"
    row = {"id": "1", "question": "Who opened the bridge?", "answerable": True}
    questions.write_text(json.dumps({**row, "answers": ["Ann Lee"]}) + "\n", encoding="utf-8")
    run("index")
    for command in (["ask", "Who opened the bridge?"], ["chat"], ["eval", questions.name]):
        status, _, err = run(*command, "--reader", "typed")
        assert (status in (0, 1), err) == (True, "")
        said = "afgqa: broken/model.onnx is not the file of its manifest.\n"
        assert run(*command, "--reader", "broken") == (2, "", said)


# -- bad use ------------------------------------------------------------------------------------

ONE = "Give one QUESTION, or --questions FILE."
BAD: list[tuple[list[str], str]] = [
    (["ask"], ONE),
    (["ask", "Who?", "--questions", "-"], ONE),
    (["ask", ""], "The question is empty. Type a question in plain words."),
    (["ask", "--questions", "no.jsonl"],
     "no.jsonl cannot be read: No such file or directory. Check the path."),
    (["ask", "--questions", "seeds"], "seeds cannot be read: Is a directory. Check the path."),
    (["ask", "Who?", "--index", "other"],
     "There is no index in other. Create one: afgqa index PATH --index other"),
    (["search", "bridge", "-k", "0"], "0 sentences were requested; request 1 or more."),
    (["index", "nowhere"], "nowhere does not exist. Check the path."),
    (["index", "three.pdf"], "three.pdf does not exist. Check the path."),
    (["chat", "--index", "other"],
     "There is no index in other. Create one: afgqa index PATH --index other"),
    (["eval", "no.jsonl"], "no.jsonl cannot be read: No such file or directory. "
     "Check the path; the text must be UTF-8, and a .gz file must be complete."),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(row[0]) for row in BAD])
def test_bad_input(run: Run, home: Path, arguments: list[str], message: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out, err.removeprefix(FIRST)) == (2, "", f"afgqa: {message}\n")
    status, out, err = run(*arguments, "--json")
    assert (status, objects(out)) == (2, [{"error": message}])
    assert not (home / "other").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["sing"], "argument COMMAND: invalid choice: 'sing' (choose from"),
        (["ask", "Who?", "--mode", "magic"], "argument --mode: invalid choice: 'magic' (choose"),
        (["ask", "Who?", "--loud"], "unrecognized arguments: --loud"),
        (["search", "bridge", "-k", "two"], "argument -k: invalid int value: 'two'"),
        (["eval"], "the following arguments are required: FILE"),
    ],
)
def test_bad_use(run: Run, arguments: list[str], message: str) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: afgqa ")
    assert f"error: {message}" in err


def test_without_seeds_nothing_is_made(run: Run, home: Path) -> None:
    shutil.rmtree(home / "seeds")
    assert run("ask", "Who?") == (
        2, "", "afgqa: There is no index in index. Create one: afgqa index PATH --index index\n",
    )  # fmt: skip
    assert run("index") == (2, "", "afgqa: seeds does not exist. Check the path.\n")
    assert list(home.iterdir()) == []


def test_another_index_is_never_made_from_seeds(run: Run, home: Path) -> None:
    assert run("ask", "Who opened the bridge?", "--index", "other")[0] == 2
    assert sorted(path.name for path in home.iterdir()) == ["seeds"]


def test_an_interrupt_ends_quietly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("afgqa.serialization.answer_row", interrupted)
    assert run("ask", "Who opened the bridge?", "--json") == (130, "", FIRST)


# -- the real command ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the seeds; its index is made by the first test that asks."""
    folder = tmp_path_factory.mktemp("place")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    return folder


def command(place: Path, *arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    """Run `python -m afgqa` in `place`."""
    ended = subprocess.run(
        [sys.executable, "-m", "afgqa", *arguments],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        input=given,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


@pytest.mark.model
def test_real_ask_and_refuse(place: Path) -> None:
    question = "Who is the U.S. special envoy for Afghan women?"
    status, out, err = command(place, "ask", question)
    assert (status, err) == (0, FIRST)
    assert out.splitlines()[0] == "Rina Amiri [1]"
    assert "    [1] seeds/000_3f3e42a4b698865a.txt, characters " in out
    assert out.endswith("\n    In brackets: the editor's glossary.\n")
    status, out, err = command(place, "ask", "Who won the World Cup in 1998?", "--json")
    (row,) = objects(out)
    assert (status, err, row["answered"], row["citations"]) == (1, "", False, [])


@pytest.mark.model
def test_real_questions_from_standard_input(place: Path) -> None:
    lines = [
        {"id": 1, "question": "Who is the U.S. special envoy for Afghan women?"},
        {"id": 2, "question": 5},
        {"id": 3, "question": "What did she say?",
         "history": ["Who is the U.S. special envoy for Afghan women?"]},
    ]  # fmt: skip
    given = "\n".join(map(json.dumps, lines)).encode()
    status, out, _ = command(place, "ask", "--questions", "-", given=given)
    rows = objects(out)
    assert status == 2
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert rows[0]["short"] == "Rina Amiri"
    assert rows[1] == {"id": 2, "error": 'line 2 needs "question", a string; found 5'}
    assert rows[2]["standalone"] == "What did Rina Amiri say?"


@pytest.mark.model
def test_real_chat_doctor_and_index(place: Path) -> None:
    given = "Who is the U.S. special envoy for Afghan women?\nWhat did she say?\n"
    status, out, _ = command(place, "chat", given=given.encode())
    assert status == 0
    assert out.splitlines()[0] == "Rina Amiri [1]"
    assert "(searched for: What did Rina Amiri say?)\n" in out
    status, out, err = command(place, "doctor")
    assert (status, err) == (0, "")
    assert [line[:5] for line in out.splitlines()] == ["ok   "] * len(out.splitlines())
    status, out, err = command(place, "index")
    assert (status, err) == (0, "")
    assert re.fullmatch(r"index: 1 document, \d+ sentences, \d+ chunks; nothing has changed\n", out)


@pytest.mark.model
def test_real_command_into_a_closed_pipe(place: Path) -> None:
    """`afgqa ask --questions FILE | head -1` ends without a word, whatever is still to come."""
    line = json.dumps({"question": "Who is the U.S. special envoy for Afghan women?"})
    (place / "many.jsonl").write_text(f"{line}\n" * 500, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "afgqa", "ask", "--questions", "many.jsonl"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["short"] == "Rina Amiri"
        process.stdout.close()
        said = process.stderr.read().decode()
        assert (process.wait(60), said.removeprefix(FIRST)) == (0, "")
