"""Fit how probable an answer is: logistic models over `afgqa.answering.confidence.Evidence`.

    python training/confidence.py SQUAD_2.0_DEV.json.gz [--paraphrased FILE] [--reader NAME]
        [--out FILE] [--limit N]

Every question is asked of its whole article. Positives are answerable questions, those of
`--paraphrased` in the words of others among them; negatives are the unanswerable ones (near misses
written to look answerable) and questions of other articles of the same half (off topic). Half of
the articles fit, the other half are reported. First the weight of a span's margin beside retrieval,
and what stands for the margin of a whole sentence, are chosen by the mean of F1 and first citation
over the answerable questions. Then the logistic model is fitted, classes weighted to the shares in
`_SHARES`. The report: area under ROC against each kind of negative, expected calibration error,
refusals in both directions, each with its interval; and the same of models that have only one of
the signals in `_SIGNALS`.

A reader that judges sentences gets a second model, "judged", fitted alike on questions for yes or
no that are made of the answerable ones (`reader_polar.py`); near misses are then the same questions
asked of the article without the paragraph that answers them. `sure` is the lowest probability from
which on, in the fit, no more than `_WRONG` of what is said is wrong.

The names of the articles that took part in the fit are written beside it: `training/ablation.py`
leaves them out. `--reader` is "typed", or a reader as `Settings.reader` names it. On two cores
about 3 minutes for 20 questions of each label and article.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
from answer_questions import polar_examples, reworded_examples
from answer_rows import Row, collect, worth
from numpy.typing import NDArray
from reader_data import fitting_half
from sklearn.linear_model import LogisticRegression

from afgqa.answering.confidence import EXTRACTIVE, FILE, TYPED, Calibration, Evidence
from afgqa.answering.pipeline import Choice
from afgqa.evaluation.measures import Metric, mean
from afgqa.evaluation.question_sets import Example, load_questions
from afgqa.evaluation.selective_metrics import auc, bins, calibration_error, interval, refused_at
from afgqa.reading.models import DEFAULT_READER, load_reader
from afgqa.reading.typed_reader import TypedReader
from afgqa.types import Document

# What a reader of an article asks, as far as is known: three in four questions have an answer.
_SHARES = {"answerable": 0.75, "near miss": 0.15, "off topic": 0.10}
FALSE_REFUSALS = 0.05  # the share of answerable questions that may be refused, for the threshold
# What counts for a typed reader. An extractive one scores by margin, so its pull says nothing more.
# It always finds a span here, while for a yes-no question the sentence stands alone: what the fit
# made of the few rows without one would decide whether readers get a yes or no. Words that the
# documents never use tell nothing beside the margin (cross-validation over the fitting articles).
_TYPED = ("score", "similarity", "coverage", "lead", "unknown", "pull", "span", "untyped")
_NOT_EXTRACTIVE = ("pull", "span", "unknown")
_JUDGED = "judged"
_NAMES = {
    TYPED: _TYPED,
    EXTRACTIVE: tuple(f.name for f in fields(Evidence) if f.name not in _NOT_EXTRACTIVE),
    _JUDGED: ("score", "similarity", "coverage", "lead", "margin", "gap"),
}
# Scores of the typed reader lie in 0..1, those of an extractive one in about -15..15.
_MARGINS = (0.0, 0.003, 0.006, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.2, 0.4)
_WHOLES = {
    TYPED: (-0.6, -0.3, -0.1, 0.0),
    EXTRACTIVE: (-24.0, -18.0, -12.0, -9.0, -6.0, -3.0),
    _JUDGED: (0.0,),
}
_WRONG = 0.05  # share of the yes and no that are said which may be wrong
_SURE = [round(0.5 + 0.01 * n, 2) for n in range(50)]


def weights_of(labels: Sequence[str]) -> NDArray[np.float64]:
    """How much each question counts, so that the labels have the shares of `_SHARES`.

    Labels that do not occur leave the others in proportion.
    """
    return np.array([_SHARES[label] / labels.count(label) for label in labels]) * len(labels)


# What each of three signals alone is worth is reported too.
_SIGNALS = {
    "retrieval": ("score", "similarity", "coverage", "lead"),
    "margin": ("margin",),
    "agreement": ("gap", "votes"),
}


def sure(
    rows: Sequence[Row], chosen: Sequence[Choice], probability: NDArray[np.float64], least: float
) -> dict[str, float]:
    """How sure a yes or no must be to be said, the share that is then wrong, and the share said.

    A yes or no is said where the `probability` of an answer is the `least` or more; it is wrong
    where the question has none. Questions count as in the fit.
    """
    counts = _weights(rows)
    shares, right = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.bool_)
    for n, (row, choice) in enumerate(zip(rows, chosen, strict=True)):
        verdict = choice.candidate.verdict
        if verdict is not None and probability[n] >= least:
            shares[n] = max(verdict.yes, verdict.no)
            word = "Yes" if verdict.yes >= verdict.no else "No"
            right[n] = row.answerable and row.example.answers == (word,)
    asked = counts[[row.answerable for row in rows]].sum()
    for bound in _SURE:
        kept = shares >= bound
        wrong = float(counts[kept & ~right].sum() / max(counts[kept].sum(), 1e-9))
        if wrong <= _WRONG:
            break
    said = float(counts[kept & right].sum() / asked)
    return {"sure": bound, "wrong": round(wrong, 3), "said": round(said, 3)}


def choosing(rows: Sequence[Row], wholes: Sequence[float]) -> Calibration:
    """The weight of the margin and the margin of a whole sentence, by a grid search."""
    asked = [row for row in rows if row.answerable]
    grid = [
        Calibration(0.0, {}, 0.0, margin, whole)
        for margin, whole in itertools.product(_MARGINS, wholes)
    ]
    scores = [np.mean([_worth(row, row.choice(some)) for row in asked]) for some in grid]
    return grid[int(np.argmax(scores))]


def fit(rows: Sequence[Row], chosen: Sequence[Choice], names: Sequence[str]) -> LogisticRegression:
    """The model over the evidence of `names`, weighted so that the labels have their shares."""
    model = LogisticRegression(C=10.0, max_iter=10_000)
    truth = [row.answerable for row in rows]
    model.fit(_matrix(chosen, names), truth, sample_weight=_weights(rows))
    return model


def report(
    rows: Sequence[Row],
    chosen: Sequence[Choice],
    probability: NDArray[np.float64],
    threshold: float,
) -> dict[str, object]:
    """The figures of one half of the articles."""
    labels = np.array([row.label for row in rows])
    truth = labels == "answerable"
    values = np.array([_worth(row, choice) for row, choice in zip(rows, chosen, strict=True)])
    error = interval(
        calibration_error, probability, truth, _weights(rows), strata=labels.tolist(), basic=True
    )
    found: dict[str, object] = {
        "rows": len(rows),
        "F1 of the chosen": shown(mean(values[truth, 0].tolist())),
        "first citation of the chosen": shown(mean(values[truth, 1].tolist())),
        "calibration error": shown(error),
        "threshold": threshold,
        "false refusals": shown(mean((probability[truth] < threshold).tolist())),
    }
    for label in ("near miss", "off topic"):
        some = truth | (labels == label)
        columns, strata = (probability[some], truth[some]), labels[some].tolist()
        refused = (probability[labels == label] < threshold).tolist()
        found[f"AUC against {label}"] = shown(interval(auc, *columns, strata=strata))
        found[f"{label} refused"] = shown(mean(refused))
        # At exactly 5 % false refusals here, whatever the threshold makes of it.
        found[f"{label} refused at 5 % false refusals"] = shown(
            interval(lambda p, t: refused_at(p, t, FALSE_REFUSALS), *columns, strata=strata)
        )
    return found


def separation(
    rows: Sequence[Row], model: LogisticRegression, chosen: Sequence[Choice], names: Sequence[str]
) -> dict[str, list[float]]:
    """How far a model over the evidence of `names` tells near misses from answerable questions."""
    kept = [n for n, row in enumerate(rows) if row.label != "off topic"]
    probability = model.predict_proba(_matrix(chosen, names))[kept, 1]
    truth = np.array([rows[n].answerable for n in kept])
    columns, strata = (probability, truth), truth.tolist()
    return {
        "AUC": shown(interval(auc, *columns, strata=strata)),
        "refused at 5 % false refusals": shown(
            interval(lambda p, t: refused_at(p, t, FALSE_REFUSALS), *columns, strata=strata)
        ),
    }


def plot(
    rows: Sequence[Row], probability: NDArray[np.float64], threshold: float, path: Path
) -> None:
    """Draw how often a confidence comes true, in ten bins, and how the questions lie in them."""
    figure = importlib.import_module("matplotlib.figure").Figure(
        figsize=(9.5, 4), layout="constrained"
    )
    true, spread = figure.subplots(1, 2)
    truth = np.array([row.answerable for row in rows])
    some = bins(probability, truth, _weights(rows))
    true.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    true.plot([b.probability for b in some], [b.answerable for b in some], "o-")
    true.set(xlabel="confidence", ylabel="share with an answer", xlim=(0, 1), ylim=(0, 1))
    labels = np.array([row.label for row in rows])
    for label in _SHARES:
        values = probability[labels == label]
        spread.hist(values, bins=20, range=(0, 1), histtype="step", label=label, density=True)
    spread.axvline(threshold, color="grey", linewidth=0.8)
    spread.set(xlabel="confidence (the line: the operating point)", ylabel="density", xlim=(0, 1))
    spread.legend(frameon=False, loc="upper center")
    figure.savefig(path, dpi=110)


def shown(metric: Metric) -> list[float]:
    """Value, low and high end of the interval, rounded for a file."""
    return [round(value, 3) for value in (metric.value, metric.low, metric.high)]


def fitted(
    halves: Sequence[Sequence[Row]], kind: str, plotted: Path | None = None
) -> dict[str, object]:
    """What is fitted on the first half of the rows, with the report of the second."""
    picked = choosing(halves[0], _WHOLES[kind])
    chosen = [_chosen(some, picked) for some in halves]
    names = _NAMES[kind]
    model = fit(halves[0], chosen[0], names)
    p_train, p_held = (model.predict_proba(_matrix(some, names))[:, 1] for some in chosen)
    answerable = p_train[[row.answerable for row in halves[0]]]
    threshold = round(float(np.quantile(answerable, FALSE_REFUSALS)), 3)
    result: dict[str, object] = {
        "bias": round(float(model.intercept_[0]), 3),
        "weights": dict(zip(names, model.coef_[0].round(3).tolist(), strict=True)),
        "threshold": threshold,
        "margin": picked.margin,
        "whole": picked.whole,
    }
    if kind == _JUDGED:
        result |= {"sure": sure(halves[0], chosen[0], p_train, threshold)["sure"]}
    result |= {"held-out half": report(halves[1], chosen[1], p_held, threshold)}
    if kind == _JUDGED:
        result |= {"held-out verdicts": sure(halves[1], chosen[1], p_held, threshold)}
    else:
        result |= {
            "one signal alone": {
                signal: separation(halves[1], fit(halves[0], chosen[0], some), chosen[1], some)
                for signal, some in _SIGNALS.items()
            }
        }
    if plotted is not None:
        plot(halves[1], p_held, threshold, plotted)
    return result


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, help="SQuAD 2.0 dev, .json or .json.gz")
    parser.add_argument("--paraphrased", type=Path, help="rewordings of its questions")
    parser.add_argument("--reader", help='"typed", or a model by name or path; else the default')
    parser.add_argument("--out", type=Path, default=FILE, help="the part of this reader is written")
    parser.add_argument("--limit", type=int, default=60, help="questions per label and article")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw how often it comes true")
    arguments = parser.parse_args(given)
    asked = load_questions(arguments.squad)
    documents = {document.doc_id: document for document in asked.documents}
    reader = load_reader(arguments.reader)
    kind = TYPED if isinstance(reader, TypedReader) else EXTRACTIVE
    fitting = fitting_half(documents)

    def halves(examples: Sequence[Example], *, hidden: bool = False) -> list[list[Row]]:
        """Each half by itself: what is off topic in one is never a question of the other."""
        parts: list[dict[str, Document]] = [
            {name: document for name, document in documents.items() if (name in fitting) is here}
            for here in (True, False)
        ]
        return [
            collect(part, examples, reader, arguments.limit, foreign=True, hidden=hidden)
            for part in parts
        ]

    examples = [*asked.examples]
    if arguments.paraphrased is not None:
        examples += reworded_examples(arguments.paraphrased, documents)
    result = fitted(halves(examples), kind, arguments.plot)
    result |= {"fitted on": sorted(fitting)}
    if reader.verdicts:
        polar = [*polar_examples(arguments.squad, asked.examples)]
        result |= {_JUDGED: fitted(halves(polar, hidden=True), _JUDGED)}
    table = json.loads(arguments.out.read_text("utf-8")) if arguments.out.exists() else {}
    table[EXTRACTIVE if reader.name == DEFAULT_READER else reader.name] = result
    arguments.out.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def _worth(row: Row, choice: Choice | None) -> tuple[float, float]:
    found = worth(row, None if choice is None else choice.candidate)
    return found.f1, found.cited


def _chosen(rows: Sequence[Row], fitted: Calibration) -> list[Choice]:
    found = [row.choice(fitted) for row in rows]
    return [choice for choice in found if choice is not None]  # each row has candidates


def _weights(rows: Sequence[Row]) -> NDArray[np.float64]:
    return weights_of([row.label for row in rows])


def _matrix(chosen: Sequence[Choice], names: Sequence[str]) -> NDArray[np.float64]:
    return np.array([[getattr(choice.evidence, name) for name in names] for choice in chosen])


if __name__ == "__main__":
    main()
