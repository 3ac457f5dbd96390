"""Fit how probable an answer is: a logistic model over the evidence of `afgqa.confidence`.

    python training/confidence.py SQUAD_2.0_DEV.json.gz [--out FILE] [--limit N]

Every question is asked of its whole article. Positives are answerable questions; negatives are
the unanswerable ones (near misses written to look answerable) and questions of other articles
(off topic). Classes are weighted to the shares in `_SHARES`. Half of the articles fit the model,
the other half are reported: area under ROC against each kind of negative, expected calibration
error, and refusals in both directions at the threshold. About 15 minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from afgqa import Settings
from afgqa.answering import choose
from afgqa.confidence import FILE, Evidence
from afgqa.embedders import load_embedder
from afgqa.index import add
from afgqa.kinds import kind_of
from afgqa.questions import Example, load_questions
from afgqa.readers import TypedReader
from afgqa.retrieval import retrieve
from afgqa.stores.memory import MemoryStore
from afgqa.types import Document

# What a reader of an article asks, as far as is known: three in four questions have an answer.
_SHARES = {"answerable": 0.75, "near miss": 0.15, "off topic": 0.10}
_FALSE_REFUSALS = 0.05  # the share of answerable questions that may be refused, for the threshold
_NAMES = tuple(field.name for field in fields(Evidence))

Row = tuple[str, str, tuple[float, ...]]  # article, label, evidence


def collect(documents: dict[str, Document], examples: list[Example], limit: int) -> list[Row]:
    """The evidence for `limit` questions of each label and article."""
    settings = Settings()
    embedder = load_embedder(settings.embedder)
    reader = TypedReader()
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
                kind = kind_of(question)
                choice = choose(
                    found, question, kind, store=store, reader=reader, settings=settings
                )
                if choice is not None:
                    rows.append((doc_id, label, tuple(asdict(choice.evidence).values())))
    return rows


def fit(rows: list[Row]) -> tuple[LogisticRegression, NDArray[np.float64]]:
    """The model, and the weight of each row that gives the labels their shares."""
    labels = [label for _, label, _ in rows]
    weight = np.array([_SHARES[label] / labels.count(label) for label in labels]) * len(rows)
    model = LogisticRegression(C=10.0, max_iter=1000)
    model.fit(_matrix(rows), [label == "answerable" for label in labels], sample_weight=weight)
    return model, weight


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


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, help="SQuAD 2.0 dev, .json or .json.gz")
    parser.add_argument("--out", type=Path, default=FILE)
    parser.add_argument("--limit", type=int, default=60, help="questions per label and article")
    arguments = parser.parse_args()
    asked = load_questions(arguments.squad)
    documents = {document.doc_id: document for document in asked.documents}
    rows = collect(documents, list(asked.examples), arguments.limit)
    articles = sorted({article for article, _, _ in rows})
    random.Random(1).shuffle(articles)
    fitting = set(articles[: len(articles) // 2])
    train = [row for row in rows if row[0] in fitting]
    held = [row for row in rows if row[0] not in fitting]
    model, _ = fit(train)
    p_train, p_held = (model.predict_proba(_matrix(some))[:, 1] for some in (train, held))
    answerable = p_train[[label == "answerable" for _, label, _ in train]]
    threshold = round(float(np.quantile(answerable, _FALSE_REFUSALS)), 3)
    labels = np.array([label for _, label, _ in held])
    truth = labels == "answerable"
    _, weight = fit(held)
    report: dict[str, object] = {
        "rows": len(held),
        "calibration error": round(calibration_error(p_held, truth, weight), 3),
        "threshold": threshold,
        "false refusals": round(float(np.mean(p_held[truth] < threshold)), 3),
    }
    for label in ("near miss", "off topic"):
        some = truth | (labels == label)
        report[f"AUC against {label}"] = round(float(roc_auc_score(truth[some], p_held[some])), 3)
        report[f"{label} refused"] = round(float(np.mean(p_held[labels == label] < threshold)), 3)
    weights = dict(zip(_NAMES, model.coef_[0].round(3).tolist(), strict=True))
    result = {
        "bias": round(float(model.intercept_[0]), 3),
        "weights": weights,
        "threshold": threshold,
        "held-out half": report,
    }
    arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def _matrix(rows: list[Row]) -> NDArray[np.float64]:
    return np.array([evidence for _, _, evidence in rows])


if __name__ == "__main__":
    main()
