"""`afgqa glossary`: whether the entries of a glossary still stand in its text."""

from __future__ import annotations

import argparse

from afgqa.cli.output import note, print_json

__all__ = ["add_options", "run_glossary"]

_DONE, _STALE = 0, 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """The arguments of `afgqa glossary`."""
    parser.add_argument("action", choices=("check",), help="check: find entries that match nowhere")
    parser.add_argument("paths", nargs="+", metavar="PATH", help=".txt or .md file or folder")


def run_glossary(options: argparse.Namespace) -> int:
    """Say for each document how often its glossary matches; status 1 where an entry never does."""
    from afgqa.documents import load_documents
    from afgqa.glossary import counts

    status = _DONE
    for document in load_documents(options.paths):
        found = counts(document.text, document.glossary)
        stale = [phrase for phrase, times in found.items() if not times]
        if options.json:
            print_json({"doc_id": document.doc_id, "places": found})
        else:
            print(f"{document.doc_id}: {len(found)} entries, {sum(found.values())} places")
        for phrase in stale:
            note(f"afgqa: {document.doc_id}: {phrase!r} explains no place in the text")
        if stale:
            status = _STALE
    return status
