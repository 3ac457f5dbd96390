"""`afgqa chat`: question after question, and the conversation kept in a file."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from afgqa.answers import Turn
from afgqa.atomic_files import write_atomically
from afgqa.cli.open_bot import open_bot
from afgqa.cli.output import note, print_json, show
from afgqa.errors import InputError

if TYPE_CHECKING:
    from afgqa.conversation import Conversation

__all__ = ["run_chat"]

_DONE = 0
_LONGEST = 100_000  # characters of a line, far more than a question may have

Form = Callable[[Sequence[Turn], datetime], str]


def run_chat(options: argparse.Namespace) -> int:
    """Answer questions until an empty line; what was asked is saved even when it is interrupted."""
    path = None if options.save is None else Path(options.save)
    form = None if path is None else _form(path)
    with open_bot(options) as bot:
        conversation = bot.conversation()
        try:
            _talk(conversation, as_rows=options.json)
        finally:
            if path is not None and form is not None:
                _save(conversation.turns, path, form)
    return _DONE


def _talk(conversation: Conversation, *, as_rows: bool) -> None:
    from afgqa.cli.text import answer_text
    from afgqa.serialization import answer_row, error_row

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while True:
        if sys.stdin.isatty():
            note("? ", end="")
        line = sys.stdin.readline(_LONGEST)
        if not line.strip():
            return
        try:
            answer = conversation.ask(line)
        except InputError as error:
            if as_rows:
                print_json(error_row(None, error))
            else:
                note(f"afgqa: {error}")
            continue
        if as_rows:
            print_json(answer_row(answer))
        else:
            show(answer_text(answer), end="\n\n")


def _form(path: Path) -> Form:
    """What writes the kind of file that `path` names; InputError before anything was asked."""
    from afgqa.exporting import as_html, as_json, as_markdown

    def as_json_text(turns: Sequence[Turn], exported: datetime) -> str:
        return json.dumps(as_json(turns, exported), ensure_ascii=False, indent=2) + "\n"

    forms: dict[str, Form] = {".md": as_markdown, ".html": as_html, ".json": as_json_text}
    form = forms.get(path.suffix.lower())
    if form is None:
        raise InputError(f"{path} has no known suffix. Use one of {', '.join(forms)}.")
    if not path.parent.is_dir():
        raise InputError(f"{path} cannot be written: there is no folder {path.parent}.")
    return form


def _save(turns: Sequence[Turn], path: Path, form: Form) -> None:
    if not turns:
        note(f"afgqa: no question was asked, so {path} was not written")
        return
    now = datetime.now(timezone.utc)
    try:
        write_atomically(path, form(turns, now).encode(errors="backslashreplace"))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path} cannot be written: {why}. Check the path.") from error
    note(f"afgqa: saved the conversation to {path}")
