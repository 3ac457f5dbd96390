"""Question files: what is read from them, and what is said of one that is wrong."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from fake_bot import document

from afgqa.errors import QuestionFileError
from afgqa.evaluation.measures import Place
from afgqa.evaluation.question_sets import Example, QuestionSet, load_questions

ROOT = Path(__file__).parents[2]
TEA = document("Tea is a drink. It is made of leaves.", doc_id="tea.txt")

MADE_OF: dict[str, Any] = {
    "id": "q1",
    "question": "What is tea made of?",
    "kind": "what",
    "answerable": True,
    "answers": ["leaves", "of leaves"],
    "evidence": [{"doc_id": "tea.txt", "start": 16, "end": 37, "text": "It is made of leaves."}],
}
PRICE: dict[str, Any] = {"id": "q2", "question": "What does tea cost?", "answerable": False}


def write(path: Path, text: str) -> Path:
    data = text.encode("utf-8")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


# -- our own JSON Lines -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["q.jsonl", "q.jsonl.gz"])
@pytest.mark.parametrize("documents", [(), (TEA,)])
def test_lines(tmp_path: Path, name: str, documents: tuple[Any, ...]) -> None:
    talk = {
        **PRICE,
        "id": "q3",
        "question": "And\u2028coffee?",  # a line separator inside a text ends no line
        "history": ["What is tea?", "What does it cost?"],
        "doc_id": "tea.txt",
    }
    path = write(tmp_path / name, "\ufeff" + lines(MADE_OF, PRICE) + "\n  \r\n" + lines(talk))
    assert load_questions(path, documents) == QuestionSet(
        (
            Example(
                "q1",
                "What is tea made of?",
                True,
                "what",
                ("leaves", "of leaves"),
                (Place("tea.txt", 16, 37),),
            ),
            Example("q2", "What does tea cost?", False),
            Example(
                "q3",
                "And\u2028coffee?",
                False,
                history=("What is tea?", "What does it cost?"),
                doc_id="tea.txt",
            ),
        )
    )


def test_the_set_about_the_article_is_read_whole() -> None:
    path = ROOT / "tests" / "questions" / "article.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    found = load_questions(path)
    assert [example.id for example in found.examples] == [row["id"] for row in rows]
    assert [example.answers for example in found.examples] == [tuple(r["answers"]) for r in rows]
    assert (found.documents, found.paragraphs) == ((), ())


EVIDENCE = MADE_OF["evidence"][0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([], "[] is not an object. Write one JSON object per line."),
        (
            {**PRICE, "anwsers": []},
            "unknown field 'anwsers'. The fields are id, question, answerable, kind, answers, "
            "evidence, history, doc_id.",
        ),
        ({"id": "x", "answerable": False}, '"question" is missing. It must be a text.'),
        ({**PRICE, "question": " "}, "the question is empty. Write one, or delete the line."),
        ({**PRICE, "id": 7}, '"id" is 7. It must be a text.'),
        ({**PRICE, "answerable": 0}, '"answerable" is 0. It must be true or false.'),
        ({**PRICE, "history": "tea"}, "\"history\" is 'tea'. It must be a list."),
        (
            {**MADE_OF, "answers": ["leaves", ""]},
            "\"answers\" is ['leaves', '']. Give a list of non-empty strings.",
        ),
        (
            {**PRICE, "answerable": True},
            '"answerable" is true with 0 answers and 0 pieces of evidence. An answerable question '
            "needs at least one of these, an unanswerable one has neither.",
        ),
        (
            {**MADE_OF, "answerable": False},
            '"answerable" is false with 2 answers and 1 pieces of evidence. An answerable '
            "question needs at least one of these, an unanswerable one has neither.",
        ),
        (
            {**PRICE, "doc_id": "milk.txt"},
            "there is no document 'milk.txt'; there are tea.txt. Load it, or correct the name.",
        ),
        (
            {**MADE_OF, "evidence": ["It is"]},
            "evidence 'It is' is not an object with doc_id, start, end.",
        ),
        (
            {**MADE_OF, "evidence": [{**EVIDENCE, "start": True}]},
            '"start" is True. It must be a whole number.',
        ),
        (
            {**MADE_OF, "evidence": [{**EVIDENCE, "start": 37}]},
            "evidence 37:37 is not a valid span. Count characters from 0; the end is one past "
            "the last.",
        ),
        (
            {**MADE_OF, "evidence": [{**EVIDENCE, "start": 17}]},
            "evidence 17:37 is 'It is made of leaves.', but tea.txt has 't is made of leaves.' "
            "there. Correct the offsets, or load the document that the questions were written for.",
        ),
        (
            {**MADE_OF, "evidence": [{"doc_id": "tea.txt", "start": 30, "end": 38}]},
            "evidence 30:38 is '', but tea.txt has 'leaves.' there. Correct the offsets, or "
            "load the document that the questions were written for.",
        ),
        (
            {**MADE_OF, "evidence": [{**EVIDENCE, "doc_id": "milk.txt"}]},
            "there is no document 'milk.txt'; there are tea.txt. Load it, or correct the name.",
        ),
    ],
)
def test_a_row_that_is_wrong(tmp_path: Path, row: Any, said: str) -> None:
    path = write(tmp_path / "q.jsonl", lines({**PRICE, "id": "first"}, row))
    with pytest.raises(QuestionFileError) as error:
        load_questions(path, [TEA])
    assert str(error.value) == f"{path}, line 2: {said}"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "q.jsonl",
            lines(PRICE) + "\n{id: 1}\n",
            "line 3: not JSON (Expecting property name enclosed in double quotes at column 2). "
            "Correct it there; a .jsonl file has one object per line.",
        ),
        (
            "q.json",
            '{"data": [\n]',
            "line 2: not JSON (Expecting ',' delimiter at column 2). "
            "Correct it there; a .jsonl file has one object per line.",
        ),
        ("q.jsonl", "\n \n", "line 1: the file contains no question. Write at least one."),
        ("q.json", '{"data": []}', "line 1: the file contains no question. Write at least one."),
        (
            "q.jsonl",
            lines(PRICE, {**PRICE, "id": "other"}, PRICE),
            "question 'q2': the id occurs 2 times. Make it unique.",
        ),
    ],
)
def test_a_file_that_is_wrong(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = write(tmp_path / name, text)
    with pytest.raises(QuestionFileError) as error:
        load_questions(path)
    assert str(error.value) == f"{path}, {said}"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gone.jsonl", None),
        ("latin.jsonl", "é".encode("latin-1")),
        ("text.jsonl.gz", b"{}"),
        ("cut.jsonl.gz", gzip.compress(lines(MADE_OF).encode())[:-12]),
        ("bad.json.gz", gzip.compress(lines(MADE_OF).encode())[:20] + b"\xff" * 30),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, data: bytes | None) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(QuestionFileError) as error:
        load_questions(path)
    said = str(error.value)
    assert said.startswith(f"{path} cannot be read: ")
    assert said.endswith(
        ". Check the path; the text must be UTF-8, and a .gz file must be complete."
    )


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(QuestionFileError) as error:
        load_questions(tmp_path / "q.csv")
    assert str(error.value) == (
        f"{tmp_path / 'q.csv'} does not have the suffix of a question set. Give a .jsonl file "
        f"with one "
        "question per line, or a SQuAD .json file; either may end in .gz."
    )


# -- SQuAD --------------------------------------------------------------------------------------


def squad(*contexts: tuple[str, list[dict[str, Any]]], title: str = "Green_Tea") -> dict[str, Any]:
    paragraphs = [{"context": context, "qas": qas} for context, qas in contexts]
    return {"version": "2.0", "data": [{"title": title, "paragraphs": paragraphs}]}


def asked(name: str, question: str, *answers: tuple[str, int], **more: Any) -> dict[str, Any]:
    found = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": name, "question": question, "answers": found, **more}


def load(path: Path, data: Any) -> QuestionSet:
    return load_questions(write(path, json.dumps(data)))


def shown(found: QuestionSet, number: int = 0) -> list[list[str]]:
    """The evidence of each example as the document's own words."""
    text = found.documents[number].text
    return [[text[e.start : e.end] for e in example.evidence] for example in found.examples]


@pytest.mark.parametrize("name", ["tiny.json", "tiny.json.gz"])
def test_squad(tmp_path: Path, name: str) -> None:
    one = "Tea is old. It came by 1610. Ships of 1610 were slow. "
    two = "It is green."
    found = load(
        tmp_path / name,
        squad(
            (one, [asked("a", "By how many ships?", ("1610", 23), ("by 1610", 20), ("1610", 23))]),
            (
                two,
                [
                    asked("b", "In whose garden is it green?", ("green", 6), is_impossible=False),
                    asked("c", "Who drank it?", is_impossible=True, plausible_answers=[{}]),
                ],
            ),
        ),
    )
    text = f"{one}\n\n{two}"
    (tea,) = found.documents
    assert (tea.doc_id, tea.title, tea.source, tea.text) == ("Green_Tea", "Green Tea", name, text)
    assert found.paragraphs == (((0, 54), (56, 68)),)
    assert found.examples == (
        Example(
            "a",
            "By how many ships?",
            True,
            "how-many",
            ("1610", "by 1610"),
            (Place("Green_Tea", 12, 28), Place("Green_Tea", 29, 53)),
            doc_id="Green_Tea",
        ),
        Example(
            "b",
            "In whose garden is it green?",
            True,
            "who",
            ("green",),
            (Place("Green_Tea", 56, 68),),
            doc_id="Green_Tea",
        ),
        Example("c", "Who drank it?", False, "unanswerable", doc_id="Green_Tea"),
    )


def test_squad_by_paragraph(tmp_path: Path) -> None:
    data = squad(
        ("Tea is old.", [asked("a", "What is old?", ("Tea", 0))]),
        ("It is green.", [asked("b", "Who drank it?", is_impossible=True)]),
    )
    path = write(tmp_path / "tiny.json", json.dumps(data))
    found = load_questions(path, by_paragraph=True)
    assert [(d.doc_id, d.title, d.text) for d in found.documents] == [
        ("Green_Tea 1", "Green Tea 1", "Tea is old."),
        ("Green_Tea 2", "Green Tea 2", "It is green."),
    ]
    assert found.paragraphs == (((0, 11),), ((0, 12),))
    assert [(e.doc_id, e.evidence) for e in found.examples] == [
        ("Green_Tea 1", (Place("Green_Tea 1", 0, 11),)),
        ("Green_Tea 2", ()),
    ]


@pytest.mark.parametrize(
    ("answer", "evidence"),
    [
        ("art", ["The art is art."]),  # not the "art" of "Start" and "Parts"
        ("The", ["The art is art."]),  # nor that of "Then"
        ("$5", ["Then it cost US$5."]),  # a sign is no part of a word
        ("tart", ["Start of Parts."]),  # part of a word only: where it stands
        ("Parts. The", ["Start of Parts.", "The art is art."]),  # over the end of a sentence
    ],
)
def test_evidence_of_squad(tmp_path: Path, answer: str, evidence: list[str]) -> None:
    context = "Start of Parts. The art is art. Then it cost US$5."
    qas = [asked("a", "What?", (answer, context.index(answer)))]
    assert shown(load(tmp_path / "t.json", squad((context, qas)))) == [evidence]


def test_evidence_lies_in_the_paragraph_of_the_question(tmp_path: Path) -> None:
    qas = [asked("a", "Which colour?", ("red", 3))]
    found = load(tmp_path / "t.json", squad(("Is red.", []), ("Be red.", qas), ("Go red.", [])))
    assert shown(found) == [["Be red."]]


def test_offsets_follow_a_repaired_text(tmp_path: Path) -> None:
    # A control character goes and broken quotes are mended; paragraphs and evidence still fit.
    one, two = "Tea\x07 is \u00e2\u0080\u009cold\u00e2\u0080\u009d.", "It is a drink\x07. So it is."
    qas = [asked("a", "What is it?", ("drink\x07", 8)), asked("b", "Is it?", ("So it is", 16))]
    found = load(tmp_path / "t.json", squad((one, [asked("z", "How old?", ("is", 5))]), (two, qas)))
    assert found.documents[0].text == "Tea is “old”.\n\nIt is a drink. So it is."
    assert found.paragraphs == (((0, 13), (15, 39)),)
    assert shown(found) == [["Tea is “old”."], ["It is a drink."], ["So it is."]]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many?", "how-many"),
        ("HOW MUCH is it?", "how-much"),
        ("How is it?", "how"),
        ("However, whom?", "who"),
        ("In which whole?", "which"),
        ("Name a whale.", "other"),
    ],
)
def test_kind_of_squad(tmp_path: Path, question: str, kind: str) -> None:
    found = load(tmp_path / "t.json", squad(("Be red.", [asked("a", question, ("red", 3))])))
    assert found.examples[0].kind == kind


GOOD = asked("a", "Which?", ("red", 3))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], 'it has no list "data". Give a SQuAD 1.1 or 2.0 file as published.'),
        (
            {"data": [*squad(("Be red.", [GOOD]))["data"], {"title": "x"}]},
            "data[1] is not in SQuAD format ('paragraphs' is missing). Give a SQuAD 1.1 or 2.0 "
            "file as published.",
        ),
        (
            squad(("Be red.", [{"id": "a", "question": "Which?"}])),
            "data[0] is not in SQuAD format ('answers' is missing). Give a SQuAD 1.1 or 2.0 file "
            "as published.",
        ),
        (
            squad((" ", [])),
            "data[0]: t.json contains no text: it has no visible character. Give a file with text.",
        ),
        (
            {"data": squad(("Be red.", [GOOD]))["data"] * 2},
            "data: two articles have the title 'Green_Tea'. Rename one.",
        ),
        (
            squad(("Be red.", [asked("a", "Which?")])),
            "question 'a': \"answerable\" is true with 0 answers and 0 pieces of evidence. An "
            "answerable question needs at least one of these, an unanswerable one has neither.",
        ),
    ],
)
def test_squad_that_is_wrong(tmp_path: Path, data: Any, said: str) -> None:
    path = tmp_path / "t.json"
    with pytest.raises(QuestionFileError) as error:
        load(path, data)
    assert str(error.value) == f"{path}, {said}"
