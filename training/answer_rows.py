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
from afgqa.answering.confidence import Calibration, calibration
from afgqa.answering.pipeline import Choice, choose
from afgqa.answering.selection import eligible
from afgqa.answering.span_expansion import expand_spans
from afgqa.evaluation.measures import Place, exact_match, f1, first_citation
from afgqa.evaluation.question_sets import Example
from afgqa.language.tokens import normalize
from afgqa.protocols import Reader
from afgqa.question.analysis import Question, analyse
from afgqa.reading.candidates import Candidate, read_hits
from afgqa.reading.ensemble import rescore
from afgqa.search.embedders import load_embedder
from afgqa.search.indexing import add
from afgqa.search.memory_store import MemoryStore
from afgqa.search.retrieval import Found, retrieve
from afgqa.types import Document


@dataclass(frozen=True, slots=True)
class Row:
    """A question asked of an article (its own, or another's), and what was read for it.

    `read` are the candidates of the first look, `candidates` those of both looks.
    """

    article: str
    label: str
    example: Example
    found: Found
    read: tuple[Candidate, ...]
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
        return choose(self.candidates, self.found, self.question, store=self.store, fitted=fitted)


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
) -> list[Row]:
    """What is read for `limit` questions of each label and article, or for all of them.

    Labels are "answerable", "near miss" (no answer, of this article) and, with `foreign`, "off
    topic" (of another of the `documents`). `examples` of other articles have no part. A question
    without a word to look for is left out. Which sentences get a second look is decided by the
    weight that was fitted before for this reader; `looked_again` decides it by another one.
    """
    settings = Settings()
    embedder = load_embedder(settings.embedder)
    fitted = calibration(reader.name)
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
            "near miss": [e for e in own if not e.answerable],
            "off topic": others,
        }
        for label, some in asked.items():
            count = len(some) if limit is None else min(limit, len(some))
            for example in chance.sample(some, count):
                question = analyse(example.question)
                text = question.search_text
                began = perf_counter()
                found = retrieve(store, embedder, text, settings=settings)
                hits = read_hits(found, text, store=store, reader=reader, count=settings.read)
                read = eligible(hits, question)
                candidates = rescore(read, text, store=store, reader=reader, weight=fitted.margin)
                seconds = perf_counter() - began
                if read:
                    rows.append(
                        Row(doc_id, label, example, found, read, candidates, store, seconds)
                    )
    return rows


def looked_again(rows: Sequence[Row], reader: Reader, weight: float) -> list[Row]:
    """The rows with a second look at what is likeliest by this `weight` of a span."""
    return [
        replace(
            row,
            candidates=rescore(
                row.read,
                row.question.search_text,
                store=row.store,
                reader=reader,
                weight=weight,
            ),
        )
        for row in rows
    ]


def worth(row: Row, chosen: Candidate | None) -> Worth:
    """What an answer from `chosen` is worth; nothing where the question has no answer."""
    if chosen is None or not row.answerable:
        return Worth(0.0, 0.0, 0.0, 0.0)
    question, passage = row.question, chosen.passage
    short = short_answer(question, expand_spans(question, chosen, row.candidates))
    text = passage.text if short is None else short
    accepted = {normalize(answer) for answer in row.example.answers} - {""}
    place = Place(passage.ref.doc_id, passage.start, passage.end)
    return Worth(
        exact_match(text, row.example.answers),
        f1(text, row.example.answers),
        first_citation([place], row.example.evidence),
        float(any(f" {a} " in f" {normalize(passage.text)} " for a in accepted)),
    )
