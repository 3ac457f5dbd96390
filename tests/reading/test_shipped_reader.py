"""The readers that ship: what they answer is pinned, so that no change of them goes unseen."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from afgqa.cli.doctor import examine
from afgqa.protocols import Reader
from afgqa.reading import models as reading_models
from afgqa.reading.models import DEFAULT_READER, FOLDER, MANIFEST, SECOND, load_reader
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
        "A letter to the editor appeared on Monday. It was written by Tom Hale, a retired teacher.",
        "Tom Hale",
    ),
]
DIFFERING = (
    "What did the council buy?",
    [
        "In spring the council bought a second-hand fire engine and two ladders from the town of "
        "Holm."
    ],
)


@pytest.fixture(scope="module", params=["first", "second"])
def reader(request: pytest.FixtureRequest) -> Reader:
    found = load_reader(DEFAULT_READER)
    return found if request.param == "first" else found.second


@pytest.mark.parametrize(("question", "passage", "answer"), CASES, ids=[q for q, _, _ in CASES])
def test_answers(reader: Reader, question: str, passage: str, answer: str) -> None:
    best = reader.read(question, [passage])[0].spans[0]
    assert (best.text, best.score > 0) == (answer, True)


def test_the_first_and_the_second_say_it_in_words_of_their_own() -> None:
    first = load_reader(DEFAULT_READER)
    said = [one.read(*DIFFERING)[0].spans[0] for one in (first, first.second)]
    assert [span.text for span in said] == [
        "a second-hand fire engine and two ladders",
        "a second-hand fire engine",
    ]
    assert all(span.score > 0 for span in said)


def test_a_question_of_something_else_is_below_no_answer(reader: Reader) -> None:
    passages = [passage for _, passage, _ in CASES]
    readings = reader.read("Which planet has the most moons?", passages)
    assert [reading.spans[0].score < 0 for reading in readings] == [True] * len(passages)


def test_they_are_the_default_and_two() -> None:
    found = load_reader()
    assert found.name == DEFAULT_READER
    assert found.second is not found
    first, second = (one.read("Who?", [CASES[0][1]]) for one in (found, found.second))
    assert first != second


@pytest.mark.parametrize("folder", [FOLDER, SECOND], ids=["first", "second"])
def test_every_file_is_in_its_manifest(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    found = {name: _sha256(folder / name) for name in manifest["sha256"]}
    assert found == manifest["sha256"]
    assert {path.name for path in folder.iterdir()} == {*found, MANIFEST, "README.md"}


def test_doctor_tells_of_a_damaged_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "second-reader"
    shutil.copytree(SECOND, damaged)
    with (damaged / "config.json").open("a") as file:
        file.write(" ")
    monkeypatch.setattr(reading_models, "SECOND", damaged)
    (said,) = [it for it in examine(tmp_path / "index", Settings()) if it.name == "reader"]
    assert not said.well
    assert str(damaged / "config.json") in said.detail


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
