"""Questions asked of whole articles: what is read for each, before anything is chosen."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import NamedTuple

from tqdm import tqdm

from afgqa import Settings
from afgqa.answering.citations import short_answer
from afgqa.answering.confidence import Calibration
from afgqa.answering.pipeline import Choice, choose, judges, read
from afgqa.answering.span_expansion import expand_spans
from afgqa.evaluation.measures import Place, exact_match, f1, first_citation
from afgqa.evaluation.question_sets import Example
from afgqa.language.tokens import normalize
from afgqa.protocols import Reader
from afgqa.question.analysis import Question, analyse
from afgqa.reading.candidates import Candidate
from afgqa.search.embedders import load_embedder
from afgqa.search.indexing import add
from afgqa.search.memory_store import MemoryStore
from afgqa.search.retrieval import Found, retrieve
from afgqa.types import Document

_OFF_TOPIC = "off-topic"  # the kind of a question of our own sets
_BREAK = "\n\n"  # between the paragraphs of an article


@dataclass(frozen=True, slots=True)
class Row:
    """A question asked of an article (its own, or another's), and what was read for it.

    `candidates` are those that may answer.
    """

    article: str
    label: str
    example: Example
    found: Found
    candidates: tuple[Candidate, ...]
    store: MemoryStore
    seconds: float

    @property
    def question(self) -> Question:
        return analyse(self.example.question)

    @property
    def answerable(self) -> bool:
        return self.label == "answerable"

    def choice(self, fitted: Calibration) -> Choice | None:
        documents = {self.article: self.store.document(self.article)}
        return choose(
            self.candidates, self.found, self.question, documents, view=self.store, fitted=fitted
        )


class Worth(NamedTuple):
    """What an answer is worth, each 0..1.

    EM, F1, whether its citation is gold (a sentence of the question's own paragraph that holds an
    accepted answer), and whether the citation holds an accepted answer, wherever it stands.
    """

    em: float
    f1: float
    cited: float
    holds: float


def collect(
    documents: Mapping[str, Document],
    examples: Sequence[Example],
    reader: Reader,
    limit: int | None,
    *,
    foreign: bool,
    hidden: bool = False,
) -> list[Row]:
    """What is read for `limit` questions of each label and article, or for all of them.

    Labels are "answerable", "near miss" (no answer, of this article) and, with `foreign`, "off
    topic" (of another of the `documents`). With `hidden` the answerable ones are asked once more,
    as near misses, of the article without the paragraph that answers them. `examples` of other
    articles have no part. A question without a word to look for is left out.
    """
    settings = Settings()
    embedder = load_embedder(settings.embedder)
    chance = random.Random(0)
    rows: list[Row] = []
    for doc_id, document in tqdm(sorted(documents.items()), desc="articles", disable=None):
        store = MemoryStore(embedder.dimension)
        add(store, [document], embedder, settings)
        own = [e for e in examples if e.doc_id == doc_id]
        elsewhere = documents.keys() - {doc_id} if foreign else ()
        others = [e for e in examples if e.answerable and e.doc_id in elsewhere]
        asked = {
            "answerable": [e for e in own if e.answerable],
            "near miss": [
                e
                for e in own
                if e.answerable == (hidden and bool(e.evidence)) and e.kind != _OFF_TOPIC
            ],
            "off topic": others or [e for e in own if e.kind == _OFF_TOPIC],
        }
        for label, some in asked.items():
            count = len(some) if limit is None else min(limit, len(some))
            for example in chance.sample(some, count):
                question = analyse(example.question)
                text = question.search_text
                began = perf_counter()
                found = retrieve(store, embedder, text, settings=settings)
                if hidden and label == "near miss":
                    found = _without_paragraph(found, example, document.text)
                candidates = read(
                    found,
                    question,
                    view=store,
                    documents=documents,
                    reader=reader,
                    settings=settings,
                    judged=judges(reader, question),
                )
                seconds = perf_counter() - began
                if candidates:
                    rows.append(Row(doc_id, label, example, found, candidates, store, seconds))
    return rows


def _without_paragraph(found: Found, example: Example, text: str) -> Found:
    """What was found, less the paragraph that answers the question."""
    start = text.rfind(_BREAK, 0, example.evidence[0].start)
    end = text.find(_BREAK, example.evidence[0].end)
    place = range(max(start, 0), len(text) if end < 0 else end)
    return replace(found, hits=tuple(h for h in found.hits if h.passage.start not in place))


def worth(row: Row, chosen: Candidate | None) -> Worth:
    """What an answer from `chosen` is worth; nothing where the question has no answer.

    A yes or no is said however sure the reader is of it.
    """
    if chosen is None or not row.answerable:
        return Worth(0.0, 0.0, 0.0, 0.0)
    question, passage = row.question, chosen.passage
    shown = expand_spans(question, chosen, row.candidates)
    short = short_answer(question, shown, sure=0.0)
    text = passage.text if short is None else short
    accepted = {normalize(answer) for answer in row.example.answers} - {""}
    place = Place(passage.ref.doc_id, passage.start, passage.end)
    return Worth(
        exact_match(text, row.example.answers),
        f1(text, row.example.answers),
        first_citation([place], row.example.evidence),
        float(any(f" {a} " in f" {normalize(passage.text)} " for a in accepted)),
    )
