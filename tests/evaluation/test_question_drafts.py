"""Questions drafted from a text: what is asked, and that a question set takes them as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_bot import document

from afgqa.cli import main
from afgqa.documents.loading import load_documents
from afgqa.evaluation.question_drafts import as_line, drafts
from afgqa.evaluation.question_sets import load_questions

TEXTS = Path(__file__).parents[1] / "questions" / "texts"


def asked(text: str) -> list[tuple[str, ...]]:
    return [(draft.question, *draft.answers) for draft in drafts(document(text))]


@pytest.mark.parametrize(
    ("text", "drafted"),
    [
        ("Ann Lee opened the old bridge.", [("Who opened the old bridge?", "Ann Lee")]),
        ("The old bridge was opened in Bonn.", [("The old bridge was opened where?", "Bonn")]),
        ("In May, the bridge was opened.", [("When the bridge was opened?", "May")]),
        ("Let the dough rest for two hours.", [("Let the dough rest how long?", "two hours")]),
        ("The old bridge has four piers.", [("The old bridge has how many piers?", "four")]),
        # Half of a range, nothing at all, and what somebody else says are not asked for.
        ("The bird weighs 38 to 40 grams.", []),
        ("The old bridge has no piers.", []),
        ("\u201cThe old bridge has four piers,\u201d she said.", []),
        ("It has four.", []),
    ],
)
def test_what_is_asked(text: str, drafted: list[tuple[str, str]]) -> None:
    assert asked(text) == drafted


def test_long_sentences_are_left_out() -> None:
    assert len(asked("The bridge has four piers and a " + "very " * 15 + "long roof.")) == 1
    assert asked("The bridge has four piers and a " + "very " * 16 + "long roof.") == []


@pytest.mark.parametrize("name", ["swift.txt", "bread.txt"])
def test_drafts_are_a_question_set(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", str(TEXTS / name), "--seed-questions"]) == 0
    printed = capsys.readouterr().out
    path = tmp_path / "drafts.jsonl"
    path.write_text(printed, encoding="utf-8")
    documents = load_documents([TEXTS / name])
    examples = load_questions(path, documents).examples
    assert len(examples) >= 8
    assert [as_line(it, documents[0]) for it in examples] == printed.splitlines()
    for example in examples:
        (place,) = example.evidence
        (answer,) = example.answers
        assert answer in documents[0].text[place.start : place.end]
        assert answer not in example.question
