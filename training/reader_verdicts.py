"""What a passage says to a question or a claim: files of yes-no questions and of claims as rows.

A claim stands in the question's place. Nothing but its words may give a verdict away, so claims and
questions are written alike: in lower case, without their final mark (`reader_data.plain`).
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from reader_data import load, plain
from reader_rows import NO, OPEN, YES, Row

NOT_NO: Final = OPEN + YES

_LABELS: Final = {"entailment": YES, "contradiction": NO, "neutral": OPEN}


def verdict_rows(path: Path, weight: float = 1.0) -> list[Row]:
    """The rows of a file: `.jsonl` of premise, hypothesis and label, or SQuAD-style with `yes_no`.

    A question with an answer of another kind is left out. ValueError names a label that is unknown.
    """
    if ".jsonl" in path.suffixes:
        return list(_claims(path, weight))
    return list(_questions(path, weight))


def _claims(path: Path, weight: float) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["label"] not in _LABELS:
                raise ValueError(f"{path}: unknown label {row['label']!r}")
            verdict = _LABELS[row["label"]]
            yield Row(plain(row["hypothesis"]), row["premise"].strip(), -1, -1, verdict, weight)


def _questions(path: Path, weight: float) -> Iterator[Row]:
    for article in load(path):
        for question in article.questions:
            if question.answers:
                continue
            verdict = question.verdict or OPEN
            passage = article.paragraphs[question.paragraph].strip()
            yield Row(plain(question.text), passage, -1, -1, verdict, weight)


# What is put round a statement, and whether it is then still said. "{}" is the statement without
# its final mark, its first letter small.
_KEEPING: Final = (
    "It is true that {}.", "As is well known, {}.", "Records show that {}.", "The fact is that {}.",
    "It was confirmed yesterday that {}.", "It turned out that {}.", "We found out that {}.",
    "There is no doubt that {}.", "Nobody disputes that {}.", "Not only this: {}.",
    "It cannot be denied that {}.", "{}, as everyone could see.", "[x] {}",
)  # fmt: skip
_TURNING: Final = (
    "It is not true that {}.", "It is false that {}.", "It is wrong to say that {}.",
    "It was a mistake to think that {}.", "By no means is it the case that {}.", "[ ] {}",
    "Contrary to what was reported, it is not the case that {}.",
)  # fmt: skip
_OPENING: Final = (
    "It is not known whether {}.", "It is unclear if {}.", "Some wonder whether {}.",
    "Is it true that {}?", "Could it be that {}?", "It may be that {}.", "It is possible that {}.",
    "If {}, more would be known.", "Perhaps {}.", "Unless it is proved that {}, nothing follows.",
    "A rumour says that {}, which could not be checked.", "They hope that {}.",
    "They promised to make sure that {}.", "It was planned that {}.", "She asked whether {}.",
    "He denied that {}.", "They doubt that {}.", "Some people claim that {}; others disagree.",
    "It is feared that {}.", "Nobody could say if {}.", "Suppose that {}.", "Imagine that {}.",
    "Should the vote pass, {}.", "If all goes well, {}.", "Provided the money is found, {}.",
    "Had they been asked, they would have said that {}.", "They were told to see to it that {}.",
    "Critics called for a world in which {}.", "The film is set in a town where {}.",
    "She dreamed that {}.", "It was almost the case that {}.", "The book argues that {}.",
    "Whoever thinks that {} should read on.", "Before anyone could check whether {}, it was late.",
)  # fmt: skip
_LONGEST: Final = 160  # characters of a statement that something is put round


def framed(rows: Iterable[Row], share: float, chance: random.Random) -> Iterator[Row]:
    """A `share` of the short rows whose passage says yes or no, with the passage in a frame.

    What is asked, hoped, feared, promised or denied is not said ("whether", "may", "if"), so it
    leaves the claim open; in other frames what was said stays, or is turned round. Half of the
    frames open, a quarter each keep and turn. A passage of several sentences is left out.
    """
    for row in rows:
        one = row.passage.rstrip(".!").strip()
        if row.verdict not in (YES, NO) or len(one) > _LONGEST or any(m in one for m in ".?!;:"):
            continue
        if chance.random() >= share or not one:
            continue
        said = one if one[1:2].isupper() else one[0].lower() + one[1:]
        draw = chance.random()
        frames = _OPENING if draw < 0.5 else _KEEPING if draw < 0.75 else _TURNING
        passage = chance.choice(frames).format(said)
        verdict = row.verdict
        if draw < 0.5:
            verdict = OPEN
        elif draw >= 0.75:
            verdict = NO if row.verdict == YES else NOT_NO
        yield row._replace(passage=passage[0].upper() + passage[1:], verdict=verdict)
