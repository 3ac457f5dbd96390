"""What is done for a question: searched, read, chosen, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from afgqa.answering.confidence import Calibration, Evidence, calibration, confidence, evidence_of
from afgqa.answering.policy import policy
from afgqa.answering.quotations import quoted
from afgqa.answering.selection import eligible, pick
from afgqa.answering.speakers import answer_with_speaker
from afgqa.answering.yes_no import contradicts
from afgqa.language.abbreviations import expansions
from afgqa.language.glossary import reworded
from afgqa.protocols import Embedder, Reader, VectorStore
from afgqa.question.analysis import Question
from afgqa.reading.candidates import Candidate, document_of, judge_hits, read_hits
from afgqa.search.retrieval import Found, retrieve
from afgqa.settings import Settings
from afgqa.types import Mode, Passage, Seconds

__all__ = ["Choice", "Trace", "choose", "judges", "read", "trace"]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to answer from: a span or a whole sentence, and what speaks for it.

    `taken` is the candidate of the reading that `candidate` was made of. `held` is set where the
    answer is a quotation that was asked for: how much (0..1) of the question it holds.
    """

    candidate: Candidate
    evidence: Evidence
    taken: Candidate
    held: float | None = None

    def confidence(self, fitted: Calibration) -> float:
        """How probable (0..1) it is that this answers the question.

        That of a quotation is how much of the question it holds: what is fitted knows spans alone.
        """
        return confidence(self.evidence, fitted) if self.held is None else self.held


@dataclass(frozen=True, slots=True)
class Trace:
    """All that was done for one standalone question, before it is put into words.

    `candidates` are those that may answer. `choice` is None where nothing was found. `confidence`
    (0..1) is compared with `threshold`, under which the question is refused; `fitted` says how it
    comes about.
    """

    question: Question
    found: Found
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
    store: VectorStore,
    embedder: Embedder,
    reader: Reader,
    settings: Settings,
    mode: Mode = "hybrid",
    docs: Sequence[str] | None = None,
) -> Trace:
    """Search for a standalone question, read what is found, and choose.

    StaleIndexError when a document was replaced meanwhile.
    """
    began = perf_counter()
    text = question.search_text
    found = retrieve(store, embedder, text, settings=settings, mode=mode, docs=docs)
    retrieved = perf_counter()
    fitted = calibration(reader.name, judged=judges(reader, question))
    candidates = read(found, question, store=store, reader=reader, settings=settings)
    choice = choose(candidates, found, question, store=store, fitted=fitted)
    probability = 0.0 if choice is None else choice.confidence(fitted)
    done = perf_counter()
    return Trace(
        question=question,
        found=found,
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
    found: Found, question: Question, *, store: VectorStore, reader: Reader, settings: Settings
) -> tuple[Candidate, ...]:
    """What is read for the question that may answer it: spans, or sentences that were judged.

    StaleIndexError when a document was replaced since the search.
    """
    look = judge_hits if judges(reader, question) else read_hits
    text, count = question.search_text, settings.read
    return eligible(look(found, text, store=store, reader=reader, count=count), question)


def choose(
    candidates: Sequence[Candidate],
    found: Found,
    question: Question,
    *,
    store: VectorStore,
    fitted: Calibration,
) -> Choice | None:
    """Pick the best candidate and adapt it to the answer type. None if there are no candidates.

    Who asks for somebody's words gets the quotation around it, who asks who says it the speaker,
    and who asks for yes or no the sentence.
    """
    by = {"weight": fitted.margin, "whole": fitted.whole}
    how = policy(question.answer_type)
    taken = chosen = pick(candidates, question, **by)
    if taken is None or chosen is None:
        return None
    held = None
    if how.quotation and (quotation := quoted(candidates, found.weights, store=store, **by)):
        taken, chosen, held = quotation.candidate, quotation.whole, quotation.held
    if how.speaker and question.speech_verb is not None:
        text = document_of(chosen.passage, store).text
        chosen = answer_with_speaker(question.speech_verb, chosen, text)
    if how.verdict:
        chosen = chosen.as_sentence
    evidence = evidence_of(
        chosen,
        candidates,
        typed=how.typed,
        opposed=how.premise
        and contradicts(question.text, _as_read(chosen.passage, question.text, store)),
        weights=found.weights,
        frequencies=store.frequencies(list(found.weights)),
    )
    return Choice(chosen, evidence, taken, held)


def _as_read(passage: Passage, question: str, store: VectorStore) -> str:
    """The passage as it reads with what its document's phrases mean."""
    return reworded(passage.text, expansions(document_of(passage, store), question)).text
