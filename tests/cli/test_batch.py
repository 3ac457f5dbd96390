"""The contract for batch answers: docs/answer.schema.json, line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from afgqa.answers import Answer, Citation, Seconds
from afgqa.chatbot import Chatbot
from afgqa.cli.batch import answer_lines
from afgqa.documents.loading import document_from_text
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.serialization import answer_row, error_row, hit_row
from afgqa.settings import Settings
from afgqa.types import Hit, Passage, Ref, RelativeDate

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "answer.schema.json").read_text(encoding="utf-8"))
OUTPUT = Draft202012Validator(SCHEMA)
INPUT = Draft202012Validator({"$ref": "#/$defs/input", "$defs": SCHEMA["$defs"]})
TEXT = """Ann Lee is the mayor of York. Ann Lee opened the bridge in May.
The bridge is not red."""


@pytest.fixture
def small() -> Iterator[Chatbot]:
    """A chatbot over three sentences, without a model; it answers whatever it can."""
    document = document_from_text(TEXT, doc_id="a", title="York", source="texts/a.txt")
    options = Settings(threshold=0.0)
    with Chatbot.from_documents(document, embedder=HashingEmbedder(), settings=options) as bot:
        yield bot


def line(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def rows(bot: Chatbot, lines: Iterable[bytes]) -> list[dict[str, Any]]:
    """The rows of a batch, as a program that reads them gets them; each keeps the schema."""
    found = [json.loads(json.dumps(row, allow_nan=False)) for row in answer_lines(bot, lines)]
    for row in found:
        OUTPUT.validate(row)
    return found


def timeless(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("confidence", "seconds")}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_rows_whole() -> None:
    text = "“Ann” came."
    citation = Citation(1, "a", "T", "s.txt", "0" * 64, 2, 13, text, (1, 4))
    seconds = Seconds(0.1234567, 0.2, 0.3234567)
    answer = Answer(
        "Who?", "Who came?", True, "Ann", "Ann [1]", 0.987654, None, (citation,), (), seconds
    )
    row = answer_row(answer, "q1")
    assert json.dumps(row, ensure_ascii=False) == (
        '{"id": "q1", "question": "Who?", "standalone": "Who came?", "answered": true, '
        '"short": "Ann", "text": "Ann [1]", "confidence": 0.9877, "reason": null, "citations": '
        '[{"number": 1, "doc_id": "a", "title": "T", "source": "s.txt", "sha256": "'
        + "0"
        * 64
        + '", "start": 2, "end": 13, "text": "“Ann” came.", "highlight": [1, 4], '
        '"glosses": [], "dates": [], "speaker": null, "page": null}], '
        '"otherwise": null, "related": [], "suggested": [], '
        '"seconds": {"retrieve": 0.123457, "read": 0.2, "total": 0.323457}}'
    )
    OUTPUT.validate(json.loads(json.dumps(row)))
    dated = replace(citation, dates=(RelativeDate(0, 5, "2021-12/2022-12"), RelativeDate(6, 10)))
    row = answer_row(replace(answer, citations=(dated,)))
    OUTPUT.validate(json.loads(json.dumps(row)))
    assert row["citations"][0]["dates"] == [
        {"start": 0, "end": 5, "date": "2021-12/2022-12"},
        {"start": 6, "end": 10, "date": None},
    ]
    refusal = Answer("Who?", "Who?", False, None, "No.", 0.5, "it", (), (citation,), seconds)
    row = answer_row(refusal)
    assert [one["text"] for one in row.pop("related")] == [text]
    assert timeless(row) == {
        "id": None,
        "question": "Who?",
        "standalone": "Who?",
        "answered": False,
        "short": None,
        "text": "No.",
        "reason": "it",
        "citations": [],
        "otherwise": None,
        "suggested": [],
    }
    assert error_row(7, ValueError("no")) == {"id": 7, "error": "no"}
    hit = Hit(Passage(Ref("a", "sentence", 0), 2, 13, text, 0, 1), 1 / 3, None, 2 / 3, None, 4)
    assert hit_row(hit) == {
        "doc_id": "a",
        "start": 2,
        "end": 13,
        "text": text,
        "score": 0.333333,
        "similarity": None,
        "coverage": 0.666667,
        "dense_rank": None,
        "lexical_rank": 4,
    }


def test_an_answer_a_yes_a_sentence_and_a_refusal(small: Chatbot) -> None:
    asked = ["Who opened the bridge?", "Is the bridge red?", "What of the mayor?", "Who is it?"]
    lines = [line(id=number, question=question) for number, question in enumerate(asked)]
    found = rows(small, lines)
    said = [(row["id"], row["question"], row["answered"], row["short"]) for row in found]
    assert said == [
        (0, asked[0], True, "Ann Lee"),
        (1, asked[1], True, "No"),
        (2, asked[2], True, None),
        (3, asked[3], False, None),
    ]
    assert [len(row["citations"]) for row in found] == [1, 1, 1, 0]
    assert [row["citations"][0]["highlight"] for row in found[:3]] == [[0, 7], None, None]
    first = found[0]["citations"][0]
    assert TEXT[first["start"] : first["end"]] == first["text"]
    assert first["text"][slice(*first["highlight"])] == "Ann Lee"
    assert (first["title"], first["source"]) == ("York", "texts/a.txt")


def test_a_history_is_a_conversation(small: Chatbot) -> None:
    asked = ["Who is the mayor of York?", "What did she open?", "When?"]
    talk = small.conversation()
    expected = [timeless(answer_row(talk.ask(question), n)) for n, question in enumerate(asked)]
    lines = [line(id=n, question=asked[n], history=asked[:n]) for n in range(3)]
    found = [timeless(row) for row in rows(small, lines)]
    assert found == json.loads(json.dumps(expected))
    assert [row["standalone"] for row in found] == [
        "Who is the mayor of York?",
        "What did Ann Lee open?",
        "When: What did Ann Lee open?",
    ]
    # No line knows of another one, in whatever order they come.
    assert [timeless(row) for row in rows(small, lines[::-1])] == found[::-1]


NEEDS = 'line 1 needs "question", a string; found '
HISTORY = 'line 1: "history" must be a list of strings'
MANY = 'line 1: "history" has 21 questions; the limit is 20. Leave out the oldest.'
ID = "line 1: id must be a string or a whole number"
EMPTY = "line 1: The question is empty. Type a question in plain words."
LONG = (
    "line 1: The question is 2,001 characters long; the limit is 2,000. "
    "Ask for one thing at a time."
)
BAD: list[tuple[str, bytes, Any, str]] = [
    # what, the line, the id that comes back, the error (or how it begins, before "...")
    ("not JSON", b"who?", None, "line 1 is not JSON in UTF-8: ..."),
    ("cut off", b'{"id": 1, "question": "wh', None, "line 1 is not JSON in UTF-8: ..."),
    ("two objects", b'{"question": "a"} {}', None, "line 1 is not JSON in UTF-8: ..."),
    ("bytes", b'{"id": 1, "question": "\xff"}', None, "line 1 is not JSON in UTF-8: ..."),
    ("Latin-1", '{"question": "é"}'.encode("latin-1"), None, "line 1 is not JSON in UTF-8: ..."),
    ("UTF-16", '{"question": "é"}'.encode("utf-16"), None, "line 1 is not JSON in UTF-8: ..."),
    ("NUL", b"\0", None, "line 1 is not JSON in UTF-8: ..."),
    ("deep list", b"[" * 100_000, None, "line 1 is not JSON in UTF-8: ..."),
    ("deep object", b'{"a":' * 100_000, None, "line 1 is not JSON in UTF-8: ..."),
    ("long number", b'{"id": ' + b"9" * 5000 + b"}", None, "line 1 is not JSON in UTF-8: ..."),
    ("list", b'["who?"]', None, "line 1 is not a JSON object, but list"),
    ("text", b'"who?"', None, "line 1 is not a JSON object, but str"),
    ("number", b"1", None, "line 1 is not a JSON object, but int"),
    ("null", b"null", None, "line 1 is not a JSON object, but NoneType"),
    ("empty object", b"{}", None, f"{NEEDS}None"),
    ("no question", line(id="q"), "q", f"{NEEDS}None"),
    ("question null", line(id="q", question=None), "q", f"{NEEDS}None"),
    ("question a number", line(id=7, question=5), 7, f"{NEEDS}5"),
    ("question a list", line(id=7, question=["Who?"] * 99), 7, f"{NEEDS}['Who?', ..."),
    ("question empty", line(id="", question=""), "", EMPTY),
    ("question blank", line(id=0, question=" \n\t"), 0, EMPTY),
    ("question too long", line(id="q", question="a" * 2001), "q", LONG),
    ("history a text", line(id="q", question="Who?", history="Who?"), "q", HISTORY),
    ("history an object", line(id="q", question="Who?", history={}), "q", HISTORY),
    ("history false", line(id="q", question="Who?", history=False), "q", HISTORY),
    ("history of numbers", line(id="q", question="Who?", history=["Who?", 1]), "q", HISTORY),
    ("history of lists", line(id="q", question="Who?", history=[["Who?"]]), "q", HISTORY),
    ("history with an empty one", line(id="q", question="Who?", history=["Who?", ""]), "q", EMPTY),
    ("history too long", line(id="q", question="Who?", history=["a" * 2001]), "q", LONG),
    ("history too deep", line(id="q", question="Who?", history=["Who?"] * 21), "q", MANY),
    ("id NaN", b'{"id": NaN, "question": "Who?"}', None, ID),
    ("id a fraction", line(id=1.5, question="Who?"), None, ID),
    ("id true", line(id=True, question="Who?"), None, ID),
    ("id a list", line(id=[1], question="Who?"), None, ID),
]


@pytest.mark.parametrize(
    ("bad", "name", "error"), [row[1:] for row in BAD], ids=[r[0] for r in BAD]
)
def test_a_bad_line_is_an_error_row(small: Chatbot, bad: bytes, name: Any, error: str) -> None:
    good = line(id="good", question="Who opened the bridge?")
    first, second = rows(small, [bad, good])
    said = first.pop("error")
    assert first == {"id": name}
    assert said.startswith(error[:-3]) if error.endswith("...") else said == error
    assert len(said) < 300
    assert (second["id"], second["short"]) == ("good", "Ann Lee")


def test_order_and_line_numbers(small: Chatbot) -> None:
    good = line(id="good", question="Who opened the bridge?")
    lines = [b"\n", b"x", b"  \r\n", good + b"\r\n", b"\xef\xbb\xbf" + good, b"[]", good]
    found = rows(small, lines)
    assert [row["id"] for row in found] == [None, "good", "good", None, "good"]
    errors = [row["error"].split(":")[0] for row in found if "error" in row]
    assert errors == ["line 2 is not JSON in UTF-8", "line 6 is not a JSON object, but list"]


def test_rows_come_one_by_one(small: Chatbot) -> None:
    read = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            read.append(number)
            yield line(id=number, question="Who opened the bridge?")

    found = answer_lines(small, lines())
    assert read == []
    assert [(next(found)["id"], list(read)) for _ in range(3)] == [
        (0, [0]),
        (1, [0, 1]),
        (2, [0, 1, 2]),
    ]
    assert list(answer_lines(small, [])) == []


@pytest.mark.parametrize("name", [None, "", "q1", "é😀", "\ud800", 0, -1, 2**70, "<script>", " q "])
def test_an_id_comes_back_unchanged(small: Chatbot, name: Any) -> None:
    for fields in ({"question": "Who opened the bridge?"}, {"question": ""}):
        ((found,)) = rows(small, [line(id=name, **fields)])
        assert (found["id"], type(found["id"])) == (name, type(name))


@pytest.mark.parametrize("history", [None, []])
def test_an_empty_history(small: Chatbot, history: Any) -> None:
    (found,) = rows(small, [line(question="Who opened the bridge?", history=history, more={})])
    assert (found["id"], found["short"]) == (None, "Ann Lee")


@pytest.mark.parametrize(
    ("fields", "good"),
    [
        ({"question": "Who?"}, True),
        ({"id": 1, "question": "Who?", "history": ["Who?"], "more": 1}, True),
        ({"id": None, "question": "Who?", "history": None}, True),
        ({}, False),
        ({"question": ""}, False),
        ({"question": 1}, False),
        ({"question": "a" * 2001}, False),
        ({"question": "Who?", "id": 1.5}, False),
        ({"question": "Who?", "history": "Who?"}, False),
        ({"question": "Who?", "history": [1]}, False),
        ({"question": "Who?", "history": [""]}, False),
        ({"question": "Who?", "history": ["Who?"] * 20}, True),
        ({"question": "Who?", "history": ["Who?"] * 21}, False),
    ],
)
def test_the_schema_of_the_input_is_the_program_s(
    small: Chatbot, fields: dict[str, Any], good: bool
) -> None:
    (found,) = rows(small, [line(**fields)])
    assert (INPUT.is_valid(fields), "error" not in found) == (good, good)


# What no row may be: the schema must say no to it.
@pytest.mark.parametrize(
    "change",
    [
        {"answered": False},
        {"citations": []},
        {"reason": "why"},
        {"short": 1},
        {"text": ""},
        {"confidence": 1.5},
        {"more": 1},
        {"error": "x"},
        {"id": 1.5},
        {"seconds": {}},
        {"question": None},
    ],
)
def test_the_schema_refuses_what_breaks_a_law(small: Chatbot, change: dict[str, Any]) -> None:
    (row,) = rows(small, [line(id=1, question="Who opened the bridge?")])
    assert OUTPUT.is_valid(row)
    assert not OUTPUT.is_valid(row | change)
    (citation,) = row["citations"]
    wrong: dict[str, Any] = {
        "start": -1,
        "sha256": "x",
        "highlight": [1],
        "number": 0,
        "doc_id": "",
    }
    for key, value in wrong.items():
        assert not OUTPUT.is_valid(row | {"citations": [citation | {key: value}]}), key


def blocks() -> list[dict[str, Any]]:
    text = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)]


def test_the_documented_lines_keep_the_schema() -> None:
    asked, said = blocks()
    INPUT.validate(asked)
    OUTPUT.validate(said)


@pytest.mark.model
def test_the_documented_line_is_real(bot: Chatbot) -> None:
    asked, said = blocks()
    (found,) = rows(bot, [json.dumps(asked).encode()])
    source = found["citations"][0]["source"]
    assert source.endswith(said["citations"][0]["source"])
    found["citations"][0]["source"] = said["citations"][0]["source"]
    assert timeless(found) == timeless(said)
    assert [list(found), list(found["citations"][0])] == [list(said), list(said["citations"][0])]
