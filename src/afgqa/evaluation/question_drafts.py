"""Questions drafted from a text, for a person to correct: the beginning of a question set.

A name, a time, a place or a number of a sentence is exchanged for the word that asks for it. What
stands at the beginning makes a plain question ("Who opened the bridge in May?"), anything else one
with its word in place ("Ann Lee opened the bridge when?"), which a person turns round. No
draft is left out because the chatbot fails on it: that would make a set of what it can do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from afgqa.evaluation.measures import Place
from afgqa.evaluation.question_sets import Example
from afgqa.language.grammar import AUXILIARY, without_preposition
from afgqa.language.lexicon.marks import DOUBLE_QUOTES
from afgqa.language.quantities import counts_nothing, in_range
from afgqa.language.sentences import split
from afgqa.question.answer_type import AnswerType
from afgqa.reading.typed_spans import candidates
from afgqa.types import Document

__all__ = ["as_line", "drafts"]

_ASKED: Final[tuple[tuple[AnswerType, str, str], ...]] = (
    ("person", "who", "who"),
    ("time", "when", "when"),
    ("place", "where", "where"),
    ("duration", "how-many", "how long"),
    ("number", "how-many", "how many"),
)
_LONGEST: Final = 24  # words: a longer sentence makes no question that anybody would ask
_SHORTEST: Final = 4
_VERB: Final = re.compile(rf" (?:{AUXILIARY}|\w+(?:ed|s))\b")
_QUOTED: Final = re.compile(rf"[{DOUBLE_QUOTES}]")


def drafts(document: Document) -> Iterator[Example]:
    """Drafts in reading order, each with its sentence as evidence and its words as the answer.

    Each place of a sentence is asked for once; quotations and sentences of more than 24 words are
    left out.
    """
    number = 0
    for begin, finish in split(document.text):
        text, taken = document.text[begin:finish], 0
        if _QUOTED.search(text) or not _SHORTEST <= len(text.split()) <= _LONGEST:
            continue
        for kind, label, word in _ASKED:
            found = next(candidates(kind, "", text), None)
            if found is None or found[0] < taken or counts_nothing(text[slice(*found)]):
                continue
            asked = _question(text, *found, word)
            if asked is None:
                continue
            number, taken = number + 1, found[1]
            yield Example(
                id=f"draft-{number:03}",
                question=asked,
                answerable=True,
                kind=label,
                answers=(text[slice(*found)],),
                evidence=(Place(document.doc_id, begin, finish),),
            )


def as_line(draft: Example, document: Document) -> str:
    """The draft as a line of a question set, with the words of its evidence, which are checked."""
    text = document.text
    places = [it._asdict() | {"text": text[it.start : it.end]} for it in draft.evidence]
    row = {
        "id": draft.id,
        "question": draft.question,
        "kind": draft.kind,
        "answerable": draft.answerable,
        "answers": draft.answers,
        "evidence": places,
    }
    return json.dumps(row, ensure_ascii=False)


def _question(text: str, start: int, end: int, word: str) -> str | None:
    """The sentence with `word` in the place `start:end`; None where that makes no question."""
    before, after = text[:start], text[end:].rstrip(" .!?;:")
    if word == "who" and (before or not _VERB.match(after)):
        return None  # only what stands first is surely who did it
    if in_range(before, after) or after.startswith(("’", "'")):
        return None  # half of a range is no answer
    if word in ("when", "where", "how long"):
        shorter = without_preposition(before)
        if word == "where" and shorter == before:
            return None
        before = shorter
    said = f"{before}{word}{after if before else after.removeprefix(',')}"
    return f"{said[0].upper()}{said[1:]}?" if len(said.split()) >= _SHORTEST else None
