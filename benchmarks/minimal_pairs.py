"""Verdicts on minimal pairs: one question, a sentence that affirms it, one that does not.

    python benchmarks/minimal_pairs.py [--reader NAME] [--threshold P] [--out ROWS.jsonl]

Every question and every claim of `tests/questions/minimal_pairs.jsonl` is read beside both of its
sentences. A verdict is given where the probability of yes or of no reaches the threshold (the one
that ships). Reported with 95 % intervals: how many of the verdicts that are given are wrong, how
many are given where one is due, and both by kind. Seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from afgqa.answering.confidence import calibration
from afgqa.answering.yes_no import given
from afgqa.evaluation.measures import mean
from afgqa.protocols import Reader
from afgqa.reading.models import load_reader
from afgqa.types import Verdict

PAIRS = Path(__file__).parents[1] / "tests" / "questions" / "minimal_pairs.jsonl"


class Judged(NamedTuple):
    """A question or claim beside a sentence: what is right, and what the reader makes of it."""

    id: str
    kind: str
    asked: str
    sentence: str
    right: str
    found: Verdict | None


def judged(reader: Reader) -> list[Judged]:
    found = []
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for asked in (row["question"], row["claim"]):
            sentences = {row["yes"]: "yes", row["other"]: row["verdict"]}
            readings = reader.read(asked, list(sentences))
            for (text, right), reading in zip(sentences.items(), readings, strict=True):
                found.append(Judged(row["id"], row["kind"], asked, text, right, reading.verdict))
    return found


def report(rows: Sequence[Judged], threshold: float) -> list[str]:
    lines = []
    wrong: dict[str, list[float]] = defaultdict(list)
    due: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        said = ((row.found and given(row.found, threshold)) or "open").lower()
        for group in ("all", row.kind):
            wrong[group].append(float(said not in ("open", row.right)))
            if row.right != "open":
                due[group].append(float(said == row.right))
    for group in wrong:
        one, other = mean(wrong[group]), mean(due[group])
        lines.append(
            f"{group:<20} wrong {one.value:.3f} ({one.low:.3f} to {one.high:.3f}), right where due "
            f"{other.value:.3f} ({other.low:.3f} to {other.high:.3f}), n = {one.n}"
        )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reader", help="as Settings.reader names one (the reader that ships)")
    parser.add_argument("--threshold", type=float, help="the least probability of a yes or no")
    parser.add_argument("--out", type=Path, help="every row as JSON Lines")
    options = parser.parse_args(arguments)
    reader = load_reader(options.reader)
    rows, threshold = judged(reader), options.threshold
    if threshold is None:
        threshold = calibration(reader.name, judged=True).sure
    print("\n".join(report(rows, threshold)))
    if options.out is not None:
        lines = (
            row._asdict() | {"found": row.found and [row.found.open, row.found.yes, row.found.no]}
            for row in rows
        )
        options.out.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
