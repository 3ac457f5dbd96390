"""Which rows of the question sets fail for certain, and which pass or fail by luck.

    python benchmarks/known_failures.py

Asks every set of `tests/questions` with the reader that ships, and once more for each of eight
seeds with noise on the logits of its network, so that the margin of a span varies
by 0.3 (standard deviation): it stands for what a network of 8 bits gives otherwise on another
processor.

Rows that are right in some of the nine runs and wrong in others are unstable; rows that are right
in none are known failures, by what they do wrong without noise. They are written with their
questions to `tests/questions/known_failures.toml`, by which
`tests/evaluation/test_question_rows.py` goes. On one machine the file comes out the same every
time. Three to five minutes on two cores.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from afgqa import Chatbot
from afgqa.evaluation import Row, evaluate
from afgqa.evaluation.question_sets import load_questions
from afgqa.protocols import Embedder, Reader
from afgqa.reading.extractive import ExtractiveReader, Model, Output
from afgqa.reading.models import DEFAULT_READER, OnnxModel
from afgqa.reading.models import FOLDER as READER
from afgqa.search.embedders import load_embedder

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "tests" / "questions"
FILE: Final = FOLDER / "known_failures.toml"
SETS: Final = {
    FOLDER / "article.jsonl": ROOT / "seeds",
    FOLDER / "article-second.jsonl": ROOT / "seeds",
} | {
    FOLDER / f"{name}.jsonl": FOLDER / "texts" / f"{name}.txt"
    for name in ("swift", "bread", "harbour", "beaver", "bicycle")
}
"""The question sets, and what each is asked of."""
UNSTABLE: Final = "unstable"
FAULTS: Final = {
    "near-miss answered": "the text comes close and does not say it",
    "false-premise answered": "the question takes for granted what the text does not say",
    "off-topic answered": "the text is about something else",
    "refused": "the text has an answer",
    "wrong sentence": "no sentence that is cited carries the answer",
    "wrong span": "the right sentence is cited, and too few or other words of it are the answer",
    "wrong verdict": "the right sentence is cited, and yes or no is wrong or not told",
}
"""What a row that is not right does wrong: the tables of the file, with what each means."""

_DEVIATION: Final = 0.3 / 2  # of each of the four independent logits of a margin: 0.3 in all
_SEEDS: Final = range(1, 9)


class Disturbed:
    """Another network, with noise on the logits of every token.

    The noise is drawn anew for each input, and the same whenever `seed` and the input are, whatever
    was read before. A margin is two logits of the span less two of the no-answer token, so half
    of its variance is that of the span and half is shared by all spans of the passage.
    """

    def __init__(self, model: Model, seed: int) -> None:
        self._model, self._seed = model, seed
        self.name, self.tokenizer, self.cls = model.name, model.tokenizer, model.cls
        self.max_tokens, self.workers = model.max_tokens, model.workers
        self.bare_questions, self.titles = model.bare_questions, model.titles
        self.verdicts = model.verdicts

    def logits(self, ids: Sequence[int], types: Sequence[int]) -> Output:
        chance = np.random.default_rng([self._seed, *ids])
        output = self._model.logits(ids, types)
        noise = chance.normal(0, _DEVIATION, (2, len(ids))).astype(np.float32)
        starts, ends = np.array(output[:2]) + noise
        verdict = output.verdict
        if verdict is not None:
            verdict = verdict + chance.normal(0, _DEVIATION, verdict.shape).astype(np.float32)
        return Output(starts, ends, verdict)


def asked(embedder: Embedder, reader: Reader) -> dict[str, Row]:
    """Every row of every set by its id, as it comes out with this reader."""
    rows: list[Row] = []
    for path, text in SETS.items():
        with Chatbot.from_documents(text, embedder=embedder, reader=reader) as bot:
            rows += evaluate(bot, load_questions(path, bot.documents).examples).rows
    return {row.id: row for row in rows}


def fault(row: Row) -> str:
    """What is wrong with a row that is not right: a key of `FAULTS`."""
    if not row.answerable:
        return f"{row.kind} answered"
    if not row.answered:
        return "refused"
    if not row.scores["citation_recall"]:
        return "wrong sentence"
    return "wrong verdict" if row.kind == "yes-no" else "wrong span"


def grouped(runs: Sequence[Mapping[str, Row]]) -> dict[str, list[Row]]:
    """The rows that fail in every run, by their fault in the first one, and those that vary."""
    groups: dict[str, list[Row]] = {name: [] for name in (*FAULTS, UNSTABLE)}
    for row in runs[0].values():
        outcomes = {bool(run[row.id].scores["right"]) for run in runs}
        if len(outcomes) > 1:
            groups[UNSTABLE].append(row)
        elif outcomes == {False}:
            groups[fault(row)].append(row)
    return groups


def as_toml(groups: Mapping[str, Sequence[Row]]) -> str:
    """The groups as a table each, a line for every row: its id and its question."""
    meanings = FAULTS | {UNSTABLE: "right in some runs of the program and not in others: luck"}
    tables = [
        "\n".join(
            [
                f"# {meanings[name][0].upper()}{meanings[name][1:]}.",
                f"[{json.dumps(name)}]",
                *(f"{row.id} = {json.dumps(row.question, ensure_ascii=False)}" for row in rows),
            ]
        )
        for name, rows in groups.items()
        if rows
    ]
    head = "# Written by benchmarks/known_failures.py; see docs/evaluation.md, Row by row."
    return "\n\n".join([head, *tables]) + "\n"


def main() -> None:
    embedder = load_embedder()
    model = OnnxModel(READER, DEFAULT_READER)
    readers = [
        ExtractiveReader(model),
        *(ExtractiveReader(Disturbed(model, seed)) for seed in _SEEDS),
    ]
    runs = [asked(embedder, reader) for reader in readers]
    groups = grouped(runs)
    FILE.write_text(as_toml(groups), encoding="utf-8")
    for name, rows in groups.items():
        print(f"{name}: {len(rows)}")
    plain, *noisy = [sum(run[it.id].scores["right"] for it in groups[UNSTABLE]) for run in runs]
    print(f"of the unstable right: {plain:g}; with noise {min(noisy):g} to {max(noisy):g}")
    print(f"always right: {len(runs[0]) - sum(map(len, groups.values()))} of {len(runs[0])}")


if __name__ == "__main__":
    main()
