"""What each part of answering adds: whole articles, retrieve and then read.

    python training/ablation.py SQUAD.json.gz ... [--out FOLDER] [--limit N]

Every question of each file is asked of its whole article, in five ways:

- retrieval: the best sentence is the answer, its score the evidence that there is one;
- + reader: the likeliest span of the passages that were read, its margin the evidence;
- fused: the span with the most evidence of both, weighed as fitted, that evidence;
- + calibration: the same span as the product chooses it, the fitted probability.

The articles that the weights were fitted on are left out. EM, F1, whether the cited sentence is
gold (of the question's own paragraph, with an accepted answer in it) and whether it holds an
accepted answer at all are of the answerable questions, nothing refused; area under the
risk-coverage curve (of F1), under ROC, and the share of unanswerable questions that is refused
where 5 % of the answerable are, tell what the evidence is worth. Intervals are 95 % bootstrap.
Markdown tables on standard output; `--out` also takes `ablation.json` and the curves as
`risk-coverage.png`. About 18 questions a second on two cores.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from answer_rows import Row, Worth, collect, worth
from confidence_fit import FALSE_REFUSALS
from numpy.typing import NDArray

from afgqa.answering.confidence import FILE, Calibration, calibration, confidence
from afgqa.answering.selection import fused, pick
from afgqa.evaluation.measures import Metric, mean, percentile
from afgqa.evaluation.question_sets import load_questions
from afgqa.evaluation.selective_metrics import (
    auc,
    interval,
    refused_at,
    risk_coverage,
    risk_coverage_curve,
)
from afgqa.reading.candidates import Candidate, SentenceCandidate
from afgqa.reading.models import load_reader


class Way(NamedTuple):
    """What one way answers, and its evidence that there is an answer."""

    candidate: Candidate
    evidence: float


def best_sentence(row: Row, _: Calibration) -> Way:
    """The best sentence, whole."""
    best = row.found.hits[0]
    return Way(SentenceCandidate(best, best.passage), best.score)


def best_margin(row: Row, _: Calibration) -> Way:
    """The span with the largest margin, wherever it was found."""

    def margin(candidate: Candidate) -> float:
        return -np.inf if candidate.margin is None else candidate.margin

    best = max(row.candidates, key=margin)
    return Way(best, margin(best))


def both(row: Row, fitted: Calibration) -> Way:
    """The candidate with the most evidence of both."""
    best = pick(row.candidates, row.question, weight=fitted.margin, whole=fitted.whole)
    assert best is not None, "a row has candidates"
    return Way(best, fused(best, weight=fitted.margin, whole=fitted.whole))


def calibrated(row: Row, fitted: Calibration) -> Way:
    """What the product answers, and its probability."""
    choice = row.choice(fitted)
    assert choice is not None, "a row has candidates"
    return Way(choice.candidate, confidence(choice.evidence, fitted))


WAYS: dict[str, Callable[[Row, Calibration], Way]] = {
    "retrieval": best_sentence,
    "+ reader": best_margin,
    "fused": both,
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
    truth = np.array([row.answerable for row in rows])
    table: dict[str, dict[str, Metric]] = {}
    for name, result in found.items():
        answered = [value for value, there in zip(result.worth, truth, strict=True) if there]
        columns = {
            "EM": mean([value.em for value in answered]),
            "F1": mean([value.f1 for value in answered]),
            "gold sentence": mean([value.cited for value in answered]),
            "holds the answer": mean([value.holds for value in answered]),
        }
        f1 = np.array([value.f1 for value in result.worth])
        columns["risk-coverage"] = interval(risk_coverage, result.evidence, f1, strata=labels)
        if not truth.all():
            pair = (result.evidence, truth)
            columns["AUC"] = interval(auc, *pair, strata=labels)
            columns["refused at 5 %"] = interval(
                lambda e, t: refused_at(e, t, FALSE_REFUSALS), *pair, strata=labels
            )
        table[name] = columns
    return table


def as_table(table: dict[str, dict[str, Metric]]) -> str:
    columns = list(next(iter(table.values())))
    lines = ["| | " + " | ".join(columns) + " |", "| --- |" + " --- |" * len(columns)]
    for name, row in table.items():
        cells = (f"{m.value:.3f} ({m.low:.3f} to {m.high:.3f})" for m in row.values())
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(rows: Sequence[Row], found: dict[str, Result], path: Path) -> None:
    """The risk-coverage curves of all ways."""
    figure = importlib.import_module("matplotlib.figure").Figure(
        figsize=(5.5, 4), layout="constrained"
    )
    axes = figure.subplots()
    coverage = np.arange(1, len(rows) + 1) / len(rows)
    for name, result in found.items():
        f1 = np.array([value.f1 for value in result.worth])
        axes.plot(coverage, risk_coverage_curve(result.evidence, f1), label=name)
    axes.set(xlabel="coverage: share of questions answered", ylabel="risk: 1 - mean F1")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)
    figure.savefig(path, dpi=110)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, nargs="+", help="SQuAD 1.1 or 2.0 files")
    parser.add_argument("--reader", help="as Settings.reader names one (the reader that ships)")
    parser.add_argument("--confidence", type=Path, default=FILE, help="what confidence.py wrote")
    parser.add_argument("--limit", type=int, help="questions per label and article (all)")
    parser.add_argument("--out", type=Path, help="a folder for ablation.json and risk-coverage.png")
    given = parser.parse_args(arguments)
    reader = load_reader(given.reader)
    fitted = calibration(reader.name, path=given.confidence)
    if not fitted.fitted_on:
        raise SystemExit(
            f"{given.confidence} does not say which articles {reader.name!r} was fitted on, so "
            "they cannot be left out. Fit it anew: python training/confidence.py SQUAD_2.0.json.gz"
        )
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
        unanswerable = sum(not row.answerable for row in rows)
        print(
            f"{path.name}: {len(rows)} questions, {unanswerable} without an answer, of "
            f"{len(documents)} articles; {reader.name}, {datetime.date.today()}, "
            f"{platform.system()} {platform.machine()}\n\n{as_table(scores)}\n\n"
            f"seconds, retrieving and reading: p50 {times['p50'].value:.3f}, "
            f"p95 {times['p95'].value:.3f}\n",
            flush=True,
        )
        kept[path.name] = {
            name: {column: astuple(metric) for column, metric in row.items()}
            for name, row in (scores | {"seconds": times}).items()
        }
        if given.out is not None:
            given.out.mkdir(parents=True, exist_ok=True)
            text = json.dumps(kept, indent=2)
            (given.out / "ablation.json").write_text(text + "\n", encoding="utf-8")
            if unanswerable:
                plot(rows, found, given.out / "risk-coverage.png")


if __name__ == "__main__":
    main()
