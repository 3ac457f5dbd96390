"""The programs that measure verdicts and paraphrases, on a few rows by hand."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import paraphrased
import pytest
import verdict_scores
from reader_rows import NO, OPEN, YES, Row

from afgqa.reading.typed_reader import TypedReader
from afgqa.types import Reading, Span, Verdict


class Judging(TypedReader):
    """Reads a verdict off the passage: "yes 0.9", "no 0.6"."""

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        del question
        found = []
        for passage in passages:
            word, _, share = passage.partition(" ")
            rest = 1 - float(share)
            yes, no = (float(share), 0.0) if word == "yes" else (0.0, float(share))
            found.append(Reading((), 0.0, Verdict(rest, yes, no)))
        return tuple(found)


def test_verdicts_by_hand() -> None:
    rows = [
        Row("a", "yes 0.9", -1, -1, YES),
        Row("b", "no 0.9", -1, -1, YES),
        Row("c", "no 0.9", -1, -1, NO),
        Row("d", "no 0.6", -1, -1, NO),
        Row("e", "yes 0.9", -1, -1, OPEN),
        Row("f", "yes 0.6", -1, -1, OPEN),
    ]
    found = verdict_scores.scores(rows, Judging(), 0.8)
    assert {name: metric.value for name, metric in found.items()} == {
        "right of said": 0.5,
        "said": pytest.approx(4 / 6),
        "right if always said": 0.75,
    }
    with pytest.raises(ValueError, match="gives no verdicts"):
        verdict_scores.scores(rows, TypedReader(), 0.8)


class First(TypedReader):
    """Marks the first word where the question is in lower case, else the last."""

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        found = []
        for passage in passages:
            words = passage.split(" ")
            word = words[0] if question.islower() else words[-1]
            at = passage.index(word)
            found.append(Reading((Span(at, at + len(word), word, 1.0),), 0.0))
        return tuple(found)


@pytest.mark.model
def test_paraphrases_by_hand(tmp_path: Path) -> None:
    def asked(name: str, question: str) -> dict[str, object]:
        answers = [{"text": "Ann", "answer_start": 0}]
        return {"id": name, "question": question, "answers": answers}

    some = [asked("dev_orig-1", "who rang?"), asked("dev_para-2", "Who was it that rang?")]
    data = [
        {"title": "A", "paragraphs": [{"context": "Ann rang Bob", "qas": some}]},
        {"title": "B", "paragraphs": [{"context": "Ann", "qas": some}]},
    ]
    path = tmp_path / "asked.json.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump({"data": data}, file)
    found = paraphrased.scores(path, First())
    assert {name: metric.value for name, metric in found.items()} == {
        "as asked": 1.0,
        "in other words": 0.5,
        "lost": 0.5,
    }
