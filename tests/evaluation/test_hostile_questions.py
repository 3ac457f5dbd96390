"""Question sets, SQuAD files, reports and kept answers that were made to break what reads them."""

from __future__ import annotations

import contextlib
import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afgqa.documents.files import unpacked
from afgqa.errors import AfgqaError, DocumentError, InputError, QuestionFileError
from afgqa.evaluation import question_sets
from afgqa.evaluation.question_sets import load_questions
from afgqa.evaluation.run_folder import read_rows
from afgqa.kept_citations import kept_in
from afgqa.language.glossary import parse

HALF = "\\ud800"
DEEP = "[" * 100_000
CLOSED = "[" * 900 + "]" * 900
ROW = '{"id": "q", "question": "Who?", "answerable": false, "kind": %s}'


def squad(**changes: Any) -> str:
    asked = {"id": "1", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 0}]}
    paragraph = {"context": "Ann came.", "qas": [asked | changes.pop("asked", {})]}
    article = {"title": "A", "paragraphs": [paragraph | changes.pop("paragraph", {})]}
    return json.dumps({"data": [article | changes]})


FILES = {
    "deep.jsonl": DEEP,
    "closed.jsonl": CLOSED,
    "deep-field.jsonl": ROW % CLOSED,
    "number.jsonl": ROW % ("9" * 5000),
    "half.jsonl": ROW % f'"{HALF}"' + "\n" + ROW % f'"{HALF}"',
    "NUL.jsonl": "\0",
    "deep.json": '{"data": ' + DEEP,
    "closed.json": '{"data": [' + CLOSED + "]}",
    "empty-answer.json": squad(asked={"answers": [{"text": "", "answer_start": 0}]}),
    "answer-of-space.json": squad(asked={"answers": [{"text": " ", "answer_start": 0}]}),
    "no-answers.json": squad(asked={"answers": None}),
    "start.json": squad(asked={"answers": [{"text": "Ann", "answer_start": "0"}]}),
    "question.json": squad(asked={"question": 5}),
    "id.json": squad(asked={"id": []}),
    "context.json": squad(paragraph={"context": 5}),
    "empty-context.json": squad(paragraph={"context": ""}),
    "title.json": squad(title=None),
    "paragraphs.json": squad(paragraphs={}),
    "number.json": '{"data": ' + "9" * 5000 + "}",
}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_question_set_is_a_clear_error_at_once(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    begun = time.process_time()
    with pytest.raises(QuestionFileError) as caught:
        load_questions(path)
    assert time.process_time() - begun < 1
    assert len(str(caught.value)) < 1500


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_sets, "SIZE", 1_000_000)
    path = tmp_path / "bomb.jsonl.gz"
    path.write_bytes(gzip.compress(b" " * 50_000_000))
    with pytest.raises(QuestionFileError, match="unpacks to more than 1,000,000 bytes"):
        load_questions(path)
    assert unpacked(gzip.compress(b"abc"), 3) == b"abc"
    with pytest.raises(ValueError, match="more than 2 bytes"):
        unpacked(gzip.compress(b"abc"), 2)


@pytest.mark.parametrize("name", ["a\0.jsonl", "\ud800.jsonl", "n" * 300 + ".jsonl", "."])
def test_a_question_set_of_no_possible_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionFileError):
        load_questions(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    [DEEP, CLOSED, "{}", "[]", '{"rows": 5}', '{"rows": [5]}', '{"rows": [{}]}', "\0", "9" * 5000],
)
def test_a_report_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        read_rows(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        DEEP, CLOSED, '{"afgqa": %s}', '{"citations": [%s]}', "9" * 5000,
        '{"afgqa": "conversation", "version": 1, "turns": %s}', "\0",
        '{"citations": [{"doc_id": %s}]}', '{"citations": {}}',
    ],
)  # fmt: skip
def test_kept_answers_that_are_none(text: str) -> None:
    with pytest.raises(InputError) as caught:
        kept_in(text.replace("%s", CLOSED).encode(), "kept.json")
    assert len(str(caught.value)) < 1500


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000, "a = " + "{a=" * 5000, "a." * 100_000 + "a = 1",
        "[" + "a." * 9000 + "a]",
        "a = " + "9" * 5000, "a = 1979-99-99", '"" = "b"', "a = 1", '"a" = "b"\n"a " = "c"', "\0",
        "\n".join(f'"a{n}" = "b"' for n in range(3000)), f'"{"a" * 600}" = "b"',
        'a = {means = "\\ud800"}',
    ],
    ids=range(13),
)  # fmt: skip
def test_a_hostile_glossary_is_a_clear_error_at_once(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(DocumentError) as caught:
        parse(text, "a.glossary.toml")
    assert time.process_time() - begun < 1
    assert len(str(caught.value)) < 1500


def nothing_else(work: Callable[[], object]) -> None:
    with contextlib.suppress(AfgqaError):
        work()


@pytest.mark.parametrize(
    "value", [None, 5, 0.5, True, "", "x", [], {}, [[]], [5], {"a": 5}, "\ud800", -1, 1e300]
)
@pytest.mark.parametrize(
    "field", ["title", "paragraphs", "context", "qas", "id", "question", "answers", "text"]
)
def test_any_value_in_any_field_of_squad(tmp_path: Path, field: str, value: Any) -> None:
    if field in ("title", "paragraphs"):
        text = squad(**{field: value})
    elif field in ("context", "qas"):
        text = squad(paragraph={field: value})
    elif field == "text":
        text = squad(asked={"answers": [{"text": value, "answer_start": value}]})
    else:
        text = squad(asked={field: value})
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    for by_paragraph in (False, True):
        nothing_else(lambda b=by_paragraph: load_questions(path, by_paragraph=b))  # type: ignore[misc]
