"""Values to text for a terminal. Pure functions; nothing here prints."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from afgqa.answering.explanation import Considered, Explanation
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
        found_by = ", ".join(
            f"{name} {rank}"
            for name, rank in (("dense", hit.dense_rank), ("lexical", hit.lexical_rank))
            if rank is not None
        )
        head = f"{number}. {hit.score:.3f}  ({found_by or 'in a matching chunk'})"
        where = f"{hit.passage.ref.doc_id}:{hit.passage.start}-{hit.passage.end}"
        blocks.append(f"{head}  {where}\n{_wrap(hit.passage.text)}")
    return "\n".join(blocks)


def explanation_text(explanation: Explanation, *, most: int = 8) -> str:
    """How an answer came about: the best hits, spans and sentences, and the confidence's parts.

    At most so many of each.
    """
    trace, answer = explanation.trace, explanation.answer
    lines = [f"answered as: {trace.question.answer_type}"]
    if trace.question.search_text != answer.question:
        lines.append(f"searched for: {trace.question.search_text}")
    lines += ["", answer_text(answer), ""]
    if trace.question.answer_type == "summary":
        return "\n".join([*lines, "The sentences that together best represent the text."])
    lines += ["RETRIEVED, best first", hits_text(trace.found.hits[:most])]
    lines += ["", "CANDIDATES: combined score of retrieval and reader; margin over no answer"]
    lines += [_considered(one) for one in explanation.considered[:most]]
    lines += ["", f"CONFIDENCE: {trace.confidence:.3f}; refused below {trace.threshold:.3f}"]
    lines += _sure(explanation)
    seconds = trace.seconds
    lines += ["", f"{seconds.retrieve:.3f} s to search, {seconds.read:.3f} s to read"]
    return "\n".join(lines)


def _sure(explanation: Explanation) -> list[str]:
    choice = explanation.trace.choice
    if choice is None:
        return []
    if choice.coverage is not None:
        return [
            "    the share of the question's terms in the quotation's sentences and its speaker"
        ]
    rows = [
        f"    {part.name:<12}{part.value:>8.3f} x {part.weight:>7.3f} = {part.logit:>7.3f}"
        for part in explanation.parts
    ]
    total = sum(part.logit for part in explanation.parts)
    return [*rows, f"    {'log odds':<12}{'':>8}   {'':>7}   {total:>7.3f}"]


def _considered(one: Considered) -> str:
    candidate = one.candidate
    margin = "" if candidate.margin is None else f"margin {candidate.margin:.2f}"
    if (verdict := one.verdict) is not None:
        margin += f", yes {verdict.yes:.2f}, no {verdict.no:.2f}"
    what = "the whole sentence" if one.span_text is None else f"“{one.span_text}”"
    where = f"{candidate.passage.ref.doc_id}:{candidate.passage.start}-{candidate.passage.end}"
    fate = one.fate if one.fate != "less evidence" else f"behind by {one.behind:.3f}"
    head = f"{one.evidence:>8.3f}  {fate}{', ' + margin if margin else ''}  {where}"
    return f"{head}\n{_wrap(what)}"


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
    if sentence.has_glosses:
        lines.append("    [in brackets: the editor's glossary]")
    if sentence.has_inferred_dates:
        lines.append("    (inferred from the date of the text)")
    return "\n" + "\n".join(lines)


def _wrap(text: str) -> str:
    return textwrap.fill(
        " ".join(text.split()), _WIDTH, initial_indent="    ", subsequent_indent="    "
    )
