"""Citations read back from kept answers, and bad input that is told with its line."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fake_bot import FakeBot, cite, document
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from afgqa.answering.citation_verification import Cited, verify
from afgqa.errors import InputError
from afgqa.kept_citations import cited_from, kept_in, verification_row
from afgqa.serialization import answer_row, error_row

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "docs" / "verify.schema.json").read_text(encoding="utf-8")
)
TEA = document("Tea is made from leaves. It is old. In Morocco it is drunk with mint.")
BOT = FakeBot((TEA,), {"What is tea made from?": ("leaves", (0,))})
ROW = answer_row(BOT.ask("What is tea made from?"))
REFUSAL = answer_row(BOT.ask("Who is Ann?"), 7)
CITED = ROW["citations"][0]


def lines(*rows: object) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def test_one_answer() -> None:
    (kept,) = kept_in(lines(ROW), "a.json")
    assert (kept.where, kept.question) == ("line 1", "What is tea made from?")
    assert (kept.kind, kept.number) == ("citation", 1)
    assert kept.cited == Cited("tea", TEA.sha256, 0, 24, TEA.text[:24])
    assert kept_in(json.dumps(ROW, indent=2).encode(), "a.json") == (kept,)
    assert kept_in(b"\xef\xbb\xbf" + lines(ROW) + b"\r\n", "a.json") == (kept,)


def test_rows_and_what_was_near() -> None:
    data = lines(ROW) + b"\n\n" + lines(error_row(3, "no question"), REFUSAL, ROW)
    found = [(it.where, it.kind, it.number) for it in kept_in(data, "a.jsonl")]
    assert found == [
        ("line 1", "citation", 1),
        ("line 4", "related", 1),
        ("line 4", "related", 2),
        ("line 5", "citation", 1),
    ]


def test_a_conversation() -> None:
    whole = {"afgqa": "conversation", "version": 1, "turns": [ROW, REFUSAL]}
    assert [it.where for it in kept_in(lines(whole), "c.json")] == ["turn 1", "turn 2", "turn 2"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "f is empty"),
        (b" \n ", "f is empty"),
        (b"{}\n{\xff}", "f, line 2 is not UTF-8"),
        (b"{", "f, line 1 is not JSON"),
        (b'{\n"a": 1,\n}', "f, line 3 is not JSON"),
        (lines(ROW) + b"\nnever", "f, line 2 is not JSON"),
        (b"[" * 200_000, "f, line 1 is not JSON"),
        (lines(ROW) + b"\n" + b"[" * 200_000, "f, line 2 is not JSON"),
        (b'{"a": ' + b"1" * 9999 + b"}", "f, line 1 is not JSON"),
        (b"[]", "f, line 1 is not a JSON object, but list"),
        (lines(ROW, 7), "f, line 2 is not a JSON object, but int"),
        (b"null", "f, line 1 is not a JSON object, but NoneType"),
        (b"{}", 'f, line 1 is not an answer: it needs "citations", a list; found None'),
        (
            lines(ROW, ROW | {"related": 1}),
            'f, line 2 is not an answer: it needs "related", a list',
        ),
        (lines({"citations": [3]}), "f, line 1, citation 1 is not a JSON object: 3"),
        (lines({"afgqa": "report"}), "f has type 'report', not 'conversation'"),
        (lines({"afgqa": "conversation"}), "f is a conversation of version None; this afgqa"),
        (
            lines({"afgqa": "conversation", "version": 2}),
            "of version 2; this afgqa reads version 1",
        ),
        (lines({"afgqa": "conversation", "version": 1}), 'f needs "turns", a list of answers'),
        (
            lines({"afgqa": "conversation", "version": 1, "turns": [ROW, []]}),
            "f, turn 2 is not a JSON object, but list",
        ),
    ],
)
def test_bad_input_is_told_with_its_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        kept_in(data, "f")
    assert message in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"doc_id": 1}, '"doc_id" must be a text; found 1'),
        ({"text": "  "}, "\"text\" must be a text; found '  '"),
        ({"text": None}, '"text" must be a text; found None'),
        ({"sha256": "ab"}, "\"sha256\" must be 64 digits in base 16; found 'ab'"),
        ({"sha256": TEA.sha256 + "\n"}, '"sha256" must be 64 digits'),
        ({"start": -1}, "must be offsets, the first less; found -1, 24"),
        ({"start": True}, "must be offsets, the first less; found True, 24"),
        ({"end": 0}, "must be offsets, the first less; found 0, 0"),
        ({"end": 24.0}, "must be offsets, the first less; found 0, 24.0"),
        ({"end": None}, "must be offsets, the first less; found 0, None"),
    ],
)
def test_a_citation_that_cannot_be_checked(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        kept_in(lines(REFUSAL, ROW | {"citations": [CITED, CITED | change]}), "f")
    assert str(caught.value).startswith("f, line 2, citation 2 cannot be checked: ")
    assert message in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "afgqa version turns citations related doc_id error text start".split()
            ),
            inside,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_json_holds_is_read_or_told(value: object) -> None:
    for read in (lambda: kept_in(json.dumps(value).encode(), "f"), lambda: cited_from(value, "it")):
        _read_or_told(read)


@given(st.binary(max_size=60))
def test_whatever_a_file_holds_is_read_or_told(data: bytes) -> None:
    _read_or_told(lambda: kept_in(data, "f"))


def _read_or_told(read: Callable[[], object]) -> None:
    with suppress(InputError):
        read()


def test_rows_of_what_became_of_them() -> None:
    kept = kept_in(lines(ROW, REFUSAL), "f")
    texts = [TEA.text, "Tea is made from old leaves. It is old.", "New. " + TEA.text, "A lamp."]
    known = [document(text) for text in texts]
    for one in (*known, document(TEA.text, doc_id="other")):
        rows = [
            verification_row(found, source)
            for source, found in zip(kept, verify((it.cited for it in kept), [one]), strict=True)
        ]
        for row in json.loads(json.dumps(rows)):
            Draft202012Validator(SCHEMA).validate(row)
    (found,) = verify(cite(TEA, 0), known[1:2])
    row = verification_row(found)
    Draft202012Validator(SCHEMA).validate(row)
    assert row == {
        "state": "edited",
        "cited": {key: CITED[key] for key in ("doc_id", "sha256", "start", "end", "text")},
        "same_file": False,
        "now": {"start": 0, "end": 28, "text": "Tea is made from old leaves."},
        "similarity": 0.8333,
        "elsewhere": [],
    }
