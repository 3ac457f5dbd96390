"""Files of strangers are read in a process of their own, which may not take for ever."""

from __future__ import annotations

import resource
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from files import column, pdf, word

from afgqa.documents.formats import FORMATS
from afgqa.documents.loading import load_documents
from afgqa.documents.sandbox import Sandbox, extract_apart
from afgqa.errors import DocumentError

FILES = {
    ".pdf": pdf(column(["The mill was built in 1834."]), column(["It burned down — in 1901."])),
    ".docx": word(("The Tea House", "Title"), "Tom Bell opened it in 1988."),
    ".html": "<title>Lamps</title><p>The lamp of Corfù was lit.</p>".encode(),
}


@pytest.mark.parametrize("suffix", FILES)
def test_it_is_read_as_it_would_be_here(suffix: str) -> None:
    raw = FILES[suffix]
    assert extract_apart(suffix, raw, "a") == FORMATS[suffix](raw, "a")


def test_one_process_reads_several_files_and_is_replaced_when_it_ends() -> None:
    with Sandbox() as sandbox:
        for suffix, raw in FILES.items():
            assert sandbox.extract(suffix, raw, "a") == FORMATS[suffix](raw, "a")
        with pytest.raises(DocumentError, match="takes more than 0\\.01 seconds"):
            sandbox.extract(".pdf", nested(10), "a", seconds=0.01)
        assert sandbox.extract(".html", FILES[".html"], "a").title == "Lamps"


def refused(paths: Sequence[Path]) -> str:
    with pytest.raises(DocumentError) as caught:
        load_documents(paths)
    return str(caught.value)


def test_files_on_the_command_line_are_read_within_the_same_limits(tmp_path: Path) -> None:
    """A small file that fills the memory when it is unpacked."""
    path = tmp_path / "bomb.pdf"
    path.write_bytes(bomb(400 << 20))
    assert path.stat().st_size < 2_000_000
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert "takes more than" in refused([path]) or "damaged" in refused([path])
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Kilobytes of the largest child so far, which may have been that of another test.
    assert after <= max(before, 700_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < here + 100_000


def test_what_is_wrong_with_it_is_said_in_the_same_words() -> None:
    with pytest.raises(DocumentError, match=r"^the file\.pdf is a damaged PDF file") as found:
        extract_apart(".pdf", b"%PDF-1.4 nothing", "the file.pdf")
    with pytest.raises(DocumentError) as here:
        FORMATS[".pdf"](b"%PDF-1.4 nothing", "the file.pdf")
    assert str(found.value) == str(here.value)


def test_what_takes_too_long_is_given_up() -> None:
    with pytest.raises(DocumentError, match=r"a takes more than 0\.01 seconds or 256 MB to read"):
        extract_apart(".pdf", nested(10), "a", seconds=0.01)


def test_what_takes_too_much_memory_is_given_up() -> None:
    page = b"<p>a</p>" * 2_000_000
    with pytest.raises(DocumentError, match=r"a takes more than 42 seconds or 128 MB to read\."):
        extract_apart(".html", page, "a", memory=128 << 20)


def test_a_pdf_that_would_never_end_ends() -> None:
    """Ten forms, each of which draws the next one ten times."""
    with pytest.raises(DocumentError, match="takes more than 3 seconds"):
        extract_apart(".pdf", nested(10), "a", seconds=3)


def nested(depth: int) -> bytes:
    """A PDF whose page draws a form that draws another one ten times, and so on."""
    parts = [b"%PDF-1.4\n"]

    def add(number: int, body: bytes) -> None:
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
    add(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    add(3, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
           b" /Resources << /XObject << /X 10 0 R >> >> >>")  # fmt: skip
    draw = b"/X Do\n"
    add(4, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(draw), draw))
    for level in range(depth):
        inner = draw * 10 if level < depth - 1 else b"BT /F 9 Tf 50 50 Td (a) Tj ET"
        add(
            10 + level,
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F %s >>"
            b" /XObject << /X %d 0 R >> >> /Length %d >>\nstream\n%s\nendstream"
            % (font, 11 + level, len(inner), inner),
        )
    parts.append(b"trailer << /Root 1 0 R >>\n%%EOF\n")
    return b"".join(parts)


def bomb(size: int) -> bytes:
    """A PDF whose page is so many spaces, packed."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(size >> 20)) + packer.flush()
    parts = [
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>\nendobj\n",
        b"4 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed),
        packed,
        b"\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n",
    ]
    return b"".join(parts)
