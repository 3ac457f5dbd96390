"""How alike two sentences are, and one before and after an edit: where the bound between them lies.

    python benchmarks/verifying.py SQUAD.json.gz

For each sentence of at least four words of the articles of a SQuAD file (at most 300 sentences an
article): the similarity to the most similar other sentence of its article, and to itself after an
edit of a share of its words, each left out, exchanged for another word of the article, or with
one put after it, by a seeded choice. Printed are the 1st, 5th, 50th, 95th and 99th percentile and
the greatest, and the share that reaches the bound.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence

import numpy as np

from afgqa.answering.citation_verification import CLOSE, similarity
from afgqa.evaluation.question_sets import load_questions
from afgqa.language.sentences import split

_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)
_MOST = 300


def edited(words: Sequence[str], share: float, bag: Sequence[str], chance: random.Random) -> str:
    """The words with a share of them, one at least, left out, exchanged or followed by another."""
    there = list(words)
    for at in chance.sample(range(len(words)), max(1, round(share * len(words)))):
        other = chance.choice(bag)
        there[at] = chance.choice(("", other, f"{words[at]} {other}"))
    return " ".join(there)


def figures(name: str, values: Sequence[float]) -> str:
    marks = " ".join(f"{one:.3f}" for one in np.percentile(values, [1, 5, 50, 95, 99, 100]))
    return f"{name:<28} {marks}   {np.mean(np.asarray(values) >= CLOSE):.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("squad", metavar="SQUAD.json.gz")
    options = parser.parse_args()
    chance = random.Random(0)
    other: list[float] = []
    same: dict[float, list[float]] = {share: [] for share in _SHARES}
    for document in load_questions(options.squad).documents:
        bag = document.text.split()
        sentences = [document.text[start:end] for start, end in split(document.text)]
        sentences = list(dict.fromkeys(it for it in sentences if len(it.split()) >= 4))[:_MOST]
        for one in sentences:
            other.append(max(similarity(one, it) for it in sentences if it != one))
            for share in _SHARES:
                same[share].append(similarity(one, edited(one.split(), share, bag, chance)))
    print(f"{len(other)} sentences; bound {CLOSE}")
    print(f"{'':<28} 1 %   5 %   50 %  95 %  99 %  most    reach the bound")
    print(figures("the nearest other sentence", other))
    for share, values in same.items():
        print(figures(f"itself, {share:.0%} of words edited", values))


if __name__ == "__main__":
    main()
