"""What a terminal would obey, made visible instead.

Documents, file names, glossaries and questions may contain escape sequences that colour, move or
retitle, and marks that reverse the order of the text. All output goes through `harmless`, so that
these are seen and not obeyed.
"""

from __future__ import annotations

import json
import re
from typing import Final

__all__ = ["escape_json", "harmless"]

# Control characters but tab and line feed; marks of text direction; line and paragraph
# separators; tags, which are invisible; lone surrogates.
_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def harmless(text: str) -> str:
    """`text` with what a terminal would obey written out, as in `\\x1b`."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def escape_json(line: str) -> str:
    """A line of JSON with what a terminal would obey escaped, as in `\\u001b`."""
    return _OBEYED.sub(lambda found: json.dumps(found[0])[1:-1], line)
