"""DOCX, the format of Word, to its text.

mammoth makes HTML of it, which is read as any other HTML: headings, lists, tables, text boxes,
footnotes and endnotes (at the end, numbered), tracked changes as if accepted. Comments, the
headers and footers of pages, pictures and hidden words stay out.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final
from xml.etree import ElementTree

from afgqa.documents.extracted import Extracted, refuse_other
from afgqa.documents.html import extract_markup
from afgqa.errors import DocumentError

__all__ = ["UNPACKED", "extract"]

UNPACKED: Final = 20_000_000  # bytes of XML: more than any text needs that a person wrote

_STYLES: Final = "\n".join(
    [
        "p[style-name='Title'] => h1:fresh",
        *(f"p[style-name='Heading {n}'] => h{min(n + 1, 6)}:fresh" for n in range(1, 7)),
    ]
)
_BACK: Final = re.compile(r' ?<a href="#(?:foot|end)note-ref-[^"]*">↑</a>')
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALSE: Final = ("0", "false", "off")


def extract(raw: bytes, where: str) -> Extracted:
    """The text of a DOCX file; DocumentError, with `where` in it, for what is none.

    The title is the only paragraph in the style Title.
    """
    import mammoth

    refuse_other(raw, where, "a DOCX file", "a ZIP archive")
    try:
        made = mammoth.convert_to_html(
            _cleaned(_parts(raw, where)),
            style_map=_STYLES,
            convert_image=mammoth.images.img_element(lambda _: {}),
        )
    except (DocumentError, MemoryError):
        raise
    # Whatever is wrong inside the archive and its XML: no list of what may be raised is complete.
    except Exception as error:
        raise DocumentError(
            f"{where} is a damaged DOCX file ({type(error).__name__}: {error}). Open it in a word "
            "processor and save it again."
        ) from error
    return extract_markup(_BACK.sub("", made.value))


def _parts(raw: bytes, where: str) -> dict[str, bytes]:
    """The parts of the archive that text comes from, unpacked, once their size is known."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        wanted = [
            info for info in archive.infolist() if info.filename.lower().endswith((".xml", ".rels"))
        ]
        size = sum(info.file_size for info in wanted)
        if size > UNPACKED:
            raise DocumentError(
                f"{where} unpacks to {size:,} bytes of XML; the limit is {UNPACKED:,}. Split it "
                "into several files."
            )
        # No more than the size it states is unpacked of a part.
        parts = {info.filename: archive.read(info) for info in wanted}
    if b"wordprocessingml" not in parts.get("[Content_Types].xml", b""):
        raise DocumentError(
            f"{where} is not a DOCX file: it is a ZIP archive without a Word document in it. Save "
            "its text as a DOCX file."
        )
    # Word writes no such declaration; one could unpack to any size.
    if any(b"<!DOCTYPE" in part.replace(b"\0", b"") for part in parts.values()):
        raise DocumentError(
            f"{where} declares XML entities, which no DOCX file does. Open it in a word processor "
            "and save it again."
        )
    return parts


def _cleaned(parts: dict[str, bytes]) -> io.BytesIO:
    """The archive without hidden words, and with the results of fields, which mammoth passes over.

    Pictures and fonts are left out.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            touched = b"vanish" in part or b"fldSimple" in part
            archive.writestr(name, _clean(part) if touched else part)
    made.seek(0)
    return made


def _clean(part: bytes) -> bytes:
    root = ElementTree.fromstring(part)
    for parent in reversed(list(root.iter())):  # fields stand in fields: the inner ones first
        kept: list[ElementTree.Element] = []
        for child in parent:
            if child.tag == f"{_W}fldSimple":
                kept += child
            elif not _vanishes(child):
                kept.append(child)
        parent[:] = kept
    cleaned: bytes = ElementTree.tostring(root, encoding="utf-8")
    return cleaned


def _vanishes(run: ElementTree.Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish") if run.tag == f"{_W}r" else None
    return mark is not None and mark.get(f"{_W}val", "1").lower() not in _FALSE
