"""The words of an answer: its citations, its short form, and what a person reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from afgqa.answering.answer_type_policy import policy
from afgqa.answering.quotation_view import date_note, glossed
from afgqa.answering.yes_no import given, verdict
from afgqa.answers import Citation
from afgqa.language.document_date import document_date
from afgqa.language.glossary import meanings, reworded
from afgqa.language.quotation_attribution import speaker_of
from afgqa.language.relative_dates import relative_dates
from afgqa.language.tokens import terms
from afgqa.question.analysis import Question
from afgqa.reading.candidates import Candidate, SpanCandidate
from afgqa.types import Document, Gloss, Passage, RelativeDate, Span

__all__ = ["SETTLED", "cite", "enumerated", "said", "separators", "short_answer"]

# A yes or no is given only where the sentence holds a tenth of what was asked: with less in
# common the words of both are too few to tell which it is.
SETTLED: Final = 0.1


def cite(document: Document, passage: Passage, number: int, span: Span | None = None) -> Citation:
    """The passage of the document as a citation; the span marked inside it."""
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
        dates=relative_dates(passage.text, document_date(document.text), document.glossary),
        speaker=speaker_of(document.text, passage.start, passage.end, at),
        page=document.page(passage.start),
    )


def short_answer(
    question: Question,
    shown: Sequence[Candidate],
    glossary: Sequence[Gloss] = (),
    *,
    sure: float = 1.0,
) -> str | None:
    """The spans, or yes or no where the sentence settles it; None where the sentence must do.

    A yes or no of the reader counts where it is as probable as `sure` (0..1). Where the reader does
    not judge, what settles it is the sentence as it reads with the `glossary`.
    """
    spans = [one.span.text for one in shown if isinstance(one, SpanCandidate)]
    if spans:
        return enumerated(spans)
    if not policy(question.answer_type).verdict:
        return None
    first = shown[0].as_sentence
    if first.verdict is not None:
        return given(first.verdict, sure)
    if first.hit.coverage >= SETTLED:
        return verdict(question.text, reworded(first.passage.text, glossary).text)
    return None


def said(
    question: Question, short: str | None, citations: Sequence[Citation], glossary: Sequence[Gloss]
) -> str:
    """What a person reads: each part of the answer with its glosses and its citation's number.

    Who says so is named where the text quotes or reports it, unless the question names him; a
    date that counts from the day of the text is followed by what it comes to.
    """
    parts = []
    for citation in citations:
        marked = None if citation.highlight is None else citation.text[slice(*citation.highlight)]
        # A yes or no is not of the text, so nothing in it wants explaining.
        verbatim = citation.text if short is None else marked
        part = short if verbatim is None else glossed(verbatim, meanings(verbatim, glossary))
        notes = [f" ({date_note(it)})" for it in _dates_in_answer(citation)]
        part = "".join((part or "", *notes))
        speaker = citation.speaker
        if short is not None and speaker and not set(terms(speaker)) <= set(question.terms):
            part = f"{part}, according to {glossed(speaker, meanings(speaker, glossary))}"
        parts.append(f"{part} [{citation.number}]")
    return " ".join(parts) if short is None else enumerated(parts)


def _dates_in_answer(citation: Citation) -> list[RelativeDate]:
    first, last = citation.highlight or (0, 0)
    return [it for it in citation.dates if it.start < last and first < it.end]


def enumerated(parts: Sequence[str]) -> str:
    """One, "one and two", "one, two and three"; with semicolons where there are commas in them."""
    return "".join(f"{before}{part}" for before, part in zip(separators(parts), parts, strict=True))


def separators(parts: Sequence[str]) -> list[str]:
    """What stands before each of several parts where they are enumerated."""
    comma, last = ("; ", "; and ") if any("," in part for part in parts) else (", ", " and ")
    return ["", *[comma] * (len(parts) - 2), *[last] * (len(parts) > 1)]
