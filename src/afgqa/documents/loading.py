"""Files and texts to Documents: decoded strictly, repaired with ftfy, mapped back to the raw.

Of HTML, PDF and DOCX files the text is taken first (see `formats.py`); what is repaired and mapped
back to is then this text.

A file may have two side files next to it: `NAME.questions`, one question per line, offered to
a reader to begin with, and `NAME.glossary.toml`, what odd phrases of it mean (see `glossary.py`).
"""

from __future__ import annotations

import codecs
import hashlib
import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Final

from ftfy import fix_text

from afgqa.documents.extracted import Extracted
from afgqa.documents.formats import FORMATS
from afgqa.documents.repair import REPAIR, repair
from afgqa.documents.sandbox import extract_apart
from afgqa.errors import DocumentError
from afgqa.language.glossary import SUFFIX, parse
from afgqa.types import Document, Gloss

__all__ = [
    "SIZE",
    "SUFFIXES",
    "Known",
    "document_from_bytes",
    "document_from_text",
    "load_documents",
]

SUFFIXES: Final = (".txt", ".md", *FORMATS)
_ANY: Final = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"

SIZE: Final = 20_000_000  # bytes of a file that is not text itself

_TITLE_LENGTH = 64
_GIVEN_TITLE_LENGTH = 200  # of one that a file states itself

Known = Callable[[str, str], Document | None]  # by id and hash of the raw bytes


def load_documents(
    paths: Sequence[str | Path], *, missing_ok: bool = False, known: Known | None = None
) -> tuple[Document, ...]:
    """Every file among `paths` (files and folders) with one of `SUFFIXES`, ordered by `doc_id`.

    A document's id is its path below the folder that all `paths` share; with `missing_ok` a
    path that is gone is passed over and still counts for that. Its source is the path as it was
    given, an absolute one cut to what lies below the current folder, or else to the id. One
    DocumentError names every file that cannot be used; then nothing is returned. What `known` has
    of the same bytes is not taken out of them again: a long PDF takes seconds.
    """
    roots = [Path(path) for path in paths]
    base = _common_folder(roots)
    problems: list[str] = []
    files: dict[str, Path] = {}
    for root in roots:
        if missing_ok and not root.exists():
            continue
        try:
            for path in _files(root):
                files.setdefault(Path(os.path.relpath(path, base)).as_posix(), path)
        except DocumentError as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{root} cannot be read: {error.strerror}. Check its permissions.")
    documents = []
    for doc_id, path in files.items():
        try:
            document = _read(path, doc_id, known)
            documents.append(replace(document, source=_source(path, doc_id)))
        except DocumentError as error:
            problems.append(str(error))
    if problems:
        raise DocumentError("\n".join(problems))
    return tuple(sorted(documents, key=lambda document: document.doc_id))


def document_from_bytes(
    raw: bytes,
    *,
    doc_id: str,
    source: str | None = None,
    examples: Iterable[str] = (),
    glossary: Iterable[Gloss] = (),
    apart: bool = False,
    longest: int | None = None,
) -> Document:
    """A Document from the bytes of a file; its `doc_id` ends in the suffix that says of what kind.

    So `document_from_bytes(path.read_bytes(), doc_id=path.name)`, or what was uploaded with its
    name. `sha256` is of these bytes. DocumentError says what is wrong with them and what to do;
    it calls the file `source`, or else `doc_id`. `apart` takes the text out in a process of its
    own, with limits of time and memory: for files of strangers (see `sandbox.py`). A text of more
    than `longest` characters is refused before it is repaired, which takes a second for 100,000.

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
        found = Extracted(_decode(raw, where))
    else:
        found = extract_apart(suffix, raw, where) if apart else FORMATS[suffix](raw, where)
    if longest is not None and len(found.text) > longest:
        raise DocumentError(
            f"{where} has {len(found.text):,} characters; the limit here is {longest:,}. Use "
            "`afgqa index` for longer texts."
        )
    document = document_from_text(
        found.text,
        doc_id=doc_id,
        title=_given_title(found.title or "") or None,
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
    if not any(_visible(c) for c in text):
        where = doc_id if source is None else source
        raise DocumentError(
            f"{where} contains no text: it has no visible character. Give a file with text."
        )
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        doc_id=doc_id,
        title=_title(text) if title is None else title,
        source=doc_id if source is None else source,
        sha256=digest if sha256 is None else sha256,
        text=text,
        runs=runs,
        examples=tuple(examples),
        glossary=tuple(glossary),
    )


def _files(root: Path) -> Iterator[Path]:
    if root.is_dir():
        found = sorted(
            path
            for path in root.rglob("*")
            if path.suffix.lower() in SUFFIXES
            and path.is_file()
            and not any(part.startswith(".") for part in path.relative_to(root).parts)
        )
        if not found:
            raise DocumentError(f"{root} contains no {_ANY} file. Add one.")
        yield from found
    elif root.is_file():
        if root.suffix.lower() not in SUFFIXES:
            raise DocumentError(f"{root} is not a {_ANY} file. Save its text as one of these.")
        yield root
    else:
        raise DocumentError(f"{root} does not exist. Check the path.")


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


def _read(path: Path, doc_id: str, known: Known | None) -> Document:
    data = _bytes(path)
    asked = _beside(path, ".questions")
    glossary = parse(_beside(path, SUFFIX), path.with_suffix(SUFFIX).as_posix())
    examples = tuple(line.strip() for line in asked.splitlines() if line.strip())
    held = None if known is None else known(doc_id, hashlib.sha256(data).hexdigest())
    if held is not None:
        return replace(held, examples=examples, glossary=glossary)
    return document_from_bytes(
        data, doc_id=doc_id, source=path.as_posix(), examples=examples, glossary=glossary
    )


def _beside(path: Path, suffix: str) -> str:
    """The text of a side file, "" where there is none."""
    side = path.with_suffix(suffix)
    return _decode(_bytes(side), side.as_posix()).removeprefix("\ufeff") if side.is_file() else ""


def _bytes(path: Path) -> bytes:
    try:
        os.fsencode(path).decode("utf-8")
        _check_size(path.stat().st_size, path.suffix.lower(), path.as_posix())
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be read: {error.strerror}. Check its permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{str(path)!a} has a name that is not UTF-8. Rename it.") from error


def _check_size(size: int, suffix: str, where: str) -> None:
    if suffix in FORMATS and size > SIZE:
        raise DocumentError(
            f"{where} has {size:,} bytes; the limit for a {suffix} file is {SIZE:,}. Split it into "
            "several files, or save its text as a .txt file."
        )


def _decode(data: bytes, where: str) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    wide = wide and not data.startswith(codecs.BOM_UTF32_LE)
    if not wide and b"\0" in data:
        raise DocumentError(
            f"{where} is a binary file (a NUL byte at {data.index(0)}), not text. "
            "Save its text as UTF-8."
        )
    encoding = "utf-16" if wide else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{where} is not {encoding.upper()}: byte {error.start} ({data[error.start]:#04x}) "
            "is invalid. Save the file as UTF-8."
        ) from error


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


def _visible(character: str) -> bool:
    return character.isprintable() and not character.isspace()


def _title(text: str) -> str:
    """The first heading, or else the opening words: what a person would know the text by."""
    lines = (line.strip() for line in text.splitlines())
    first = next(line for line in lines if any(_visible(c) for c in line))
    return _shortened(first.lstrip("#").strip() or first, _TITLE_LENGTH)


def _given_title(title: str) -> str:
    return _shortened(" ".join(fix_text(title, REPAIR).split()), _GIVEN_TITLE_LENGTH)


def _shortened(title: str, length: int) -> str:
    if len(title) <= length:
        return title
    return title[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
