"""Results as JSON objects: answers, hits and explanations, as the contracts in `docs/` say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from afgqa.answering.explanation import Explanation
from afgqa.answers import Answer, Citation
from afgqa.errors import QuestionError
from afgqa.types import Hit, Verdict

__all__ = [
    "HISTORY_LIMIT",
    "answer_row",
    "check_history",
    "error_row",
    "explanation_row",
    "hit_row",
]

Row = dict[str, Any]

# Every earlier question is answered anew, so one line could otherwise ask for hours of work.
HISTORY_LIMIT = 20


def answer_row(answer: Answer, name: str | int | None = None) -> Row:
    """An answer as a JSON object, in the order of the contract; `name` is its id."""
    return {
        "id": name,
        "question": answer.question,
        "standalone": answer.standalone,
        "answered": answer.answered,
        "short": answer.short,
        "text": answer.text,
        "confidence": round(answer.confidence, 4),
        "reason": answer.reason,
        "citations": [_citation_row(citation) for citation in answer.citations],
        "otherwise": answer.otherwise,
        "related": [_citation_row(citation) for citation in answer.related],
        "suggested": list(answer.suggested),
        "seconds": {key: round(value, 6) for key, value in asdict(answer.seconds).items()},
    }


def _citation_row(citation: Citation) -> Row:
    glosses = [meaning._asdict() for meaning in citation.glosses]
    dates = [date._asdict() for date in citation.dates]
    return asdict(citation) | {"glosses": glosses, "dates": dates}


def hit_row(hit: Hit) -> Row:
    """A hit as a JSON object."""
    return {
        "doc_id": hit.passage.ref.doc_id,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "score": round(hit.score, 6),
        "similarity": None if hit.similarity is None else round(hit.similarity, 6),
        "coverage": round(hit.coverage, 6),
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
    }


def explanation_row(explanation: Explanation) -> Row:
    """An explanation as a JSON object, with its answer; docs/explain.md says what is in it."""
    return {
        "answer": answer_row(explanation.answer),
        "kind": explanation.kind,
        "searched": explanation.searched,
        "hits": [hit_row(hit) for hit in explanation.hits],
        "considered": [
            {
                "doc_id": one.doc_id,
                "start": one.start,
                "end": one.end,
                "span": one.span,
                "margin": _rounded(one.margin),
                "verdict": None if one.verdict is None else _shares(one.verdict),
                "evidence": round(one.evidence, 6),
                "behind": round(one.behind, 6),
                "fate": one.fate,
            }
            for one in explanation.considered
        ],
        "parts": [asdict(part) | {"logit": part.logit} for part in explanation.parts],
        "held": explanation.held,
        "confidence": explanation.confidence,
        "threshold": explanation.threshold,
    }


def _shares(verdict: Verdict) -> Row:
    return {name: round(share, 6) for name, share in asdict(verdict).items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def error_row(name: str | int | None, problem: object) -> Row:
    """What stands in the place of an answer that could not be tried."""
    return {"id": name, "error": str(problem)}


def check_history(history: object) -> list[str]:
    """The earlier questions of a conversation, oldest first; None stands for none.

    QuestionError unless it is a list of at most `HISTORY_LIMIT` strings.
    """
    if history is None:
        return []
    if not isinstance(history, list) or not all(isinstance(item, str) for item in history):
        raise QuestionError('"history" must be a list of strings')
    if len(history) > HISTORY_LIMIT:
        raise QuestionError(
            f'"history" holds {len(history):,} questions; the limit is {HISTORY_LIMIT}. '
            "Leave out the oldest."
        )
    return history
