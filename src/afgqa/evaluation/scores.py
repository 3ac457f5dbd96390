"""What one answer is worth: its scores by the name of the measure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from afgqa.answers import Answer
from afgqa.evaluation.measures import (
    Place,
    citation_precision,
    citation_recall,
    exact_match,
    f1,
    first_citation,
    retrieval,
)
from afgqa.evaluation.question_sets import Example
from afgqa.evaluation.rows import places_of, prediction
from afgqa.language.tokens import normalize
from afgqa.types import Hit

__all__ = ["SECONDS", "scores_of"]

SECONDS: Final = "seconds"
_VERDICT: Final = re.compile(r"(?:yes|no)\b")


def scores_of(example: Example, answer: Answer, hits: Sequence[Hit]) -> dict[str, float]:
    """Every score that the question has gold for; `reports.MEANINGS` says what they mean.

    `hits` is what a search for the question found, best first.
    """
    refused = float(not answer.answered)
    scores = {SECONDS: answer.seconds.total} | _ranks(example, hits)
    # Of the refusals how many were right, of the answers how many had one to give.
    scores |= (
        {"answer_precision": float(example.answerable)}
        if answer.answered
        else {"refusal_precision": float(not example.answerable)}
    )
    if not example.answerable:
        return scores | {
            "EM": refused,
            "F1": refused,
            "refused_unanswerable": refused,
            "right": refused,
        }
    scores["refused_answerable"] = refused
    said, cited = prediction(answer), places_of(answer)
    right = not refused
    if example.answers:
        em, words = exact_match(said, example.answers), f1(said, example.answers)
        scores |= {"EM": em, "F1": words, "EM_answerable": em, "F1_answerable": words}
        scores["accepted"] = float(accepted(said, example.answers))
        right = right and bool(scores["accepted"])
    if example.evidence:
        scores |= {
            "first_citation": first_citation(cited, example.evidence),
            "citation_precision": citation_precision(cited, example.evidence),
            "citation_recall": citation_recall(cited, example.evidence),
        }
        right = right and bool(scores["citation_recall"])
    scores["right"] = scores["right_answerable"] = float(right)
    return scores


def accepted(said: str, answers: Sequence[str]) -> bool:
    """Whether an accepted answer stands in what was said, both normalised, as whole words.

    A longer answer is as right for a reader as the words alone (the measure is called accuracy in
    Mallen et al. 2023, section 3); a yes or no must be the first word of it.
    """
    words = normalize(said)
    for answer in map(normalize, answers):
        if _VERDICT.fullmatch(answer):
            if words.split()[:1] == [answer]:
                return True
        elif answer and f" {answer} " in f" {words} ":
            return True
    return False


def _ranks(example: Example, hits: Sequence[Hit]) -> dict[str, float]:
    """The retrieval scores; none for a question without evidence."""
    if not example.evidence:
        return {}
    found = [Place(hit.passage.ref.doc_id, hit.passage.start, hit.passage.end) for hit in hits]
    return retrieval({example.id: found}, {example.id: example.evidence})[example.id]
