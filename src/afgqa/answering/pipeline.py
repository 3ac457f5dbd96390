"""What is done for a question: searched, read, chosen, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from afgqa.answering.answer_type_policy import policy
from afgqa.answering.confidence import Calibration, Evidence, calibration, confidence, evidence_of
from afgqa.answering.quotations import quoted
from afgqa.answering.selection import eligible, from_sentences, pick
from afgqa.answering.speaker_answers import answer_with_speaker
from afgqa.answering.yes_no import contradicts
from afgqa.answers import Seconds
from afgqa.language.abbreviation_expansions import expansions
from afgqa.language.glossary import reworded
from afgqa.protocols import Embedder, Reader, Snapshot
from afgqa.question.analysis import Question
from afgqa.reading.candidates import Candidate, judge_hits, read_hits
from afgqa.reading.units import documents_of
from afgqa.search.retrieval import Found, retrieve
from afgqa.settings import Settings
from afgqa.types import Document, Mode, Passage

__all__ = ["RELATED", "Choice", "Trace", "choose", "judges", "read", "trace"]

RELATED: Final = 3  # sentences that are shown with a refusal


@dataclass(frozen=True, slots=True)
class Choice:
    """What to answer from: a span or a whole sentence, and what speaks for it.

    `source` is the candidate of the reading that `candidate` was made of. `coverage` is set where
    the answer is a quotation that was asked for: how much (0..1) of the question it holds.
    """

    candidate: Candidate
    evidence: Evidence
    source: Candidate
    coverage: float | None = None

    def confidence(self, fitted: Calibration) -> float:
        """How probable (0..1) it is that this answers the question.

        That of a quotation is how much of the question it holds: what is fitted knows spans alone.
        """
        return confidence(self.evidence, fitted) if self.coverage is None else self.coverage


@dataclass(frozen=True, slots=True)
class Trace:
    """All that was done for one standalone question, before it is put into words.

    `documents` are those of the likeliest hits, by id. `candidates` are those that may answer.
    `choice` is None where nothing was found. `confidence`
    (0..1) is compared with `threshold`, under which the question is refused; `fitted` says how it
    comes about.
    """

    question: Question
    found: Found
    documents: Mapping[str, Document]
    candidates: tuple[Candidate, ...]
    choice: Choice | None
    confidence: float
    threshold: float
    fitted: Calibration
    seconds: Seconds

    @property
    def answered(self) -> bool:
        """Whether what was chosen is sure enough to be the answer."""
        return self.choice is not None and self.confidence >= self.threshold


def trace(
    question: Question,
    *,
    view: Snapshot,
    documents: Mapping[str, Document],
    embedder: Embedder,
    reader: Reader,
    settings: Settings,
    mode: Mode = "hybrid",
    docs: Sequence[str] | None = None,
) -> Trace:
    """Search for a standalone question, read what is found, and choose.

    `documents` are those of `view`, by id.
    """
    began = perf_counter()
    text = question.search_text
    found = retrieve(view, embedder, text, settings=settings, mode=mode, docs=docs)
    retrieved = perf_counter()
    judged = judges(reader, question)
    fitted = calibration(reader.name, judged=judged)
    candidates = read(
        found,
        question,
        view=view,
        documents=documents,
        reader=reader,
        settings=settings,
        judged=judged,
    )
    near = [hit.passage for hit in found.hits[:RELATED]]
    documents = documents_of([*(it.passage for it in candidates), *near], documents)
    choice = choose(candidates, found, question, documents, view=view, fitted=fitted)
    probability = 0.0 if choice is None else choice.confidence(fitted)
    done = perf_counter()
    return Trace(
        question=question,
        found=found,
        documents=documents,
        candidates=candidates,
        choice=choice,
        confidence=probability,
        threshold=fitted.threshold if settings.threshold is None else settings.threshold,
        fitted=fitted,
        seconds=Seconds(retrieve=retrieved - began, read=done - retrieved, total=done - began),
    )


def judges(reader: Reader, question: Question) -> bool:
    """Whether the reader tells by itself what a sentence says to the question: yes or no."""
    return reader.verdicts and policy(question.answer_type).verdict


def read(
    found: Found,
    question: Question,
    *,
    view: Snapshot,
    documents: Mapping[str, Document],
    reader: Reader,
    settings: Settings,
    judged: bool,
) -> tuple[Candidate, ...]:
    """What is read for the question that may answer it: spans, or sentences that are `judged`."""
    text, count = question.search_text, settings.read
    hits: Sequence[Candidate]
    if judged:
        hits = judge_hits(found, text, documents=documents, reader=reader, count=count + count // 2)
    else:
        # What lies behind a margin like this is not likely by itself.
        margins = calibration(reader.name).margins
        enough = math.inf if question.several else margins.likely + margins.behind
        hits = read_hits(
            found, text, view=view, documents=documents, reader=reader, count=count, enough=enough
        )
        hits = from_sentences(hits, documents, likely=margins.likely)
    return eligible(hits, question)


def choose(
    candidates: Sequence[Candidate],
    found: Found,
    question: Question,
    documents: Mapping[str, Document],
    *,
    view: Snapshot,
    fitted: Calibration,
) -> Choice | None:
    """Pick the best candidate and adapt it to the answer type. None if there are no candidates.

    Who asks for somebody's words gets the quotation around it, who asks who says it the speaker,
    and who asks for yes or no the sentence. `documents` are those of the candidates, by id.
    """
    by = {"weight": fitted.margin, "whole": fitted.whole}
    how = policy(question.answer_type)
    source = chosen = pick(candidates, question, **by)
    if source is None or chosen is None:
        return None
    question_coverage = None
    if how.quotation and (
        quotation := quoted(candidates, found.weights, documents=documents, **by)
    ):
        source, chosen = quotation.candidate, quotation.whole
        question_coverage = quotation.coverage
    if how.speaker and question.speech_verb is not None:
        text = documents[chosen.passage.ref.doc_id].text
        chosen = answer_with_speaker(question.speech_verb, chosen, text)
    if how.verdict:
        chosen = chosen.as_sentence
    evidence = evidence_of(
        chosen,
        candidates,
        typed=how.typed,
        open_ended=question.several or how.expansion in ("cause", "manner"),
        contradicted=how.premise
        and contradicts(question.text, _as_read(chosen.passage, question.text, documents)),
        weights=found.weights,
        frequencies=view.frequencies(list(found.weights)),
    )
    return Choice(chosen, evidence, source, question_coverage)


def _as_read(passage: Passage, question: str, documents: Mapping[str, Document]) -> str:
    """The passage as it reads with what its document's phrases mean."""
    return reworded(passage.text, expansions(documents[passage.ref.doc_id], question)).text
