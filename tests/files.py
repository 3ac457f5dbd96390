"""Real files of the formats that are read, made for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import docx
import matplotlib
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from fpdf import FPDF

FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

Place = tuple[float, float, str]  # points from the left and from the top, and what stands there


def pdf(
    *pages: Iterable[Place | tuple[float, float, str, float]], password: str | None = None
) -> bytes:
    """A PDF with these lines on its pages of 600 by 800 points, in type of 11 or the given size."""
    made = FPDF(unit="pt", format=(600, 800))
    pages = tuple(tuple(places) for places in pages)
    built_in = all(place[2].isascii() for places in pages for place in places)
    if not built_in:  # it takes a while
        made.add_font("DejaVu", fname=str(FONT))
    made.set_auto_page_break(False)
    for places in pages:
        made.add_page()
        for x, y, text, *size in places:
            made.set_font("Helvetica" if built_in else "DejaVu", size=size[0] if size else 11)
            made.text(x, y, text)
    if password is not None:
        made.set_encryption(owner_password="owner", user_password=password)
    return bytes(made.output())


def column(lines: Sequence[str], *, left: float = 50, top: float = 100) -> list[Place]:
    """Lines of a column, 14 points apart."""
    return [(left, top + 14 * n, line) for n, line in enumerate(lines)]


def word(*paragraphs: str | tuple[str, str], xml: Iterable[str] = ()) -> bytes:
    """A DOCX file of these paragraphs (text, or text and style), `xml` in the last of them."""
    made = docx.Document()
    made.add_paragraph()
    for paragraph in paragraphs:
        text, style = (paragraph, None) if isinstance(paragraph, str) else paragraph
        made.add_paragraph(text, style=style)
    for piece in xml:
        made.paragraphs[-1]._p.append(parse_xml(piece.replace(">", f' xmlns:w="{W}">', 1)))
    return saved(made)


def saved(made: WordDocument) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def changed(raw: bytes, **parts: bytes | None) -> bytes:
    """A ZIP archive with parts put in, in the place of what was there, or (None) taken out.

    `word__document` stands for "word/document.xml".
    """
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        put = {f"{name.replace('__', '/')}.xml": part for name, part in parts.items()}
        for name in dict.fromkeys([*old.namelist(), *put]):
            part = put[name] if name in put else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return stream.getvalue()
