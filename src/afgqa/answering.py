"""Hits and spans to an Answer: cited sentences, or a refusal with its reason."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from afgqa.confidence import Evidence, confidence, evidence_of, operating_point
from afgqa.kinds import Kind, kind_of
from afgqa.protocols import Embedder, Reader, VectorStore
from afgqa.retrieval import Found, retrieve
from afgqa.settings import Settings
from afgqa.types import Answer, Citation, Hit, Mode, Passage, Seconds, Span

__all__ = ["Choice", "MovedError", "answer_question", "choose", "cite"]

# How much a span's score counts beside the hit's own when the sentence to answer from is chosen.
_SPAN = 0.1
# A yes or no is given only where the sentence holds nearly all that was asked: one word that is
# missing ("open" where the sentence says "closed") can turn it round.
_SETTLED = 0.9
_RELATED = 3

_NOTHING_ASKED = "there is no word in the question to look for."
_NOTHING_NEAR = "nothing in the documents is near the question."
_NO_SENTENCE = "the nearest sentences do not seem to answer the question."
_CLAUSE = re.compile(r"[,;:—]|\b(?:and|but|while|although|though|because|that|which|who)\b")
_NEGATION = re.compile(
    # "No. 5" and "not only" deny nothing
    r"\b(?:no(?! (?:less|fewer|more) than\b|\.? \d)|not(?! (?:only|just|least)\b)|never|none|nor"
    r"|nobody|nothing|neither|without|cannot|fail(?:s|ed)? to|refuse[sd]? to|unable to|lacks?)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)


class MovedError(Exception):
    """What was found is not there any more: another program has replaced it meanwhile."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The hit to answer from, the span in it (None: the whole sentence), and what speaks for it."""

    hit: Hit
    span: Span | None
    evidence: Evidence


def answer_question(
    question: str,
    standalone: str,
    *,
    store: VectorStore,
    embedder: Embedder,
    reader: Reader,
    settings: Settings,
    mode: Mode = "hybrid",
    docs: Sequence[str] | None = None,
) -> Answer:
    """Search for `standalone`, read what is found, and answer `question` or refuse.

    MovedError when a document was replaced between the search and the citation.
    """
    began = perf_counter()
    found = retrieve(store, embedder, standalone, settings=settings, mode=mode, docs=docs)
    retrieved = perf_counter()
    kind = kind_of(standalone)
    choice = choose(found, standalone, kind, store=store, reader=reader, settings=settings)
    probability = 0.0 if choice is None else confidence(choice.evidence)
    done = perf_counter()
    seconds = Seconds(retrieve=retrieved - began, read=done - retrieved, total=done - began)
    threshold = operating_point() if settings.threshold is None else settings.threshold
    if choice is not None and probability >= threshold:
        citation = cite(store, choice.hit.passage, 1, choice.span)
        short = _short(standalone, kind, choice)
        return Answer(
            question=question,
            standalone=standalone,
            answered=True,
            short=short,
            text=f"{citation.text if short is None else short} [1]",
            confidence=probability,
            reason=None,
            citations=(citation,),
            related=(),
            seconds=seconds,
        )
    reason = _reason(found)
    near = found.hits[:_RELATED] if reason == _NO_SENTENCE else ()
    return Answer(
        question=question,
        standalone=standalone,
        answered=False,
        short=None,
        text=f"The documents do not seem to say: {reason}",
        confidence=probability,
        reason=reason,
        citations=(),
        related=tuple(cite(store, hit.passage, n) for n, hit in enumerate(near, start=1)),
        seconds=seconds,
    )


def choose(
    found: Found,
    question: str,
    kind: Kind,
    *,
    store: VectorStore,
    reader: Reader,
    settings: Settings,
) -> Choice | None:
    """Read the best hits and take the one with the most evidence; None when there is no hit."""
    if not found.hits or not found.weights:
        return None
    read = found.hits[: settings.read]
    readings = reader.read(question, [hit.passage.text for hit in read])
    spans = [reading.spans[0] if reading.spans else None for reading in readings]
    order = sorted(
        range(len(read)),
        key=lambda i: (-round(read[i].score + _SPAN * _score(spans[i]), 6), i),
    )
    best = order[0]
    evidence = evidence_of(
        read[best],
        read,
        spans[best],
        typed=kind not in ("other", "yes-no"),
        weights=found.weights,
        frequencies=store.frequencies(list(found.weights)),
    )
    return Choice(read[best], spans[best], evidence)


def cite(store: VectorStore, passage: Passage, number: int, span: Span | None = None) -> Citation:
    """The passage as a citation, cut from its document; the span marked inside it.

    MovedError when the document has gone, or has other text there by now.
    """
    try:
        document = store.document(passage.ref.doc_id)
    except KeyError as error:
        raise MovedError(f"{passage.ref.doc_id} has gone") from error
    text = document.text[passage.start : passage.end]
    if text != passage.text:
        raise MovedError(f"{passage.ref} does not lie where its offsets say in {document.source}")
    return Citation(
        number=number,
        doc_id=document.doc_id,
        title=document.title,
        source=document.source,
        sha256=document.sha256,
        start=passage.start,
        end=passage.end,
        text=text,
        highlight=None if span is None else (span.start, span.end),
    )


def _short(question: str, kind: Kind, choice: Choice) -> str | None:
    if choice.span is not None:
        return choice.span.text
    if kind == "yes-no" and choice.hit.coverage >= _SETTLED:
        return _verdict(question, choice.hit.passage.text)
    return None


def _verdict(question: str, sentence: str) -> str | None:
    """Yes or no by whether both deny; None where a "not" may belong to another clause."""
    denied = _negated(sentence)
    if denied and _CLAUSE.search(sentence):
        return None
    return "No" if _negated(question) != denied else "Yes"


def _negated(text: str) -> bool:
    return len(_NEGATION.findall(text)) % 2 == 1


def _reason(found: Found) -> str:
    if not found.weights:
        return _NOTHING_ASKED
    if not any(hit.coverage for hit in found.hits[:_RELATED]):
        return _NOTHING_NEAR
    return _NO_SENTENCE


def _score(span: Span | None) -> float:
    return 0.0 if span is None else span.score
