"""What is shown of an explanation, worded once; the terminal and the page are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from afgqa.answering.explanation import Considered, Explanation, Part
from afgqa.types import Hit, Passage

__all__ = ["SEARCHED", "SURE", "WEIGHED", "ExplanationView", "Row", "explanation_view", "found_by"]

SEARCHED: Final = "Searched for"
WEIGHED: Final = "Read and weighed"
SURE: Final = "How sure"
_SUMMARY: Final = "The sentences that together are most like all of the text."
_QUOTATION: Final = "How much of the question the quotation's sentences and its speaker hold."


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence or a span: what is to be said of it, its words, and the passage that holds it."""

    label: str
    text: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """How an answer came about, in words.

    `summary` says what a summary was taken from, and stands for all that follows it; None for any
    other answer. `found` are the best hits under `found_title`, `weighed` the best candidates.
    `sure` is the confidence with its threshold; `signals` make it, the strongest first, and `note`
    says what makes it where they do not. `seconds` is the time that it took.
    """

    answer_type: str
    searched: str
    summary: str | None
    found_title: str
    found: tuple[Row, ...]
    weighed: tuple[Row, ...]
    sure: str
    signals: tuple[Part, ...]
    note: str | None
    seconds: str


def explanation_view(explanation: Explanation, *, most: int) -> ExplanationView:
    """The view of an explanation, with at most so many hits and candidates."""
    trace, answered = explanation.trace, explanation.answer.answered
    hits, seconds = trace.found.hits, trace.seconds
    quotation = trace.choice is not None and trace.choice.coverage is not None
    return ExplanationView(
        answer_type=trace.question.answer_type,
        searched=trace.question.search_text,
        summary=_SUMMARY if trace.question.answer_type == "summary" else None,
        found_title=f"Found {len(hits)} sentence{'s' * (len(hits) != 1)}, the best first",
        found=tuple(
            Row(f"{hit.score:.2f} · {found_by(hit)}", hit.passage.text, hit.passage)
            for hit in hits[:most]
        ),
        weighed=tuple(
            Row(
                _label(candidate, answered=answered),
                _words(candidate),
                candidate.candidate.passage,
            )
            for candidate in explanation.considered[:most]
        ),
        sure=f"{trace.confidence:.2f}; under {trace.threshold:.2f} it is refused",
        signals=tuple(sorted(explanation.parts, key=lambda part: -abs(part.logit))),
        note=_QUOTATION if quotation else None,
        seconds=f"{seconds.retrieve * 1000:.0f} ms to search, {seconds.read * 1000:.0f} ms to read",
    )


def found_by(hit: Hit) -> str:
    """The rank that each search gave a hit, in words."""
    ranks = (("by meaning", hit.dense_rank), ("by words", hit.lexical_rank))
    return ", ".join(f"{how} {rank}" for how, rank in ranks if rank is not None) or "by its context"


def _label(weighed: Considered, *, answered: bool) -> str:
    fates = {
        "taken": "taken" if answered else "the likeliest",
        "a span was found in it": "a span in it was weighed instead",
        "less evidence": f"behind by {weighed.behind:.2f}",
    }
    parts = [fates[weighed.fate]]
    if weighed.candidate.margin is not None:
        parts.append(f"{weighed.candidate.margin:+.1f} against no answer")
    if (verdict := weighed.verdict) is not None:
        parts += [f"yes {verdict.yes:.2f}", f"no {verdict.no:.2f}"]
    return f"{weighed.evidence:.2f} · {', '.join(parts)}"


def _words(weighed: Considered) -> str:
    return "the whole sentence" if weighed.span_text is None else f"“{weighed.span_text}”"
