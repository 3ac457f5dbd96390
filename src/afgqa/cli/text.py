"""Values to text for a terminal. Pure functions; nothing here prints."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from afgqa.answering.explanation import Explanation, Part
from afgqa.answering.explanation_view import (
    CANDIDATES,
    CONFIDENCE,
    SEARCHED,
    Row,
    explanation_view,
    found_by,
)
from afgqa.answers import Answer
from afgqa.presentation import NEAREST, SUGGESTED, QuotedSentence, answer_view
from afgqa.protocols import VectorStore
from afgqa.types import Changes, Hit

__all__ = ["answer_text", "changes_text", "explanation_text", "hits_text", "store_text"]

_WIDTH = 88


def answer_text(answer: Answer) -> str:
    """An answer with its quotations and where they stand, or a refusal with what is near."""
    view = answer_view(answer)
    lines = [] if view.searched is None else [f"(searched for: {view.searched})"]
    lines.append(view.text)
    lines += [_quotation(sentence, f"[{sentence.citation.number}] ") for sentence in view.cited]
    if view.nearest:
        lines += ["", NEAREST, *(_quotation(sentence) for sentence in view.nearest)]
    if view.suggested:
        lines += ["", SUGGESTED, *(f"    {question}" for question in view.suggested)]
    return "\n".join(lines)


def hits_text(hits: Sequence[Hit]) -> str:
    """Hits, best first, with their score and the rank that each search gave them."""
    if not hits:
        return "Nothing found."
    blocks = []
    for number, hit in enumerate(hits, start=1):
        head = f"{number}. {hit.score:.3f}  ({found_by(hit)})"
        where = f"{hit.passage.ref.doc_id}:{hit.passage.start}-{hit.passage.end}"
        blocks.append(f"{head}  {where}\n{_wrap(hit.passage.text)}")
    return "\n".join(blocks)


def explanation_text(explanation: Explanation, *, most: int = 8) -> str:
    """How an answer came about: the best hits, spans and sentences, and the confidence's parts.

    At most so many hits and candidates.
    """
    view = explanation_view(explanation, most=most)
    lines = [f"answered as: {view.answer_type}"]
    if view.searched != explanation.answer.question:
        lines.append(f"{SEARCHED.lower()}: {view.searched}")
    lines += ["", answer_text(explanation.answer), ""]
    if view.summary is not None:
        return "\n".join([*lines, view.summary])
    lines += [view.found_title.upper(), *map(_row, view.found)]
    lines += ["", CANDIDATES.upper(), *map(_row, view.candidates)]
    lines += ["", f"{CONFIDENCE.upper()}: {view.confidence}"]
    lines += [] if view.note is None else [f"    {view.note}"]
    lines += _signals(view.signals)
    return "\n".join([*lines, "", view.seconds])


def _row(row: Row) -> str:
    place = f"{row.passage.ref.doc_id}:{row.passage.start}-{row.passage.end}"
    return f"{row.label}  {place}\n{_wrap(row.text)}"


def _signals(signals: Sequence[Part]) -> list[str]:
    """The signals as a sum of products; nothing without any."""
    if not signals:
        return []
    rows = [
        f"    {part.name:<16}{part.value:>8.3f} x {part.weight:>7.3f} = {part.logit:>7.3f}"
        for part in signals
    ]
    total = sum(part.logit for part in signals)
    return [*rows, f"    {'log odds':<16}{'':>8}   {'':>7}   {total:>7.3f}"]


def changes_text(changes: Changes) -> str:
    """Which documents were added, changed and removed, or that none was."""
    parts = [
        f"{name}: {', '.join(ids)}"
        for name, ids in (
            ("added", changes.added),
            ("changed", changes.changed),
            ("removed", changes.removed),
        )
        if ids
    ]
    return "; ".join(parts) if parts else "nothing has changed"


def store_text(store: VectorStore) -> str:
    """How much a store holds: "1 document, 45 sentences, 24 chunks"."""
    counts = {
        "document": len(store.documents()),
        "sentence": store.count("sentence"),
        "chunk": store.count("chunk"),
    }
    return ", ".join(f"{count} {noun}{'s' * (count != 1)}" for noun, count in counts.items())


def _quotation(sentence: QuotedSentence, number: str = "") -> str:
    lines = [_wrap(sentence.as_text(mark="**")), f"    {number}{sentence.attributed_place}"]
    lines += [f"    {note}" for note in sentence.notes]
    return "\n" + "\n".join(lines)


def _wrap(text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()), _WIDTH, initial_indent="    ", subsequent_indent="    "
    )
