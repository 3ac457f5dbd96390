"""HTML to the text that a reader of the page sees.

Parsed by Lexbor, as a browser does it (HTML5, whatever is left open or nested, however deep).
Nothing is run or fetched. What is not shown stays out: scripts, styles, templates, comments, what
`hidden` or an inline style hides; a class that a style sheet hides is not known here.

A block element is a block of its own; what stands inside a line is joined. A row of a table whose
cells are one block each is one line with tabs between the cells. Items of a list keep their mark.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from afgqa.documents.extracted import BREAK, Extracted, refuse_other
from afgqa.errors import DocumentError

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["extract", "extract_markup"]

_UNSEEN: Final = frozenset(
    """
    audio canvas datalist embed frameset head iframe noembed noframes noscript object script style
    template title video annotation annotation-xml metadata desc
    """.split()
)
_BLOCKS: Final = frozenset(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main
    menu nav ol optgroup option p plaintext pre search section select summary table tbody textarea
    tfoot thead tr td th ul xmp
    """.split()
)
_VERBATIM: Final = frozenset("listing plaintext pre textarea xmp".split())
_HIDES: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
_SPACE: Final = re.compile(r"[ \t\n\f\r]+")

_DECLARED: Final = re.compile(
    rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w:.-]{1,40})"""
    rb"""|\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w:.-]{1,40})""",
    re.I,
)
_COMMENT: Final = re.compile(rb"<!--.*?(?:-->|\Z)", re.S)
# The encodings of the web (encoding.spec.whatwg.org) by Python's names: no "utf-7", no "base64".
_OF_THE_WEB: Final = re.compile(
    r"utf-8|ascii|cp(?:125\d|866|874|932|949)|iso8859-\d+|koi8-[ru]|mac-(?:roman|cyrillic)"
    r"|tis-620|gb2312|gbk|gb18030|big5|euc_(?:jp|kr)|iso2022_jp|shift_jis"
)
# By these names browsers mean a wider set of characters.
_WIDER: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "gb2312": "gbk",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}


def extract(raw: bytes, where: str) -> Extracted:
    """The text of an HTML file; DocumentError, with `where` in it, for what is none.

    The charset is that of a byte order mark, or else the declared one, or else UTF-8. The title is
    the only `h1`, or else what `title` says.
    """
    refuse_other(raw, where, "HTML")
    return extract_markup(_decode(raw, where))


def extract_markup(markup: str) -> Extracted:
    """The text of HTML that is decoded already."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        page = LexborHTMLParser(markup)
    except SelectolaxError as error:  # whatever is given is HTML to it: there is no more memory
        raise MemoryError(str(error)) from error
    root = page.root
    blocks = [] if root is None else _walk(root)
    # A page has few; thousands, each in the one before, would be read thousands of times.
    heads = [head for head in (" ".join(_walk(node)) for node in page.css("h1")[:20]) if head]
    said = heads if len(heads) == 1 else [node.text() for node in page.css("head > title")]
    title = " ".join(said[0].split()) if said else ""
    # A preformatted block may be indented; what the text begins with is no part of it.
    return Extracted(BREAK.join(blocks).strip(), title or None)


def _decode(raw: bytes, where: str) -> str:
    encoding, said = "utf-8", "declares no charset and is not UTF-8"
    declared = _DECLARED.search(_COMMENT.sub(b"", raw[:4096]))
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding, said = "utf-16", "is not UTF-16"
    elif declared and not raw.startswith(codecs.BOM_UTF8):
        name = (declared[1] or declared[2]).decode("ascii", "replace")
        encoding, said = _encoding(name, where), f"declares the charset {name} and is not in it"
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeError as error:
        at = error.start if isinstance(error, UnicodeDecodeError) else 0
        raise DocumentError(
            f"{where} {said}: byte {at} ({raw[at]:#04x}) is invalid. Save the file as UTF-8."
        ) from error


def _encoding(name: str, where: str) -> str:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if found.startswith("utf-16"):  # what declares it in ASCII is not in it
        return "utf-8"
    if not _OF_THE_WEB.fullmatch(found):
        raise DocumentError(f"{where} declares the unknown charset {name}. Save the file as UTF-8.")
    return _WIDER.get(found, found)


def _walk(root: LexborNode) -> list[str]:
    """The blocks below `root`. Without recursion: a page may be nested thousands deep."""
    page = _Page()
    node = root
    while True:
        inside = node.child if page.enter(node) else None
        if inside is not None:
            node = inside
            continue
        page.leave(node)
        while node.next is None and node.parent is not None and node.parent.mem_id != root.mem_id:
            node = node.parent
            page.leave(node)
        if node.next is None or node.mem_id == root.mem_id:
            page.end_block()
            return page.blocks
        node = node.next


class _Page:
    """What was read so far: whole blocks, and the one that is being read."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._lines: list[str] = []
        self._line: list[str] = []
        self._mark = ""  # of a list item whose text has not begun
        self._numbers: list[int] = []  # of the lists around: the next item, 0 in one without
        self._rows: list[list[int]] = []  # of the rows around: where each cell's blocks begin
        self._verbatim = 0

    def enter(self, node: LexborNode) -> bool:
        """Take what a node begins with; False where nothing inside it is seen."""
        if node.is_text_node:
            self._text(node.text_content or "")
            return False
        name = node.tag
        if not node.is_element_node or name is None or _hidden(node, name):
            return False
        if name == "br":
            self._end_line()
        elif name in _BLOCKS:
            self.end_block()
        if name in ("ol", "ul", "menu", "dir"):
            self._numbers.append(_number(node, "start", 1) if name == "ol" else 0)
        elif name == "li":
            self._mark = self._next_mark(node)
        elif name == "tr":
            self._rows.append([])
        elif name in ("td", "th") and self._rows:
            self._rows[-1].append(len(self.blocks))
        elif name == "q":
            self._text("“")
        self._verbatim += name in _VERBATIM
        return True

    def leave(self, node: LexborNode) -> None:
        """Take what a node ends with."""
        name = node.tag
        if not node.is_element_node or name is None or _hidden(node, name):
            return
        self._verbatim -= name in _VERBATIM
        if name == "q":
            self._text("”")
        if name not in _BLOCKS:
            return
        self.end_block()
        if name in ("ol", "ul", "menu", "dir"):
            self._numbers.pop()
        elif name == "li":
            self._mark = ""
        elif name == "tr":
            self._end_row(self._rows.pop())

    def end_block(self) -> None:
        """Whatever comes now belongs to another block."""
        self._end_line()
        block = "\n".join(self._lines).strip("\n")
        if block.strip():
            self.blocks.append(block)
        self._lines = []

    def _text(self, text: str) -> None:
        text = text.replace("\u00ad", "")  # shown only where a browser breaks a word
        if self._mark and text.strip():
            self._line, self._mark = [self._mark], ""
        if self._verbatim:
            first, *rest = text.split("\n")
            self._line.append(first)
            for line in rest:
                self._end_line()
                self._line.append(line)
            return
        text = _SPACE.sub(" ", text)
        if not self._line or self._line[-1].endswith(" "):
            text = text.removeprefix(" ")
        if text:
            self._line.append(text)

    def _end_line(self) -> None:
        self._lines.append("".join(self._line).rstrip(" \t"))
        self._line = []

    def _end_row(self, cells: list[int]) -> None:
        """Set a row on one line, unless a cell holds more than a block: then it is a layout."""
        ends = [*cells[1:], len(self.blocks)]
        if cells and all(end - start <= 1 for start, end in zip(cells, ends, strict=True)):
            row = self.blocks[cells[0] :]
            if row and not any("\n" in cell for cell in row):
                self.blocks[cells[0] :] = ["\t".join(row)]

    def _next_mark(self, node: LexborNode) -> str:
        if not self._numbers or not self._numbers[-1]:
            return "• "
        number = _number(node, "value", self._numbers[-1])
        self._numbers[-1] = number + 1
        return f"{number}. "


def _hidden(node: LexborNode, name: str) -> bool:
    if name in _UNSEEN:
        return True
    attributes = node.attributes
    return (
        "hidden" in attributes
        or (name == "dialog" and "open" not in attributes)
        or _HIDES.search(attributes.get("style") or "") is not None
    )


def _number(node: LexborNode, attribute: str, otherwise: int) -> int:
    said = node.attributes.get(attribute) or ""
    return int(said) if re.fullmatch(r"\d{1,6}", said, re.ASCII) else otherwise
