"""How often a sentence that says otherwise is shown, where there is one and where there is none.

    python benchmarks/differing.py SQUAD_1.1_DEV.json.gz

Questions for a number or a date are asked twice: of their article as it is, and of the article with
their gold sentences once more at its end, each with another number in the answer. In the first most
articles say one thing, so what is shown there is mostly shown without need; in the second something
should be. Questions of our own for yes or no are asked twice too: once more with their first gold
sentence at the end of their text, denied, or affirmed where it is denied. About two minutes.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

from afgqa import Settings
from afgqa.answering.answer import answer_from
from afgqa.answering.pipeline import trace
from afgqa.documents.loading import document_from_text, load_documents
from afgqa.evaluation.measures import mean
from afgqa.evaluation.question_sets import Example, load_questions
from afgqa.language.grammar import AUXILIARY
from afgqa.protocols import Embedder, Reader
from afgqa.question.analysis import analyse
from afgqa.question.answer_type import answer_type_of
from afgqa.reading.models import load_reader
from afgqa.reading.units import Documents
from afgqa.search.embedders import load_embedder
from afgqa.search.indexing import add
from afgqa.search.memory_store import MemoryStore
from afgqa.types import Document

_ARTICLES, _EACH = 12, 15
_KINDS = ("number", "duration", "time")
_NUMBER = re.compile(r"\d+")
# What denies, and what stands there without it; else what is denied by "not" behind it.
_DENIED = (
    (re.compile(r"\bcan(?:not|[’']t)\b"), "can"),
    (re.compile(r"\bwon[’']t\b"), "will"),
    (re.compile(r" not\b|n[’']t\b|\b[Nn]o (?=[^\W\d])"), ""),
    (re.compile(rf"\b{AUXILIARY}\b"), r"\g<0> not"),
)
_SETS = Path(__file__).parents[1] / "tests" / "questions"


def retold(document: Document, example: Example, chance: random.Random) -> str | None:
    """The gold sentence with another number in its answer; None where that holds no number."""
    sentence = document.text[example.evidence[0].start : example.evidence[0].end]
    for answer in example.answers:
        number = _NUMBER.search(answer)
        if answer in sentence and number is not None:
            by = int(number[0]) + chance.choice((3, 7, 11))
            other = f"{answer[: number.start()]}{by}{answer[number.end() :]}"
            return sentence.replace(answer, other, 1)
    return None


def denied(document: Document, example: Example) -> str | None:
    """The first gold sentence with "not" behind its first auxiliary, or without its "not" or "no".

    None where it has neither.
    """
    sentence = document.text[example.evidence[0].start : example.evidence[0].end]
    for pattern, other in _DENIED:
        if pattern.search(sentence):
            return pattern.sub(other, sentence, count=1)
    return None


def shown(
    document: Document, examples: list[Example], embedder: Embedder, reader: Reader
) -> list[bool]:
    """For each question that is answered, whether a sentence that says otherwise is shown."""
    settings, store = Settings(), MemoryStore(embedder.dimension)
    add(store, [document], embedder, settings)
    answers = [
        answer_from(
            example.question,
            trace(
                analyse(example.question),
                view=store,
                documents=Documents(store),
                embedder=embedder,
                reader=reader,
                settings=settings,
            ),
        )
        for example in examples
    ]
    return [answer.otherwise is not None for answer in answers if answer.answered]


def of_numbers(squad: Path, embedder: Embedder, reader: Reader) -> tuple[list[bool], list[bool]]:
    """What is shown of articles that say a number or date once, and twice, differently."""
    asked, chance = load_questions(squad), random.Random(0)
    once: list[bool] = []
    twice: list[bool] = []
    for document in chance.sample(sorted(asked.documents, key=lambda it: it.doc_id), _ARTICLES):
        own = [e for e in asked.examples if e.doc_id == document.doc_id]
        numbers = [e for e in own if answer_type_of(e.question) in _KINDS]
        pairs = [
            (example, other)
            for example in chance.sample(numbers, min(_EACH, len(numbers)))
            if (other := retold(document, example, chance)) is not None
        ]
        examples = [example for example, _ in pairs]
        more = "\n\n".join([document.text, *(other for _, other in pairs)])
        once += shown(document, examples, embedder, reader)
        twice += shown(document_from_text(more, doc_id="twice"), examples, embedder, reader)
    return once, twice


def of_yes_or_no(embedder: Embedder, reader: Reader) -> tuple[list[bool], list[bool]]:
    """What is shown of our own texts as they are, and with a gold sentence once more, denied."""
    once: list[bool] = []
    twice: list[bool] = []
    for path in sorted(set(_SETS.glob("*.jsonl")) - {_SETS / "minimal_pairs.jsonl"}):
        text = _SETS / "texts" / f"{path.stem}.txt"
        (document,) = load_documents([text if text.exists() else _SETS.parents[1] / "seeds"])
        for example in load_questions(path, [document]).examples:
            if (
                not example.answerable
                or example.history
                or answer_type_of(example.question) != "yes-no"
            ):
                continue
            other = denied(document, example)
            if other is not None:
                more = document_from_text(
                    f"{document.text}\n\n{other}", doc_id="twice", glossary=document.glossary
                )
                once += shown(document, [example], embedder, reader)
                twice += shown(more, [example], embedder, reader)
    return once, twice


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, help="SQuAD 1.1 dev, .json or .json.gz")
    squad = parser.parse_args().squad
    embedder, reader = load_embedder(Settings().embedder), load_reader(None)
    for what, (once, twice) in (
        ("numbers and dates", of_numbers(squad, embedder, reader)),
        ("yes or no", of_yes_or_no(embedder, reader)),
    ):
        for how, some in (("said once", once), ("said twice, differently", twice)):
            share = mean(some)
            between = f"{share.low:.3f} to {share.high:.3f}"
            print(f"{what}, {how}: {share.value:.3f} ({between}) of {len(some)}")


if __name__ == "__main__":
    main()
