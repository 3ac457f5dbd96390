"""DOCX to its text, and files that are none or mean harm."""

from __future__ import annotations

import re

import docx
import pytest
from files import W, changed, saved, word

from afgqa.documents import docx as module
from afgqa.documents.docx import extract
from afgqa.errors import DocumentError


def blocks(raw: bytes) -> list[str]:
    return extract(raw, "a.docx").text.split("\n\n")


def refusal(raw: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        extract(raw, "a.docx")
    return str(caught.value)


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_headings_lists_and_paragraphs() -> None:
    raw = word(
        ("The Harbour", "Title"),
        ("Ships", "Heading 1"),
        "One. Two “three” <script>alert(1)</script> & more.",
        ("Tea", "List Bullet"),
        ("Milk", "List Bullet"),
        ("First", "List Number"),
        ("Second", "List Number"),
    )
    assert blocks(raw) == [
        "The Harbour",
        "Ships",
        "One. Two “three” <script>alert(1)</script> & more.",
        "• Tea",
        "• Milk",
        "1. First",
        "2. Second",
    ]
    assert extract(raw, "a").title == "The Harbour"
    assert extract(raw, "a").pages == ()
    assert extract(word(("Ships", "Heading 1"), "One."), "a").title is None


def test_tables() -> None:
    made = docx.Document()
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ("Year", "Ships", "1934", "120"), strict=True):
        cell.text = text
    made.add_paragraph("After.")
    assert blocks(saved(made)) == ["Year\tShips", "1934\t120", "After."]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (f"<w:ins>{run('new')}</w:ins>", "new"),
        ("<w:del><w:r><w:delText>old</w:delText></w:r></w:del>", ""),
        (f"<w:moveFrom>{run('old')}</w:moveFrom>", ""),
        (f"<w:sdt><w:sdtContent>{run('control')}</w:sdtContent></w:sdt>", "control"),
        (f"<w:fldSimple w:instr='SEQ'>{run('7')}</w:fldSimple>", "7"),
        (f"<w:fldSimple w:instr='A'><w:fldSimple w:instr='B'>{run('8')}</w:fldSimple>"
         "</w:fldSimple>", "8"),
        ("<w:r><w:t>self</w:t><w:noBreakHyphen/><w:t>made</w:t></w:r>", "self\u2011made"),
        ("<w:r><w:t>trans</w:t><w:softHyphen/><w:t>form</w:t></w:r>", "transform"),
        ("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r>", "a\nb"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r>", "a b"),
        (run("secret", "<w:rPr><w:vanish/></w:rPr>"), ""),
        (run("secret", "<w:rPr><w:vanish w:val='1'/></w:rPr>"), ""),
        (run("shown", "<w:rPr><w:vanish w:val='false'/></w:rPr>"), "shown"),
        (f"<w:ins>{run('secret', '<w:rPr><w:vanish/></w:rPr>')}{run('shown')}</w:ins>", "shown"),
    ],
)  # fmt: skip
def test_what_a_reader_sees(xml: str, expected: str) -> None:
    assert blocks(word("Text ", xml=[xml])) == [f"Text {expected}".rstrip()]


def test_headers_and_comments_stay_out() -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("Text.")
    made.sections[0].header.paragraphs[0].text = "Header"
    made.sections[0].footer.paragraphs[0].text = "Footer"
    made.add_comment(paragraph.runs, "A comment.", author="Ann")
    assert blocks(saved(made)) == ["Text."]


def test_footnotes_stand_at_the_end() -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    note = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p>{run("The note.")}</w:p>'
    raw = word("Text.", xml=['<w:r><w:footnoteReference w:id="2"/></w:r>'])
    types = changed(raw, word__footnotes=f"{note}</w:footnote></w:footnotes>".encode())
    with_types = _edited(types, "[Content_Types].xml", "</Types>",
        f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/>')  # fmt: skip
    raw = _edited(with_types, "word/_rels/document.xml.rels", "</Relationships>",
        f'<Relationship Id="rId99" Type="{relation}" Target="footnotes.xml"/>')  # fmt: skip
    assert blocks(raw) == ["Text.[1]", "1. The note."]


def _edited(raw: bytes, part: str, before: str, put: str) -> bytes:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            edited = data.replace(before.encode(), (put + before).encode())
            new.writestr(name, edited if name == part else data)
    return stream.getvalue()


# -- what cannot be used ------------------------------------------------------------------------

GOOD = word("Text.")
AGAIN = "Open it in a word processor and save it again."


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"%PDF-1.7", "is not a DOCX file: it is a PDF file. Correct its suffix, or "
         "save its text as a DOCX file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ", "is not a DOCX file: it is an old Office file, or "
         "one locked by a password. Correct its suffix, or save its text as a DOCX "
         "file."),
        (b"Text.", "is not a DOCX file: it is something else. Correct its suffix, or "
         "save its text as a DOCX file."),
        (changed(GOOD, **{"[Content_Types]": b"<Types/>"}), "is not a DOCX file: it is a ZIP "
         "archive without a Word document in it. Save its text as a DOCX file."),
        (GOOD[:4000], "is a damaged DOCX file (BadZipFile: File is not a zip file). " + AGAIN),
        (changed(GOOD, word__document=b"<broken"), "is a damaged DOCX file (ExpatError: "
         f"unclosed token: line 1, column 0). {AGAIN}"),
        (changed(GOOD, word__document=b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
         f"declares XML entities, which no DOCX file does. {AGAIN}"),
        (changed(GOOD, word__document="<!DOCTYPE a [<!ENTITY b 'c'>]><a/>".encode("utf-16")),
         f"declares XML entities, which no DOCX file does. {AGAIN}"),
    ],
    ids="pdf ole text zip truncated xml entities utf-16".split(),
)  # fmt: skip
def test_files_that_are_none(raw: bytes, message: str) -> None:
    assert refusal(raw) == f"a.docx {message}"


def test_a_part_that_is_missing() -> None:
    assert re.fullmatch(
        rf"a\.docx is a damaged DOCX file \(.*\)\. {re.escape(AGAIN)}",
        refusal(changed(GOOD, word__document=None)),
        re.DOTALL,
    )


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = changed(GOOD, word__document=b" " * (module.UNPACKED + 1))
    assert len(bomb) < 100_000

    def unpack(*_: object) -> bytes:
        raise AssertionError("unpacked")

    monkeypatch.setattr("zipfile.ZipFile.read", unpack)
    assert re.fullmatch(
        r"a\.docx unpacks to 20,\d{3},\d{3} bytes of XML; the limit is 20,000,000\. Split it into "
        r"several files\.",
        refusal(bomb),
    )


def test_tables_in_tables_without_end_are_refused() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 5000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 5000
    whole = f'<w:document xmlns:w="{W}"><w:body>{deep}</w:body></w:document>'
    assert "damaged DOCX file (RecursionError" in refusal(
        changed(GOOD, word__document=whole.encode())
    )
