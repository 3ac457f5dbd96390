"""Citations as data: read back from answers that were kept as JSON, and what became of them.

What is read: the object that `afgqa ask --json` prints, JSON Lines of such rows, and a conversation
that was saved as JSON. What comes from outside may be anything, so every field is looked at before
it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from afgqa.answering.citation_verification import Cited, Verification
from afgqa.errors import InputError

__all__ = [
    "CONVERSATION",
    "KEPT_SIZE",
    "VERSION",
    "Kept",
    "cited_from",
    "kept_in",
    "verification_row",
]

Kind = Literal["citation", "related"]
Row = dict[str, Any]

KEPT_SIZE: Final = 100_000_000
"""Bytes of a file of answers at most: some ten thousand of them."""

CONVERSATION: Final = "conversation"  # what a saved conversation says that it is,
VERSION: Final = 1  # and in which form

_KINDS: Final[tuple[tuple[str, Kind], ...]] = (("citations", "citation"), ("related", "related"))
_GIVE: Final = "Give answers as `afgqa ask --json` prints them."
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A citation with its place in what was kept.

    `where` is the line or the turn of its answer ("line 3", "turn 2"). Its `kind` is "citation" for
    evidence, "related" for one of the nearest sentences of a refusal; `number` counts from 1 within
    its kind.
    """

    where: str
    question: str
    kind: Kind
    number: int
    cited: Cited


def kept_in(data: bytes, name: str) -> tuple[Kept, ...]:
    """Every citation in a file of answers, in their order; `name` is what messages call the file.

    Rows that tell an error hold no answer and are passed over. InputError, with the line, for what
    is not JSON in UTF-8, no answer, or no citation.
    """
    if len(data) > KEPT_SIZE:
        raise InputError(f"{name} has more than {KEPT_SIZE:,} bytes, which is the limit. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{name}, line {line} is not UTF-8: {error}. Save it as UTF-8.") from error
    if not text.strip():
        raise InputError(f"{name} is empty. {_GIVE}")
    try:
        return tuple(kept for where, row in _rows(text, name) for kept in _kept(row, where, name))
    except RecursionError as error:  # what is nested is found out where a message would show it
        raise InputError(f"{name} has objects in objects without end. {_GIVE}") from error


def _rows(text: str, name: str) -> Iterator[tuple[str, object]]:
    """Each answer, with its line or turn."""
    # Only "\n" ends a line of JSON Lines: a text may hold other separators as they are.
    lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if len(lines) == 1 or not _is_json(lines[0][1]):
            raise _not_json(name, getattr(error, "lineno", lines[0][0]), error) from error
    else:
        if isinstance(whole, dict) and "afgqa" in whole:
            yield from _turns(whole, name)
        else:
            yield f"line {lines[0][0]}", whole
        return
    for number, line in lines:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _not_json(name, number, error) from error
        yield f"line {number}", row


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _not_json(name: str, line: int, error: Exception) -> InputError:
    return InputError(f"{name}, line {line} is not JSON: {error}. {_GIVE}")


def _turns(whole: Row, name: str) -> Iterator[tuple[str, object]]:
    what, version = whole.get("afgqa"), whole.get("version")
    if what != CONVERSATION:
        raise InputError(f"{name} has type {what!r:.80}, not {CONVERSATION!r}.")
    if version != VERSION or isinstance(version, bool):
        raise InputError(
            f"{name} is a conversation of version {version!r:.80}; this afgqa reads version "
            f"{VERSION}."
        )
    turns = whole.get("turns")
    if not isinstance(turns, list):
        raise InputError(f'{name} needs "turns", a list of answers; found {turns!r:.80}.')
    for number, row in enumerate(turns, start=1):
        yield f"turn {number}", row


def _kept(row: object, where: str, name: str) -> Iterator[Kept]:
    if not isinstance(row, dict):
        raise InputError(f"{name}, {where} is not a JSON object, but {type(row).__name__}.")
    if "error" in row and "citations" not in row:
        return
    question = row.get("question")
    for key, kind in _KINDS:
        listed = row.get(key, [] if key == "related" else None)
        if not isinstance(listed, list):
            raise InputError(
                f'{name}, {where} is not an answer: it needs "{key}", a list; found {listed!r:.80}.'
            )
        for number, item in enumerate(listed, start=1):
            cited = cited_from(item, f"{name}, {where}, {kind} {number}")
            yield Kept(where, str(question or ""), kind, number, cited)


def cited_from(row: object, where: str) -> Cited:
    """A citation from its JSON object; `where` is what messages call it.

    InputError unless it has `doc_id`, `sha256`, `start`, `end` and `text` as a citation has them.
    """
    if not isinstance(row, Mapping):
        raise InputError(f"{where} is not a JSON object: {row!r:.80}.")
    problems = list(_problems(row))
    if problems:
        raise InputError(f"{where} cannot be checked: {'; '.join(problems)}.")
    return Cited(row["doc_id"], row["sha256"], row["start"], row["end"], row["text"])


def _problems(row: Mapping[str, Any]) -> Iterable[str]:
    for name in ("doc_id", "text"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            yield f'"{name}" must be a text; found {row.get(name)!r:.80}'
    sha256 = row.get("sha256")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        yield f'"sha256" must be 64 digits in base 16; found {sha256!r:.80}'
    start, end = row.get("start"), row.get("end")
    whole = all(isinstance(it, int) and not isinstance(it, bool) for it in (start, end))
    if not whole or not 0 <= row["start"] < row["end"]:
        yield f'"start" and "end" must be offsets, the first less; found {start!r:.40}, {end!r:.40}'


def verification_row(one: Verification, kept: Kept | None = None) -> Row:
    """What became of a citation as a JSON object (docs/verify.schema.json).

    With `kept`, where it was kept comes first.
    """
    at = (
        {}
        if kept is None
        else {"where": kept.where, "question": kept.question}
        | {"kind": kept.kind, "number": kept.number}
    )
    now = None
    if one.start is not None:
        now = {"start": one.start, "end": one.end, "text": one.text}
    return at | {
        "state": one.state,
        "cited": one.cited._asdict(),
        "same_file": one.same_file,
        "now": now,
        "similarity": None if one.similarity is None else round(one.similarity, 4),
        "elsewhere": [other._asdict() for other in one.elsewhere],
    }
