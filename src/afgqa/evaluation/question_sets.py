"""Question sets: our own JSON Lines, and SQuAD 1.1 or 2.0 as published.

A line of our own holds one question:

    {"id": "q1", "question": "Who came?", "answerable": true, "kind": "who", "answers": ["Ann"],
     "evidence": [{"doc_id": "a.txt", "start": 0, "end": 9, "text": "Ann came."}],
     "history": [], "doc_id": "a.txt"}

`id`, `question` and `answerable` must be there. An answerable question has `answers` (any of them
is right), `evidence` (any of these sentences carries the answer), or both; an unanswerable one has
neither. `kind` is a label of your own for the table by kind; `history` holds the questions asked
before, oldest first; `doc_id` is the one document to ask, all of them if it is left out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from afgqa.documents.files import read_bytes, unpacked
from afgqa.errors import QuestionFileError
from afgqa.evaluation.measures import Place
from afgqa.evaluation.squad import convert
from afgqa.types import Document

__all__ = ["Example", "QuestionSet", "load_questions"]

T = TypeVar("T")

SIZE: Final = 100_000_000
"""Bytes of a question set at most, unpacked too: twice the training set of SQuAD 2.0."""

_ENDLESS: Final = "objects are nested too deeply. Write one object per line."
_FIELDS: Final = (
    "id", "question", "answerable", "kind", "answers", "evidence", "history", "doc_id",
)  # fmt: skip
_NAMES: Final[dict[type, str]] = {
    str: "a text", bool: "true or false", int: "a whole number", list: "a list", dict: "an object"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A question and what is known to be right; the top of this file explains the fields."""

    id: str
    question: str
    answerable: bool
    kind: str = "other"
    answers: tuple[str, ...] = ()
    evidence: tuple[Place, ...] = ()
    history: tuple[str, ...] = ()
    doc_id: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in the order of their file, and the documents that came in the same file.

    `paragraphs` gives, for each of these documents, the offsets of its paragraphs.
    """

    examples: tuple[Example, ...]
    documents: tuple[Document, ...] = ()
    paragraphs: tuple[tuple[tuple[int, int], ...], ...] = ()


def load_questions(
    path: str | Path, documents: Sequence[Document] = (), *, by_paragraph: bool = False
) -> QuestionSet:
    """The questions of `path`: `.jsonl` is our own form, `.json` is SQuAD's; `.gz` of both.

    With `documents` given, a row of our own may name only these, and an evidence's "text" must
    be what stands there. `by_paragraph` makes each paragraph of a SQuAD file a document of its
    own, in place of each article. QuestionFileError says where the file is wrong and what to do.
    """
    path = Path(path)
    name = path.name.removesuffix(".gz")
    if not name.endswith((".json", ".jsonl")):
        raise QuestionFileError(
            f"{path} does not have the suffix of a question set. Give a .jsonl file with one "
            f"question per "
            "line, or a SQuAD .json file; either may end in .gz."
        )
    text = _read(path)
    try:
        if name.endswith(".jsonl"):
            found = _from_lines(text, {document.doc_id: document for document in documents})
        else:
            found = _from_squad(text, path.name, by_paragraph)
        _check_ids(found.examples)
    except ValueError as error:
        raise QuestionFileError(f"{path}, {error}") from error
    except RecursionError as error:  # what is nested is found out where a message would show it
        raise QuestionFileError(f"{path}, {_ENDLESS}") from error
    return found


def _read(path: Path) -> str:
    advice = "Check the path; the text must be UTF-8, and a .gz file must be complete."
    data = read_bytes(path, SIZE, error=QuestionFileError, advice=advice)
    try:
        return (unpacked(data, SIZE) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (ValueError, OSError, EOFError) as error:
        raise QuestionFileError(f"{path} cannot be read: {error}. {advice}") from error


# Below, every error is a ValueError that begins with the place in the file.


def _from_lines(text: str, documents: Mapping[str, Document]) -> QuestionSet:
    examples = []
    # Not splitlines(): a JSON string may hold other line separators.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            where = f"line {number}"
            examples.append(_example(_json(line, number), where, documents))
    return QuestionSet(tuple(examples))


def _from_squad(text: str, source: str, by_paragraph: bool) -> QuestionSet:
    articles = convert(_json(text), source, by_paragraph=by_paragraph)
    documents = {article.document.doc_id: article.document for article in articles}
    if len(documents) < len(articles):
        titles = Counter(article.document.doc_id for article in articles)
        raise ValueError(
            f"data: two articles have the title {titles.most_common(1)[0][0]!r}. Rename one."
        )
    return QuestionSet(
        tuple(
            _example(row, f"question {row['id']!r}", documents)
            for article in articles
            for row in article.rows
        ),
        tuple(documents.values()),
        tuple(article.paragraphs for article in articles),
    )


def _json(text: str, line: int | None = None) -> Any:
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError(
            f"line {1 if line is None else line}: objects are nested too deeply. Write one object "
            "per line."
        ) from error
    except json.JSONDecodeError as error:
        raise ValueError(
            f"line {error.lineno if line is None else line}: not JSON ({error.msg} at column "
            f"{error.colno}). Correct it there; a .jsonl file has one object per line."
        ) from error
    except ValueError as error:  # a number of thousands of digits
        raise ValueError(f"line {1 if line is None else line}: {error}") from error


def _check_ids(examples: Sequence[Example]) -> None:
    if not examples:
        raise ValueError("line 1: the file contains no question. Write at least one.")
    name, times = Counter(example.id for example in examples).most_common(1)[0]
    if times > 1:
        raise ValueError(f"question {name!r}: the id occurs {times} times. Make it unique.")


def _example(row: Any, where: str, documents: Mapping[str, Document]) -> Example:
    if type(row) is not dict:
        raise ValueError(f"{where}: {row!r:.80} is not an object. Write one JSON object per line.")
    if unknown := [key for key in row if key not in _FIELDS]:
        raise ValueError(
            f"{where}: unknown field {unknown[0]!r:.80}. The fields are {', '.join(_FIELDS)}."
        )
    example = Example(
        id=_field(row, "id", str, where),
        question=_field(row, "question", str, where),
        answerable=_field(row, "answerable", bool, where),
        kind=_field(row, "kind", str, where, "other"),
        answers=_texts(row, "answers", where),
        evidence=tuple(
            _evidence(item, where, documents) for item in _field(row, "evidence", list, where, [])
        ),
        history=_texts(row, "history", where),
        doc_id=None if row.get("doc_id") is None else _field(row, "doc_id", str, where),
    )
    if not example.question.strip():
        raise ValueError(f"{where}: the question is empty. Write one, or delete the line.")
    if example.answerable != bool(example.answers or example.evidence):
        raise ValueError(
            f'{where}: "answerable" is {str(example.answerable).lower()} with '
            f"{len(example.answers)} answers and {len(example.evidence)} pieces of evidence. An "
            "answerable question needs at least one of these, an unanswerable one has neither."
        )
    if example.doc_id is not None and documents:
        _document(example.doc_id, where, documents)
    return example


def _evidence(item: Any, where: str, documents: Mapping[str, Document]) -> Place:
    if type(item) is not dict:
        raise ValueError(
            f"{where}: evidence {item!r:.80} is not an object with doc_id, start, end."
        )
    doc_id = _field(item, "doc_id", str, where)
    start, end = _field(item, "start", int, where), _field(item, "end", int, where)
    text = _field(item, "text", str, where, "")
    if not 0 <= start < end:
        raise ValueError(
            f"{where}: evidence {start}:{end} is not a valid span. Count characters from 0; the "
            f"end is one "
            "past the last."
        )
    if documents:
        found = _document(doc_id, where, documents).text[start:end]
        if len(found) < end - start or (text and text != found):
            raise ValueError(
                f"{where}: evidence {start}:{end} is {text!r:.200}, but {doc_id} has "
                f"{found!r:.200} there. "
                "Correct the offsets, or load the document that the questions were written for."
            )
    return Place(doc_id, start, end)


def _document(doc_id: str, where: str, documents: Mapping[str, Document]) -> Document:
    if doc_id not in documents:
        raise ValueError(
            f"{where}: there is no document {doc_id!r:.200}; there are "
            f"{', '.join(documents):.500}. "
            "Load it, or correct the name."
        )
    return documents[doc_id]


def _texts(row: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = _field(row, key, list, where, [])
    if not all(type(value) is str and value.strip() for value in values):
        raise ValueError(f'{where}: "{key}" is {values!r:.80}. Give a list of non-empty strings.')
    return tuple(values)


def _field(
    row: Mapping[str, Any], key: str, kind: type[T], where: str, default: T | None = None
) -> T:
    value = row.get(key, default)
    if type(value) is not kind:  # not isinstance: true is no number
        said = f"is {value!r:.80}" if key in row else "is missing"
        raise ValueError(f'{where}: "{key}" {said}. It must be {_NAMES[kind]}.')
    return value
