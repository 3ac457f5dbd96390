"""What typing mistakes cost, and what putting them right gives back.

    python benchmarks/typos.py QUESTIONS.jsonl DOCUMENT ... [--squad SQUAD.json.gz]

Every word of at least four letters of a question is mistyped with a probability of one in four, by
a seeded choice of slips: a letter left out, doubled, exchanged with the next, or with one beside it
on the keyboard. Each question is asked as written and mistyped, with the correction and without;
printed are the share of which a gold sentence is the first found, and of right answers. `--squad`
counts how many questions of a SQuAD file, typed by people, are changed beside their own article,
and lists some.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from afgqa import Chatbot
from afgqa.evaluation import evaluate
from afgqa.evaluation.question_sets import Example, load_questions
from afgqa.language.spelling import corrected, words_of
from afgqa.settings import Settings

_SHARE = 0.25
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[^\W\d_]{4,}")


def mistyped(question: str, chance: random.Random) -> str:
    """The question with some of its words mistyped; their first letters stay."""

    def slip(match: re.Match[str]) -> str:
        word = match.group()
        if chance.random() >= _SHARE:
            return word
        at = chance.randrange(1, len(word))
        kind = chance.randrange(4)
        if kind == 0:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[:at] + word[at] + word[at:]
        if kind == 2:
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        row = next((row for row in _ROWS if word[at].lower() in row), word[at])
        beside = row.index(word[at].lower()) + (1 if row[0] == word[at].lower() else -1)
        return word[:at] + row[max(beside, 0)] + word[at + 1 :]

    return _WORD.sub(slip, question)


def figures(bot: Chatbot, examples: Sequence[Example]) -> str:
    metrics = evaluate(bot, examples).metrics
    shown = (metrics[name] for name in ("R@1", "right"))
    return " | ".join(f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})" for one in shown)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("documents", nargs="+")
    parser.add_argument("--squad", type=Path)
    given = parser.parse_args()
    chance = random.Random(0)
    print("| questions | a gold sentence is the first found | right |")
    print("| --- | --- | --- |")
    for name, settings in (("corrected", Settings()), ("as typed", Settings(spelling=False))):
        with Chatbot.from_documents(*given.documents, settings=settings) as bot:
            asked = load_questions(given.questions, bot.documents).examples
            chance.seed(0)
            wrong = [replace(it, question=mistyped(it.question, chance)) for it in asked]
            print(f"| as written, {name} | {figures(bot, asked)} |", flush=True)
            print(f"| mistyped, {name} | {figures(bot, wrong)} |", flush=True)
    if given.squad is not None:
        count(given.squad)


def count(squad: Path) -> None:
    asked = load_questions(squad)
    words = {document.doc_id: words_of(document.text) for document in asked.documents}
    changed = [
        (it.question, put)
        for it in asked.examples
        if (put := corrected(it.question, words[str(it.doc_id)])) != it.question
    ]
    print(f"\n{squad.name}: {len(changed)} of {len(asked.examples)} questions are changed, such as")
    for question, put in random.Random(0).sample(changed, min(20, len(changed))):
        pairs = zip(question.split(), put.split(), strict=True)
        print("  " + ", ".join(f"{a} -> {b}" for a, b in pairs if a != b))


if __name__ == "__main__":
    main()
