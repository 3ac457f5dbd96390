"""What goes to standard output, and what to standard error.

Documents, file names, glossaries and questions may contain what a terminal obeys: escape sequences
that colour, move or retitle, and marks that reverse the order of the text. All output goes through
`harmless`, so that these are seen and not obeyed.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Final

__all__ = ["harmless", "note", "print_json", "show"]

# Control characters but tab and line feed; marks of text direction; line and
# paragraph separators; tags, which are invisible; lone surrogates.
_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def harmless(text: str) -> str:
    """`text` with what a terminal would obey written out, as in `\\x1b`."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def show(text: str, end: str = "\n") -> None:
    """Text for a person on standard output."""
    print(harmless(text), end=end, flush=True)


def print_json(row: Any) -> None:
    """A line of JSON on standard output; what a terminal would obey is escaped in JSON's way."""
    line = json.dumps(row, ensure_ascii=False)
    escaped = _OBEYED.sub(lambda found: json.dumps(found[0])[1:-1], line)
    try:
        print(escaped, flush=True)
    except UnicodeEncodeError:  # a terminal without Unicode
        print(json.dumps(row), flush=True)


def note(text: str, end: str = "\n") -> None:
    """A line for the person at the terminal, on standard error."""
    print(harmless(text), end=end, file=sys.stderr, flush=True)
