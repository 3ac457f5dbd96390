"""Files and texts to Documents: decoded strictly, repaired with ftfy, mapped back to the raw.

Of HTML, PDF and DOCX files the text is taken first (see `formats.py`): that is what is repaired.

A file may have two side files next to it: `NAME.questions`, one question per line, offered to
a reader to begin with, and `NAME.glossary.toml`, what odd phrases of it mean (see `glossary.py`).
"""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from afgqa.documents.decoding import decode
from afgqa.documents.extracted import Extracted
from afgqa.documents.files import (
    BESIDE,
    behind_links,
    files_in,
    kind_at,
    leads_out,
    passed_over,
    read_bytes,
    size_of,
)
from afgqa.documents.formats import FORMATS
from afgqa.documents.repair import repair
from afgqa.documents.sandbox import Sandbox
from afgqa.documents.titles import given_title, is_visible, title_of
from afgqa.errors import DocumentError
from afgqa.language.glossary import SUFFIX, parse
from afgqa.types import Document, Gloss

__all__ = [
    "SIZE",
    "SUFFIXES",
    "TEXT_SIZE",
    "Known",
    "document_from_bytes",
    "document_from_text",
    "left_out",
    "load_documents",
]

SUFFIXES: Final = (".txt", ".md", *FORMATS)
_ADVICE: Final = "Check its permissions."
_ANY: Final = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"

SIZE: Final = 20_000_000  # bytes of a file that is not text itself; of one that is:
TEXT_SIZE: Final = 50_000_000

Known = Callable[[str, str], Document | None]  # by id and hash of the raw bytes


def load_documents(
    paths: Sequence[str | Path],
    *,
    missing_ok: bool = False,
    known: Known | None = None,
    follow_links: bool | Collection[str] = False,
) -> tuple[Document, ...]:
    """Every file among `paths` (files and folders) with one of `SUFFIXES`, ordered by `doc_id`.

    A document's id is its path below the folder that all `paths` share; with `missing_ok` a
    path that is gone is passed over and still counts for that. Its source is the path as it was
    given, an absolute one cut to what lies below the current folder, or else to the id. One
    DocumentError names every file that cannot be used; then nothing is returned. What `known` has
    of the same bytes is not taken out of them again: a long PDF takes seconds.

    A link in a folder that leads out of it is passed over, unless `follow_links` is true or has the
    document's id; `left_out` tells what was passed over.
    """
    roots = [Path(path) for path in paths]
    base = _common_folder(roots)
    problems: list[str] = []
    files: dict[str, Path] = {}
    folders: dict[str, Path] = {}  # that what lies beside a file may not lead out of
    for root in roots:
        try:
            if missing_ok and not root.exists():
                continue
            for path in _files(root, base, follow_links):
                doc_id = Path(os.path.relpath(path, base)).as_posix()
                files.setdefault(doc_id, path)
                folders.setdefault(doc_id, root if root.is_dir() else path.parent)
        except DocumentError as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{root} cannot be read: {error.strerror}. Check its permissions.")
    documents = []
    with Sandbox() as sandbox:
        for doc_id, path in files.items():
            try:
                inside = None if follow_links is True else folders[doc_id]
                document = _read(path, doc_id, known, sandbox, inside)
                documents.append(replace(document, source=_source(path, doc_id)))
            except DocumentError as error:
                problems.append(str(error))
    if problems:
        raise DocumentError("\n".join(problems))
    return tuple(sorted(documents, key=lambda document: document.doc_id))


def left_out(paths: Sequence[str | Path]) -> tuple[Path, ...]:
    """What `load_documents` passes over in these folders: links that lead out, pipes, devices."""
    folders = [Path(path) for path in paths if kind_at(Path(path)) == "a folder"]
    return tuple(path for folder in folders for path in passed_over(folder, SUFFIXES))


def document_from_bytes(
    raw: bytes,
    *,
    doc_id: str,
    source: str | None = None,
    examples: Iterable[str] = (),
    glossary: Iterable[Gloss] = (),
    longest: int | None = None,
    sandbox: Sandbox | None = None,
) -> Document:
    """A Document from the bytes of a file; its `doc_id` ends in the suffix that says of what kind.

    So `document_from_bytes(path.read_bytes(), doc_id=path.name)`, or what was uploaded with its
    name. `sha256` is of these bytes. DocumentError says what is wrong with them and what to do;
    it calls the file `source`, or else `doc_id`. The text of a PDF, DOCX or HTML file is extracted
    in a process of its own, with limits on time and memory (see `sandbox.py`): in `sandbox`, or
    else in one for this file alone. A text of more than `longest` characters is refused before it
    is repaired, which takes a second for 100,000.

    >>> document = document_from_bytes(b"<h1>Tea</h1><p>It is old.</p>", doc_id="tea.html")
    >>> document.title, document.text.split()
    ('Tea', ['Tea', 'It', 'is', 'old.'])
    """
    where = doc_id if source is None else source
    suffix = PurePath(doc_id).suffix.lower()
    if suffix not in SUFFIXES:
        raise DocumentError(f"{where} is not a {_ANY} file. Save its text as one of these.")
    _check_size(len(raw), suffix, where)
    if not raw.strip():
        raise DocumentError(f"{where} is empty ({len(raw)} bytes). Give a file with text.")
    if suffix not in FORMATS:
        found = Extracted(decode(raw, where))
    else:
        found = _extracted(suffix, raw, where, sandbox)
    if longest is not None and len(found.text) > longest:
        raise DocumentError(
            f"{where} has {len(found.text):,} characters; the limit here is {longest:,}. Use "
            "`afgqa index` for longer texts."
        )
    document = document_from_text(
        found.text,
        doc_id=doc_id,
        title=given_title(found.title or "") or None,
        source=source,
        sha256=hashlib.sha256(raw).hexdigest(),
        examples=examples,
        glossary=glossary,
    )
    return replace(document, pages=_repaired(found.pages, document)) if found.pages else document


def document_from_text(
    raw: str,
    *,
    doc_id: str,
    title: str | None = None,
    source: str | None = None,
    sha256: str | None = None,
    examples: Iterable[str] = (),
    glossary: Iterable[Gloss] = (),
) -> Document:
    """A Document from text that is already decoded; DocumentError if nothing is left of it.

    Without `sha256` the hash is of the text as UTF-8; without `title` one is taken from the
    text; without `source` the `doc_id` stands in.
    """
    text, runs = repair(raw)
    if not any(is_visible(c) for c in text):
        where = doc_id if source is None else source
        raise DocumentError(
            f"{where} contains no text: it has no visible character. Give a file with text."
        )
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        doc_id=doc_id,
        title=title_of(text) if title is None else title,
        source=doc_id if source is None else source,
        sha256=digest if sha256 is None else sha256,
        text=text,
        runs=runs,
        examples=tuple(examples),
        glossary=tuple(glossary),
    )


def _extracted(suffix: str, raw: bytes, where: str, sandbox: Sandbox | None) -> Extracted:
    if sandbox is not None:
        return sandbox.extract(suffix, raw, where)
    with Sandbox() as own:
        return own.extract(suffix, raw, where)


def _files(root: Path, base: Path, follow: bool | Collection[str]) -> Iterator[Path]:
    kind = kind_at(root)
    if kind == "a folder":
        found = files_in(root, SUFFIXES, follow=follow is True)
        if not isinstance(follow, bool):
            found += behind_links(root, base, follow, found)
        if not found:
            others = len(passed_over(root, SUFFIXES))
            raise DocumentError(
                f"{root} contains no {_ANY} file"
                + (
                    f" (left out: {others}, which lead out of it or are not files)"
                    if others
                    else ""
                )
                + ". Add one."
            )
        yield from found
    elif kind is None:
        raise DocumentError(f"{root} does not exist. Check the path.")
    elif root.suffix.lower() not in SUFFIXES:
        raise DocumentError(f"{root} is not a {_ANY} file. Save its text as one of these.")
    elif kind != "a file":
        raise DocumentError(f"{root} is {kind}, not a file. Save its text as a file.")
    else:
        yield root


def _common_folder(roots: Sequence[Path]) -> Path:
    if not roots:
        raise DocumentError("No path was given. Name at least one file or folder.")
    # Links are not followed: a linked file belongs to the folder that it was found in.
    try:
        folders = [(root if root.is_dir() else root.parent).absolute() for root in roots]
        return Path(os.path.commonpath([os.path.normpath(folder) for folder in folders]))
    except (OSError, ValueError) as error:  # a name that is too long, several Windows drives
        names = ", ".join(map(str, roots))
        raise DocumentError(f"{names} cannot be used: {error}. Check the paths.") from error


def _source(path: Path, doc_id: str) -> str:
    """The path as strangers may see it, for answers show it: never absolute."""
    if not path.is_absolute():
        return path.as_posix()
    try:
        return Path(os.path.normpath(path)).relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):  # no current folder, or not below it
        return doc_id


def _read(
    path: Path, doc_id: str, known: Known | None, sandbox: Sandbox, inside: Path | None
) -> Document:
    suffix = path.suffix.lower()
    _check_size(size_of(path), suffix, path.as_posix())
    data = read_bytes(path, _limit(suffix), error=DocumentError, advice=_ADVICE)
    asked = _beside(path, ".questions", inside)
    glossary = parse(_beside(path, SUFFIX, inside), path.with_suffix(SUFFIX).as_posix())
    examples = tuple(line.strip() for line in asked.splitlines() if line.strip())
    held = None if known is None else known(doc_id, hashlib.sha256(data).hexdigest())
    if held is not None:
        return replace(held, examples=examples, glossary=glossary)
    return document_from_bytes(
        data,
        doc_id=doc_id,
        source=path.as_posix(),
        examples=examples,
        glossary=glossary,
        sandbox=sandbox,
    )


def _beside(path: Path, suffix: str, inside: Path | None) -> str:
    """The text of a side file, "" where there is none, or one that leads out of `inside`."""
    side = path.with_suffix(suffix)
    # A name may be so long that there can be no file beside it.
    if kind_at(side) != "a file" or (inside is not None and leads_out(side, inside)):
        return ""
    data = read_bytes(side, BESIDE, error=DocumentError, advice=_ADVICE)
    return decode(data, side.as_posix()).removeprefix("\ufeff")


def _limit(suffix: str) -> int:
    return SIZE if suffix in FORMATS else TEXT_SIZE


def _check_size(size: int, suffix: str, where: str) -> None:
    if size > _limit(suffix):
        advice = ", or save its text as a .txt file" if suffix in FORMATS else ""
        raise DocumentError(
            f"{where} has {size:,} bytes; the limit for a {suffix} file is {_limit(suffix):,}. "
            f"Split it into several files{advice}."
        )


def _repaired(offsets: Sequence[int], document: Document) -> tuple[int, ...]:
    """Where offsets into the raw text have come to lie in the text of its document."""
    starts = [run.raw_start for run in document.runs]
    found = []
    for offset in offsets:
        # The last run that begins at or before the offset; what was taken out has no run.
        run = document.runs[max(bisect_right(starts, offset) - 1, 0)]
        inside = run.start + max(offset - run.raw_start, 0) * run.same
        found.append(min(inside if offset < run.raw_end else run.end, len(document.text)))
    return tuple(found)
