"""What is done for a question: searched, read, chosen, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from afgqa.answering.confidence import Calibration, Evidence, calibration, confidence, evidence_of
from afgqa.answering.quotations import quoted
from afgqa.answering.speakers import voiced
from afgqa.answering.yes_no import contradicts
from afgqa.language.abbreviations import wordings
from afgqa.language.glossary import reworded
from afgqa.protocols import Embedder, Reader, VectorStore
from afgqa.question.answer_type import Kind, kind_of
from afgqa.question.requests import asks_who_says, what_was_said
from afgqa.reading.candidates import Candidate, document_of, pick, read_hits
from afgqa.reading.ensemble import look_again
from afgqa.search.retrieval import Found, retrieve
from afgqa.settings import Settings
from afgqa.types import Mode, Passage, Seconds

__all__ = ["Choice", "Trace", "choose", "searched_as", "trace"]


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

    `searched` is the question as passages were found and read for it. `read` are the candidates of
    the first look, `candidates` those of both looks, in the same order. `choice` is None where
    nothing was found. `confidence` (0..1) is compared with `threshold`, under which the question is
    refused; `fitted` says how it comes about.
    """

    question: str
    kind: Kind
    searched: str
    found: Found
    read: tuple[Candidate, ...]
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
    question: str,
    *,
    store: VectorStore,
    embedder: Embedder,
    reader: Reader,
    settings: Settings,
    mode: Mode = "hybrid",
    docs: Sequence[str] | None = None,
) -> Trace:
    """Search for a standalone question, read what is found, and choose.

    MovedError when a document was replaced meanwhile.
    """
    began = perf_counter()
    kind = kind_of(question)
    searched = searched_as(question, kind)
    found = retrieve(store, embedder, searched, settings=settings, mode=mode, docs=docs)
    retrieved = perf_counter()
    fitted = calibration(reader.name)
    read = read_hits(found, searched, store=store, reader=reader, count=settings.read)
    candidates = look_again(read, searched, store=store, reader=reader, weight=fitted.margin)
    choice = choose(candidates, found, question, kind, store=store, fitted=fitted)
    probability = 0.0 if choice is None else choice.confidence(fitted)
    done = perf_counter()
    return Trace(
        question=question,
        kind=kind,
        searched=searched,
        found=found,
        read=read,
        candidates=candidates,
        choice=choice,
        confidence=probability,
        threshold=fitted.threshold if settings.threshold is None else settings.threshold,
        fitted=fitted,
        seconds=Seconds(retrieve=retrieved - began, read=done - retrieved, total=done - began),
    )


def searched_as(question: str, kind: Kind) -> str:
    """The question as passages are found and read for it."""
    return what_was_said(question) if kind == "quote" else question


def choose(
    candidates: Sequence[Candidate],
    found: Found,
    question: str,
    kind: Kind,
    *,
    store: VectorStore,
    fitted: Calibration,
) -> Choice | None:
    """The candidate with the most evidence, or what the question makes of it; None without any.

    Who asks for somebody's words gets the quotation around it, who asks who says it the speaker,
    and who asks for yes or no the sentence.
    """
    by = {"weight": fitted.margin, "whole": fitted.whole}
    taken = chosen = pick(candidates, kind, **by)
    if taken is None or chosen is None:
        return None
    held = None
    if kind == "quote" and (quotation := quoted(candidates, found.weights, store=store, **by)):
        taken, chosen, held = quotation.candidate, quotation.whole, quotation.held
    if kind == "person" and (verb := asks_who_says(question)) is not None:
        chosen = voiced(verb, chosen, document_of(chosen.passage, store).text)
    if kind == "yes-no":
        chosen = chosen.unmarked
    evidence = evidence_of(
        chosen,
        candidates,
        typed=kind not in ("other", "yes-no"),
        opposed=kind != "yes-no"
        and contradicts(question, _as_read(chosen.passage, question, store)),
        weights=found.weights,
        frequencies=store.frequencies(list(found.weights)),
    )
    return Choice(chosen, evidence, taken, held)


def _as_read(passage: Passage, question: str, store: VectorStore) -> str:
    """The passage as it reads with what its document's phrases mean."""
    return reworded(passage.text, wordings(document_of(passage, store), question)).text
