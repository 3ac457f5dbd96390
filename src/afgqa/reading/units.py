"""Passages to readings: each as a person reads it, and in the words of its glossary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from afgqa.language.abbreviations import expansions
from afgqa.language.glossary import Reworded, reworded
from afgqa.language.layout import Unit, layout
from afgqa.protocols import Reader, Snapshot
from afgqa.types import Document, Passage, Reading, Span

__all__ = ["documents_of", "read_units"]


def documents_of(passages: Sequence[Passage], view: Snapshot) -> dict[str, Document]:
    """The documents of passages by their ids, each once."""
    return {name: view.document(name) for name in dict.fromkeys(p.ref.doc_id for p in passages)}


def read_units(
    reader: Reader,
    question: str,
    passages: Sequence[Passage],
    documents: Mapping[str, Document],
) -> list[Reading]:
    """What the reader finds in passages as a person reads them; spans count from the document.

    Each passage is read as `language/layout.py` puts it together: a table's row with its headers,
    an item with its lead-in, under its headings where the reader knows `titles`; and in the words
    of its glossary. Of spans that come to the same place the best is kept. `documents` are those of
    the passages, by id.
    """
    own = [documents[passage.ref.doc_id] for passage in passages]
    units = [
        layout(document.text).unit(passage.start, passage.end, headings=reader.titles)
        for passage, document in zip(passages, own, strict=True)
    ]
    said = [
        reworded(unit.text, expansions(document, question))
        for unit, document in zip(units, own, strict=True)
    ]
    readings = reader.read(question, [some.text for some in said])
    return [
        replace(reading, spans=_led_back(reading.spans, some, unit, document.text))
        for reading, some, unit, document in zip(readings, said, units, own, strict=True)
    ]


def _led_back(spans: Sequence[Span], said: Reworded, unit: Unit, text: str) -> tuple[Span, ...]:
    found: dict[tuple[int, int], Span] = {}
    for span in spans:
        start, end = unit.back(*said.back(span.start, span.end))
        if text[start:end].strip():
            found.setdefault((start, end), Span(start, end, text[start:end], span.score))
    return tuple(found.values())
