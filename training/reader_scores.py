"""What a reader is worth: its best spans, and their scores on SQuAD-style questions.

The gold paragraph is given. `marked` asks a reader as the product does; `predict` asks a network
that is still being trained, many questions at once; a paragraph longer than the window is read in
overlapping windows of whole sentences. The margin of a span over [CLS] orders the spans of all
windows, so nothing is normalised per window; that of the best span is also the evidence that there
is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from reader_data import Article, fitting_half, plain
from reader_features import QUESTION_TOKENS
from reader_network import ReaderNetwork
from reader_rows import token_counter, windows
from tqdm import tqdm

from afgqa.evaluation.measures import Metric, exact_match, f1, mean
from afgqa.evaluation.selective_metrics import auc, interval
from afgqa.language.sentences import split
from afgqa.protocols import Reader
from afgqa.reading.extractive import LONGEST_ANSWER
from afgqa.search.embedders import default_files
from afgqa.settings import Settings

_BATCH = 32


class Asked(NamedTuple):
    """A question beside its paragraph, with the accepted answers and the article's title."""

    question: str
    paragraph: str
    answers: tuple[str, ...]
    title: str


class Prediction(NamedTuple):
    """The best span of a paragraph and its margin: span logits minus those of [CLS]."""

    text: str
    margin: float


def questions_of(articles: Sequence[Article]) -> list[Asked]:
    return [
        Asked(
            question.text,
            article.paragraphs[question.paragraph],
            tuple(dict.fromkeys(text for text, _ in question.answers)),
            article.title,
        )
        for article in articles
        for question in article.questions
    ]


def marked(reader: Reader, asked: Sequence[Asked]) -> list[Prediction]:
    """The best span of each question's paragraph.

    The paragraph is cut as an index would cut it if it were a document by itself, into chunks or
    sentences as the reader wants them. All are read; the span with the highest margin is taken.
    """
    from transformers import AutoTokenizer  # imported here: it takes seconds

    cut: dict[str, list[str]] = {}
    count = token_counter(
        AutoTokenizer.from_pretrained(default_files(), local_files_only=True), special=True
    )
    found = []
    for item in tqdm(asked, desc="reading", disable=None):
        if item.paragraph not in cut:
            spans = (
                windows(item.paragraph, Settings().chunk_tokens, count)
                if reader.unit == "chunk"
                else split(item.paragraph)
            )
            cut[item.paragraph] = [item.paragraph[start:end] for start, end in spans]
        readings = reader.read(item.question, cut[item.paragraph])
        marks = [
            Prediction(span.text, span.score - reading.no_answer)
            for reading in readings
            for span in reading.spans
        ]
        nothing = Prediction("", -np.inf)
        found.append(max(marks, key=lambda mark: mark.margin, default=nothing))
    return found


def predict(
    model: ReaderNetwork, tokenizer: Any, asked: Sequence[Asked], *, window: int
) -> list[Prediction]:
    """The best span of each question's paragraph, read in windows of at most `window` tokens."""
    count = token_counter(tokenizer)
    pairs = [
        (number, item.paragraph[a:b])
        for number, item in enumerate(asked)
        for a, b in windows(item.paragraph, window, count)
    ]
    best = [Prediction("", -np.inf)] * len(asked)
    longest = window + QUESTION_TOKENS
    model.eval()
    # By length, so that little is padded.
    order = sorted(range(len(pairs)), key=lambda i: (-len(pairs[i][1]), i))
    for begin in range(0, len(order), _BATCH):
        some = [pairs[i] for i in order[begin : begin + _BATCH]]
        texts = [text for _, text in some]
        questions = [plain(asked[number].question) for number, _ in some]
        found = read(model, tokenizer, questions, texts, longest=longest)
        for (number, text), (start, end, margin) in zip(some, found, strict=True):
            if margin > best[number].margin:
                best[number] = Prediction(text[start:end], margin)
    return best


def read(
    model: ReaderNetwork,
    tokenizer: Any,
    questions: Sequence[str],
    passages: Sequence[str],
    *,
    longest: int,
) -> list[tuple[int, int, float]]:
    """The best span of each passage, as half-open offsets into it, and its margin over [CLS]."""
    batch = tokenizer(
        list(questions),
        list(passages),
        truncation="only_second",
        max_length=-(-longest // 32) * 32,
        padding=True,
        pad_to_multiple_of=32,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = batch.pop("offset_mapping")
    with torch.inference_mode():
        starts, ends, _ = model(dict(batch))
    inside = [[place == 1 for place in one.sequence_ids] for one in batch.encodings]
    outside = ~torch.tensor(inside)
    sums = (
        starts.masked_fill(outside, -torch.inf)[:, :, None]
        + ends.masked_fill(outside, -torch.inf)[:, None, :]
    )
    length = sums.shape[1]
    band = torch.ones(length, length, dtype=torch.bool).triu().tril(LONGEST_ANSWER - 1)
    score, at = sums.masked_fill(~band, -torch.inf).flatten(1).max(dim=1)
    margin = score - starts[:, 0] - ends[:, 0]
    return [
        (int(offsets[i, a // length, 0]), int(offsets[i, a % length, 1]), float(margin[i]))
        for i, a in enumerate(at.tolist())
    ]


def spans_scores(asked: Sequence[Asked], found: Sequence[Prediction]) -> dict[str, Metric]:
    """EM and F1 of the questions that have an answer: the best span is always taken."""
    pairs = [pair for pair in zip(asked, found, strict=True) if pair[0].answers]
    return {
        "EM": mean([exact_match(given.text, item.answers) for item, given in pairs]),
        "F1": mean([f1(given.text, item.answers) for item, given in pairs]),
    }


def best_threshold(asked: Sequence[Asked], found: Sequence[Prediction]) -> float:
    """The margin from which on answering gives the best mean F1; under it nothing is answered."""
    margin = np.array([given.margin for given in found])
    order = np.argsort(-margin, kind="stable")
    gain = [f1(found[i].text, asked[i].answers) - f1("", asked[i].answers) for i in order.tolist()]
    total = np.concatenate([[0.0], np.cumsum(gain)])
    answered = int(total.argmax())
    if answered == 0:
        return float(margin.max()) + 1.0
    return float(margin[order[answered - 1]])


def refusing_scores(asked: Sequence[Asked], found: Sequence[Prediction]) -> dict[str, Any]:
    """Scores where some questions have no answer: AUC on all, the rest on half of the articles.

    The threshold gives the best F1 on the other half.
    """
    truth = np.array([bool(item.answers) for item in asked])
    margin = np.array([given.margin for given in found])
    fitting = fitting_half(item.title for item in asked)
    here = [i for i, item in enumerate(asked) if item.title in fitting]
    there = [i for i, item in enumerate(asked) if item.title not in fitting]
    threshold = best_threshold([asked[i] for i in here], [found[i] for i in here])
    said = ["" if found[i].margin < threshold else found[i].text for i in there]
    answers = [asked[i].answers for i in there]
    pairs = list(zip(said, answers, strict=True))
    return {
        "AUC": interval(auc, margin, truth, strata=truth.tolist()),
        "threshold": threshold,
        "EM": mean([exact_match(text, accepted) for text, accepted in pairs]),
        "F1": mean([f1(text, accepted) for text, accepted in pairs]),
        "F1 answerable": mean([f1(text, accepted) for text, accepted in pairs if accepted]),
        "refused unanswerable": mean([float(not text) for text, accepted in pairs if not accepted]),
    }
