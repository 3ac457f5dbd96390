"""Whether a citation carries its answer: alone, and whether the answer falls without it.

A citation is sufficient if the same answer is given by a text that holds nothing else, and needed
if the text without it gives another answer or none. Both are told by asking again, of a text that
was cut: the erasure of DeYoung et al. 2020 ("ERASER", section 4.2), with answers compared in the
place of probabilities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Final, Protocol

from afgqa.answers import Answer
from afgqa.documents.loading import document_from_text
from afgqa.errors import DocumentError
from afgqa.evaluation.rows import prediction
from afgqa.language.tokens import normalize
from afgqa.types import Document

__all__ = ["Asked", "Open", "citation_scores"]

SUFFICIENT: Final = "citation_sufficiency"
NEEDED: Final = "citation_necessity"


class Asked(Protocol):
    """What answers a question of the one text that it holds."""

    def ask(self, question: str) -> Answer: ...


Open = Callable[[Document], AbstractContextManager[Asked]]


def citation_scores(
    answer: Answer, documents: Mapping[str, Document], open_on: Open
) -> dict[str, float]:
    """Both scores of an answer, 0 or 1; none for a refusal.

    `documents` hold those that are cited, by id; `open_on` gives what answers questions of one.
    All citations stand together: an answer of several sentences needs them all.
    """
    if not answer.answered:
        return {}
    alone, others = [], []
    for doc_id in dict.fromkeys(citation.doc_id for citation in answer.citations):
        text, at = documents[doc_id].text, 0
        for citation in sorted(answer.citations, key=lambda it: it.start):
            if citation.doc_id == doc_id:
                alone.append(citation.text)
                others.append(text[at : citation.start])
                at = max(at, citation.end)
        others.append(text[at:])
    like = documents[answer.citations[0].doc_id]
    return {
        SUFFICIENT: float(_same(answer, _asked("\n".join(alone), like, answer, open_on))),
        NEEDED: float(not _same(answer, _asked("".join(others), like, answer, open_on))),
    }


def _asked(text: str, like: Document, answer: Answer, open_on: Open) -> Answer | None:
    """The answer to the same question of another text; None where nothing is left to ask."""
    try:
        document = document_from_text(
            text, doc_id=like.doc_id, title=like.title, glossary=like.glossary
        )
    except DocumentError:
        return None
    with open_on(document) as bot:
        return bot.ask(answer.standalone)


def _same(answer: Answer, other: Answer | None) -> bool:
    """Whether both say the same, whatever sentence says it."""
    if other is None or not other.answered:
        return False
    return normalize(prediction(answer)) == normalize(prediction(other))
