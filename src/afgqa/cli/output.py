"""What goes to standard output, and what to standard error."""

from __future__ import annotations

import json
import sys
from typing import Any

from afgqa.cli.terminal_escapes import escape_json, harmless

__all__ = ["note", "print_json", "show"]


def show(text: str, end: str = "\n") -> None:
    """Text for a person on standard output."""
    print(harmless(text), end=end, flush=True)


def print_json(row: Any) -> None:
    """A line of JSON on standard output; what a terminal would obey is escaped in JSON's way."""
    line = json.dumps(row, ensure_ascii=False)
    try:
        print(escape_json(line), flush=True)
    except UnicodeEncodeError:  # a terminal without Unicode
        print(json.dumps(row), flush=True)


def note(text: str, end: str = "\n") -> None:
    """A line for the person at the terminal, on standard error."""
    print(harmless(text), end=end, file=sys.stderr, flush=True)
