"""The reader that ships: what it answers is pinned, so that no change of it goes unseen."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from afgqa.answering.yes_no import given
from afgqa.cli.doctor import examine
from afgqa.protocols import Reader
from afgqa.reading import models as reading_models
from afgqa.reading.models import DEFAULT_READER, FOLDER, MANIFEST, load_reader
from afgqa.settings import Settings

pytestmark = pytest.mark.model

CASES = [
    (
        "Who repaired the lighthouse?",
        "The lighthouse of Port Ellis stood dark for a year. Maria Jansen repaired it in 1962, and "
        "the council thanked her.",
        "Maria Jansen",
    ),
    (
        "When was the harbour opened?",
        "The harbour was opened on 4 June 1931. A second pier followed twelve years later.",
        "4 June 1931",
    ),
    (
        "Where do the storks spend the winter?",
        "The storks leave the valley in August. They spend the winter in Senegal and come back in "
        "March.",
        "Senegal",
    ),
    (
        "How many loaves does the bakery sell a day?",
        "The bakery employs nine people. It sells about 1,400 loaves a day, most of them before "
        "noon.",
        "1,400",
    ),
    (
        "When was the well dug?",
        "The well was dug in 1702. It is 40 metres deep and has never run dry.",
        "1702",
    ),
    (
        "What is the old bell made of?",
        "The old bell hangs in the north tower. It is made of bronze and weighs two tonnes.",
        "bronze",
    ),
    (
        "What did the mayor promise?",
        "At the meeting the mayor promised a new school. The farmers asked for a road instead.",
        "a new school",
    ),
    (
        "What is the ship called?",
        "The ship left the yard in May. It is called Sea Wren and carries grain.",
        "Sea Wren",
    ),
    (
        "How long did the strike last?",
        "The miners laid down their tools in spring. Their strike lasted eleven weeks and cost the "
        "company a great deal.",
        "eleven weeks",
    ),
    (
        "Who wrote the letter to the editor?",
        "A letter to the editor appeared on Monday. It was written by Tom Hale.",
        "Tom Hale",
    ),
]
VERDICTS = [
    ("Did the Otters beat the Herons?", "The Otters beat the Herons by two goals.", "Yes"),
    pytest.param(
        "Did the Herons beat the Otters?",
        "The Otters beat the Herons by two goals.",
        "No",
        marks=pytest.mark.xfail(reason="0.53 for no: it is not sure of roles", strict=True),
    ),
    ("Is the mill open on Mondays?", "The mill is never open on Mondays.", "No"),
    ("Can dogs come in?", "Dogs are welcome in every room of the inn.", "Yes"),
    ("Did the mayor sign the letter?", "Nobody knows whether the mayor signed the letter.", None),
    ("Does the tower have a lift?", "The tower was painted white in 1962.", None),
]
_SURE = 0.75


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(DEFAULT_READER)


@pytest.mark.parametrize(("question", "passage", "answer"), CASES, ids=[q for q, _, _ in CASES])
def test_answers(reader: Reader, question: str, passage: str, answer: str) -> None:
    best = reader.read(question, [passage])[0].spans[0]
    assert (best.text, best.score > 0) == (answer, True)


@pytest.mark.parametrize(("question", "passage", "said"), VERDICTS)
def test_verdicts(reader: Reader, question: str, passage: str, said: str | None) -> None:
    verdict = reader.read(question, [passage])[0].verdict
    assert verdict is not None
    assert given(verdict, _SURE) == said


def test_a_question_of_something_else_is_below_no_answer(reader: Reader) -> None:
    passages = [passage for _, passage, _ in CASES]
    readings = reader.read("Which planet has the most moons?", passages)
    assert [reading.spans[0].score < 0 for reading in readings] == [True] * len(passages)


def test_it_is_the_default() -> None:
    found = load_reader()
    assert (found.name, found.verdicts, found.titles) == (DEFAULT_READER, True, True)


def test_every_file_is_in_its_manifest() -> None:
    manifest = json.loads((FOLDER / MANIFEST).read_text(encoding="utf-8"))
    found = {name: _sha256(FOLDER / name) for name in manifest["sha256"]}
    assert found == manifest["sha256"]
    assert {path.name for path in FOLDER.iterdir()} == {*found, MANIFEST, "README.md"}


def test_doctor_tells_of_a_damaged_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "reader"
    shutil.copytree(FOLDER, damaged)
    with (damaged / "config.json").open("a") as file:
        file.write(" ")
    monkeypatch.setattr(reading_models, "FOLDER", damaged)
    (said,) = [it for it in examine(tmp_path / "index", Settings()) if it.name == "reader"]
    assert not said.well
    assert str(damaged / "config.json") in said.detail


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
