"""Files and texts to Documents: decoded strictly, repaired with ftfy, mapped back to the raw.

Repair mends what was broken on the way (mojibake, control characters, line ends) and leaves
alone what an author chose: typographic quotes, ligatures, full-width forms and HTML entities
stay, for a quotation must be verbatim.

A text file may have two side files next to it: `NAME.questions`, one question per line, offered to
a reader to begin with, and `NAME.glossary.toml`, what odd phrases of it mean (see `glossary.py`).
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ftfy import TextFixerConfig, fix_text_segment
from rapidfuzz.distance import Levenshtein

from afgqa.errors import DocumentError
from afgqa.glossary import SUFFIX, parse
from afgqa.types import Document, Gloss, Run

__all__ = ["REPAIR", "SUFFIXES", "document_from_text", "load_documents"]

SUFFIXES = (".txt", ".md")

REPAIR = TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    normalization=None,
)
# Repair looks at one line at a time, as ftfy itself does; a long line is cut at spaces so that
# aligning it with its raw form stays linear in the length of the text. Only "\n" and the plain
# space end a segment: damaged characters hold other white space, such as "\x85" and "\xa0".
_SEGMENT = re.compile(r"[^\n]{0,7999}(?:[ \n]|\Z)|[^\n]{1,8000}\n?")
_TITLE_LENGTH = 64


def load_documents(
    paths: Sequence[str | Path], *, missing_ok: bool = False
) -> tuple[Document, ...]:
    """Every `.txt` and `.md` file among `paths` (files and folders), ordered by `doc_id`.

    A document's id is its path below the folder that all `paths` share; with `missing_ok` a
    path that is gone is passed over and still counts for that. Its source is the path as it was
    given, an absolute one cut to what lies below the current folder, or else to the id. One
    DocumentError names every file that cannot be used; then nothing is returned.
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
            problems.append(f"{root} cannot be read: {error.strerror}. Check who may read it.")
    documents = []
    for doc_id, path in files.items():
        try:
            document = _read(path, doc_id)
            documents.append(replace(document, source=_source(path, doc_id)))
        except DocumentError as error:
            problems.append(str(error))
    if problems:
        raise DocumentError("\n".join(problems))
    return tuple(sorted(documents, key=lambda document: document.doc_id))


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
    text, runs = _repair(raw)
    if not any(_visible(c) for c in text):
        where = doc_id if source is None else source
        raise DocumentError(
            f"{where} holds no text: there is no visible character in it. Give a file with text."
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
            raise DocumentError(f"{root} holds no {' or '.join(SUFFIXES)} file. Put one there.")
        yield from found
    elif root.is_file():
        if root.suffix.lower() not in SUFFIXES:
            raise DocumentError(
                f"{root} is not a {' or '.join(SUFFIXES)} file. Save its text as one of these."
            )
        yield root
    else:
        raise DocumentError(f"{root} is not there. Check the path.")


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


def _read(path: Path, doc_id: str) -> Document:
    data = _bytes(path)
    asked = _beside(path, ".questions")
    glossary = _beside(path, SUFFIX)
    if not data.strip():
        raise DocumentError(f"{path} is empty ({len(data)} bytes). Give a file with text.")
    return document_from_text(
        _decode(data, path),
        doc_id=doc_id,
        source=path.as_posix(),
        sha256=hashlib.sha256(data).hexdigest(),
        examples=(line.strip() for line in asked.splitlines() if line.strip()),
        glossary=parse(glossary, path.with_suffix(SUFFIX).as_posix()),
    )


def _beside(path: Path, suffix: str) -> str:
    """The text of a side file, "" where there is none."""
    side = path.with_suffix(suffix)
    return _decode(_bytes(side), side).removeprefix("\ufeff") if side.is_file() else ""


def _bytes(path: Path) -> bytes:
    try:
        os.fsencode(path).decode("utf-8")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path} cannot be read: {error.strerror}. Check who may read it."
        ) from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{str(path)!a} has a name that is not UTF-8. Rename it.") from error


def _decode(data: bytes, path: Path) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    wide = wide and not data.startswith(codecs.BOM_UTF32_LE)
    if not wide and b"\0" in data:
        raise DocumentError(
            f"{path} is a binary file (a NUL byte at {data.index(0)}), not text. "
            "Save its text as UTF-8."
        )
    encoding = "utf-16" if wide else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{path} is not {encoding.upper()}: byte {error.start} ({data[error.start]:#04x}) "
            "does not fit. Save the file as UTF-8."
        ) from error


def _repair(raw: str) -> tuple[str, tuple[Run, ...]]:
    """The repaired text, and runs that cover it and say where each stretch came from."""
    pieces: list[str] = []
    runs: list[Run] = []
    raw_at = at = 0
    for line in _SEGMENT.findall(raw):
        fixed = fix_text_segment(line, REPAIR)
        for a, b, c, d, same in _align(line, fixed):
            run = Run(at + c, at + d, raw_at + a, raw_at + b, same)
            before = runs[-1] if runs else None
            if before and before.same and same and before.raw_end == run.raw_start:
                runs[-1] = Run(before.start, run.end, before.raw_start, run.raw_end, True)
            elif run.start < run.end:
                runs.append(run)
        pieces.append(fixed)
        raw_at += len(line)
        at += len(fixed)
    return "".join(pieces), tuple(runs)


def _align(raw: str, fixed: str) -> Iterator[tuple[int, int, int, int, bool]]:
    """Stretches (raw start, raw end, fixed start, fixed end, same) that cover `fixed`."""
    if raw == fixed:
        yield 0, len(raw), 0, len(fixed), True
        return
    change: tuple[int, int, int, int] | None = None
    for op in Levenshtein.opcodes(raw, fixed):
        a, b, c, d = op.src_start, op.src_end, op.dest_start, op.dest_end
        if op.tag == "equal":
            if change is not None:
                yield (*change, False)
                change = None
            yield a, b, c, d, True
        else:  # neighbouring edits are one change: three raw characters may make one quote
            change = (a, b, c, d) if change is None else (change[0], b, change[2], d)
    if change is not None:
        yield (*change, False)


def _visible(character: str) -> bool:
    return character.isprintable() and not character.isspace()


def _title(text: str) -> str:
    """The first heading, or else the opening words: what a person would know the text by."""
    lines = (line.strip() for line in text.splitlines())
    first = next(line for line in lines if any(_visible(c) for c in line))
    first = first.lstrip("#").strip() or first
    if len(first) <= _TITLE_LENGTH:
        return first
    return first[:_TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
