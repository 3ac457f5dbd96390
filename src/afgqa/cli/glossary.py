"""`afgqa glossary`: what a glossary may still need, and what of it still stands in its text."""

from __future__ import annotations

import argparse
from typing import Any

from afgqa.cli.output import note, print_json, show
from afgqa.documents.glossary_candidates import Suggestion
from afgqa.errors import InputError
from afgqa.types import Document

__all__ = ["add_options", "run_glossary"]

_DONE, _STALE = 0, 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """The arguments of `afgqa glossary`."""
    parser.add_argument(
        "action",
        choices=("check", "suggest"),
        help="check: find entries that do not occur in the text; suggest: draft entries for odd "
        "phrases",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="text, HTML, PDF or DOCX file, or folder"
    )
    parser.add_argument(
        "--count",
        type=int,
        default=30,
        metavar="N",
        help="suggest: maximum number of entries per document (30)",
    )


def run_glossary(options: argparse.Namespace) -> int:
    """Check the glossaries of the documents, or draft entries for them."""
    return _check(options) if options.action == "check" else _suggest(options)


def _check(options: argparse.Namespace) -> int:
    """Say for each document how often its glossary matches; status 1 where an entry never does."""
    from afgqa.documents.loading import load_documents
    from afgqa.language.glossary import counts

    status = _DONE
    for document in load_documents(options.paths):
        found = counts(document.text, document.glossary)
        stale = [phrase for phrase, times in found.items() if not times]
        if options.json:
            print_json({"doc_id": document.doc_id, "places": found})
        else:
            show(f"{document.doc_id}: {len(found)} entries, {sum(found.values())} places")
        for phrase in stale:
            note(f"afgqa: {document.doc_id}: {phrase!r} does not occur in the text")
        if stale:
            status = _STALE
    return status


def _suggest(options: argparse.Namespace) -> int:
    """Draft entries for each document, all of them commented out."""
    from afgqa.documents.glossary_candidates import FREQUENT, Vocabulary, suggest
    from afgqa.documents.glossary_draft import draft
    from afgqa.documents.loading import load_documents
    from afgqa.language.spelling import frequent
    from afgqa.search.embedders import load_embedder

    if options.count < 1:
        raise InputError(f"--count is {options.count}. Give 1 or more.")
    documents = load_documents(options.paths)
    embedder = load_embedder()
    vocabulary = Vocabulary.of(frequent(FREQUENT), embedder)
    for n, document in enumerate(documents):
        found = suggest(document, embedder, vocabulary, count=options.count)
        if options.json:
            rows = [_row(document, one) for one in found]
            print_json({"doc_id": document.doc_id, "suggestions": rows})
        else:
            show(("\n" if n else "") + draft(document, found))
    return _DONE


def _row(document: Document, one: Suggestion) -> dict[str, Any]:
    start, end = one.sentence
    return {
        "phrase": one.phrase,
        "word": one.word,
        "score": one.score,
        "places": [list(place) for place in one.places],
        "sentence": {"start": start, "end": end, "text": document.text[start:end]},
        "guesses": list(one.guesses),
    }
