"""Fit how probable an answer is: a logistic model over the evidence of `afgqa.confidence`.

    python training/confidence.py SQUAD_2.0_DEV.json.gz [--reader NAME] [--out FILE] [--limit N]

Every question is asked of its whole article. Positives are answerable questions; negatives are
the unanswerable ones (near misses written to look answerable) and questions of other articles
(off topic). Half of the articles fit, the other half are reported. First the weight of a span's
margin beside retrieval, and what stands for the margin of a whole sentence, are chosen by the
mean of F1 and first citation over the answerable questions. Then the logistic model is fitted,
classes weighted to the shares in `_SHARES`. The report: area under ROC against each kind of
negative, expected calibration error, refusals in both directions at the threshold, area under
the risk-coverage curve. `--reader` is "typed", or a reader as `Settings.reader` names it. About
5 minutes for the typed reader, 10 for the one that ships, on two cores.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from afgqa import Settings
from afgqa.answering import Choice, choose
from afgqa.confidence import EXTRACTIVE, FILE, Calibration, Evidence
from afgqa.embedders import load_embedder
from afgqa.index import add
from afgqa.kinds import kind_of
from afgqa.measures import Place, f1, first_citation
from afgqa.protocols import Reader
from afgqa.questions import Example, load_questions
from afgqa.readers import TypedReader
from afgqa.reading import Candidate, read_hits
from afgqa.reading_models import load_reader
from afgqa.retrieval import Found, retrieve
from afgqa.stores.memory import MemoryStore
from afgqa.types import Document

# What a reader of an article asks, as far as is known: three in four questions have an answer.
_SHARES = {"answerable": 0.75, "near miss": 0.15, "off topic": 0.10}
_FALSE_REFUSALS = 0.05  # the share of answerable questions that may be refused, for the threshold
# What counts for a typed reader. An extractive one scores by margin, so its pull says nothing more.
_TYPED = ("score", "similarity", "coverage", "lead", "unknown", "pull", "span", "untyped")
_NAMES = {
    "typed": _TYPED,
    EXTRACTIVE: tuple(field.name for field in fields(Evidence) if field.name != "pull"),
}
# Scores of the typed reader lie in 0..1, those of an extractive one in about -15..15.
_MARGINS = (0.0, 0.003, 0.006, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2, 0.4)
_WHOLES = {"typed": (-0.6, -0.3, -0.1, 0.0), EXTRACTIVE: (-12.0, -9.0, -6.0, -4.0, -2.0, 0.0)}


@dataclass(frozen=True, slots=True)
class Row:
    """A question asked of an article (its own, or another's), and what was read for it."""

    article: str
    label: str
    example: Example
    found: Found
    candidates: tuple[Candidate, ...]
    store: MemoryStore

    def choice(self, fitted: Calibration) -> Choice | None:
        kind = kind_of(self.example.question)
        return choose(self.candidates, self.found, kind, store=self.store, fitted=fitted)


def collect(
    documents: Mapping[str, Document], examples: Sequence[Example], reader: Reader, limit: int
) -> list[Row]:
    """What is read for `limit` questions of each label and article; nothing is chosen yet."""
    settings = Settings()
    embedder = load_embedder(settings.embedder)
    chance = random.Random(0)
    rows: list[Row] = []
    by_article = {doc_id: [e for e in examples if e.doc_id == doc_id] for doc_id in documents}
    for doc_id, document in tqdm(sorted(documents.items()), desc="articles"):
        store = MemoryStore(embedder.dimension)
        add(store, [document], embedder, settings)
        foreign = [e for e in examples if e.doc_id != doc_id and e.answerable]
        asked = {
            "answerable": [e for e in by_article[doc_id] if e.answerable],
            "near miss": [e for e in by_article[doc_id] if not e.answerable],
            "off topic": foreign,
        }
        for label, some in asked.items():
            for example in chance.sample(some, min(limit, len(some))):
                question = example.question
                found = retrieve(store, embedder, question, settings=settings)
                candidates = read_hits(
                    found, question, store=store, reader=reader, count=settings.read
                )
                if candidates:
                    rows.append(Row(doc_id, label, example, found, candidates, store))
    return rows


def worth(row: Row, choice: Choice | None) -> tuple[float, float]:
    """F1 and first citation of an answerable question's choice, 0 for any other question."""
    if choice is None or row.label != "answerable":
        return 0.0, 0.0
    chosen = choice.candidate
    text = chosen.passage.text if chosen.span is None else chosen.span.text
    place = Place(chosen.passage.ref.doc_id, chosen.passage.start, chosen.passage.end)
    return f1(text, row.example.answers), first_citation([place], row.example.evidence)


def choosing(rows: Sequence[Row], wholes: Sequence[float]) -> Calibration:
    """The weight of the margin and the margin of a whole sentence, by a grid search."""
    asked = [row for row in rows if row.label == "answerable"]
    grid = [
        Calibration(0.0, {}, 0.0, margin, whole)
        for margin, whole in itertools.product(_MARGINS, wholes)
    ]
    scores = [np.mean([worth(row, row.choice(some)) for row in asked]) for some in grid]
    return grid[int(np.argmax(scores))]


def fit(rows: Sequence[Row], chosen: Sequence[Choice], names: Sequence[str]) -> LogisticRegression:
    """The model over the evidence of `names`, weighted so that the labels have their shares."""
    model = LogisticRegression(C=10.0, max_iter=10_000)
    truth = [row.label == "answerable" for row in rows]
    model.fit(_matrix(chosen, names), truth, sample_weight=_weights(rows))
    return model


def calibration_error(
    probability: NDArray[np.float64], truth: NDArray[np.bool_], weight: NDArray[np.float64]
) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017, eq. 3), weighted."""
    bins = np.minimum((probability * 10).astype(int), 9)
    error = 0.0
    for number in range(10):
        inside = bins == number
        if inside.any():
            gap = np.average(truth[inside], weights=weight[inside]) - np.average(
                probability[inside], weights=weight[inside]
            )
            error += abs(gap) * weight[inside].sum() / weight.sum()
    return float(error)


def risk_coverage(probability: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Area under the risk-coverage curve: the mean, over all coverages, of 1 - mean worth.

    Lower is better. Source: El-Yaniv and Wiener 2010. Equal probabilities keep their order.
    """
    order = np.argsort(-probability, kind="stable")
    risk = 1 - np.cumsum(right[order]) / np.arange(1, len(right) + 1)
    return float(risk.mean())


def report(
    rows: Sequence[Row],
    chosen: Sequence[Choice],
    probability: NDArray[np.float64],
    threshold: float,
) -> dict[str, object]:
    """The figures of one half of the articles."""
    labels = np.array([row.label for row in rows])
    truth = labels == "answerable"
    values = np.array([worth(row, choice) for row, choice in zip(rows, chosen, strict=True)])
    squad = labels != "off topic"
    found: dict[str, object] = {
        "rows": len(rows),
        "F1 of the chosen": round(float(values[truth, 0].mean()), 3),
        "first citation of the chosen": round(float(values[truth, 1].mean()), 3),
        "calibration error": round(calibration_error(probability, truth, _weights(rows)), 3),
        "threshold": threshold,
        "false refusals": round(float(np.mean(probability[truth] < threshold)), 3),
        "area under risk-coverage": round(risk_coverage(probability[squad], values[squad, 0]), 3),
    }
    # At exactly 5 % false refusals here, whatever the threshold makes of it.
    strict = float(np.quantile(probability[truth], _FALSE_REFUSALS))
    for label in ("near miss", "off topic"):
        there = labels == label
        some = truth | there
        area = roc_auc_score(truth[some], probability[some])
        found[f"AUC against {label}"] = round(float(area), 3)
        found[f"{label} refused"] = round(float(np.mean(probability[there] < threshold)), 3)
        found[f"{label} refused at 5 % false refusals"] = round(
            float(np.mean(probability[there] < strict)), 3
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, help="SQuAD 2.0 dev, .json or .json.gz")
    parser.add_argument("--reader", help='"typed", or a model by name or path; else the default')
    parser.add_argument("--out", type=Path, default=FILE, help="the part of this reader is written")
    parser.add_argument("--limit", type=int, default=60, help="questions per label and article")
    arguments = parser.parse_args()
    asked = load_questions(arguments.squad)
    documents = {document.doc_id: document for document in asked.documents}
    reader = load_reader(arguments.reader)
    kind = "typed" if isinstance(reader, TypedReader) else EXTRACTIVE
    rows = collect(documents, asked.examples, reader, arguments.limit)
    articles = sorted({row.article for row in rows})
    random.Random(1).shuffle(articles)
    fitting = set(articles[: len(articles) // 2])
    train = [row for row in rows if row.article in fitting]
    held = [row for row in rows if row.article not in fitting]
    picked = choosing(train, _WHOLES[kind])
    chosen = [_chosen(some, picked) for some in (train, held)]
    names = _NAMES[kind]
    model = fit(train, chosen[0], names)
    p_train, p_held = (model.predict_proba(_matrix(some, names))[:, 1] for some in chosen)
    answerable = p_train[[row.label == "answerable" for row in train]]
    threshold = round(float(np.quantile(answerable, _FALSE_REFUSALS)), 3)
    result = {
        "bias": round(float(model.intercept_[0]), 3),
        "weights": dict(zip(names, model.coef_[0].round(3).tolist(), strict=True)),
        "threshold": threshold,
        "margin": picked.margin,
        "whole": picked.whole,
        "held-out half": report(held, chosen[1], p_held, threshold),
    }
    table = json.loads(arguments.out.read_text("utf-8")) if arguments.out.exists() else {}
    table[kind] = result
    arguments.out.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def _chosen(rows: Sequence[Row], fitted: Calibration) -> list[Choice]:
    found = [row.choice(fitted) for row in rows]
    return [choice for choice in found if choice is not None]  # each row has candidates


def _weights(rows: Sequence[Row]) -> NDArray[np.float64]:
    labels = [row.label for row in rows]
    return np.array([_SHARES[label] / labels.count(label) for label in labels]) * len(rows)


def _matrix(chosen: Sequence[Choice], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[getattr(choice.evidence, name) for name in names] for choice in chosen])


if __name__ == "__main__":
    main()
