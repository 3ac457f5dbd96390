"""SQuAD 1.1 and 2.0 files to documents and to rows of our own question form.

An article becomes one document: its paragraphs in order, a blank line between them. Gold evidence
is every sentence of the question's paragraph that holds an accepted answer. `answer_start` alone
would not do: in some editions of the data it is the first place of the text in the paragraph,
which need not be the place that was meant.

Format: Rajpurkar et al. 2016 and 2018.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any

from afgqa.documents.loading import document_from_text
from afgqa.errors import DocumentError
from afgqa.language.sentences import split
from afgqa.question.answer_type import question_word
from afgqa.types import Document

__all__ = ["SquadArticle", "convert"]

_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class SquadArticle:
    """A document, the offsets of its paragraphs, and a row for each question about it."""

    document: Document
    paragraphs: tuple[tuple[int, int], ...]
    rows: tuple[dict[str, object], ...]


def convert(data: Any, source: str, *, by_paragraph: bool = False) -> tuple[SquadArticle, ...]:
    """The articles of a parsed SQuAD file; `source` names it in their documents.

    With `by_paragraph` each paragraph is an article of its own, its number after the title.
    ValueError names the article that is not as it should be, and says what to do.
    """
    if not isinstance(data, dict) or not isinstance(data.get("data"), list):
        raise ValueError('it has no list "data". Give a SQuAD 1.1 or 2.0 file as published.')
    articles = []
    for number, article in enumerate(data["data"]):
        try:
            parts = _paragraphs(article) if by_paragraph else [article]
            articles += [_article(part, source) for part in parts]
        except DocumentError as error:
            raise ValueError(f"data[{number}]: {error}") from error
        except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
            said = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise ValueError(
                f"data[{number}] is not in SQuAD format ({said}). Give a SQuAD 1.1 or 2.0 file "
                "as published."
            ) from error
    return tuple(articles)


def _paragraphs(article: Any) -> list[dict[str, Any]]:
    return [
        {"title": f"{article['title']} {number}", "paragraphs": [paragraph]}
        for number, paragraph in enumerate(article["paragraphs"], start=1)
    ]


def _article(article: Any, source: str) -> SquadArticle:
    contexts = [paragraph["context"] for paragraph in article["paragraphs"]]
    title = article["title"]
    document = document_from_text(
        _BREAK.join(contexts),
        doc_id=title,
        title=title.replace("_", " "),
        source=source,
    )
    sentences = split(document.text)
    paragraphs, rows = [], []
    raw = 0
    for paragraph, context in zip(article["paragraphs"], contexts, strict=True):
        start, end = _span(document, raw, len(context))
        # Sentences are in order: from the first that ends later to the last that begins before.
        first = bisect_right(sentences, start, key=itemgetter(1))
        inside = sentences[first : bisect_left(sentences, end, key=itemgetter(0))]
        for asked in paragraph["qas"]:
            if not all(answer["text"].strip() for answer in asked["answers"]):
                raise TypeError(f"the question {asked['id']!r:.80} has an empty answer")
            answers = {
                answer["text"]: _span(document, raw + answer["answer_start"], len(answer["text"]))
                for answer in asked["answers"]
            }
            rows.append(_row(asked, title, answers, _evidence(document.text, inside, answers)))
        paragraphs.append((start, end))
        raw += len(context) + len(_BREAK)
    return SquadArticle(document, tuple(paragraphs), tuple(rows))


def _row(
    asked: dict[str, Any], doc_id: str, answers: Iterable[str], gold: Iterable[tuple[int, int]]
) -> dict[str, object]:
    answerable = not asked.get("is_impossible", False)
    kind = (question_word(asked["question"]) or "other").replace(" ", "-")
    return {
        "id": asked["id"],
        "question": asked["question"],
        "answerable": answerable,
        "kind": kind if answerable else "unanswerable",
        "answers": list(answers),
        "evidence": [{"doc_id": doc_id, "start": start, "end": end} for start, end in gold],
        "doc_id": doc_id,
    }


def _evidence(
    text: str, sentences: Sequence[tuple[int, int]], answers: Mapping[str, tuple[int, int]]
) -> list[tuple[int, int]]:
    """The sentences with an answer in whole words, or else those that its given place touches.

    The latter is for an answer that runs over the end of a sentence or is part of a word.
    `answers` gives that place by the answer's text.
    """
    whole = [(a, b) for a, b in sentences if any(_holds(text[a:b], words) for words in answers)]
    return whole or [
        (a, b) for a, b in sentences if any(a < d and b > c for c, d in answers.values())
    ]


def _holds(sentence: str, words: str) -> bool:
    """Whether `words` stand in `sentence` and are not part of a longer word there."""
    at = sentence.find(words)
    while at >= 0:
        end = at + len(words)
        grown_left = at > 0 and sentence[at - 1].isalnum() and words[0].isalnum()
        grown_right = end < len(sentence) and sentence[end].isalnum() and words[-1].isalnum()
        if not (grown_left or grown_right):
            return True
        at = sentence.find(words, at + 1)
    return False


def _span(document: Document, raw: int, length: int) -> tuple[int, int]:
    """Where `length` raw characters from `raw` on lie in the document's text, after repair."""
    return _position(document, raw), _position(document, raw + length)


def _position(document: Document, raw: int) -> int:
    """Where the raw offset `raw` lies in the document's text, after repair."""
    at = bisect_right(document.runs, raw, key=attrgetter("raw_end"))
    if at == len(document.runs):
        return len(document.text)
    run = document.runs[at]
    return run.start + max(0, raw - run.raw_start) * run.same
