"""What each part of answering adds: whole articles, retrieve and then read.

    python training/ablation.py SQUAD.json.gz ... [--out FOLDER] [--limit N]

Every question of each file is asked of its whole article, in four ways:

- retrieval: the best sentence is the answer, its score the evidence that there is one;
- + reader: the likeliest span of the passages that were read, its margin the evidence;
- fused: the span with the most evidence of both, weighed as fitted, that evidence;
- + calibration: the same span as the product chooses it, the fitted probability.

The articles that the weights were fitted on are left out. EM, F1 and first citation are of the
answerable questions, nothing refused; area under the risk-coverage curve (of F1), under ROC, and
the share of unanswerable questions that is refused where 5 % of the answerable are, tell what the
evidence is worth; the last way also has its expected calibration error, with the questions as
they are in the file and weighted to the shares of the fit. Intervals are 95 % bootstrap.
Markdown tables on standard output; `--out` also takes `ablation.json` and, with matplotlib, the
risk-coverage curves and the calibration as `answering.png`. About 12 questions a second on two
cores.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import importlib.util
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from answer_rows import Row, Worth, collect, worth
from confidence import FALSE_REFUSALS, weights_of
from numpy.typing import NDArray

from afgqa.confidence import FILE, Calibration, calibration, confidence
from afgqa.kinds import kind_of
from afgqa.measures import Metric, mean, percentile
from afgqa.questions import load_questions
from afgqa.reading import Candidate, pick
from afgqa.reading_models import load_reader
from afgqa.selective import (
    auc,
    bins,
    calibration_error,
    interval,
    refused_at,
    risk_coverage,
    risk_coverage_curve,
)


class Chosen(NamedTuple):
    """What one way answers, and its evidence that there is an answer."""

    candidate: Candidate
    evidence: float


def retrieval(row: Row, _: Calibration) -> Chosen:
    """The best sentence, whole."""
    best = row.found.hits[0]
    return Chosen(Candidate(best, best.passage, None, None, 0.0), best.score)


def reading(row: Row, _: Calibration) -> Chosen:
    """The span with the largest margin, wherever it was found."""
    spans = [c for c in row.candidates if c.margin is not None]
    if not spans:
        return Chosen(row.candidates[0], -100.0)  # under every margin: nothing can be marked
    best = max(spans, key=lambda c: -1e9 if c.margin is None else c.margin)
    return Chosen(best, -1e9 if best.margin is None else best.margin)


def fused(row: Row, fitted: Calibration) -> Chosen:
    """The candidate with the most evidence of both."""
    kind = kind_of(row.example.question)
    best = pick(row.candidates, kind, weight=fitted.margin, whole=fitted.whole)
    assert best is not None, "a row has candidates"
    score = fitted.whole if best.span is None else best.span.score
    return Chosen(best, best.hit.score + fitted.margin * score)


def calibrated(row: Row, fitted: Calibration) -> Chosen:
    """What the product answers, and its probability."""
    choice = row.choice(fitted)
    assert choice is not None, "a row has candidates"
    return Chosen(choice.candidate, confidence(choice.evidence, fitted))


WAYS: dict[str, Callable[[Row, Calibration], Chosen]] = {
    "retrieval": retrieval,
    "+ reader": reading,
    "fused": fused,
    "+ calibration": calibrated,
}


class Result(NamedTuple):
    """One way's evidence and worth for each question, in the order of the rows."""

    evidence: NDArray[np.float64]
    worth: tuple[Worth, ...]


def results(rows: Sequence[Row], fitted: Calibration) -> dict[str, Result]:
    found = {}
    for name, way in WAYS.items():
        chosen = [way(row, fitted) for row in rows]
        found[name] = Result(
            np.array([some.evidence for some in chosen]),
            tuple(worth(row, some.candidate) for row, some in zip(rows, chosen, strict=True)),
        )
    return found


def figures(rows: Sequence[Row], found: dict[str, Result]) -> dict[str, dict[str, Metric]]:
    """The columns of the table, for each way."""
    labels = [row.label for row in rows]
    truth = np.array([label == "answerable" for label in labels])
    table: dict[str, dict[str, Metric]] = {}
    for name, result in found.items():
        answered = [value for value, there in zip(result.worth, truth, strict=True) if there]
        columns = {
            "EM": mean([value.em for value in answered]),
            "F1": mean([value.f1 for value in answered]),
            "first citation": mean([value.cited for value in answered]),
        }
        f1 = np.array([value.f1 for value in result.worth])
        columns["risk-coverage"] = interval(risk_coverage, result.evidence, f1, strata=labels)
        if not truth.all():
            pair = (result.evidence, truth)
            columns["ROC"] = interval(auc, *pair, strata=labels)
            columns["refused at 5 %"] = interval(
                lambda e, t: refused_at(e, t, FALSE_REFUSALS), *pair, strata=labels
            )
        table[name] = columns
    return table


def errors(rows: Sequence[Row], probability: NDArray[np.float64]) -> dict[str, Metric]:
    """Expected calibration error, with the questions as they are and as the fit weighs them."""
    labels = [row.label for row in rows]
    truth = np.array([label == "answerable" for label in labels])
    weighed = (probability, truth, weights_of(labels))
    return {
        "as in the file": interval(calibration_error, *weighed[:2], strata=labels),
        "as in the fit": interval(calibration_error, *weighed, strata=labels),
    }


def as_table(table: dict[str, dict[str, Metric]]) -> str:
    columns = list(next(iter(table.values())))
    lines = ["| | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
    for name, row in table.items():
        cells = (f"{m.value:.3f} ({m.low:.3f} to {m.high:.3f})" for m in row.values())
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(rows: Sequence[Row], found: dict[str, Result], path: Path) -> None:
    """Risk-coverage curves of the four ways, and how often a probability comes true."""
    figure = importlib.import_module("matplotlib.figure").Figure(
        figsize=(9.5, 4), layout="constrained"
    )
    risk, truth_plot = figure.subplots(1, 2)
    coverage = np.arange(1, len(rows) + 1) / len(rows)
    for name, result in found.items():
        f1 = np.array([value.f1 for value in result.worth])
        risk.plot(coverage, risk_coverage_curve(result.evidence, f1), label=name)
    risk.set(xlabel="coverage: share of questions answered", ylabel="risk: 1 - mean F1")
    risk.set(xlim=(0, 1), ylim=(0, None))
    risk.legend(frameon=False)
    labels = [row.label for row in rows]
    truth = np.array([label == "answerable" for label in labels])
    probability = found["+ calibration"].evidence
    truth_plot.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for name, weight in (("as in the file", None), ("as in the fit", weights_of(labels))):
        some = bins(probability, truth, weight)
        truth_plot.plot(
            [b.probability for b in some], [b.answerable for b in some], "o-", label=name
        )
    truth_plot.set(xlabel="confidence", ylabel="share answerable", xlim=(0, 1), ylim=(0, 1))
    truth_plot.legend(frameon=False)
    figure.savefig(path, dpi=110)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, nargs="+", help="SQuAD 1.1 or 2.0 files")
    parser.add_argument("--reader", help="as Settings.reader names one (the reader that ships)")
    parser.add_argument("--confidence", type=Path, default=FILE, help="what confidence.py wrote")
    parser.add_argument("--limit", type=int, help="questions per label and article (all)")
    parser.add_argument("--out", type=Path, help="a folder for ablation.json and answering.png")
    given = parser.parse_args(arguments)
    reader = load_reader(given.reader)
    fitted = calibration(reader.name, given.confidence)
    kept: dict[str, Any] = {}
    for path in given.squad:
        asked = load_questions(path)
        documents = {d.doc_id: d for d in asked.documents if d.doc_id not in fitted.fitted_on}
        examples = [e for e in asked.examples if e.doc_id in documents]
        rows = collect(documents, examples, reader, given.limit, foreign=False)
        found = results(rows, fitted)
        scores = figures(rows, found)
        seconds = [row.seconds for row in rows]
        times = {"p50": percentile(seconds, 50), "p95": percentile(seconds, 95)}
        wrong = errors(rows, found["+ calibration"].evidence)
        unanswerable = sum(row.label != "answerable" for row in rows)
        print(
            f"{path.name}: {len(rows)} questions, {unanswerable} without an answer, of "
            f"{len(documents)} articles; {reader.name}, {datetime.date.today()}, "
            f"{platform.system()} {platform.machine()}\n\n{as_table(scores)}\n\n"
            f"seconds, retrieving and reading: p50 {times['p50'].value:.3f}, "
            f"p95 {times['p95'].value:.3f}"
        )
        if unanswerable:
            shown = (f"{m.value:.3f} ({m.low:.3f} to {m.high:.3f}) {n}" for n, m in wrong.items())
            print("expected calibration error: " + ", ".join(shown))
        print(flush=True)
        kept[path.name] = {
            name: {column: astuple(metric) for column, metric in row.items()}
            for name, row in (scores | {"seconds": times, "calibration error": wrong}).items()
        }
        if given.out is not None:
            given.out.mkdir(parents=True, exist_ok=True)
            text = json.dumps(kept, indent=2)
            (given.out / "ablation.json").write_text(text + "\n", encoding="utf-8")
            if unanswerable and importlib.util.find_spec("matplotlib") is not None:
                plot(rows, found, given.out / "answering.png")


if __name__ == "__main__":
    main()
