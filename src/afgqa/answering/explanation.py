"""How an answer came about: what was found, read, taken and dropped, and what made it sure.

Everything is derived from the trace by which the question was answered; nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final, Literal

from afgqa.answering.pipeline import Trace
from afgqa.answering.selection import fused, standing
from afgqa.answers import Answer
from afgqa.reading.candidates import Candidate, SpanCandidate
from afgqa.types import Verdict

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
    def span_text(self) -> str | None:
        """The words of the span, None for a whole sentence."""
        return self.candidate.span.text if isinstance(self.candidate, SpanCandidate) else None

    @property
    def verdict(self) -> Verdict | None:
        """What the sentence says to a question for yes or no, None unless it was judged."""
        return self.candidate.as_sentence.verdict


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
    stood = {id(one) for one in standing(candidates, trace.question)}
    best = max((evidence for evidence, n in weighed if id(candidates[n]) in stood), default=0.0)
    taken = None if trace.choice is None else trace.choice.source
    for evidence, n in sorted(weighed, key=lambda pair: (-pair[0], pair[1])):
        fate: Fate = "less evidence"
        if candidates[n] is taken:
            fate = "taken"
        elif id(candidates[n]) not in stood:
            fate = "a span was found in it"
        yield Considered(candidates[n], evidence, best - evidence, fate)


def _parts(trace: Trace) -> Iterator[Part]:
    if trace.choice is None or trace.choice.coverage is not None:
        return
    values = asdict(trace.choice.evidence)
    for name, weight in trace.fitted.weights.items():
        yield Part(name, values[name], weight)
    yield Part(_BIAS, 1.0, trace.fitted.bias)
