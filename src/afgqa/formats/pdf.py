"""PDF to its text, with the pages.

PDFium, the engine of Chrome's viewer, finds the letters, spaces and lines and tells where they
stand; `paragraphs.py` sets them. It was chosen for its text: ligatures come apart, a hyphen that
breaks a word is told from others, and the words of justified lines stay in order. Notes, forms,
attachments, scripts and what stands outside the visible page stay out. Words that a scanner's
software put invisibly behind the picture of a page come in: they are what a reader sees.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from afgqa.errors import DocumentError
from afgqa.formats.extracted import Extracted, refuse_other
from afgqa.formats.lines import Line
from afgqa.formats.paragraphs import set_lines

if TYPE_CHECKING:
    import pypdfium2 as pdfium

__all__ = ["PAGES", "extract"]

PAGES: Final = 2_000

_PDFIUM = threading.Lock()  # it must not be called from two threads at a time
_BROKEN = "\x02"  # stands for the hyphen at the end of a line, and for the end
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def extract(raw: bytes, where: str) -> Extracted:
    """The text of a PDF file; DocumentError, with `where` in it, for what is none.

    The title is the largest heading of the first page: what a file states elsewhere is often the
    name of another one.
    """
    import pypdfium2 as pdfium

    refuse_other(raw, where, "a PDF file", "a PDF file")
    with _PDFIUM:
        try:
            document = pdfium.PdfDocument(raw)
            try:
                count = len(document)
                _check_count(count, where)
                pages = [_lines(document, number) for number in range(count)]
            finally:
                document.close()
        except pdfium.PdfiumError as error:
            if error.err_code == _PASSWORD:
                raise DocumentError(
                    f"{where} is locked by a password. Save it without one and give that."
                ) from error
            raise DocumentError(
                f"{where} is a damaged PDF file ({error}). Open it in a PDF viewer and print it to "
                "a new file, or get it anew."
            ) from error
    if not any(pages):
        raise DocumentError(
            f"{where} has {count} page{'s' * (count != 1)} and no text on them, only pictures: it "
            "was scanned, perhaps. Let a program for text recognition (OCR) add the text."
        )
    return set_lines(pages)


def _check_count(count: int, where: str) -> None:
    if count > PAGES:
        raise DocumentError(
            f"{where} has {count:,} pages; the limit is {PAGES:,}. Split it into several files."
        )


def _lines(document: pdfium.PdfDocument, number: int) -> list[Line]:
    """The lines of a page, in the order of writing, seen as the page is turned."""
    from pypdfium2 import raw

    page = document[number]
    text = page.get_textpage()
    try:
        turned, frame = page.get_rotation(), page.get_bbox()
        code = raw.FPDFText_GetUnicode
        letters = [chr(code(text.raw, at)) for at in range(text.count_chars())]
        found: list[Line] = []
        start = 0
        for at, letter in enumerate([*letters, "\n"]):
            if letter in ("\n", _BROKEN):
                inked = [i for i in range(start, at) if not letters[i].isspace()]
                said = "".join(letters[start:at]).replace("\u00ad", "").replace("\0", "")
                start = at + 1
                if inked and said.strip():
                    boxes = [text.get_charbox(i, loose=True) for i in (inked[0], inked[-1])]
                    box = _around(*boxes)
                    if _meets(box, frame):
                        words = " ".join(said.split())
                        found.append(Line(words, *_turned(box, turned), letter == _BROKEN))
        return found
    finally:
        text.close()
        page.close()


_Box = tuple[float, float, float, float]  # left, bottom, right, top


def _around(one: _Box, other: _Box) -> _Box:
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _meets(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _turned(box: _Box, degrees: int) -> _Box:
    """The box on a page that is shown turned clockwise; only differences matter, not the origin."""
    left, bottom, right, top = box
    return {
        90: (bottom, -right, top, -left),
        180: (-right, -top, -left, -bottom),
        270: (-top, left, -bottom, right),
    }.get(degrees, box)
