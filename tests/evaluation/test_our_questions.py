"""The question sets are well formed, and their evidence is the text of their documents."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "questions"
ARTICLE = "000_3f3e42a4b698865a.txt"
TEXTS = {
    path.name: path.read_bytes().decode("utf-8")
    for path in (ROOT / "seeds" / ARTICLE, *(FOLDER / "texts").glob("*.txt"))
}
OTHERS = ("swift", "bread", "harbour", "beaver", "bicycle")
SETS = {"article": ARTICLE, "article-second": ARTICLE} | {name: f"{name}.txt" for name in OTHERS}

ROW_KEYS = ["id", "question", "kind", "answerable", "answers", "evidence"]
EVIDENCE_KEYS = ["doc_id", "start", "end", "text"]
ANSWERABLE = set("who when where what how-many why how yes-no list quote".split())
MORE = {"summary", "follow-up"}  # asked of the article alone
UNANSWERABLE = {"near-miss", "false-premise", "off-topic"}

Row = dict[str, Any]
ROWS: dict[str, list[Row]] = {
    name: [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()]
    for name in SETS
}
each_set = pytest.mark.parametrize("name", SETS)
each_row = pytest.mark.parametrize(
    ("name", "row"),
    [
        pytest.param(name, row, id=f"{name}-{row.get('id', 'no-id')}")
        for name, rows in ROWS.items()
        for row in rows
    ],
)


PAIRS = "minimal_pairs"  # of no document


def test_every_set_is_tested() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == {*SETS, PAIRS}


def test_the_minimal_pairs_are_well_formed() -> None:
    rows = [
        json.loads(line) for line in (FOLDER / f"{PAIRS}.jsonl").read_text("utf-8").splitlines()
    ]
    keys = ["id", "kind", "question", "claim", "yes", "other", "verdict"]
    assert [list(row) for row in rows] == [keys] * 200
    assert all(row[key].strip() == row[key] != "" for row in rows for key in keys)
    for key in ("id", "question", "claim"):
        assert len({row[key] for row in rows}) == 200
    kinds = Counter(row["kind"] for row in rows)
    assert len(kinds) >= 15
    assert min(kinds.values()) >= 5
    verdicts = Counter(row["verdict"] for row in rows)
    assert set(verdicts) == {"no", "open"}
    assert min(verdicts.values()) >= 80  # neither is the safe guess


@each_row
def test_row_has_exactly_the_fields(name: str, row: Row) -> None:
    del name
    assert list(row) == ROW_KEYS + (["history"] if row["kind"] == "follow-up" else [])
    assert [list(item) for item in row["evidence"]] == [EVIDENCE_KEYS] * len(row["evidence"])


@each_row
def test_answers_and_evidence_are_there_exactly_when_answerable(name: str, row: Row) -> None:
    kinds = ANSWERABLE | (MORE if SETS[name] == ARTICLE else set())
    assert row["kind"] in (kinds if row["answerable"] else UNANSWERABLE)
    assert (bool(row["answers"]), bool(row["evidence"])) == (row["answerable"], row["answerable"])


@each_row
def test_answers_are_trimmed_and_distinct(name: str, row: Row) -> None:
    del name
    for said in (row["question"], *row.get("history", ())):
        assert said == said.strip() != ""
    assert row["answers"] == list(dict.fromkeys(a.strip() for a in row["answers"] if a.strip()))


@each_row
def test_evidence_offsets_cut_its_text_from_the_document(name: str, row: Row) -> None:
    text = TEXTS[SETS[name]]
    cuts = [text[item["start"] : item["end"]] for item in row["evidence"]]
    assert cuts == [item["text"] for item in row["evidence"]]
    assert cuts == [cut.strip() for cut in cuts]
    assert {item["doc_id"] for item in row["evidence"]} <= {SETS[name]}


@each_row
def test_an_answer_is_in_the_words_of_the_evidence(name: str, row: Row) -> None:
    del name
    if row["kind"] == "yes-no":
        assert row["answers"] in (["Yes"], ["No"])
    elif row["answerable"]:
        texts = [item["text"] for item in row["evidence"]]
        together = _words(" ".join(texts))
        assert any(
            any(answer in text for text in texts)
            # The members of a list may stand in several sentences.
            or (row["kind"] == "list" and _words(answer) - {"and"} <= together)
            for answer in row["answers"]
        )


def _words(text: str) -> set[str]:
    return {word.strip(",.") for word in text.lower().split()}


@each_set
@pytest.mark.parametrize("key", ["id", "question"])
def test_ids_and_questions_are_unique(name: str, key: str) -> None:
    values = [row[key].casefold() for row in ROWS[name]]
    assert sorted(values) == sorted(set(values))


@pytest.mark.parametrize(
    ("name", "enough"),
    [("article", 150), ("article-second", 100), *((name, 25) for name in OTHERS)],
)
def test_there_are_enough_questions_and_some_cannot_be_answered(name: str, enough: int) -> None:
    rows = ROWS[name]
    assert len(rows) >= enough
    assert 0.15 <= sum(not row["answerable"] for row in rows) / len(rows) <= 0.30


def test_every_kind_is_asked() -> None:
    assert {row["kind"] for row in ROWS["article"]} == ANSWERABLE | MORE | UNANSWERABLE
    asked = {row["kind"] for name in OTHERS for row in ROWS[name]}
    assert asked == (ANSWERABLE - {"quote"}) | UNANSWERABLE
