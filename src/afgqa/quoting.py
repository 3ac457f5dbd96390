"""The answer to a question for somebody's exact words: a whole quotation of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from afgqa.protocols import VectorStore
from afgqa.quotations import quotation_at
from afgqa.reading import Candidate, MovedError, document_of, fused
from afgqa.types import Passage, Span

__all__ = ["quoted"]


def quoted(
    candidates: Sequence[Candidate], *, store: VectorStore, weight: float, whole: float
) -> Candidate | None:
    """The candidate with the most evidence that lies in a quotation, with that as its span.

    `weight` and `whole` as for `fused`. What is cited is every sentence that the quotation runs
    over. None where no candidate lies in one. MovedError when a document was replaced since the
    search.
    """
    for candidate in sorted(candidates, key=lambda c: -fused(c, weight=weight, whole=whole)):
        found = _around(candidate, store)
        if found is not None:
            passage, start, end = found
            score = 0.0 if candidate.span is None else candidate.span.score
            span = Span(start, end, passage.text[start:end], score)
            margin = 0.0 if candidate.margin is None else candidate.margin
            return replace(candidate, passage=passage, span=span, margin=margin)
    return None


def _around(candidate: Candidate, store: VectorStore) -> tuple[Passage, int, int] | None:
    """The sentences that the candidate's quotation runs over, and its place in them.

    The one that the span lies in; where that lies in none, the longest of the passage.
    """
    passage, span = candidate.passage, candidate.span
    text = document_of(passage, store).text
    found = None
    if span is not None:
        found = quotation_at(text, passage.start + span.start, passage.start + span.end)
    found = found or quotation_at(text, passage.start, passage.end)
    if found is None:
        return None
    start, end = found
    reach = range(min(start, passage.start), max(end, passage.end))
    try:
        sentences = store.passages(passage.ref.doc_id, "sentence")
    except KeyError as error:
        raise MovedError(f"{passage.ref.doc_id} has gone") from error
    touched = [s for s in sentences if s.start < reach.stop and s.end > reach.start]
    if not touched:
        raise MovedError(f"{passage.ref} does not lie where its offsets say")
    first, last = touched[0], touched[-1]
    run = text[first.start : last.end]
    whole = replace(first, end=last.end, text=run, last=last.last, terms=())
    return whole, start - first.start, end - first.start
