"""PDF to its text, with the pages.

PDFium, the engine of Chrome's viewer, finds the letters, spaces and lines and tells where they
stand; `pdf_paragraphs.py` sets them. It was chosen for its text: ligatures come apart, a hyphen
that breaks a word is told from others, and the words of justified lines stay in order. Notes,
forms, attachments, scripts and what stands outside the visible page stay out. Words that a
scanner's software put invisibly behind the picture of a page come in: they are what a reader sees.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from afgqa.documents.extracted import Extracted, refuse_other
from afgqa.documents.pdf_lines import Line
from afgqa.documents.pdf_paragraphs import set_lines
from afgqa.errors import DocumentError

if TYPE_CHECKING:
    import pypdfium2 as pdfium

__all__ = ["PAGES", "extract"]

PAGES: Final = 2_000

_PDFIUM = threading.Lock()  # it must not be called from two threads at a time
_BROKEN = "\x02"  # stands for the hyphen at the end of a line, and for the end
_PASSWORD = 4  # FPDF_ERR_PASSWORD
_HYPHEN = re.compile(r"[^\W\d_]-\Z")


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
                    f"{where} is protected by a password. Save a copy without one."
                ) from error
            why = str(error).rstrip(".")
            raise DocumentError(
                f"{where} is a damaged PDF file ({why}). Get a new copy, or open it in a PDF "
                f"viewer "
                "and print it to a new file."
            ) from error
    if not any(pages):
        raise DocumentError(
            f"{where} has no text on its pages ({count}), only pictures; it may be a scan. "
            "Add the text with a text recognition (OCR) program."
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
                shown = _shown(text, letters, range(start, at), frame)
                start = at + 1
                inked = [at for at in shown if not letters[at].isspace()]
                if inked:
                    words = _words("".join(letters[at] for at in shown))
                    box = _turned(_box(text, inked[0], inked[-1]), turned)
                    found.append(Line(words, *box, letter == _BROKEN))
        # PDFium sees no word go on over the end of a page.
        if found and number + 1 < len(document) and _HYPHEN.search(found[-1].text):
            found[-1] = found[-1]._replace(text=found[-1].text[:-1], broken=True)
        return found
    finally:
        text.close()
        page.close()


def _words(units: str) -> str:
    """The words of a line in UTF-16, as PDFium gives it, with one space between them."""
    whole = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(whole.split())


_Box = tuple[float, float, float, float]  # left, bottom, right, top


def _shown(
    text: pdfium.PdfTextPage, letters: Sequence[str], line: Sequence[int], frame: _Box
) -> list[int]:
    """Of the letters of a line those that stand on the page, and are any."""
    written = [at for at in line if letters[at] not in "\0\u00ad"]
    inked = [at for at in written if not letters[at].isspace()]
    if not inked or _meets(_box(text, inked[0], inked[-1]), frame, whole=True):
        return written
    return [at for at in written if letters[at] == " " or _meets(_box(text, at, at), frame)]


def _box(text: pdfium.PdfTextPage, first: int, last: int) -> _Box:
    """The box around two letters."""
    one, other = (text.get_charbox(at, loose=True) for at in (first, last))
    low = [min(pair) for pair in zip(one, other, strict=True)]
    high = [max(pair) for pair in zip(one, other, strict=True)]
    return low[0], low[1], high[2], high[3]


def _meets(box: _Box, frame: _Box, *, whole: bool = False) -> bool:
    """Whether a box stands on the page, at least with a part of it."""
    left, bottom, right, top = box
    if whole:
        return frame[0] <= left and frame[1] <= bottom and right <= frame[2] and top <= frame[3]
    return left < frame[2] and frame[0] < right and bottom < frame[3] and frame[1] < top


def _turned(box: _Box, degrees: int) -> _Box:
    """The box on a page that is shown turned clockwise; only differences matter, not the origin."""
    left, bottom, right, top = box
    return {
        90: (bottom, -right, top, -left),
        180: (-right, -top, -left, -bottom),
        270: (-top, left, -bottom, right),
    }.get(degrees, box)
