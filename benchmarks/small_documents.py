"""Questions on small documents, each with one hard thing in it: how many are answered right.

    python benchmarks/small_documents.py FOLDER [--reader NAME] [--threshold P] [--rows]

FOLDER holds documents and `cases.json`, a list of objects: `document`, `question`, `history`
(earlier questions of the conversation), `answers` (accepted; of a list every part), `unanswerable`,
`kind`, and `evidence` (sentences of which one must be cited). A question without an answer is right
when it is refused. One for yes or no is right by its first word; any other if its short answer has
F1 of 0.5 or more with an accepted answer or holds all of them, and its sentence is cited. `--rows`
prints every row that is not right, `--threshold 0` answers everything. Half a minute.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from afgqa import Chatbot, Settings
from afgqa.answers import Answer
from afgqa.evaluation.measures import f1, mean
from afgqa.language.tokens import normalize

Case = Mapping[str, Any]
_ALIKE = 0.5
_POLAR = ("Yes", "No")


def fault(case: Case, answer: Answer) -> str | None:
    """What is wrong with an answer; None where it is right."""
    if case["unanswerable"]:
        return "answered" if answer.answered else None
    if not answer.answered:
        return "refused"
    said = answer.short if answer.short is not None else answer.text
    accepted = case["answers"]
    if accepted[0] in _POLAR:
        if answer.short not in _POLAR:
            return "no verdict" if _cited(case, answer) else "wrong sentence"
        return None if answer.short == accepted[0] else "wrong verdict"
    words = f" {normalize(said)} "
    whole = all(f" {normalize(text)} " in words for text in accepted)
    if not (whole or f1(said, accepted) >= _ALIKE):
        return "wrong span" if _cited(case, answer) else "wrong sentence"
    return None


def _cited(case: Case, answer: Answer) -> bool:
    return any(
        normalize(e) in normalize(c.text) for e in case["evidence"] for c in answer.citations
    )


def asked(folder: Path, settings: Settings) -> list[tuple[Case, Answer]]:
    cases: list[Case] = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
    found = []
    for name in dict.fromkeys(case["document"] for case in cases):
        with Chatbot.from_documents(folder / name, settings=settings) as bot:
            for case in cases:
                if case["document"] != name:
                    continue
                conversation = bot.conversation()
                for earlier in case["history"]:
                    conversation.ask(earlier)
                found.append((case, conversation.ask(case["question"])))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", help="as Settings.reader names one (the reader that ships)")
    parser.add_argument("--threshold", type=float, help="as Settings.threshold")
    parser.add_argument("--rows", action="store_true", help="print what is not right")
    given = parser.parse_args(arguments)
    rows = asked(given.folder, Settings(reader=given.reader, threshold=given.threshold))
    faults = [fault(case, answer) for case, answer in rows]
    if given.rows:
        for (case, answer), wrong in zip(rows, faults, strict=True):
            if wrong is not None:
                said = answer.text if answer.answered else f"refused ({answer.confidence:.2f})"
                print(f"{wrong:<15} {case['question']}  ->  {said}  |  {case['answers']}")
    right = mean([float(wrong is None) for wrong in faults])
    print(f"right {right.value:.3f} ({right.low:.3f} to {right.high:.3f}), n = {right.n}")
    for wrong in sorted({it for it in faults if it is not None}):
        print(f"  {wrong:<15}{faults.count(wrong)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
