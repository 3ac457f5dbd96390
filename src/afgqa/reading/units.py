"""Passages to readings: each as a person reads it, and in the words of its glossary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from afgqa.language.abbreviation_expansions import expansions
from afgqa.language.glossary import Reworded, reworded
from afgqa.language.layout import Unit, layout
from afgqa.protocols import Reader, Snapshot
from afgqa.types import Document, Passage, Reading, Span, Verdict

__all__ = ["Documents", "documents_of", "read_units", "verdicts"]


class Documents(dict[str, Document]):
    """The documents of a snapshot by their ids, each fetched when it is first looked up, and once.

    To be used no longer than the snapshot. KeyError for a document that is not there.
    """

    def __init__(self, view: Snapshot) -> None:
        super().__init__()
        self._view = view

    def __missing__(self, doc_id: str) -> Document:
        self[doc_id] = self._view.document(doc_id)
        return self[doc_id]


def documents_of(
    passages: Sequence[Passage], documents: Mapping[str, Document]
) -> dict[str, Document]:
    """The documents of passages by their ids, each once."""
    return {name: documents[name] for name in dict.fromkeys(p.ref.doc_id for p in passages)}


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
    read = _as_read(reader, question, passages, documents)
    readings = reader.read(question, [said.text for _, said in read])
    return [
        replace(reading, spans=_led_back(reading.spans, said, unit, documents[p.ref.doc_id].text))
        for reading, (unit, said), p in zip(readings, read, passages, strict=True)
    ]


def verdicts(
    reader: Reader,
    question: str,
    passages: Sequence[Passage],
    documents: Mapping[str, Document],
) -> list[Verdict | None]:
    """What each passage, read as by `read_units`, says to a question for yes or no.

    None where the reader cannot judge.
    """
    read = _as_read(reader, question, passages, documents)
    return [reading.verdict for reading in reader.read(question, [said.text for _, said in read])]


def _as_read(
    reader: Reader,
    question: str,
    passages: Sequence[Passage],
    documents: Mapping[str, Document],
) -> list[tuple[Unit, Reworded]]:
    """Each passage with what belongs to it, and that in the words of its document's glossary."""
    headings = reader.titles
    own = documents_of(passages, documents)
    layouts = {name: layout(document.text) for name, document in own.items()}
    meanings = {name: expansions(document, question) for name, document in own.items()}
    units = [
        (p.ref.doc_id, layouts[p.ref.doc_id].unit(p.start, p.end, headings=headings))
        for p in passages
    ]
    return [(unit, reworded(unit.text, meanings[name])) for name, unit in units]


def _led_back(spans: Sequence[Span], said: Reworded, unit: Unit, text: str) -> tuple[Span, ...]:
    found: dict[tuple[int, int], Span] = {}
    for span in spans:
        start, end = unit.back(*said.back(span.start, span.end))
        if text[start:end].strip():
            found.setdefault((start, end), Span(start, end, text[start:end], span.score))
    return tuple(found.values())
