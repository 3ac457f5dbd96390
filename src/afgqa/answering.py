"""Hits and spans to an Answer: cited sentences, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from afgqa.confidence import Calibration, Evidence, calibration, confidence, evidence_of
from afgqa.glossary import meanings, reworded
from afgqa.glosses import glossed
from afgqa.kinds import Kind, kind_of
from afgqa.protocols import Embedder, Reader, VectorStore
from afgqa.quotations import what_was_said
from afgqa.quoting import quoted
from afgqa.reading import Candidate, document_of, pick, read_hits
from afgqa.retrieval import Found, retrieve
from afgqa.second_look import look_again
from afgqa.settings import Settings
from afgqa.shapes import shaped
from afgqa.speakers import speaker_of
from afgqa.terms import terms
from afgqa.types import Answer, Citation, Gloss, Mode, Passage, Seconds, Span
from afgqa.verdicts import contradicts, verdict

__all__ = ["Choice", "answer_question", "choose", "cite", "searched_as", "short_answer"]

# A yes or no is given only where the sentence holds a tenth of what was asked: with less in
# common the words of both are too few to tell which it is.
_SETTLED = 0.1
_RELATED = 3

_NOTHING_ASKED = "there is no word in the question to look for."
_NOTHING_NEAR = "nothing in the documents is near the question."
_NO_SENTENCE = "the nearest sentences do not seem to answer the question."
_OPPOSED = "a sentence says otherwise than the question takes for granted."


@dataclass(frozen=True, slots=True)
class Choice:
    """What to answer from: a span or a whole sentence, and what speaks for it."""

    candidate: Candidate
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
    kind = kind_of(standalone)
    asked = searched_as(standalone, kind)
    found = retrieve(store, embedder, asked, settings=settings, mode=mode, docs=docs)
    retrieved = perf_counter()
    fitted = calibration(reader.name)
    read = read_hits(found, asked, store=store, reader=reader, count=settings.read)
    candidates = look_again(read, asked, store=store, reader=reader, weight=fitted.margin)
    choice = choose(candidates, found, standalone, kind, store=store, fitted=fitted)
    probability = 0.0 if choice is None else confidence(choice.evidence, fitted)
    done = perf_counter()
    seconds = Seconds(retrieve=retrieved - began, read=done - retrieved, total=done - began)
    threshold = fitted.threshold if settings.threshold is None else settings.threshold
    if choice is not None and probability >= threshold:
        shown = shaped(standalone, kind, choice.candidate, candidates)
        citation = cite(store, shown.passage, 1, shown.span)
        glossary = document_of(shown.passage, store).glossary
        short = short_answer(standalone, kind, shown, glossary)
        return Answer(
            question=question,
            standalone=standalone,
            answered=True,
            short=short,
            text=_said(standalone, short, citation, glossary),
            confidence=probability,
            reason=None,
            citations=(citation,),
            related=(),
            seconds=seconds,
        )
    reason = _reason(found, choice)
    near = [hit.passage for hit in found.hits[:_RELATED]] if reason == _NO_SENTENCE else []
    if choice is not None and reason == _OPPOSED:
        near = [choice.candidate.passage]
    return Answer(
        question=question,
        standalone=standalone,
        answered=False,
        short=None,
        text=f"The documents do not seem to say: {reason}",
        confidence=probability,
        reason=reason,
        citations=(),
        related=tuple(cite(store, passage, n) for n, passage in enumerate(near, start=1)),
        seconds=seconds,
    )


def searched_as(question: str, kind: Kind) -> str:
    """The question as passages are found and read for it."""
    return what_was_said(question) if kind == "quote" else question


def choose(
    candidates: Sequence[Candidate],
    found: Found,
    question: str,
    kind: Kind,
    *,
    store: VectorStore,
    fitted: Calibration,
) -> Choice | None:
    """The candidate with the most evidence; None where there is none."""
    chosen = pick(candidates, kind, weight=fitted.margin, whole=fitted.whole)
    if chosen is None:
        return None
    if kind == "quote":
        chosen = quoted(candidates, store=store, weight=fitted.margin, whole=fitted.whole) or chosen
    if kind == "yes-no":  # what is true is said by a sentence, not by a part of it
        chosen = Candidate(chosen.hit, chosen.hit.passage, None, chosen.margin, chosen.votes)
    evidence = evidence_of(
        chosen,
        candidates,
        typed=kind not in ("other", "yes-no"),
        opposed=kind != "yes-no" and contradicts(question, _as_read(chosen.passage, store)),
        weights=found.weights,
        frequencies=store.frequencies(list(found.weights)),
    )
    return Choice(chosen, evidence)


def _as_read(passage: Passage, store: VectorStore) -> str:
    """The passage as it reads with the glossary of its document."""
    return reworded(passage.text, document_of(passage, store).glossary).text


def _said(question: str, short: str | None, citation: Citation, glossary: Sequence[Gloss]) -> str:
    """What a person reads: the answer with its glosses, who says so, the number of the citation."""
    said = citation.text if short is None else short
    # A yes or no is not of the text, so nothing in it wants explaining.
    if short is None or citation.highlight is not None:
        said = glossed(said, meanings(said, glossary))
    speaker = citation.speaker
    if short is None or speaker is None or set(terms(speaker)) <= set(terms(question)):
        return f"{said} [1]"
    named = glossed(speaker, meanings(speaker, glossary))
    return f"{said}, according to {named} [1]"


def cite(store: VectorStore, passage: Passage, number: int, span: Span | None = None) -> Citation:
    """The passage as a citation, cut from its document; the span marked inside it.

    MovedError when the document has gone, or has other text there by now.
    """
    document = document_of(passage, store)
    at = None if span is None else (passage.start + span.start, passage.start + span.end)
    return Citation(
        number=number,
        doc_id=document.doc_id,
        title=document.title,
        source=document.source,
        sha256=document.sha256,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        highlight=None if span is None else (span.start, span.end),
        glosses=meanings(passage.text, document.glossary),
        speaker=speaker_of(document.text, passage.start, passage.end, at),
    )


def short_answer(
    question: str, kind: Kind, chosen: Candidate, glossary: Sequence[Gloss] = ()
) -> str | None:
    """The span, or yes or no where the sentence settles it; None where the sentence must do.

    What settles it is the sentence as it reads with the `glossary`.
    """
    if chosen.span is not None:
        return chosen.span.text
    if kind == "yes-no" and chosen.hit.coverage >= _SETTLED:
        return verdict(question, reworded(chosen.passage.text, glossary).text)
    return None


def _reason(found: Found, choice: Choice | None) -> str:
    if not found.weights:
        return _NOTHING_ASKED
    if not any(hit.coverage for hit in found.hits[:_RELATED]):
        return _NOTHING_NEAR
    if choice is not None and choice.evidence.opposed and choice.evidence.coverage >= _SETTLED:
        return _OPPOSED
    return _NO_SENTENCE
