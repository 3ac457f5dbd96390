"""Articles for the tests of the training programs."""

from __future__ import annotations

from collections.abc import Sequence

from reader_data import Article, Question


def article(*paragraphs: str, questions: Sequence[Question] = ()) -> Article:
    return Article("A", paragraphs, tuple(questions))
