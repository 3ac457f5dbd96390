"""`afgqa verify`: whether the citations of kept answers still stand in the documents."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from afgqa.answering.citation_verification import STATES, Verification, verify
from afgqa.cli.open_bot import INDEX, SEEDS
from afgqa.cli.output import print_json, show
from afgqa.documents.files import read_bytes
from afgqa.kept_citations import KEPT_SIZE, Kept, kept_in, verification_row
from afgqa.types import Document

__all__ = ["add_options", "run_verify"]

_STANDS, _FALLEN = 0, 1


def add_options(parser: argparse.ArgumentParser) -> None:
    """The arguments of `afgqa verify`."""
    parser.add_argument(
        "file",
        metavar="FILE",
        help="answers as JSON or JSON Lines, or a conversation saved as JSON (-: standard input)",
    )
    parser.add_argument(
        "--follow-links", action="store_true", help="follow links that lead out of a folder"
    )


def run_verify(options: argparse.Namespace) -> int:
    """Tell what became of each citation; status 1 where one is edited or missing."""
    name = "standard input" if options.file == "-" else options.file
    kept = kept_in(_bytes(options.file), name)
    found = verify(
        (one.cited for one in kept), _documents(Path(options.index), options.follow_links)
    )
    counts = Counter(one.state for one in found)
    for source, one in zip(kept, found, strict=True):
        if options.json:
            print_json(verification_row(one, source))
        else:
            show("\n".join(_told(source, one)))
    if options.json:
        print_json({"summary": {state: counts[state] for state in STATES}})
    else:
        parts = ", ".join(f"{counts[state]} {state}" for state in STATES)
        show(f"{len(found)} citation{'s' * (len(found) != 1)}: {parts}")
    return _STANDS if all(one.stands for one in found) else _FALLEN


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(KEPT_SIZE + 1)
    return read_bytes(Path(name), KEPT_SIZE, pipes=True)


def _documents(index: Path, follow_links: bool) -> tuple[Document, ...]:
    """The documents as their files are by now: an index may be behind them, and needs a model."""
    from afgqa.documents.loading import load_documents
    from afgqa.search.index_file import DATABASE
    from afgqa.search.indexing import documents_now

    if index == Path(INDEX) and not (index / DATABASE).exists() and Path(SEEDS).is_dir():
        return load_documents([SEEDS])  # what the first question would make the index from
    return documents_now(index, follow_links=follow_links)


def _told(kept: Kept, one: Verification) -> Iterator[str]:
    cited = one.cited
    number = f"[{kept.number}]" if kept.kind == "citation" else f"near {kept.number}"
    line = f"{one.state:<8}{kept.where} {number}  {cited.doc_id}:{cited.start}-{cited.end}"
    if one.start is not None and one.state != "exact":
        line += f" -> {one.start}-{one.end}"
    if one.state == "edited":
        line += f", similarity {one.similarity:.2f}"
    if one.same_file is None:
        line += ", the document is gone"
    elif not one.same_file:
        line += ", the file has changed"
    yield line
    if one.state == "edited":
        yield f"    was: {_line(cited.text)}"
        yield f"    now: {_line(one.text or '')}"
    for other in one.elsewhere:
        what = "has the same file content" if other.same_file else "has the same text"
        where = "" if other.start is None else f": {other.start}-{other.end}"
        yield f"    {other.doc_id} {what}{where}"


def _line(text: str) -> str:
    return " ".join(text.split())
