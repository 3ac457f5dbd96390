"""The question set about the article is well formed, and its evidence is the article's own text."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
DOC_ID = "000_3f3e42a4b698865a.txt"
QUESTIONS = ROOT / "tests" / "questions" / "article.jsonl"

ROW_KEYS = ["id", "question", "kind", "answerable", "answers", "evidence"]
EVIDENCE_KEYS = ["doc_id", "start", "end", "text"]
ANSWERABLE = set("who when where what how-many why how yes-no list quote".split())
UNANSWERABLE = {"near-miss", "false-premise", "off-topic"}

Row = dict[str, Any]
ROWS: list[Row] = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.get("id", "no-id"))


@pytest.fixture(scope="module")
def article() -> str:
    return (ROOT / "seeds" / DOC_ID).read_bytes().decode("utf-8")


@each_row
def test_row_has_exactly_the_fields(row: Row) -> None:
    assert list(row) == ROW_KEYS
    assert [list(item) for item in row["evidence"]] == [EVIDENCE_KEYS] * len(row["evidence"])


@each_row
def test_answers_and_evidence_are_there_exactly_when_answerable(row: Row) -> None:
    assert row["kind"] in (ANSWERABLE if row["answerable"] else UNANSWERABLE)
    assert (bool(row["answers"]), bool(row["evidence"])) == (row["answerable"], row["answerable"])


@each_row
def test_answers_are_trimmed_and_distinct(row: Row) -> None:
    assert row["question"] == row["question"].strip() != ""
    assert row["answers"] == list(dict.fromkeys(a.strip() for a in row["answers"] if a.strip()))


@each_row
def test_evidence_offsets_cut_its_text_from_the_article(row: Row, article: str) -> None:
    cuts = [article[item["start"] : item["end"]] for item in row["evidence"]]
    assert cuts == [item["text"] for item in row["evidence"]]
    assert cuts == [cut.strip() for cut in cuts]
    assert {item["doc_id"] for item in row["evidence"]} <= {DOC_ID}


@each_row
def test_an_answer_is_in_the_words_of_the_evidence(row: Row) -> None:
    if row["kind"] == "yes-no":
        assert row["answers"] in (["Yes"], ["No"])
    elif row["answerable"]:
        texts = [item["text"] for item in row["evidence"]]
        assert [a for a in row["answers"] if any(a in text for text in texts)] != []


@pytest.mark.parametrize("key", ["id", "question"])
def test_ids_and_questions_are_unique(key: str) -> None:
    values = [row[key].casefold() for row in ROWS]
    assert sorted(values) == sorted(set(values))


def test_there_are_enough_questions_and_a_quarter_cannot_be_answered() -> None:
    assert len(ROWS) >= 60
    assert 0.20 <= sum(not row["answerable"] for row in ROWS) / len(ROWS) <= 0.30


def test_every_kind_is_asked() -> None:
    assert {row["kind"] for row in ROWS} == ANSWERABLE | UNANSWERABLE
