"""HTML to the text that a reader of the page sees."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from afgqa.documents.html import extract
from afgqa.errors import DocumentError
from afgqa.language.sentences import split


def text(markup: str | bytes) -> str:
    return extract(markup.encode() if isinstance(markup, str) else markup, "a.html").text


def blocks(markup: str) -> list[str]:
    return text(markup).split("\n\n")


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One <b>bo<i>l</i>d</b>\n  word.<p>Two.", ["One bold word.", "Two."]),
        ("<h1>Head</h1>Bare.<div>In <span>a</span> div</div>", ["Head", "Bare.", "In a div"]),
        ("<p>Line one<br>line two</p>", ["Line one\nline two"]),
        ("AT&amp;T&nbsp;&lt;b&gt; &eacute;&#8217;&#x41; &copy", ["AT&T\xa0<b> é’A ©"]),
        ("<ul><li>Tea<li><p>Milk</p></ul>", ["• Tea", "• Milk"]),
        ("<ol start=3><li>Tea<li value=9>Milk<li>Rum</ol>", ["3. Tea", "9. Milk", "10. Rum"]),
        ("<ol><li>Tea<ul><li>green</ul><li>Milk</ol>", ["1. Tea", "• green", "2. Milk"]),
        ("<ul><li></li><li><img></li></ul><p>Tea", ["Tea"]),
        ("<table><tr><th>Year<th>Ships<tr><td><p>1934</p><td>120</table>",
         ["Year\tShips", "1934\t120"]),
        ("<table><tr><td>Menu<td><h1>Head</h1><p>One.</table>", ["Menu", "Head", "One."]),
        ("<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table><td>e</table>",
         ["a\tb", "c\td", "e"]),
        ("<table><caption>Ships</caption><tr><td></td><td>a</table>", ["Ships", "a"]),
        ("<pre>\nif x:\n    y  z\n\nend</pre>", ["if x:\n    y  z", "end"]),
        ("<dl><dt>Tea<dd>A drink.</dl>", ["Tea", "A drink."]),
        ("He said <q>yes</q>.", ["He said “yes”."]),
        ("<p>trans&shy;formation</p>", ["transformation"]),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", ["漢(kan)"]),
        ("<details><summary>More</summary>Inside.</details>", ["More", "Inside."]),
        ("E = mc<sup>2</sup>, H<sub>2</sub>O", ["E = mc2, H2O"]),
        ("<nav><a href=/>Home</a></nav><main>Text</main>", ["Home", "Text"]),
        ("<p>left open <table><tr><td>cell", ["left open", "cell"]),
        ("no tags at all", ["no tags at all"]),
        ("</p></div><p>One", ["One"]),
    ],
)  # fmt: skip
def test_what_is_read(markup: str, expected: list[str]) -> None:
    assert blocks(markup) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>HID</script>",
        "<script type=application/json>{'a': 'HID'}</script>",
        "<style>.a::after { content: 'HID' }</style>",
        "<!-- HID -->",
        "<template><p>HID</p></template>",
        "<noscript><p>HID</p></noscript>",
        "<p hidden>HID</p>",
        "<p hidden=until-found>HID</p>",
        "<div style='color: red; DISPLAY : none'>HID<p>HID</p></div>",
        "<span style='visibility:hidden'>HID</span>",
        "<iframe>HID</iframe>",
        "<object>HID</object>",
        "<canvas>HID</canvas>",
        "<video>HID</video>",
        "<datalist><option>HID</datalist>",
        "<dialog>HID</dialog>",
        "<svg><title>HID</title><desc>HID</desc></svg>",
        "<math><annotation>HID</annotation></math>",
        "<img alt='HID' src='HID' onerror='HID'>",
        "<a href='javascript:HID' onclick='HID' title='HID'></a>",
        "<input value='HID' placeholder='HID'>",
        "<meta name=description content='HID'>",
        "<![CDATA[HID]]>",
        "<?HID?>",
    ],
)
def test_what_a_reader_does_not_see_stays_out(hidden: str) -> None:
    assert blocks(f"<p>Before.</p>{hidden}<p>After.</p>") == ["Before.", "After."]


def test_hostile_markup_is_nothing_or_plain_text() -> None:
    said = text(
        "<p onmouseover=alert(1)>Tea <a href='javascript:alert(2)'>here</a> "
        "&lt;script&gt;alert(3)&lt;/script&gt;<script>alert(4)</script></p>"
        "<scr<script>alert(5)</script>ipt>"
    )
    # A reader of the page reads the same: the last one is no script to a browser either.
    assert said == "Tea here <script>alert(3)</script>\n\nalert(5)ipt>"


# -- the law ------------------------------------------------------------------------------------

WRAPPERS = ["p", "div", "b", "i", "span", "li", "ul", "ol", "td", "tr", "table", "h2", "pre", "q"]
UNSEEN = ["script", "style", "template", "noscript", "p hidden", "div style='display:none'"]


def trees() -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["SEEN.", "SEEN. ", " ", "\n", "<br>", "<!-- HID -->", "&amp;"])

    def wrap(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        many = st.lists(inner, max_size=4).map("".join)
        shown = st.tuples(st.sampled_from(WRAPPERS), many).map(
            lambda it: "<{0}>{1}</{0}>".format(*it)
        )
        hidden = st.sampled_from(UNSEEN).map(lambda it: f"<{it}>HID</{it.split()[0]}>")
        return shown | hidden | many

    return st.recursive(leaf, wrap, max_leaves=20)


@given(trees())
@example("<pre> SEEN.</pre>")
def test_all_that_is_seen_and_nothing_else(markup: str) -> None:
    said = text(f"<body>{markup}</body>")
    assert said.count("SEEN.") == markup.count("SEEN.")
    assert "HID" not in said
    assert "<" not in said
    # No sentence goes on from one block to the next, and there are no empty ones.
    ends = {at for match in re.finditer("\n\n", said) for at in range(match.start(), match.end())}
    assert all(not ends & set(range(start, end)) for start, end in split(said))
    assert said == said.strip()


@given(st.text() | st.binary())
def test_anything_gives_text_or_a_clear_error(given: str | bytes) -> None:
    raw = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
    with suppress(DocumentError):
        extract(raw, "a.html")


@pytest.mark.parametrize(
    "markup",
    ["<div>" * 20_000 + "Deep.", "<b>" * 20_000 + "Deep.", "<table><tr><td>" * 5_000 + "Deep.",
     "<ul><li>" * 5_000 + "Deep.", "<h1><div>" * 5_000 + "Deep."],
    ids=["div", "b", "table", "list", "h1"],
)  # fmt: skip
def test_whatever_is_nested_deep_is_read(markup: str) -> None:
    assert text(markup).endswith("Deep.")


# -- titles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        (
            "<title>News - Tea</title><h1>The <b>tea</b>\nhouse<script>x</script></h1>",
            "The tea house",
        ),
        ("<title>News &amp; Tea\n</title><h1>One</h1><h1>Two</h1>", "News & Tea"),
        ("<title>Tea</title><h1><img alt=logo></h1><p>x", "Tea"),
        ("<p>x<svg><title>drawn</title></svg>", None),
        ("<title> </title>x", None),
    ],
)
def test_titles(markup: str, title: str | None) -> None:
    assert extract(markup.encode(), "a").title == title


# -- charsets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("é ’".encode(), "é ’"),
        ("\ufeffé".encode(), "é"),
        ("<meta charset=latin1>é".encode("utf-16"), "é"),
        ("<meta charset='ISO-8859-1'>café ’".encode("cp1252"), "café ’"),
        ("<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'>テ".encode("cp932"),
         "テ"),
        ("<?xml version='1.0' encoding='windows-1251'?><p>Мир</p>".encode("cp1251"), "Мир"),
        ("<meta charset=utf-16>é".encode(), "é"),
        ("<!-- <meta charset=koi8-r> -->é".encode(), "é"),
        ("<meta charset=gb2312>中囧".encode("gbk"), "中囧"),
    ],
)  # fmt: skip
def test_charsets(raw: bytes, expected: str) -> None:
    assert text(raw) == expected


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"caf\xe9", "declares no charset and is not UTF-8: byte 3 (0xe9) is invalid."),
        (b"<meta charset=utf-8>\xe9",
         "declares the charset utf-8 and is not in it: byte 20 (0xe9) is invalid."),
        (b"\xff\xfea", "is not UTF-16: byte 2 (0x61) is invalid."),
        (b"<meta charset=klingon>x", "declares the unknown charset klingon."),
        (b"<meta charset=base64>x", "declares the unknown charset base64."),
        (b"<meta charset=utf-7>+ADw-", "declares the unknown charset utf-7."),
    ],
)  # fmt: skip
def test_charsets_that_do_not_fit(raw: bytes, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        extract(raw, "a.html")
    assert str(caught.value) == f"a.html {message} Save the file as UTF-8."
