"""Learn how much a question's term is expected to occur in the sentence that answers it.

    python training/salience.py SQUAD_TRAIN.json.gz [--out FILE]

"type" and "many" are frequent in questions and rare in answers; "century" is in both. For every
index term the share of questions with it whose answer sentence holds it too is counted, drawn
towards the prior of rare terms, and written as JSON. Takes some ten seconds for SQuAD 1.1.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path

from afgqa.language.sentences import split
from afgqa.language.tokens import ANALYZER, terms
from afgqa.search.term_weights import FILE

_RARE = 3  # a term in so few questions tells of rare terms in general, not of itself
_PRIOR_WEIGHT = 4  # questions that the prior counts for
_KEPT = 20  # a term in fewer questions keeps the prior


def learn(data: list[dict[str, object]]) -> dict[str, object]:
    """The table from SQuAD's `data`: {"analyzer", "prior", "terms": {term: share}}."""
    asked: Counter[str] = Counter()
    met: Counter[str] = Counter()
    for article in data:
        for paragraph in article["paragraphs"]:  # type: ignore[attr-defined]
            text = paragraph["context"]
            sentences = [(start, end, set(terms(text[start:end]))) for start, end in split(text)]
            for question in paragraph["qas"]:
                if not question["answers"]:
                    continue
                at = question["answers"][0]["answer_start"]
                answer = next(found for start, end, found in sentences if start <= at < end)
                for term in set(terms(question["question"])):
                    asked[term] += 1
                    met[term] += term in answer
    rare = [term for term in asked if asked[term] <= _RARE]
    prior = sum(met[term] for term in rare) / sum(asked[term] for term in rare)
    table = {
        term: round((met[term] + _PRIOR_WEIGHT * prior) / (asked[term] + _PRIOR_WEIGHT), 2)
        for term in sorted(asked)
        if asked[term] >= _KEPT
    }
    return {"analyzer": ANALYZER, "prior": round(prior, 2), "terms": table}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("squad", type=Path, help="SQuAD 1.1 train, .json or .json.gz")
    parser.add_argument("--out", type=Path, default=FILE)
    arguments = parser.parse_args()
    opened = gzip.open if arguments.squad.suffix == ".gz" else open
    with opened(arguments.squad, "rt", encoding="utf-8") as file:
        table = learn(json.load(file)["data"])
    arguments.out.write_text(json.dumps(table, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{len(table['terms'])} terms, prior {table['prior']}: {arguments.out}")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
