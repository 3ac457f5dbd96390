"""What is shown of an answer, decided once; text, Markdown and HTML are made from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from afgqa.answering.citations import separators
from afgqa.answering.quotation_view import Segment, segments
from afgqa.answers import Answer, Citation

__all__ = [
    "NEAREST",
    "SUGGESTED",
    "AnswerView",
    "LeadPart",
    "QuotedSentence",
    "answer_view",
    "confidence_words",
]

NEAREST: Final = "Nearest sentences:"
SUGGESTED: Final = "Try asking:"
_GLOSSARY: Final = "In brackets: the editor's glossary."
_INFERRED: Final = "Inferred from the date of the text."


@dataclass(frozen=True, slots=True)
class QuotedSentence:
    """A sentence as it is quoted: its citation, and its text in segments."""

    citation: Citation
    segments: tuple[Segment, ...]

    @property
    def place(self) -> str:
        """The file, the page if there are any, and the characters."""
        citation = self.citation
        page = f", page {citation.page}" if citation.page else ""
        return f"{citation.source}{page}, characters {citation.start}-{citation.end}"

    @property
    def attributed_place(self) -> str:
        """The place, and who says it where the document names a speaker."""
        speaker = self.citation.speaker
        return f"{self.place}, said by {speaker}" if speaker else self.place

    @property
    def answer_offsets(self) -> tuple[int, int]:
        """The answer in it as offsets into the document; empty at its start if there is none."""
        first, last = self.citation.highlight or (0, 0)
        return self.citation.start + first, self.citation.start + last

    @property
    def notes(self) -> tuple[str, ...]:
        """Where what stands in brackets comes from: the glossary, or the day of the document."""
        glossed = any(segment.kind == "gloss" for segment in self.segments)
        dated = any(date.date is not None for date in self.citation.dates)
        return (*[_GLOSSARY] * glossed, *[_INFERRED] * dated)

    def as_text(self, *, mark: str = "") -> str:
        """The segments as plain text, the answer between two `mark`s."""
        text = ""
        for segment in self.segments:
            if segment.is_annotation:
                text += f" {segment.shown}"
            else:
                around = mark if segment.kind == "highlighted" else ""
                text += f"{around}{segment.text}{around}"
        return text


@dataclass(frozen=True, slots=True)
class LeadPart:
    """A part of the line that comes first; the number of the sentence `cited` follows it."""

    segments: tuple[Segment, ...]
    cited: QuotedSentence


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer with its evidence, or a refusal with its reason and what is near.

    `searched` is the question as it was searched, None where that is how it was asked. `text` is
    the answer in a sentence of its own. `lead` is the short answer with its annotations, or the
    cited sentences where there is none; empty for a refusal. `agreeing` are the cited sentences but
    for the `conflicting` one, which says otherwise. `confidence` is a probability.
    """

    question: str
    searched: str | None
    answered: bool
    text: str
    lead: tuple[LeadPart, ...]
    agreeing: tuple[QuotedSentence, ...]
    conflicting: QuotedSentence | None
    reason: str | None
    nearest: tuple[QuotedSentence, ...]
    suggested: tuple[str, ...]
    confidence: float

    @property
    def cited(self) -> tuple[QuotedSentence, ...]:
        """All cited sentences in order of their numbers."""
        return self.agreeing if self.conflicting is None else (*self.agreeing, self.conflicting)

    @property
    def lead_text(self) -> str:
        """The lead without its annotations."""
        return "".join(_text_of(part.segments) for part in self.lead)

    @property
    def further_reason(self) -> str | None:
        """The reason of a refusal where its text does not give it."""
        return None if self.reason is None or self.reason in self.text else self.reason

    @property
    def support(self) -> str:
        """How well the documents support the answer, in words."""
        return confidence_words(self.confidence)


def answer_view(answer: Answer) -> AnswerView:
    """The view of an answer."""
    cited = tuple(map(_quoted, answer.citations))
    agreeing = tuple(sentence for sentence in cited if sentence.citation.number != answer.otherwise)
    return AnswerView(
        question=answer.question,
        searched=answer.standalone if answer.standalone != answer.question else None,
        answered=answer.answered,
        text=answer.text,
        lead=_lead(answer.short, agreeing) if answer.answered else (),
        agreeing=agreeing,
        conflicting=cited[-1] if answer.otherwise is not None else None,
        reason=answer.reason,
        nearest=tuple(map(_quoted, answer.related)),
        suggested=answer.suggested,
        confidence=answer.confidence,
    )


def confidence_words(confidence: float) -> str:
    """Words for a probability in 0..1.

    They change at four to one and at two to one; what is hardly likelier than not is refused.
    """
    if confidence >= 0.8:
        return "Likely"
    return "Possible" if confidence >= 2 / 3 else "Uncertain"


def _text_of(parts: Iterable[Segment]) -> str:
    """The text of the segments without their annotations."""
    return "".join(segment.text for segment in parts if not segment.is_annotation)


def _quoted(citation: Citation) -> QuotedSentence:
    return QuotedSentence(citation, segments(citation))


def _lead(short: str | None, cited: Sequence[QuotedSentence]) -> tuple[LeadPart, ...]:
    parts = _lead_segments(short, [sentence.segments for sentence in cited])
    # A yes or no has one part and may have several sentences, whose numbers all follow it.
    parts += [()] * (len(cited) - len(parts))
    return tuple(LeadPart(part, sentence) for part, sentence in zip(parts, cited, strict=True))


def _lead_segments(
    short: str | None, quoted: Sequence[tuple[Segment, ...]]
) -> list[tuple[Segment, ...]]:
    """The short answer as it stands in each sentence, or the whole sentences."""
    if short is None:
        return [(*[Segment(" ")] * (n > 0), *sentence) for n, sentence in enumerate(quoted)]
    answers = [answer for answer in map(_highlighted, quoted) if answer]
    if not answers:
        return [(Segment(short),)]
    before = separators([_text_of(answer) for answer in answers])
    return [
        (*[Segment(separator)] * bool(separator), *answer)
        for separator, answer in zip(before, answers, strict=True)
    ]


def _highlighted(quoted: Iterable[Segment]) -> tuple[Segment, ...]:
    """The answer in a quotation as plain text, with the annotations that follow it."""
    found, inside = list[Segment](), False
    for segment in quoted:
        inside = segment.kind == "highlighted" or (inside and segment.is_annotation)
        if inside:
            found.append(segment if segment.is_annotation else Segment(segment.text))
    return tuple(found)
