"""Asks a chatbot the questions of a set and scores what comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from afgqa.measures import (
    DEPTH,
    Place,
    citation_precision,
    citation_recall,
    exact_match,
    f1,
    first_citation,
    retrieval,
)
from afgqa.protocols import Progress
from afgqa.questions import Example
from afgqa.reports import SECONDS, Report, Row, join, make_report
from afgqa.types import Answer, Document, Hit, Mode, Turn

__all__ = ["Bot", "Searcher", "Talk", "by_article", "evaluate", "evaluate_retrieval"]


class Searcher(Protocol):
    """What `evaluate_retrieval` needs of a chatbot."""

    def search(
        self, query: str, *, k: int = 5, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> tuple[Hit, ...]: ...


class Talk(Protocol):
    """A conversation: each question may lean on the ones before."""

    def ask(self, question: str) -> Answer: ...


class Bot(Searcher, Protocol):
    """What `evaluate` needs of a chatbot."""

    def ask(
        self, question: str, *, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> Answer: ...

    def conversation(self, turns: Sequence[Turn] = ()) -> Talk: ...


def evaluate(
    bot: Bot,
    examples: Sequence[Example],
    *,
    mode: Mode = "hybrid",
    progress: Progress | None = None,
) -> Report:
    """Ask every question, and search for it; `progress` hears (questions done, in all).

    A question with a history is asked at the end of a conversation of its own, in which the
    history was asked before it; conversations search in the chatbot's own mode and in all its
    documents, whatever `mode` and `doc_id` say. It is searched for as the conversation put it.
    A refusal where there is an answer scores 0 in every measure of answers and citations.
    """
    answers, found = [], []
    for done, example in enumerate(examples, start=1):
        answer = _ask(bot, example, mode)
        answers.append(answer)
        found.append(_search(bot, answer.standalone, example, mode))
        if progress is not None:
            progress(done, len(examples))
    ranks = _ranks(examples, found)
    return make_report(
        mode,
        [
            Row(example, places, answer, _prediction(answer), _scores(example, answer) | rank)
            for example, places, answer, rank in zip(examples, found, answers, ranks, strict=True)
        ],
    )


def evaluate_retrieval(
    bot: Searcher,
    examples: Sequence[Example],
    *,
    mode: Mode = "hybrid",
    progress: Progress | None = None,
) -> Report:
    """Search for every question as it stands, without its history; nothing is read."""
    found = []
    for done, example in enumerate(examples, start=1):
        found.append(_search(bot, example.question, example, mode))
        if progress is not None:
            progress(done, len(examples))
    ranks = _ranks(examples, found)
    return make_report(
        mode,
        [
            Row(example, places, None, "", rank)
            for example, places, rank in zip(examples, found, ranks, strict=True)
        ],
    )


def by_article(
    run: Callable[[Document, Sequence[Example], Progress], Report],
    documents: Sequence[Document],
    examples: Sequence[Example],
    *,
    progress: Progress | None = None,
) -> Report:
    """One report from a `run` for each document on the questions that name it, in order.

    `run` opens a chatbot on that one document and evaluates it, so that nothing of the other
    articles takes part, not even in how rare a term is. Documents without a question are
    passed over; ValueError for a question that names none of them.
    """
    named: dict[str | None, list[Example]] = {document.doc_id: [] for document in documents}
    for example in examples:
        if example.doc_id not in named:
            raise ValueError(f"question {example.id!r} names no document: {example.doc_id!r}")
        named[example.doc_id].append(example)
    reports: list[Report] = []

    def advance(done: int, _: int) -> None:
        if progress is not None:
            progress(sum(len(report.rows) for report in reports) + done, len(examples))

    for document in documents:
        if named[document.doc_id]:
            reports.append(run(document, named[document.doc_id], advance))
    return join(reports)


def _ask(bot: Bot, example: Example, mode: Mode) -> Answer:
    if not example.history:
        return bot.ask(example.question, mode=mode, docs=_docs(example))
    talk = bot.conversation()
    for question in example.history:
        talk.ask(question)
    return talk.ask(example.question)


def _search(bot: Searcher, query: str, example: Example, mode: Mode) -> tuple[Place, ...]:
    hits = bot.search(query, k=DEPTH, mode=mode, docs=_docs(example))
    return tuple(Place(hit.passage.ref.doc_id, hit.passage.start, hit.passage.end) for hit in hits)


def _docs(example: Example) -> list[str] | None:
    return None if example.doc_id is None else [example.doc_id]


def _ranks(
    examples: Sequence[Example], found: Sequence[tuple[Place, ...]]
) -> list[dict[str, float]]:
    """The retrieval scores of each example; none for one without evidence."""
    values = retrieval(
        {example.id: places for example, places in zip(examples, found, strict=True)},
        {example.id: example.evidence for example in examples if example.evidence},
    )
    return [values.get(example.id, {}) for example in examples]


def _prediction(answer: Answer) -> str:
    """What is compared with the accepted answers: never "" for an answer, always for a refusal."""
    if not answer.answered:
        return ""
    if answer.short is not None:
        return answer.short
    return " ".join(citation.text for citation in answer.citations)


def _scores(example: Example, answer: Answer) -> dict[str, float]:
    refused = float(not answer.answered)
    scores = {SECONDS: answer.seconds.total}
    if not example.answerable:
        return scores | {"EM": refused, "F1": refused, "refused_unanswerable": refused}
    scores["refused_answerable"] = refused
    if example.answers:
        prediction = _prediction(answer)
        em, words = exact_match(prediction, example.answers), f1(prediction, example.answers)
        scores |= {"EM": em, "F1": words, "EM_answerable": em, "F1_answerable": words}
    if example.evidence:
        cited = [Place(c.doc_id, c.start, c.end) for c in answer.citations]
        scores |= {
            "first_citation": first_citation(cited, example.evidence),
            "citation_precision": citation_precision(cited, example.evidence),
            "citation_recall": citation_recall(cited, example.evidence),
        }
    return scores
