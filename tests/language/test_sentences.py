"""Golden rows, the laws, and the time of the sentence splitter."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.language import sentences
from afgqa.language.sentences import SPLITTER, split

GOLD = Path(__file__).parents[1] / "data" / "sentences.jsonl"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()
]

# Pieces that meet the rules more often than random characters do.
WORDS = ["U.S.", "Dr.", "No.", "J.", "e.g.", "The", "said", "iPhone", "a", "Z", "5", "שלום", "🎉"]
MARKS = ["...", "…", "?”", "!", '."', "“", "(", "[3]", ".:41", "。", "؟"]
SPACES = [" ", "  ", "\n", "\n\n", "\r\n", "\t", "\x1c", "\u2028", "\u00a0", "\ufeff", "\x00"]
STARTS = ["# ", "- ", "1. ", "> ", "|", "```", "---", "the ferry between the two islands was\n"]
PIECES = st.sampled_from(WORDS + MARKS + SPACES + STARTS)
TEXTS = st.text() | st.lists(PIECES, max_size=40).map("".join)


def params() -> list[Any]:
    return [
        pytest.param(
            row,
            id=row["label"],
            marks=[pytest.mark.xfail(strict=True, reason=row["comment"])] if "xfail" in row else [],
        )
        for row in ROWS
    ]


@pytest.mark.parametrize("row", params())
def test_golden(row: dict[str, Any]) -> None:
    assert [row["text"][start:end] for start, end in split(row["text"])] == row["sentences"]


def test_golden_rows_are_well_formed() -> None:
    labels = [row["label"] for row in ROWS]
    assert sorted(labels) == sorted(set(labels))
    for row in ROWS:
        assert set(row) - {"xfail"} == {"label", "comment", "text", "sentences"}
        assert "".join("".join(row["sentences"]).split()) == "".join(row["text"].split())


def test_offsets_are_exact() -> None:
    assert split("  Hi 🎉!\n\nBye. No ") == ((2, 7), (9, 13), (14, 16))


def test_public_names() -> None:
    assert sentences.__all__ == ["LONGEST", "SPLITTER", "ended", "split", "unfinished"]
    assert SPLITTER == "rules-2"


@given(TEXTS)
def test_laws(text: str) -> None:
    spans = split(text)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert text[at:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        at = end
    assert text[at:].strip() == ""
    assert split(text) == spans


@given(TEXTS, TEXTS)
def test_blank_line_always_ends_a_sentence(above: str, below: str) -> None:
    border = len(above) + 1
    assert all(end <= border or start >= border for start, end in split(f"{above}\n\n{below}"))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("." * 200_000, 1),
        ('"' * 200_000, 1),
        ("[" * 200_000, 1),
        ("U.S. " * 200_000, 1),
        (". " * 200_000, 1),
        ('."' * 200_000, 1),
        (".[" * 200_000, 1),
        (" " * 200_000 + "x", 1),
        ("-" * 200_000 + "x", 1),
        ("a" * 200_000, 1),
        ("“Go!” " + "Ab " * 200_000, 2),
        ("a\n" * 200_000, 200_000),
        ("```\n" * 100_000, 100_000),
        ("the ferry between the two islands was\n" * 20_000, 1),
    ],
    ids=lambda value: repr(value[:8]) if isinstance(value, str) else str(value),
)
def test_linear_time(text: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "LONGEST", len(text))  # what the rules alone make of it
    # The slowest takes about 2 s; a quadratic pattern would take minutes.
    begin = time.perf_counter()
    spans = split(text)
    assert time.perf_counter() - begin < 20
    assert len(spans) == count


@pytest.mark.parametrize(
    ("line", "mark", "open_"),
    [
        ("The ferry left.", True, False),
        ("“The ferry left.”", True, False),
        ("**The ferry left.** ", True, True),  # a line is judged without white space at its end
        ("渡船离开了。", True, False),
        ("They are:", False, False),
        ("The ferry", False, True),
        ("", False, True),
    ],
)
def test_final_marks_are_told_in_one_place(line: str, mark: bool, open_: bool) -> None:
    assert sentences.ended(line) is mark
    assert sentences.unfinished(line) is open_
