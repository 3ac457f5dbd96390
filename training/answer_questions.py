"""Questions beside those of SQuAD: in the words of others, for yes or no, and of our own sets.

All are examples of the documents that they belong to, as `afgqa.evaluation.question_sets` has them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reader_data import load
from reader_polar import polar
from reader_rows import NO, YES

from afgqa.documents.loading import load_documents
from afgqa.evaluation.question_sets import Example, load_questions
from afgqa.types import Document

_SAID = {YES: "Yes", NO: "No"}


def reworded_examples(path: Path, documents: Mapping[str, Document]) -> Iterator[Example]:
    """The reworded questions of a file whose paragraph is one of these documents'.

    The file has a paragraph of SQuAD under each title; rewordings have "para" in their ids.
    """
    asked = load_questions(path)
    own = {document.doc_id: document.text for document in asked.documents}
    for example in asked.examples:
        if "para" not in example.id or not example.answerable or not example.evidence:
            continue
        paragraph = own[example.evidence[0].doc_id]
        for doc_id, document in documents.items():
            at = document.text.find(paragraph)
            if at >= 0:
                evidence = tuple(
                    place._replace(doc_id=doc_id, start=at + place.start, end=at + place.end)
                    for place in example.evidence
                )
                yield Example(
                    example.id, example.question, True, "reworded", example.answers, evidence,
                    doc_id=doc_id,
                )  # fmt: skip


def polar_examples(path: Path, examples: Sequence[Example]) -> Iterator[Example]:
    """Questions for yes or no, made of those of a SQuAD file; `examples` are its own."""
    known = {example.id: example for example in examples}
    for article in load(path):
        for made in polar(article, random.Random(article.title)).questions:
            name, _, form = made.id.rpartition(" ")
            origin = known.get(name)
            if origin is None or form != "polar" or made.verdict not in _SAID:
                continue
            said = (_SAID[made.verdict],)
            yield Example(
                made.id, f"{made.text}?", True, "yes-no", said, origin.evidence,
                doc_id=origin.doc_id,
            )  # fmt: skip


def own_examples(questions: Path, text: Path) -> tuple[Document, list[Example]]:
    """The questions of a set of our own that are asked by themselves, and the document."""
    (document,) = load_documents([text])
    some = load_questions(questions, [document]).examples
    return document, [replace(it, doc_id=document.doc_id) for it in some if not it.history]
