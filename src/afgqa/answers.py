"""Answers with their citations, and the turns of a conversation. Frozen values, as all of `types`.

Offsets named `start` and `end` count characters of the document's text unless the docstring says
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from afgqa.types import Meaning, RelativeDate

__all__ = ["Answer", "Citation", "Seconds", "Turn"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence shown as evidence, quoted verbatim.

    `number` counts from 1 within its answer. `highlight` marks the answer inside the quotation
    as half-open offsets into the citation's own `text`, or is None. `glosses` tell what phrases
    in it mean, by the document's glossary: an editor's words, not the document's. `dates` are
    those that count from the day of the document, with what they come to where it says its own.
    `speaker` is who says what is quoted or reported here (the answer in it, if one is marked), in
    the document's words, or None. `page` is the page on which the sentence begins, from 1, or None
    where the document has no pages.

    >>> text = "Ann Lee opened the bridge."
    >>> citation = Citation(1, "a.txt", "A", "a.txt", "0" * 64, 0, 26, text, highlight=(0, 7))
    >>> first, last = citation.highlight
    >>> citation.text[first:last]
    'Ann Lee'
    """

    number: int
    doc_id: str
    title: str
    source: str
    sha256: str
    start: int
    end: int
    text: str
    highlight: tuple[int, int] | None = None
    glosses: tuple[Meaning, ...] = ()
    dates: tuple[RelativeDate, ...] = ()
    speaker: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Seconds:
    """Wall-clock seconds of one answer."""

    retrieve: float
    read: float
    total: float


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with the sentences that carry it, or a refusal with its reason.

    Answered: at least one citation, `reason` is None. Refused: no citation, `short` is None,
    `reason` says why, and `related` holds the nearest sentences as quotations (numbered from 1;
    they are near, not evidence).
    `confidence` estimates the probability (0..1) that the document answers the question.
    `otherwise` (or `conflicting_citation`) is the number of the citation that disagrees with the
    others, the last one, or None. `standalone` is the question as it was searched. `suggested` are
    questions that the documents do answer, offered with a refusal where their files bring some.

    >>> refusal = Answer(
    ...     question="Who?", standalone="Who?", answered=False, short=None, text="It is unknown.",
    ...     confidence=0.1, reason="It is unknown.", citations=(), related=(),
    ...     seconds=Seconds(0.0, 0.0, 0.0),
    ... )
    >>> refusal.answered, refusal.short, refusal.conflicting_citation
    (False, None, None)
    """

    question: str
    standalone: str
    answered: bool
    short: str | None
    text: str
    confidence: float
    reason: str | None
    citations: tuple[Citation, ...]
    related: tuple[Citation, ...]
    seconds: Seconds
    suggested: tuple[str, ...] = ()
    otherwise: int | None = None

    @property
    def conflicting_citation(self) -> int | None:
        """The number of the citation that disagrees with the others, the last one, or None."""
        return self.otherwise

    def __post_init__(self) -> None:
        if self.answered != bool(self.citations):
            raise ValueError("an answer has citations and a refusal has none")
        if self.answered == (self.reason is not None):
            raise ValueError("a refusal has a reason and an answer has none")
        if not self.answered and self.short is not None:
            raise ValueError("a refusal has no short answer")
        if self.answered and self.suggested:
            raise ValueError("an answer suggests no other questions")
        if self.otherwise is not None and not self.otherwise == len(self.citations) > 1:
            raise ValueError("the conflicting citation is the last of several")


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and what came back.

    >>> refusal = Answer(
    ...     question="Who?", standalone="Who?", answered=False, short=None, text="It is unknown.",
    ...     confidence=0.1, reason="It is unknown.", citations=(), related=(),
    ...     seconds=Seconds(0.0, 0.0, 0.0),
    ... )
    >>> Turn("Who?", refusal).answer.reason
    'It is unknown.'
    """

    question: str
    answer: Answer
