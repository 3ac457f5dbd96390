"""What goes to standard output, and what to standard error."""

from __future__ import annotations

import json
import sys
from typing import Any

__all__ = ["note", "print_json"]


def print_json(row: Any) -> None:
    """A line of JSON on standard output."""
    try:
        print(json.dumps(row, ensure_ascii=False), flush=True)
    except UnicodeEncodeError:  # half a character in an id, or a terminal without Unicode
        print(json.dumps(row), flush=True)


def note(text: str, end: str = "\n") -> None:
    """A line for the person at the terminal, on standard error."""
    print(text, end=end, file=sys.stderr, flush=True)
