"""HTML, DOCX and PDF files that were made to break what reads them."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from hostile_input import GOOD, SEED, Input, file_input, made_input

__all__ = ["format_inputs"]

_TYPES: Final = b"<Types>application/vnd.openxmlformats-officedocument.wordprocessingml</Types>"
_W: Final = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def format_inputs() -> Iterator[Input]:
    """Every input in one of these formats, always the same ones."""
    yield from _html()
    yield from _docx()
    yield from _pdf()


def _html() -> Iterator[Input]:
    for tag in (
        "div",
        "b",
        "a",
        "table",
        "table><tr><td",
        "ul><li",
        "font",
        "svg",
        "q",
        "select",
        "h1",
        "nobr",
    ):
        name = tag.replace("><", "-")
        for times in (1000, 60_000):
            opening = "".join(f"<{part}>" for part in tag.split("><"))
            yield file_input("nesting", f"{name}-{times}.html", opening * times + GOOD.decode())
    yield file_input("nesting", "adopted.html", "<b><p><i><p>" * 20_000 + "x")
    for n, text in enumerate(
        [
            "<!--" * 50_000,
            "<" * 200_000,
            "&" * 200_000,
            "&#x110000;" * 20_000,
            "<a " + "b=c " * 50_000 + ">x",
            '<p style="' + "display :" * 30_000 + '">x',
            "<meta charset=" + "u" * 100_000 + ">x",
            "<meta charset=utf-7>+ADw-",
            "<meta charset=base64>eA==",
            "<meta charset=zlib>x",
            "<?xml encoding='idna'?>x",
            "<script>" * 30_000 + "x",
            "<title>" + "t" * 100_000,
            "<textarea>" * 9999 + "x",
            "<plaintext>" * 999,
            "<ol start=999999999999>" + "<li>x" * 9999,
            "<p>\0</p>" * 9999,
            "<![CDATA[" * 9999,
            "<p>" + "x" * 300_000,
            "<pre>" + "\n" * 200_000 + "x",
            "<td>" * 50_000 + "x",
        ]
    ):
        yield file_input("broken HTML", f"broken{n}.html", text)


def _archive(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def _word(body: bytes, head: bytes = b"", **more: bytes) -> bytes:
    document = b'<?xml version="1.0"?>' + head + b"<w:document " + _W + b"><w:body>" + body
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
        b'officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    parts = {"[Content_Types].xml": _TYPES, "_rels/.rels": rels}
    return _archive(parts | {"word/document.xml": document + b"</w:body></w:document>"} | more)


def _docx() -> Iterator[Input]:
    text = b"<w:p><w:r><w:t>Ann Lee opened the bridge.</w:t></w:r></w:p>"
    for megabytes in (10, 19, 100, 500):
        yield made_input(
            "zip bombs",
            f"paragraphs{megabytes}.docx",
            lambda m=megabytes: _word(b"<w:p/>" * (m * 1_000_000 // 6)),  # type: ignore[misc]
        )
    spaces = b" " * 15_000_000
    yield file_input(
        "zip bombs", "spaces.docx", _word(b"<w:p><w:r><w:t>" + spaces + b"</w:t></w:r></w:p>")
    )
    many = {f"word/media/{n}.xml": b"<a/>" for n in range(20_000)}
    yield file_input("zip bombs", "many.docx", _archive({"[Content_Types].xml": _TYPES} | many))
    lying = bytearray(_word(text + b" " * 1_000_000))
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")
    yield file_input("zip bombs", "lying.docx", bytes(lying))
    laughs = (
        b"<!DOCTYPE a [<!ENTITY a0 'ha'>"
        + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
        + b"]>"
    )
    yield file_input("XML bombs", "laughs.docx", _word(b"<w:p>&a11;</w:p>", laughs))
    wide = ("<?xml version='1.0' encoding='utf-16'?>" + laughs.decode() + "<a>&a11;</a>").encode(
        "utf-16"
    )
    parts = {"[Content_Types].xml": _TYPES, "word/document.xml": wide}
    yield file_input("XML bombs", "laughs16.docx", _archive(parts))
    outside = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    yield file_input("XML bombs", "outside.docx", _word(b"<w:p>&x;</w:p>", outside))
    for times in (500, 5000, 200_000):
        for tag in (b"w:p", b"w:tbl", b"w:r", b"w:sdt"):
            body = b"<%s>" % tag * times + b"</%s>" % tag * times
            name = f"{tag[2:].decode()}{times}.docx"
            yield file_input("nesting", name, _word(body))
            if times < 10_000:
                yield file_input("nesting", f"vanish-{name}", _word(b"<w:vanish/>" + body))
    good, rng = _word(text * 50), random.Random(SEED)
    for n in range(12):
        yield file_input("broken DOCX", f"cut{n}.docx", good[: len(good) * n // 12])
    for n in range(12):
        changed = bytearray(good)
        for _ in range(8):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        yield file_input("broken DOCX", f"changed{n}.docx", bytes(changed))


def _page(body: bytes, *more: bytes, resources: bytes = b"", filters: bytes = b"") -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font"
        b" << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> "
        + resources
        + b" >> >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), filters, body),
        *more,
    ]
    numbered = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + numbered + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def _packed(unit: bytes, size: int, layers: int = 1) -> bytes:
    data = unit * (size // len(unit))
    for _ in range(layers):
        data = zlib.compress(data, 9)
    return data


def _forms(depth: int, times: int) -> bytes:
    forms = []
    for level in range(depth):
        inner = b"/X Do\n" * times if level < depth - 1 else b"BT /F 9 Tf 50 50 Td (a) Tj ET"
        forms.append(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F <<"
            b" /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /XObject << /X %d 0 R >> >>"
            b" /Length %d >>\nstream\n%s\nendstream" % (6 + level, len(inner), inner)
        )
    return _page(b"/X Do", *forms, resources=b"/XObject << /X 5 0 R >>")


def _pdf() -> Iterator[Input]:
    for size in (10, 100, 400):
        for n, unit in enumerate(
            [b" ", b"BT /F 9 Tf 50 50 Td (aaaa) Tj ET\n", b"q ", b"0 0 m ", b"[" * 10]
        ):
            yield made_input(
                "PDF bombs",
                f"packed{n}-{size}.pdf",
                lambda u=unit, s=size: _page(  # type: ignore[misc]
                    _packed(u, s * 1_000_000), filters=b"/Filter /FlateDecode"
                ),
            )
    twice = b"/Filter [/FlateDecode /FlateDecode]"
    yield made_input(
        "PDF bombs", "twice.pdf", lambda: _page(_packed(b" ", 200_000_000, 2), filters=twice)
    )
    for depth, times in ((5, 10), (8, 10), (12, 10), (30, 2), (2000, 1)):
        yield file_input("PDF bombs", f"forms{depth}-{times}.pdf", _forms(depth, times))
    yield file_input(
        "PDF bombs", "round.pdf", _forms(1, 1).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")
    )
    yield file_input(
        "PDF bombs", "count.pdf", _page(b"").replace(b"/Count 1", b"/Count 2000000000")
    )
    yield file_input(
        "PDF bombs", "box.pdf", _page(b"BT /F 9 Tf (a) Tj ET").replace(b"600 800", b"1e38 1e38")
    )
    letters = b"BT /F 9 Tf 50 50 Td (" + b"a" * 400_000 + b") Tj ET"
    yield file_input("PDF bombs", "letters.pdf", _page(letters))
    yield file_input("PDF bombs", "deep.pdf", _page(b"[" * 500_000))
    good = _page(b"BT /F 11 Tf 50 700 Td (Ann Lee opened the bridge in May 1999.) Tj ET\n" * 5)
    rng = random.Random(SEED)
    for n in range(15):
        yield file_input("broken PDF", f"cut{n}.pdf", good[: len(good) * n // 15])
    for n in range(20):
        changed = bytearray(good)
        for _ in range(6):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        yield file_input("broken PDF", f"changed{n}.pdf", bytes(changed))
