"""What is taken out of a file, whatever its format, and what a file may be taken for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from afgqa.errors import DocumentError

__all__ = ["BREAK", "Extracted", "kind_of", "refuse_other"]

BREAK: Final = "\n\n"  # between blocks: no sentence goes on over a blank line

# How files of a kind begin; those of a ZIP archive are told apart by what lies in it.
_STARTS: Final = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file, or one locked by a password"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file, one block (paragraph, heading, list item, table row) between blank lines.

    `title` is what the file itself calls its text, or None. `pages` are the offsets in `text` at
    which each page begins, in order: empty where a format has no pages. An empty page begins where
    the next one does.
    """

    text: str
    title: str | None = None
    pages: tuple[int, ...] = ()


def kind_of(raw: bytes) -> str | None:
    """What these bytes are by how they begin, "a PDF file", or None where nothing tells."""
    start = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    return next((kind for mark, kind in _STARTS if start.startswith(mark)), None)


def refuse_other(raw: bytes, where: str, wanted: str, expected: str | None = None) -> None:
    """DocumentError when the bytes begin as another kind of file than `expected`."""
    found = kind_of(raw)
    if found != expected:
        raise DocumentError(
            f"{where} is not {wanted}: it is {found or 'something else'}. Correct its suffix, "
            f"or save its text as {wanted}."
        )
