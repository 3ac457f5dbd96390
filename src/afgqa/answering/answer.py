"""What was found for a question to an Answer: cited sentences, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from time import perf_counter
from typing import Final

from afgqa.answering.citations import SETTLED, cite, said, short_answer
from afgqa.answering.conflicts import find_conflict
from afgqa.answering.pipeline import RELATED, Trace
from afgqa.answering.span_expansion import expand_spans
from afgqa.answering.summary import central
from afgqa.answers import Answer, Citation, Seconds
from afgqa.language.tokens import terms
from afgqa.protocols import Snapshot
from afgqa.question.analysis import Question
from afgqa.reading.candidates import Candidate, SpanCandidate
from afgqa.reading.units import Documents, documents_of
from afgqa.types import Document, Gloss, Passage, Span

__all__ = ["answer_from", "summary"]

_SUMMED_UP: Final = 5  # documents
_SUGGESTED: Final = 3

# The cosine up to which a sentence without a word of the question is not near it. Not tuned.
_FAR: Final = 0.25


class Reason(Enum):
    """Why a question is refused, in words."""

    NOTHING_ASKED = "the question contains no word to search for."
    NOTHING_NEAR = "nothing in the documents is close to the question."
    NO_SENTENCE = "the nearest sentences do not seem to answer the question."
    OPPOSED = "a sentence contradicts what the question takes for granted."


def answer_from(question: str, trace: Trace, examples: Iterable[str] = ()) -> Answer:
    """The answer to `question` that a trace of its standalone form gives, or a refusal.

    `examples` are questions that come with the documents.
    """
    return _answer(question, trace) if trace.answered else _refusal(question, trace, examples)


def summary(
    question: str, standalone: Question, view: Snapshot, docs: Sequence[str] | None = None
) -> Answer:
    """The central sentences of the document, or one of each of the first few if there are several.

    `docs` names the documents by id (None: all). Its confidence is 1: a text is about something.
    """
    began = perf_counter()
    names = [name for name in view.documents() if docs is None or name in docs]
    count = standalone.sentences if len(names) == 1 else 1
    chosen = [it for name in names[:_SUMMED_UP] for it in _central(name, count, view)]
    documents = documents_of(chosen, Documents(view))
    citations = tuple(_cite(documents, passage, n) for n, passage in enumerate(chosen, start=1))
    seconds = Seconds(retrieve=(took := perf_counter() - began), read=0.0, total=took)
    if not citations:
        return _refused(question, standalone.text, Reason.NOTHING_NEAR, (), 0.0, seconds)
    return Answer(
        question=question,
        standalone=standalone.text,
        answered=True,
        short=None,
        text=said(standalone, None, citations, _glosses(citations, documents)),
        confidence=1.0,
        reason=None,
        citations=citations,
        related=(),
        seconds=seconds,
    )


def _central(doc_id: str, count: int, view: Snapshot) -> list[Passage]:
    passages, vectors = view.passages(doc_id, "sentence"), view.vectors(doc_id, "sentence")
    return [passages[n] for n in central([it.text for it in passages], vectors, count)]


def _cite(
    documents: Mapping[str, Document], passage: Passage, number: int, span: Span | None = None
) -> Citation:
    return cite(documents[passage.ref.doc_id], passage, number, span)


def _span(candidate: Candidate) -> Span | None:
    return candidate.span if isinstance(candidate, SpanCandidate) else None


def _glosses(citations: Sequence[Citation], documents: Mapping[str, Document]) -> list[Gloss]:
    names = dict.fromkeys(citation.doc_id for citation in citations)
    return [gloss for name in names for gloss in documents[name].glossary]


def _answer(question: str, trace: Trace) -> Answer:
    assert trace.choice is not None
    chosen = trace.choice.candidate
    fitted = trace.fitted
    shown = expand_spans(trace.question, chosen, trace.candidates, fitted.margins)
    citations = tuple(
        _cite(trace.documents, one.passage, n, _span(one)) for n, one in enumerate(shown, start=1)
    )
    glossary = _glosses(citations, trace.documents)
    short = short_answer(trace.question, shown, glossary, sure=fitted.sure)
    answer = Answer(
        question=question,
        standalone=trace.question.text,
        answered=True,
        short=short,
        text=said(trace.question, short, citations, glossary),
        confidence=trace.confidence,
        reason=None,
        citations=citations,
        related=(),
        seconds=trace.seconds,
    )
    other = find_conflict(
        trace.question,
        chosen,
        trace.candidates,
        trace.documents,
        sure=fitted.sure,
        margins=fitted.margins,
    )
    return answer if other is None else _with_other(answer, other, trace)


def _with_other(answer: Answer, other: Candidate, trace: Trace) -> Answer:
    """The answer with the conflicting sentence cited after the ones that carry it."""
    cited = _cite(trace.documents, other.passage, len(answer.citations) + 1, _span(other))
    glossary = _glosses([cited], trace.documents)
    short = short_answer(trace.question, [other], glossary, sure=trace.fitted.sure)
    text = said(trace.question, short, [cited], glossary)
    return replace(
        answer,
        text=f"{answer.text}. However, another sentence disagrees: {text}",
        citations=(*answer.citations, cited),
        otherwise=cited.number,
    )


def _refusal(question: str, trace: Trace, examples: Iterable[str]) -> Answer:
    reason = _reason(trace)
    near: list[Passage] = []
    if reason is Reason.NO_SENTENCE:
        near = [hit.passage for hit in trace.found.hits[:RELATED]]
    elif reason is Reason.OPPOSED and trace.choice is not None:
        near = [trace.choice.candidate.passage]
    related = tuple(_cite(trace.documents, passage, n) for n, passage in enumerate(near, start=1))
    refused = _refused(
        question, trace.question.text, reason, related, trace.confidence, trace.seconds
    )
    return replace(refused, suggested=_suggested(trace.question, examples))


def _suggested(question: Question, examples: Iterable[str]) -> tuple[str, ...]:
    """The examples that have most words of the question, those first."""
    asked = set(question.terms)
    shared = {example: set(terms(example)) for example in examples}
    others = [example for example, words in shared.items() if words != asked]
    return tuple(sorted(others, key=lambda it: -len(asked & shared[it]))[:_SUGGESTED])


def _refused(
    question: str,
    standalone: str,
    reason: Reason,
    related: tuple[Citation, ...],
    confidence: float,
    seconds: Seconds,
) -> Answer:
    return Answer(
        question=question,
        standalone=standalone,
        answered=False,
        short=None,
        text=f"The documents do not seem to say: {reason.value}",
        confidence=confidence,
        reason=reason.value,
        citations=(),
        related=related,
        seconds=seconds,
    )


def _reason(trace: Trace) -> Reason:
    found, choice = trace.found, trace.choice
    if not found.weights:
        return Reason.NOTHING_ASKED
    # A sentence in other words is near by its meaning, and what was marked in it by the reader.
    marked = (
        choice is not None
        and isinstance(choice.candidate, SpanCandidate)
        and choice.evidence.margin > 0
    )
    if not marked and not any(
        hit.coverage or (hit.similarity or 0.0) > _FAR for hit in found.hits[:RELATED]
    ):
        return Reason.NOTHING_NEAR
    if choice is not None and choice.evidence.contradicted and choice.evidence.coverage >= SETTLED:
        return Reason.OPPOSED
    return Reason.NO_SENTENCE
