"""How an answer came about: what was found, read, taken and dropped, and what made it sure.

Everything is derived from the trace by which the question was answered; nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final, Literal

from afgqa.answering.pipeline import Trace
from afgqa.answering.selection import stands
from afgqa.answers import Answer
from afgqa.reading.candidates import Candidate, fused
from afgqa.types import Hit, Verdict

__all__ = ["Considered", "Explanation", "Part", "explain"]

Fate = Literal["taken", "less evidence", "a span was found in it"]
_BIAS: Final = "bias"


@dataclass(frozen=True, slots=True)
class Considered:
    """A span, or a whole sentence, that was weighed.

    `evidence` is retrieval's score and the weighed score of the span together; `behind` how far it
    is below the best that stood.
    """

    candidate: Candidate
    evidence: float
    behind: float
    fate: Fate

    @property
    def doc_id(self) -> str:
        """The id of the document in which it stands."""
        return self.candidate.passage.ref.doc_id

    @property
    def start(self) -> int:
        """Where its passage begins, in characters of the document."""
        return self.candidate.passage.start

    @property
    def end(self) -> int:
        """Where its passage ends."""
        return self.candidate.passage.end

    @property
    def span(self) -> str | None:
        """The words of the span; None for a whole sentence."""
        return None if self.candidate.span is None else self.candidate.span.text

    @property
    def margin(self) -> float | None:
        """How far the span is above "no answer", in logits; None where nothing was marked."""
        return self.candidate.margin

    @property
    def verdict(self) -> Verdict | None:
        """Whether the sentence affirms the question; None unless it is one for yes or no."""
        return self.candidate.verdict


@dataclass(frozen=True, slots=True)
class Part:
    """What one signal adds to the log odds that the documents answer the question."""

    name: str
    value: float
    weight: float

    @property
    def logit(self) -> float:
        """`value` times `weight`."""
        return self.value * self.weight


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer with its trace: `considered` best first, `parts` whose sum makes the confidence.

    A quotation that was asked for has no parts: its confidence is how much of the question it
    holds. A summary has neither: nothing is weighed for it.
    """

    answer: Answer
    trace: Trace
    considered: tuple[Considered, ...]
    parts: tuple[Part, ...]

    @property
    def kind(self) -> str:
        """The answer type that the wording asks for."""
        return self.trace.question.answer_type

    @property
    def searched(self) -> str:
        """The question as it was searched."""
        return self.trace.question.search_text

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The sentences that the search returned, best first."""
        return tuple(self.trace.found.hits)

    @property
    def held(self) -> float | None:
        """The share of the question that a quotation holds (0..1); None for other answers."""
        return None if self.trace.choice is None else self.trace.choice.coverage

    @property
    def confidence(self) -> float:
        """The probability that the documents answer the question, not rounded."""
        return self.trace.confidence

    @property
    def threshold(self) -> float:
        """The confidence under which the question is refused."""
        return self.trace.threshold


def explain(answer: Answer, trace: Trace) -> Explanation:
    """The explanation of an answer that was made of this trace."""
    if trace.question.answer_type == "summary":
        return Explanation(answer, trace, (), ())
    return Explanation(answer, trace, tuple(_considered(trace)), tuple(_parts(trace)))


def _considered(trace: Trace) -> Iterator[Considered]:
    fitted, candidates = trace.fitted, trace.candidates
    weighed = [
        (fused(after, weight=fitted.margin, whole=fitted.whole), n)
        for n, after in enumerate(candidates)
    ]
    standing = [n for n, one in enumerate(candidates) if stands(one, candidates, trace.question)]
    best = max((weighed[n][0] for n in standing), default=0.0)
    taken = None if trace.choice is None else trace.choice.source
    for evidence, n in sorted(weighed, key=lambda pair: (-pair[0], pair[1])):
        fate: Fate = "less evidence"
        if candidates[n] is taken:
            fate = "taken"
        elif n not in standing:
            fate = "a span was found in it"
        yield Considered(candidates[n], evidence, best - evidence, fate)


def _parts(trace: Trace) -> Iterator[Part]:
    if trace.choice is None or trace.choice.coverage is not None:
        return
    values = asdict(trace.choice.evidence)
    for name, weight in trace.fitted.weights.items():
        yield Part(name, values[name], weight)
    yield Part(_BIAS, 1.0, trace.fitted.bias)
