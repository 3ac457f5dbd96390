"""Follow-up questions made standalone, against what people made of them.

    python benchmarks/followups.py CONVERSATIONS.json.gz ...

A file holds conversations of turns, each with the question as it was asked ("original") and as a
person wrote it out ("rewritten"); "history" holds the questions before it and their answers, in
turn, where they are known. No document is read: an answer of at most ten words stands for the
short answer that the program would have had. Compared are the index terms of a question with
those of the person's: F1, as sets. Prints a Markdown table on standard output.

- as asked, made standalone: mean F1 over the turns that the person changed;
- recovered: the share of the F1 that the person's rewriting gained which the program's does;
- exact: all the same terms as the person's;
- harmed: of the turns that the person left alone, the share in which the program changed terms.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from afgqa.answers import Answer, Citation, Seconds, Turn
from afgqa.evaluation.measures import Metric, mean
from afgqa.evaluation.selective_metrics import interval
from afgqa.language.tokens import terms
from afgqa.question.followups import standalone

_SHORT = 10  # words
_NOTHING = Seconds(retrieve=0.0, read=0.0, total=0.0)
_CITED = Citation(1, "", "", "", "", 0, 1, "x", None)


class Pair(NamedTuple):
    """One turn after the first: as asked, as the program puts it, as a person did."""

    asked: str
    ours: str
    person: str


def pairs(conversations: Sequence[dict[str, Any]]) -> Iterator[Pair]:
    for conversation in conversations:
        turns: list[Turn] = []
        for number, turn in enumerate(conversation["turns"]):
            answers = turn.get("history", ())[1::2]
            if answers and turns:  # what the turn before was answered with
                turns[-1] = _turn(turns[-1].question, turns[-1].answer.standalone, answers[-1])
            ours = standalone(turn["original"], turns)
            if number:
                yield Pair(turn["original"], ours, turn["rewritten"])
            turns.append(_turn(turn["original"], ours, None))


def _turn(question: str, asked: str, answer: str | None) -> Turn:
    short = answer if answer is not None and len(answer.split()) <= _SHORT else None
    return Turn(
        question,
        Answer(question, asked, True, short, "", 1.0, None, (_CITED,), (), _NOTHING),
    )


def f1(one: str, other: str) -> float:
    """F1 of two questions' index terms, as sets; 1.0 where both have none."""
    a, b = set(terms(one)), set(terms(other))
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def figures(found: Sequence[Pair]) -> dict[str, Metric]:
    """The columns of the table."""
    changed = [pair for pair in found if f1(pair.asked, pair.person) < 1]
    alone = [pair for pair in found if f1(pair.asked, pair.person) == 1]
    before = np.array([f1(pair.asked, pair.person) for pair in changed])
    after = np.array([f1(pair.ours, pair.person) for pair in changed])
    return {
        "as asked": mean(before.tolist()),
        "made standalone": mean(after.tolist()),
        "recovered": interval(lambda a, b: float((b - a).sum() / (1 - a).sum()), before, after),
        "exact": mean((after == 1).astype(float).tolist()),
        "harmed": mean([float(f1(pair.ours, pair.person) < 1) for pair in alone]),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", help="conversations, gzip-compressed JSON")
    parser.add_argument("--show", type=int, default=0, help="print this many turns besides")
    given = parser.parse_args(arguments)
    print(f"{datetime.date.today()}, {platform.system()} {platform.machine()}\n")
    head: list[str] = []
    for path in given.files:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            found = list(pairs(json.load(file)["conversations"]))
        columns = figures(found)
        if not head:
            head = ["file", *columns]
            print(f"| {' | '.join(head)} |\n|{' --- |' * len(head)}")
        cells = (f"{m.value:.3f} ({m.low:.3f} to {m.high:.3f}; {m.n})" for m in columns.values())
        print(f"| {path.name} | {' | '.join(cells)} |", flush=True)
        for pair in found[: given.show]:
            print(f"\n    {pair.asked}\n    {pair.ours}\n    {pair.person}")


if __name__ == "__main__":
    main()
