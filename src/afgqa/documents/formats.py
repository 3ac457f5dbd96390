"""Every format by the suffix of its files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from afgqa.documents import docx, html, pdf
from afgqa.documents.extracted import Extracted

__all__ = ["FORMATS", "Extract"]

Extract = Callable[[bytes, str], Extracted]
"""From the bytes of a file, and what it is called in a message, to its text; or DocumentError."""

FORMATS: Final[dict[str, Extract]] = {
    ".html": html.extract,
    ".htm": html.extract,
    ".pdf": pdf.extract,
    ".docx": docx.extract,
}
