"""Inputs that were made to break what reads them, by kinds; `hostile.py` runs each of them."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import socket
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["Input", "inputs"]

GOOD: Final = b"Ann Lee opened the bridge in May 1999. It cost $5 million.\n"
_SEED: Final = 7
_TYPES: Final = b"<Types>application/vnd.openxmlformats-officedocument.wordprocessingml</Types>"
_W: Final = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


class Input(NamedTuple):
    """What is put into an empty folder `in`, and what is then run there.

    `command` is what `afgqa` is given; `{}` stands for the file. Without one the folder is indexed.
    """

    kind: str
    name: str
    make: Callable[[Path], None]
    command: tuple[str, ...] = ()


def inputs() -> Iterator[Input]:
    """Every input, always the same ones."""
    yield from _texts()
    yield from _encodings()
    yield from _html()
    yield from _docx()
    yield from _pdf()
    yield from _names()
    yield from _special()
    yield from _questions()
    yield from _side_files()


def _file(kind: str, name: str, data: bytes | str, *command: str) -> Input:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return Input(kind, name, lambda folder: _write(folder / name, raw), command)


def _made(kind: str, name: str, build: Callable[[], bytes], *command: str) -> Input:
    """One whose bytes are made where they are needed: there are many."""
    return Input(kind, name, lambda folder: _write(folder / name, build()), command)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _texts() -> Iterator[Input]:
    units = [
        "a", " a", "Monday ", "1,", "7.", ". ", "…", "(AB) ", "“a b c d” said Ann. ", '"', "|a", "a\tb ",
        "in May 1999 ", "last week ", "Ann Lee ", "U.S. ", "and ", "not because ", "â€™", "a\u0301", "中",
    ]  # fmt: skip
    for n, unit in enumerate(units):
        for length in (84_000, 300_000):
            text = unit * (length // len(unit))
            yield _file("long lines", f"line{n}-{length}.txt", text)
    for n, line in enumerate(
        ["# a", "- a", "a", "```", "> ", "| a | b |", "x" * 79, "\t", "1. a:"]
    ):
        yield _file("many lines", f"lines{n}.md", f"{line}\n" * (60_000 // (len(line) + 1)))
    for n, unit in enumerate(
        [
            "\x1b[2J",
            "\x1b]0;t\x07",
            "\u202e",
            "\u2066",
            "\x9b31m",
            "\x07",
            "\x7f",
            "\u200b",
            "\ufeff",
            "\r",
            "\x85",
        ]
    ):
        said = f"Ann{unit} Lee opened {unit}the bridge{unit} in May 1999. " * 20
        yield _file("controls", f"control{n}.txt", said)


def _encodings() -> Iterator[Input]:
    rng = random.Random(_SEED)
    for n, data in enumerate([
        b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xff\xfea", b"\xef\xbb\xbf", b"\0" * 1000, b"\xc0\x80",
        b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xfe\xff\xd8\x00\x00a", b"+ADw-", b"\x1b$B", b" ", b"",
        "caf\u00e9".encode("latin-1"), GOOD.decode().encode("utf-16"), GOOD.decode().encode("utf-32"),
    ]):  # fmt: skip
        yield _file("encodings", f"bytes{n}.txt", data)
    for n in range(15):
        data = bytearray(GOOD * 20)
        for _ in range(1 + n):
            data[rng.randrange(len(data))] = rng.randrange(256)
        yield _file("encodings", f"changed{n}.txt", bytes(data))


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
            yield _file("nesting", f"{name}-{times}.html", opening * times + GOOD.decode())
    yield _file("nesting", "adopted.html", "<b><p><i><p>" * 20_000 + "x")
    for n, text in enumerate([
        "<!--" * 50_000, "<" * 200_000, "&" * 200_000, "&#x110000;" * 20_000, "<a " + "b=c " * 50_000 + ">x",
        '<p style="' + "display :" * 30_000 + '">x', "<meta charset=" + "u" * 100_000 + ">x",
        "<meta charset=utf-7>+ADw-", "<meta charset=base64>eA==", "<meta charset=zlib>x", "<?xml encoding='idna'?>x",
        "<script>" * 30_000 + "x", "<title>" + "t" * 100_000, "<textarea>" * 9999 + "x", "<plaintext>" * 999,
        "<ol start=999999999999>" + "<li>x" * 9999, "<p>\0</p>" * 9999, "<![CDATA[" * 9999, "<p>" + "x" * 300_000,
        "<pre>" + "\n" * 200_000 + "x", "<td>" * 50_000 + "x",
    ]):  # fmt: skip
        yield _file("broken HTML", f"broken{n}.html", text)


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
        yield _made(
            "zip bombs",
            f"paragraphs{megabytes}.docx",
            lambda m=megabytes: _word(b"<w:p/>" * (m * 1_000_000 // 6)),  # type: ignore[misc]
        )
    spaces = b" " * 15_000_000
    yield _file(
        "zip bombs", "spaces.docx", _word(b"<w:p><w:r><w:t>" + spaces + b"</w:t></w:r></w:p>")
    )
    many = {f"word/media/{n}.xml": b"<a/>" for n in range(20_000)}
    yield _file("zip bombs", "many.docx", _archive({"[Content_Types].xml": _TYPES} | many))
    lying = bytearray(_word(text + b" " * 1_000_000))
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")
    yield _file("zip bombs", "lying.docx", bytes(lying))
    laughs = b"<!DOCTYPE a [<!ENTITY a0 'ha'>" + b"".join(
        b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12)
    ) + b"]>"  # fmt: skip
    yield _file("XML bombs", "laughs.docx", _word(b"<w:p>&a11;</w:p>", laughs))
    wide = ("<?xml version='1.0' encoding='utf-16'?>" + laughs.decode() + "<a>&a11;</a>").encode(
        "utf-16"
    )
    parts = {"[Content_Types].xml": _TYPES, "word/document.xml": wide}
    yield _file("XML bombs", "laughs16.docx", _archive(parts))
    outside = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    yield _file("XML bombs", "outside.docx", _word(b"<w:p>&x;</w:p>", outside))
    for times in (500, 5000, 200_000):
        for tag in (b"w:p", b"w:tbl", b"w:r", b"w:sdt"):
            body = b"<%s>" % tag * times + b"</%s>" % tag * times
            name = f"{tag[2:].decode()}{times}.docx"
            yield _file("nesting", name, _word(body))
            if times < 10_000:
                yield _file("nesting", f"vanish-{name}", _word(b"<w:vanish/>" + body))
    good, rng = _word(text * 50), random.Random(_SEED)
    for n in range(12):
        yield _file("broken DOCX", f"cut{n}.docx", good[: len(good) * n // 12])
    for n in range(12):
        changed = bytearray(good)
        for _ in range(8):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        yield _file("broken DOCX", f"changed{n}.docx", bytes(changed))


def _page(body: bytes, *more: bytes, resources: bytes = b"", filters: bytes = b"") -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font"
        b" << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> " + resources + b" >> >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), filters, body),
        *more,
    ]  # fmt: skip
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
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F << /Type"
            b" /Font /Subtype /Type1 /BaseFont /Helvetica >> >> /XObject << /X %d 0 R >> >>"
            b" /Length %d >>\nstream\n%s\nendstream" % (6 + level, len(inner), inner)
        )
    return _page(b"/X Do", *forms, resources=b"/XObject << /X 5 0 R >>")


def _pdf() -> Iterator[Input]:
    for size in (10, 100, 400):
        for n, unit in enumerate(
            [b" ", b"BT /F 9 Tf 50 50 Td (aaaa) Tj ET\n", b"q ", b"0 0 m ", b"[" * 10]
        ):
            yield _made(
                "PDF bombs",
                f"packed{n}-{size}.pdf",
                lambda u=unit, s=size: _page(  # type: ignore[misc]
                    _packed(u, s * 1_000_000), filters=b"/Filter /FlateDecode"
                ),
            )
    twice = b"/Filter [/FlateDecode /FlateDecode]"
    yield _made(
        "PDF bombs", "twice.pdf", lambda: _page(_packed(b" ", 200_000_000, 2), filters=twice)
    )
    for depth, times in ((5, 10), (8, 10), (12, 10), (30, 2), (2000, 1)):
        yield _file("PDF bombs", f"forms{depth}-{times}.pdf", _forms(depth, times))
    yield _file("PDF bombs", "round.pdf", _forms(1, 1).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"))
    yield _file("PDF bombs", "count.pdf", _page(b"").replace(b"/Count 1", b"/Count 2000000000"))
    yield _file(
        "PDF bombs", "box.pdf", _page(b"BT /F 9 Tf (a) Tj ET").replace(b"600 800", b"1e38 1e38")
    )
    letters = b"BT /F 9 Tf 50 50 Td (" + b"a" * 400_000 + b") Tj ET"
    yield _file("PDF bombs", "letters.pdf", _page(letters))
    yield _file("PDF bombs", "deep.pdf", _page(b"[" * 500_000))
    good = _page(b"BT /F 11 Tf 50 700 Td (Ann Lee opened the bridge in May 1999.) Tj ET\n" * 5)
    rng = random.Random(_SEED)
    for n in range(15):
        yield _file("broken PDF", f"cut{n}.pdf", good[: len(good) * n // 15])
    for n in range(20):
        changed = bytearray(good)
        for _ in range(6):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        yield _file("broken PDF", f"changed{n}.pdf", bytes(changed))


def _names() -> Iterator[Input]:
    for n, name in enumerate([
        "a\x1b[31m", "a\u202etxt", "a\nb", "a b", "-rf", "--json", "a'b\"c", "$(id)", "a;b", "%s%n", "{0}", "..",
        "n" * 250, "é" * 120, "\u0065\u0301", "con", "a\x07", "\u2066x", "<b>x", "[x](y)", " ", "\t", "a\\b",
    ]):  # fmt: skip
        yield Input("names", f"name {n}", lambda at, f=f"{name}.txt": _write(at / f, GOOD))  # type: ignore[misc]
    yield Input(
        "names", "no UTF-8", lambda at: _write(Path(os.fsdecode(bytes(at) + b"/\xff.txt")), GOOD)
    )
    yield Input("names", "deep", _deep)
    for n, name in enumerate(
        ["a\x1b[2J.txt", "\u202e.txt", "n" * 300 + ".txt", "n/" * 3000 + ".txt", "\udcff.txt"]
    ):
        yield Input("names", f"no such {n}", lambda _: None, ("index", name))


def _deep(folder: Path) -> None:
    before = Path.cwd()
    os.chdir(folder)
    for _ in range(60):
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    _write(Path("a.txt"), GOOD)
    os.chdir(before)


def _special() -> Iterator[Input]:
    def linked(target: str, name: str = "b.txt") -> Callable[[Path], None]:
        return lambda at: (at / name).symlink_to(target)

    def server(at: Path) -> None:
        os.chdir(at)
        socket.socket(socket.AF_UNIX).bind("s.txt")

    yield Input("special files", "pipe", lambda at: os.mkfifo(at / "a.txt"))
    yield Input(
        "special files", "pipe named", lambda at: os.mkfifo(at / "a.pdf"), ("index", "{}/a.pdf")
    )
    yield Input("special files", "socket", server)
    for target in (
        "/dev/zero",
        "/dev/random",
        "/etc/passwd",
        "/proc/self/mem",
        "b.txt",
        "no.txt",
    ):
        yield Input("special files", f"link to {target}", linked(target))
        yield Input(
            "special files", f"link to {target} named", linked(target), ("index", "{}/b.txt")
        )
        yield Input("special files", f"questions at {target}", lambda at, t=target: (  # type: ignore[misc]
            _write(at / "b.txt", GOOD), linked(t, "b.questions")(at)))  # fmt: skip
    for target in ("/dev/zero", "/etc/passwd"):
        yield Input(
            "special files", f"eval {target}", linked(target, "b.jsonl"), ("eval", "{}/b.jsonl")
        )
        yield Input("special files", f"batch {target}", linked(target, "b.jsonl"),
                    ("ask", "--questions", "{}/b.jsonl"))  # fmt: skip
        yield Input(
            "special files", f"verify {target}", linked(target, "b.json"), ("verify", "{}/b.json")
        )
    yield Input("special files", "folder elsewhere", linked("/usr", "b.questions"))
    yield Input("special files", "folders round", linked(".", "loop"))
    yield Input(
        "special files",
        "folders round followed",
        linked(".", "loop"),
        ("index", "{}", "--follow-links"),
    )


def _questions() -> Iterator[Input]:
    deep, closed, digits = "[" * 200_000, "[" * 900 + "]" * 900, "9" * 6000
    row = '{"id": "q", "question": "Who?", "answerable": false, "kind": %s}'
    lines = [deep, closed, digits, row % closed, row % digits, '{"question": "\\ud800"}', "\0", "{}" * 9,
             '{"question": "' + "a" * 3_000_000 + '"}', '{"question": "Who?", "history": ' + closed + '}',
             '{"question": "Who?", "id": "\\ud800\\u202e"}', '{"question": "' + "xkcdq " * 330 + '"}']  # fmt: skip
    for n, line in enumerate(lines):
        yield _file("JSON", f"rows{n}.jsonl", line, "eval", "{}")
        yield _file("JSON", f"batch{n}.jsonl", line, "ask", "--questions", "{}")
        yield _file("JSON", f"kept{n}.jsonl", line, "verify", "{}")
    asked = {"id": "1", "question": "Who?", "answers": [{"text": "", "answer_start": 0}]}
    data = {"data": [{"title": "A", "paragraphs": [{"context": "Ann.", "qas": [asked]}]}]}
    for n, text in enumerate(
        [json.dumps(data), '{"data": ' + deep + "}", '{"data": [' + closed + "]}", digits]
    ):
        yield _file("SQuAD", f"squad{n}.json", text, "eval", "{}")
    many = [{"context": "Ann came.", "qas": []}] * 20_000
    wide = json.dumps({"data": [{"title": "A", "paragraphs": many}]})
    yield _file("SQuAD", "wide.json", wide, "eval", "{}")
    for megabytes in (50, 500):
        for suffix in ("jsonl", "json"):
            yield _made(
                "gzip bombs",
                f"bomb{megabytes}.{suffix}.gz",
                lambda m=megabytes: gzip.compress(b" " * (m * 1_000_000)),  # type: ignore[misc]
                "eval",
                "{}",
            )
    yield _file("gzip bombs", "cut.jsonl.gz", gzip.compress(b"x" * 1000)[:-5], "eval", "{}")
    for n, question in enumerate(
        ["Monday " * 280, "' " * 999, "xkcdq " * 330, "\x1b[2J\u202eWho?", "he " * 660]
    ):
        yield Input(
            "questions", f"question {n}", lambda at: _write(at / "a.txt", GOOD), ("ask", question)
        )


def _side_files() -> Iterator[Input]:
    for n, text in enumerate([
        "a = " + "[" * 90_000, "a." * 100_000 + "a = 1", "a = " + "9" * 6000, '"bridge" = "\\u001b[2J"', "\0",
        "\n".join(f'"a{n}" = "b"' for n in range(30_000)), '"' + "a " * 50_000 + '" = "b"', "x" * 2_000_000,
        '"(a+)+b" = "c"', '"bridge" = ""', "[bridge]\nmeans = 5", "a = 1979-99-99", "\ufeff" * 100,
    ]):  # fmt: skip
        raw = text.encode()
        yield Input("glossaries", f"glossary {n}", lambda at, d=raw: (  # type: ignore[misc]
            _write(at / "a.txt", GOOD), _write(at / "a.glossary.toml", d)))  # fmt: skip
