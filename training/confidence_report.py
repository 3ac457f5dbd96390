"""What a fitted confidence is worth on questions that took no part in the fit."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from answer_rows import Row
from confidence_fit import FALSE_REFUSALS, SHARES, choices, matrix, model_of, row_weights, worth_of
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from afgqa.answering.confidence import Calibration
from afgqa.answering.pipeline import Choice
from afgqa.evaluation.measures import Metric, mean
from afgqa.evaluation.selective_metrics import auc, bins, calibration_error, interval, refused_at

# What each of three signals alone is worth is reported too.
SIGNALS = {
    "retrieval": ("score", "similarity", "coverage", "retrieval_lead"),
    "margin": ("margin",),
    "agreement": ("margin_gap", "agreement"),
}


def report(
    rows: Sequence[Row],
    chosen: Sequence[Choice],
    probability: NDArray[np.float64],
    threshold: float,
) -> dict[str, object]:
    """The figures of one half of the articles."""
    labels = np.array([row.label for row in rows])
    truth = labels == "answerable"
    values = np.array([worth_of(row, choice) for row, choice in zip(rows, chosen, strict=True)])
    error = interval(
        calibration_error, probability, truth, row_weights(rows), strata=labels.tolist(), basic=True
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
    probability = model.predict_proba(matrix(chosen, names))[kept, 1]
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
    some = bins(probability, truth, row_weights(rows))
    true.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    true.plot([b.probability for b in some], [b.answerable for b in some], "o-")
    true.set(xlabel="confidence", ylabel="share with an answer", xlim=(0, 1), ylim=(0, 1))
    labels = np.array([row.label for row in rows])
    for label in SHARES:
        values = probability[labels == label]
        spread.hist(values, bins=20, range=(0, 1), histtype="step", label=label, density=True)
    spread.axvline(threshold, color="grey", linewidth=0.8)
    spread.set(xlabel="confidence (the line: the operating point)", ylabel="density", xlim=(0, 1))
    spread.legend(frameon=False, loc="upper center")
    figure.savefig(path, dpi=110)


def left_out(
    train: Sequence[Row], own: Sequence[Sequence[Row]], picked: Calibration, names: Sequence[str]
) -> dict[str, list[float]]:
    """The refusals in each of our own sets by what is fitted without it."""
    refused: dict[bool, list[bool]] = {True: [], False: []}
    for n, some in enumerate(own):
        others = [it for m, it in enumerate(own) if m != n]
        model, threshold, _ = model_of(train, others, picked, names)
        p = model.predict_proba(matrix(choices(some, picked), names))[:, 1]
        for row, probability in zip(some, p, strict=True):
            refused[row.answerable].append(bool(probability < threshold))
    names_of = {True: "false refusals", False: "unanswerable refused"}
    return {names_of[truth]: shown(mean(some)) for truth, some in refused.items() if some}


def shown(metric: Metric) -> list[float]:
    """Value, low and high end of the interval, rounded for a file."""
    return [round(value, 3) for value in (metric.value, metric.low, metric.high)]
