"""A second look at the likeliest sentences, by a second reader, each between its neighbours.

A chunk begins and ends where the text before it happens to, and what a reader marks in it changes
a little with that; another reader, trained apart from the first, makes other mistakes. So the two
likeliest sentences are read once more by that one, each in the middle of a window of its own (both
in one where they are neighbours), and the margin of every span in it is the mean of both looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from afgqa.protocols import Reader, VectorStore
from afgqa.reading.candidates import Candidate, document_of, fused, read_units
from afgqa.types import Passage, Ref

__all__ = ["margin_of_both", "rescore"]

# Looked for on the fitting half of SQuAD 2.0: a third one gained little, and one alone less.
_SENTENCES: Final = 2


def rescore(
    candidates: Sequence[Candidate],
    question: str,
    *,
    store: VectorStore,
    reader: Reader,
    weight: float,
) -> tuple[Candidate, ...]:
    """The candidates in the same order, with the margins of both looks where there is a second.

    `reader` is the one of the first look, its `second` reads now. `weight` is that of a span beside
    retrieval, as for `fused`. A reader of sentences looks once. StaleIndexError when a document was
    replaced since the first look.
    """
    windows: list[Passage] = []
    for candidate in _likeliest(candidates, weight) if reader.unit == "chunk" else ():
        if not any(_holds(window, candidate.passage) for window in windows):
            windows.append(_window_around(candidate.passage, store))
    if not windows:
        return tuple(candidates)
    margins = [
        {
            (span.start, span.end): span.score - reading.no_answer
            for span in reversed(reading.spans)  # of two that stand for one phrase the better
        }
        for window, reading in zip(
            windows, read_units(reader.second, question, windows, store), strict=True
        )
    ]
    looked = []
    for candidate in candidates:
        seen = (m for w, m in zip(windows, margins, strict=True) if _holds(w, candidate.passage))
        looked.append(_with_both(candidate, next(seen, {})))
    return tuple(looked)


def _holds(window: Passage, passage: Passage) -> bool:
    within = window.start <= passage.start and passage.end <= window.end
    return within and passage.ref.doc_id == window.ref.doc_id


def _likeliest(candidates: Sequence[Candidate], weight: float) -> Sequence[Candidate]:
    """The best span of each of the best sentences."""
    best: dict[Ref, Candidate] = {}
    for candidate in candidates:
        if candidate.span is not None:
            before = best.setdefault(candidate.hit.passage.ref, candidate)
            if _fused(candidate, weight) > _fused(before, weight):
                best[candidate.hit.passage.ref] = candidate
    return sorted(best.values(), key=lambda c: -_fused(c, weight))[:_SENTENCES]


def _fused(candidate: Candidate, weight: float) -> float:
    return fused(candidate, weight=weight, whole=0.0)


def _window_around(passage: Passage, store: VectorStore) -> Passage:
    """From the beginning of the sentence before to the end of the sentence after."""
    doc_id = passage.ref.doc_id
    start, end = passage.start, passage.end
    text = document_of(passage, store).text
    for number in (passage.first - 1, passage.last):
        try:
            (beside,) = store.fetch([Ref(doc_id, "sentence", number)])
        except KeyError:
            continue  # the passage is the first or the last of its document
        start, end = min(start, beside.start), max(end, beside.end)
    return replace(passage, start=start, end=end, text=text[start:end], terms=())


def _with_both(candidate: Candidate, margins: Mapping[tuple[int, int], float]) -> Candidate:
    span, margin = candidate.span, candidate.margin
    if span is None or margin is None:
        return candidate
    start, end = candidate.passage.start + span.start, candidate.passage.start + span.end
    mean = margin_of_both(margin, (start, end), margins)
    return replace(candidate, span=replace(span, score=span.score + mean - margin), margin=mean)


def margin_of_both(
    margin: float, place: tuple[int, int], again: Mapping[tuple[int, int], float]
) -> float:
    """The mean of a span's margin and the one that it has in a second look.

    `again` has the margins of the second look by place. That of the same place counts; else that of
    the best span that overlaps it; else the span counts there as the least. Without any span in the
    second look the margin stays as it is.
    """
    if not again:
        return margin
    start, end = place
    over = [m for (a, b), m in again.items() if a < end and start < b]
    return (margin + again.get(place, max(over, default=min(again.values())))) / 2
