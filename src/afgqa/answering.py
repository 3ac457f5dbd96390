"""What was found for a question to an Answer: cited sentences, or a refusal with its reason."""

from __future__ import annotations

from typing import Final

from afgqa.citing import SETTLED, cite, said, short_answer
from afgqa.protocols import VectorStore
from afgqa.reading import document_of
from afgqa.shapes import shaped
from afgqa.tracing import Trace
from afgqa.types import Answer

__all__ = ["answer_from"]

_RELATED: Final = 3

_NOTHING_ASKED: Final = "there is no word in the question to look for."
_NOTHING_NEAR: Final = "nothing in the documents is near the question."
_NO_SENTENCE: Final = "the nearest sentences do not seem to answer the question."
_OPPOSED: Final = "a sentence says otherwise than the question takes for granted."


def answer_from(question: str, trace: Trace, store: VectorStore) -> Answer:
    """The answer to `question` that a trace of its standalone form gives, or a refusal.

    MovedError when a document was replaced since.
    """
    return _answer(question, trace, store) if trace.answered else _refusal(question, trace, store)


def _answer(question: str, trace: Trace, store: VectorStore) -> Answer:
    assert trace.choice is not None
    chosen = trace.choice.candidate
    shown = shaped(trace.question, trace.kind, chosen, trace.candidates)
    citations = tuple(cite(store, one.passage, n, one.span) for n, one in enumerate(shown, start=1))
    glossary = document_of(chosen.passage, store).glossary
    short = short_answer(trace.question, trace.kind, shown, glossary)
    return Answer(
        question=question,
        standalone=trace.question,
        answered=True,
        short=short,
        text=said(trace.question, short, citations, glossary),
        confidence=trace.confidence,
        reason=None,
        citations=citations,
        related=(),
        seconds=trace.seconds,
    )


def _refusal(question: str, trace: Trace, store: VectorStore) -> Answer:
    reason = _reason(trace)
    near = [hit.passage for hit in trace.found.hits[:_RELATED]] if reason == _NO_SENTENCE else []
    if trace.choice is not None and reason == _OPPOSED:
        near = [trace.choice.candidate.passage]
    return Answer(
        question=question,
        standalone=trace.question,
        answered=False,
        short=None,
        text=f"The documents do not seem to say: {reason}",
        confidence=trace.confidence,
        reason=reason,
        citations=(),
        related=tuple(cite(store, passage, n) for n, passage in enumerate(near, start=1)),
        seconds=trace.seconds,
    )


def _reason(trace: Trace) -> str:
    found, choice = trace.found, trace.choice
    if not found.weights:
        return _NOTHING_ASKED
    if not any(hit.coverage for hit in found.hits[:_RELATED]):
        return _NOTHING_NEAR
    if choice is not None and choice.evidence.opposed and choice.evidence.coverage >= SETTLED:
        return _OPPOSED
    return _NO_SENTENCE
