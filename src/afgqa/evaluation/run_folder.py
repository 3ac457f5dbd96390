"""A run's folder: rows as they come, so that an interrupted run can go on, then the report.

While a run goes on `rows.jsonl` grows, a line for each question; at its end it is replaced by
`report.json` (all that `as_dict` tells) and `index.html` (the same for eyes).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from afgqa.atomic_files import write_atomically
from afgqa.documents.files import read_bytes
from afgqa.errors import InputError
from afgqa.evaluation.html_report import as_html
from afgqa.evaluation.report import Report, as_dict
from afgqa.evaluation.rows import Row, from_plain, plain

__all__ = ["PAGE", "REPORT", "interrupted", "keeping", "read_rows", "write_report"]

REPORT: Final = "report.json"
PAGE: Final = "index.html"
_ROWS: Final = "rows.jsonl"
SIZE: Final = 500_000_000
"""Bytes of a report at most."""


def interrupted(folder: Path, run: Mapping[str, str]) -> dict[str, Row]:
    """The rows, by id, of a run in `folder` that was interrupted; none where there is none.

    `run` tells runs apart: what is asked of what, and how. InputError where what was interrupted
    was another one, for its rows would be lost.
    """
    path = folder / _ROWS
    if not path.is_file():
        return {}
    first, *lines = path.read_text(encoding="ascii", errors="replace").split("\n")
    try:
        begun = json.loads(first)
    except (ValueError, RecursionError):
        begun = None  # not even its first line was written whole
    if begun is not None and begun != dict(run):
        other = [
            name for name in run if not isinstance(begun, dict) or begun.get(name) != run[name]
        ]
        raise InputError(
            f"{path} has the rows of a different, interrupted run (different: "
            f"{', '.join(other) or 'more settings'}). Name another folder, or delete that file."
        )
    rows = {}
    for line in lines:
        try:
            row = from_plain(json.loads(line))
        except (ValueError, TypeError, LookupError, RecursionError):
            continue  # the last line may be cut off, and is asked again
        rows[row.id] = row
    return rows


@contextmanager
def keeping(
    folder: Path, run: Mapping[str, str], done: Mapping[str, Row]
) -> Iterator[Callable[[Row], None]]:
    """Gives what writes a row as soon as there is one; `done` are those of `interrupted`.

    InputError where the folder cannot be written.
    """
    begun = [_line(run), *(_line(plain(row)) for row in done.values())]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / _ROWS, "".join(begun).encode("ascii"))
        file = (folder / _ROWS).open("a", encoding="ascii")
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error}. Name another folder.") from error

    def keep(row: Row) -> None:
        file.write(_line(plain(row)))
        file.flush()

    with file:
        yield keep


def _line(values: Mapping[str, Any]) -> str:
    # ASCII alone: a line that is cut off is no broken character, and half of one can be written.
    return json.dumps(values) + "\n"


def write_report(folder: Path, report: Report, texts: Mapping[str, str]) -> None:
    """Write both files of a finished run; `texts` are the documents' by their id."""
    whole = json.dumps(as_dict(report), indent=1)
    write_atomically(folder / PAGE, as_html(report, texts).encode("utf-8", "replace"))
    write_atomically(folder / REPORT, f"{whole}\n".encode("ascii"))
    (folder / _ROWS).unlink(missing_ok=True)


def read_rows(path: Path) -> tuple[Row, ...]:
    """The rows of a report: its folder, its `report.json`, or what `afgqa eval --json` printed.

    InputError where it is none.
    """
    if path.is_dir():
        path = path / REPORT
    try:
        data = read_bytes(path, SIZE, advice="Give the folder or the report.json of a report.")
        return tuple(from_plain(row) for row in json.loads(data.decode("utf-8"))["rows"])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise InputError(
            f"{path} is not a report of this version ({error!s:.200}). Create one with "
            "afgqa eval --report."
        ) from error
