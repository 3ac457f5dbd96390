"""Extractive reading: a model marks the first and the last token of an answer.

A question and a passage go through the model together, a passage that is too long in overlapping
windows, each by itself: nothing is padded, so a passage's scores never depend on its neighbours
(in a dynamically quantized model they would, by as much as one logit). Where a network asks for
it, several passages are read at a time, each in a thread of its own. Source of the method: Devlin
et al. 2019, section 4.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from afgqa.types import Reading, Span, Unit, Verdict

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["ExtractiveReader", "Logits", "Model", "Output", "best_spans"]

Logits = NDArray[np.float32]

LONGEST_ANSWER: Final = 30  # tokens; 99 % of SQuAD's answers are shorter
_WINDOW: Final = 256  # tokens of question and passage; a chunk with its question fits into one
# A question may fill a quarter of the window, and neighbouring windows share a quarter: in one of
# 256 tokens that is twice the longest answer.
_QUARTER: Final = 4
_TOP: Final = 5


class Output(NamedTuple):
    """What a network makes of a question beside a passage of n tokens together.

    The logits of each token as the first and as the last of the answer, shape (n,), and of the
    passage leaving the question open, affirming and denying it, shape (3,); None where the network
    has no such head.
    """

    start: Logits
    end: Logits
    verdict: Logits | None = None


class Model(Protocol):
    """What marks answers: the network itself, with its tokenizer."""

    @property
    def name(self) -> str: ...
    @property
    def tokenizer(self) -> Tokenizer:
        """Its own copy, with no truncation and no padding set; read only."""
        ...

    @property
    def cls(self) -> int | None:
        """The id of the token that stands for "no answer"; None where it is the first one."""
        ...

    @property
    def max_tokens(self) -> int:
        """The longest window it takes, special tokens included."""
        ...

    @property
    def workers(self) -> int:
        """How many passages are best read at a time, each in a thread of its own; 1 or more."""
        ...

    @property
    def bare_questions(self) -> bool:
        """Whether it was trained on questions without their final mark."""
        ...

    @property
    def titles(self) -> bool:
        """Whether it was trained on passages after the title of their article."""
        ...

    @property
    def verdicts(self) -> bool:
        """Whether it says what a passage affirms and denies."""
        ...

    def logits(self, ids: Sequence[int], types: Sequence[int]) -> Output: ...


class ExtractiveReader:
    """The best spans of each passage, by a model's logits. Safe to share between threads.

    The score of a span is the sum of its first token's and last token's logits less those of the
    no-answer token in the same window: the log-odds of the span against no answer. Nothing is
    normalised per window, so scores of windows and of passages compare. `no_answer` is 0.0: a
    span above it is, for the model, likelier than none. The spans of a reading do not overlap;
    there are at most five, each of at most 30 tokens.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        tokenizer = model.tokenizer
        window = min(_WINDOW, model.max_tokens)
        self._room = window // _QUARTER
        self._threads = ThreadPoolExecutor(model.workers, "reader") if model.workers > 1 else None
        self._questions = tokenizer
        self._pairs = type(tokenizer).from_str(tokenizer.to_str())
        self._pairs.enable_truncation(
            max_length=window, stride=window // _QUARTER, strategy="only_second"
        )

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def unit(self) -> Unit:
        return "chunk"

    @property
    def titles(self) -> bool:
        return self._model.titles

    @property
    def verdicts(self) -> bool:
        return self._model.verdicts

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        asked = self._short(question)

        def reading(passage: str) -> Reading:
            spans, verdict = self._marked(asked, passage)
            return Reading(spans, 0.0, verdict)

        each = map if self._threads is None else self._threads.map
        return tuple(each(reading, passages))

    def _short(self, question: str) -> str:
        """The question, cut after its first tokens where it is very long."""
        text = " ".join(question.split())
        if self._model.bare_questions:
            text = text.rstrip(" ?.!")
        encoding = self._questions.encode(text, add_special_tokens=False)
        return text if len(encoding) <= self._room else text[: encoding.offsets[self._room - 1][1]]

    def _marked(self, question: str, passage: str) -> tuple[tuple[Span, ...], Verdict | None]:
        if not passage.strip():
            return (), None
        first = self._pairs.encode(question, passage)
        found: list[Span] = []
        verdicts = []
        for window in (first, *first.overflowing):
            output = self._model.logits(window.ids, window.type_ids)
            found += self._window(window, output, passage)
            if output.verdict is not None:
                verdicts.append(_verdict(output.verdict))
        found.sort(key=_order)
        kept: list[Span] = []
        for span in found:
            if all(span.end <= other.start or span.start >= other.end for other in kept):
                kept.append(span)
        # Of several windows the one that says most: the others leave open what it tells.
        return tuple(kept[:_TOP]), min(verdicts, key=lambda it: it.open, default=None)

    def _window(self, window: Encoding, output: Output, passage: str) -> list[Span]:
        starts, ends = output.start, output.end
        cls = self._model.cls
        null = window.ids.index(cls) if cls is not None and cls in window.ids else 0
        inside = np.array([number == 1 for number in window.sequence_ids], dtype=np.bool_)
        offsets = window.offsets
        spans = []
        for first, last, score in best_spans(starts, ends, inside, longest=LONGEST_ANSWER, k=_TOP):
            start, end = offsets[first][0], offsets[last][1]
            text = passage[start:end]
            start += len(text) - len(text.lstrip())
            text = text.strip()
            if text:
                margin = score - float(starts[null]) - float(ends[null])
                spans.append(Span(start, start + len(text), text, margin))
        return spans


def _verdict(logits: Logits) -> Verdict:
    shares = np.exp(logits.astype(np.float64) - float(logits.max()))
    shares /= shares.sum()
    return Verdict(*shares.tolist())


def best_spans(
    starts: Logits, ends: Logits, inside: NDArray[np.bool_], *, longest: int, k: int
) -> list[tuple[int, int, float]]:
    """At most `k` spans as (first token, last token, sum of their logits), best first.

    None overlap: each is taken greedily from what the ones before have left. Both its tokens
    are `inside`, the last is not before the first, and it has at most `longest` tokens.
    """
    allowed_starts = np.where(inside, starts, -np.inf)
    allowed_ends = np.where(inside, ends, -np.inf)
    padded = np.concatenate([allowed_ends, np.full(longest - 1, -np.inf)])
    # Row i, column d: the span from token i to token i + d.
    scores = allowed_starts[:, None] + sliding_window_view(padded, longest)
    first = np.arange(len(starts))[:, None]
    last = first + np.arange(longest)[None, :]
    found: list[tuple[int, int, float]] = []
    while len(found) < k:
        i, d = divmod(int(scores.argmax()), longest)
        if not np.isfinite(scores[i, d]):
            break
        found.append((i, i + d, float(scores[i, d])))
        scores[(first <= i + d) & (last >= i)] = -np.inf
    return found


def _order(span: Span) -> tuple[float, int, int]:
    return -round(span.score, 6), span.start, span.end
