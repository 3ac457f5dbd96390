"""Asks a chatbot the questions of a set and scores what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Protocol

from afgqa.answers import Answer, Turn
from afgqa.evaluation.measures import DEPTH
from afgqa.evaluation.question_sets import Example
from afgqa.evaluation.report import Report, join, make_report
from afgqa.evaluation.rows import Row, as_row
from afgqa.evaluation.scores import scores_of
from afgqa.protocols import Progress
from afgqa.question.analysis import analyse
from afgqa.types import Document, Hit, Mode

__all__ = ["Bot", "Talk", "by_article", "evaluate"]

_NOTHING_DONE: Final[Mapping[str, Row]] = MappingProxyType({})


class Talk(Protocol):
    """A conversation: each question may lean on the ones before."""

    def ask(self, question: str) -> Answer: ...


class Bot(Protocol):
    """What `evaluate` needs of a chatbot."""

    def ask(
        self, question: str, *, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> Answer: ...

    def search(
        self, query: str, *, k: int = 5, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> tuple[Hit, ...]: ...

    def conversation(self, turns: Sequence[Turn] = ()) -> Talk: ...


def evaluate(
    bot: Bot,
    examples: Sequence[Example],
    *,
    mode: Mode = "hybrid",
    done: Mapping[str, Row] = _NOTHING_DONE,
    keep: Callable[[Row], None] | None = None,
    progress: Progress | None = None,
    without: Callable[[Answer], Mapping[str, float]] | None = None,
) -> Report:
    """Ask every question, and search for it.

    A question with a history is asked at the end of a conversation of its own, in which the
    history was asked before it; conversations search in the chatbot's own mode and in all its
    documents, whatever `mode` and `doc_id` say. It is searched for as the conversation put it.
    A refusal where there is an answer scores 0 in every measure of answers and citations.

    `done` holds rows of an earlier, interrupted run by the id of their question, which are taken
    as they are; `keep` is given every new row as soon as there is one; `progress` hears
    (questions done, in all). `without` gives more scores of an answer, those of its citations
    (`without.citation_scores`), which cost two more questions each.
    """
    rows = []
    for number, example in enumerate(examples, start=1):
        row = done.get(example.id)
        if row is None:
            row = _row(bot, example, mode, without)
            if keep is not None:
                keep(row)
        rows.append(row)
        if progress is not None:
            progress(number, len(examples))
    return make_report(mode, rows)


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


def _row(
    bot: Bot,
    example: Example,
    mode: Mode,
    without: Callable[[Answer], Mapping[str, float]] | None,
) -> Row:
    docs = None if example.doc_id is None else [example.doc_id]
    if example.history:
        talk = bot.conversation()
        for question in example.history:
            talk.ask(question)
        answer = talk.ask(example.question)
    else:
        answer = bot.ask(example.question, mode=mode, docs=docs)
    query = analyse(answer.standalone).search_text
    hits = bot.search(query, k=DEPTH, mode=mode, docs=docs)
    scores = scores_of(example, answer, hits)
    if without is not None:
        scores |= without(answer)
    return as_row(example, answer, hits, scores)
