"""The wording of an explanation, used by both the terminal and the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from afgqa.answering.explanation import Considered, Explanation, Part
from afgqa.types import Hit, Passage

__all__ = [
    "CANDIDATES",
    "CONFIDENCE",
    "SEARCHED",
    "ExplanationView",
    "Row",
    "explanation_view",
    "found_by",
]

SEARCHED: Final = "Searched for"
CANDIDATES: Final = "Candidate answers"
CONFIDENCE: Final = "Confidence"
_SUMMARY: Final = "The sentences that together best represent the text."
_QUOTATION: Final = "The share of the question's terms in the quotation and its speaker."


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence or a span: its label, its text, and the passage that contains it."""

    label: str
    text: str
    passage: Passage


@dataclass(frozen=True, slots=True)
class ExplanationView:
    """How an answer came about, in words.

    `summary` is set for a summary only and replaces everything below it. `found` contains the best
    hits, under the heading `found_title`; `candidates` the best candidates. `confidence` also
    states the threshold. `signals` are the parts of its log odds, the strongest first; `note`
    explains a confidence that is not computed from signals. `seconds` is the time needed.
    """

    answer_type: str
    searched: str
    summary: str | None
    found_title: str
    found: tuple[Row, ...]
    candidates: tuple[Row, ...]
    confidence: str
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
        found_title=f"Found {len(hits)} sentence{'s' * (len(hits) != 1)}, best first",
        found=tuple(
            Row(f"{hit.score:.2f} · {found_by(hit)}", hit.passage.text, hit.passage)
            for hit in hits[:most]
        ),
        candidates=tuple(
            Row(
                _label(candidate, answered=answered),
                _words(candidate),
                candidate.candidate.passage,
            )
            for candidate in explanation.considered[:most]
        ),
        confidence=f"{trace.confidence:.2f}; refused below {trace.threshold:.2f}",
        signals=tuple(sorted(explanation.parts, key=lambda part: -abs(part.logit))),
        note=_QUOTATION if quotation else None,
        seconds=f"{seconds.retrieve * 1000:.0f} ms to search, {seconds.read * 1000:.0f} ms to read",
    )


def found_by(hit: Hit) -> str:
    """The rank that each search gave a hit, in words."""
    ranks = (("by meaning", hit.dense_rank), ("by words", hit.lexical_rank))
    return (
        ", ".join(f"{how} {rank}" for how, rank in ranks if rank is not None)
        or "in a matching chunk"
    )


def _label(weighed: Considered, *, answered: bool) -> str:
    fates = {
        "taken": "chosen" if answered else "the most likely",
        "a span was found in it": "a span in it was considered instead",
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
