"""How often a yes or no that is said is right, on files of yes-no questions and of claims.

    python training/verdict_scores.py FILE ... [--reader NAME] [--sure P] [--limit N]

Each question or claim is read beside its passage. A verdict is said from the probability on that
ships with the reader, or from `--sure` on. For each file, with 95 % intervals: the share of the
verdicts said that are right, the share of the questions for which one is said, and the share that
is right if one is always said where yes or no is. About a minute for 1,000 passages.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from reader_rows import NO, YES, Row
from reader_verdicts import verdict_rows

from afgqa.answering.confidence import calibration
from afgqa.answering.yes_no import given
from afgqa.evaluation.measures import Metric, mean
from afgqa.protocols import Reader
from afgqa.reading.models import load_reader

_SAID = {"Yes": YES, "No": NO, None: 0}


def scores(rows: Sequence[Row], reader: Reader, sure: float) -> dict[str, Metric]:
    """Precision of the verdicts said, share said, and accuracy of those of yes or no always said.

    ValueError for a reader that gives no verdicts.
    """
    right, said, forced = [], [], []
    for row in rows:
        (reading,) = reader.read(row.question, [row.passage])
        if reading.verdict is None:
            raise ValueError(f"{reader.name!r} gives no verdicts")
        verdict = _SAID[given(reading.verdict, sure)]
        said.append(float(verdict > 0))
        if verdict:
            right.append(float(verdict == row.verdict))
        if row.verdict in (YES, NO):
            forced.append(float(_SAID[given(reading.verdict, 0.0)] == row.verdict))
    return {"right of said": mean(right), "said": mean(said), "right if always said": mean(forced)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--reader", help="as Settings.reader names one (the reader that ships)")
    parser.add_argument("--sure", type=float, help="the least probability of a yes or no (0..1)")
    parser.add_argument("--limit", type=int, help="so many rows of each file, drawn at random")
    options = parser.parse_args(arguments)
    reader = load_reader(options.reader)
    sure = options.sure
    if sure is None:
        sure = calibration(reader.name, judged=True).sure
    for path in options.files:
        rows = verdict_rows(path)
        if options.limit is not None and options.limit < len(rows):
            rows = random.Random(0).sample(rows, options.limit)
        cells = (
            f"{name} {metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f})"
            for name, metric in scores(rows, reader, sure).items()
        )
        print(f"{path.name}: {len(rows)} rows, from {sure} on: {', '.join(cells)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
