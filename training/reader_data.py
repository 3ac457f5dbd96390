"""SQuAD-style files: articles, their paragraphs and questions, and which articles are held out.

Every question is lower-cased: in some editions of the data the case of a question gives away
whether it has an answer. A reader must be asked in the same form: `plain`.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a paragraph; `answers` are (text, start in the paragraph), none if it has none.

    `paragraph` counts the paragraphs of the article from 0. `verdict` is the sum of what the
    paragraph may say to a question for yes or no (`reader_rows`), None for other questions.
    """

    id: str
    text: str
    paragraph: int
    answers: tuple[tuple[str, int], ...]
    verdict: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """Paragraphs and the questions about them."""

    title: str
    paragraphs: tuple[str, ...]
    questions: tuple[Question, ...]


_VERDICTS = {"Yes": 2, "No": 4}  # YES and NO of `reader_rows`


def plain(question: str) -> str:
    """The form in which questions and claims are trained on: lower case, without a final mark.

    So neither capitals nor a question mark tell where a question comes from.
    """
    return " ".join(question.lower().split()).rstrip(" ?.!")


def load(path: Path) -> list[Article]:
    """The articles of a SQuAD 1.1 or 2.0 file, plain or gzip-compressed."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        data = json.load(file)["data"]
    return [_article(article) for article in data]


def _article(article: dict[str, Any]) -> Article:
    questions = []
    for number, paragraph in enumerate(article["paragraphs"]):
        for asked in paragraph["qas"]:
            answers = tuple(
                (answer["text"], int(answer["answer_start"])) for answer in asked["answers"]
            )
            if asked.get("is_impossible", False):
                answers = ()
            verdict = _VERDICTS.get(asked.get("yes_no"))
            questions.append(Question(asked["id"], asked["question"], number, answers, verdict))
    paragraphs = tuple(paragraph["context"] for paragraph in article["paragraphs"])
    return Article(article["title"], paragraphs, tuple(questions))


def hold_out(articles: Iterable[Article], share: float, seed: int) -> frozenset[str]:
    """Titles of about `share` of the articles, one at least: never trained on, for dev scores.

    Each title is drawn by itself, from a hash of it and the seed: whatever else is trained on,
    an article is held out always or never, in a training that goes on from another one too.
    """
    drawn = {
        article.title: random.Random(f"{seed} {article.title.replace('_', ' ')}").random()
        for article in articles
    }
    held = frozenset(title for title, number in drawn.items() if number < share)
    return held or frozenset([min(drawn, key=lambda title: (drawn[title], title))])


def fitting_half(titles: Iterable[str]) -> frozenset[str]:
    """Half of the titles, on which thresholds and weights are fitted; the others are reported."""
    shuffled = sorted(set(titles))
    random.Random(1).shuffle(shuffled)
    return frozenset(shuffled[: len(shuffled) // 2])


def without(articles: Iterable[Article], titles: Iterable[str]) -> list[Article]:
    """The articles of other titles; files differ in how they write a space in one."""
    left_out = {title.replace("_", " ") for title in titles}
    return [article for article in articles if article.title.replace("_", " ") not in left_out]
