"""Readers: what finds the answer inside a passage.

`TypedReader` needs no model: it proposes spans by the form of text that a kind of question asks
for (names for "who", dates for "when", ...) and scores them by how near they stand to the
question's words.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence

from afgqa.language.tokens import terms, token_offsets
from afgqa.question.answer_type import answer_type_of
from afgqa.reading.typed_spans import candidates
from afgqa.search.term_weights import weigh
from afgqa.types import Reading, Span, Unit

__all__ = ["TypedReader"]

# How fast the pull of a matching word fades: at this many characters it is down to 37 %. Half of
# a typical clause of forty to fifty characters.
_REACH = 24


class TypedReader:
    """Spans by the question's kind, ranked by their distance to the question's words.

    The score of a span lies in 0..1: the salient share of the question's terms in the passage,
    each term fading with its distance from the span. `no_answer` is the share that is missing
    from the passage altogether, so a span beats it only where the passage speaks of the matter.
    """

    @property
    def name(self) -> str:
        return "typed"

    @property
    def unit(self) -> Unit:
        return "sentence"

    @property
    def titles(self) -> bool:
        return False

    @property
    def verdicts(self) -> bool:
        return False

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        kind = answer_type_of(question)
        asked = terms(question)
        weights = weigh(asked, dict.fromkeys(asked, 0), 1) if asked else {}
        readings = []
        for passage in passages:
            where: dict[str, list[tuple[int, int]]] = {}
            for term, start, end in token_offsets(passage):
                if term in weights:
                    where.setdefault(term, []).append((start, end))
            spans = [
                Span(start, end, passage[start:end], _pull(weights, where, start, end))
                for start, end in dict.fromkeys(candidates(kind, question, passage))
            ]
            spans.sort(key=lambda span: (-round(span.score, 6), span.start, span.end))
            missing = sum(weight for term, weight in weights.items() if term not in where)
            readings.append(Reading(tuple(spans), missing))
        return tuple(readings)


def _pull(
    weights: dict[str, float], where: dict[str, list[tuple[int, int]]], start: int, end: int
) -> float:
    total = 0.0
    for term, places in where.items():
        at = bisect(places, (start, start))  # places do not overlap: the nearest is beside it
        nearest = min(max(start - b, a - end, 0) for a, b in places[max(0, at - 1) : at + 1])
        total += weights[term] * math.exp(-nearest / _REACH)
    return total
