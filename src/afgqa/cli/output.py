"""What goes to standard output, and what to standard error.

Documents, their names, glossaries and questions may hold what a terminal obeys: sequences that
colour, move or retitle, and marks that turn the order of what is read. All that is printed goes
through `harmless`, so that it is seen and not obeyed.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Final

__all__ = ["harmless", "note", "print_json", "show"]

# Control characters but tab and line feed; what turns the direction of the text; line and
# paragraph separators; tags, which are seen by nobody; halves of characters.
_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def harmless(text: str) -> str:
    """`text` with what a terminal would obey written out, as in `\\x1b`; the rest as it is."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def show(text: str, end: str = "\n") -> None:
    """Text for a person on standard output."""
    print(harmless(text), end=end, flush=True)


def print_json(row: Any) -> None:
    """A line of JSON on standard output; what a terminal would obey is escaped as JSON has it."""
    line = json.dumps(row, ensure_ascii=False)
    escaped = _OBEYED.sub(lambda found: json.dumps(found[0])[1:-1], line)
    try:
        print(escaped, flush=True)
    except UnicodeEncodeError:  # a terminal without Unicode
        print(json.dumps(row), flush=True)


def note(text: str, end: str = "\n") -> None:
    """A line for the person at the terminal, on standard error."""
    print(harmless(text), end=end, file=sys.stderr, flush=True)
