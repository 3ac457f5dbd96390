"""Lines and their places -> paragraphs, by lines made by hand."""

from __future__ import annotations

import pytest

from afgqa.documents.hyphenation import keeps_hyphen, spoken
from afgqa.documents.pdf_lines import Line
from afgqa.documents.pdf_paragraphs import set_lines


def line(
    text: str, *, left: float = 50, y: float = 700, size: float = 10, broken: bool = False
) -> Line:
    """A line in type whose letters are half as wide as high."""
    return Line(text, left, y, left + len(text) * size / 2, y + size, broken)


def lines(*texts: str, left: float = 50, y: float = 700, step: float = 12) -> list[Line]:
    """Lines one below the other; two spaces before one indent it, "-" at its end breaks a word."""
    return [
        line(
            text.strip().removesuffix("-") if text.endswith("-") else text.strip(),
            left=left + 10 * (len(text) - len(text.lstrip())) / 2,
            y=y - step * n,
            broken=text.endswith("-"),
        )
        for n, text in enumerate(texts)
    ]


def blocks(*pages: list[Line]) -> list[str]:
    return set_lines(pages).text.split("\n\n")


FULL = "This line goes on to the very end of the column"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((FULL, "and ends here."), [f"{FULL} and ends here."]),
        ((FULL, "Ann Lee went home."), [f"{FULL} Ann Lee went home."]),
        ((FULL, "ends here.", "New one begins."), [f"{FULL} ends here.", "New one begins."]),
        ((f"  {FULL}", "and ends in the end, with its mark.", f"  {FULL}"),
         [f"{FULL} and ends in the end, with its mark.", FULL]),
        ((f"{FULL}.", f"  {FULL}.", f"{FULL}."), [f"{FULL}.", f"{FULL}. {FULL}."]),
        ((f"{FULL}", f"  {FULL}"), [f"{FULL} {FULL}"]),
        ((f"• {FULL}", "  and more of it", "• Second"), [f"• {FULL} and more of it", "• Second"]),
        ((f"1. {FULL}.", f"2. {FULL}."), [f"1. {FULL}.", f"2. {FULL}."]),
        ((f"{FULL} trans-", "formation"), [f"{FULL} transformation"]),
        ((f"{FULL} 1920\u2013", "1930"), [f"{FULL} 1920–1930"]),
        ((f"One {'. ' * 20}3", f"Two {'. ' * 20}4"), [f"One {'. ' * 20}3", f"Two {'. ' * 20}4"]),
    ],
)  # fmt: skip
def test_paragraphs_of_a_block(texts: tuple[str, ...], expected: list[str]) -> None:
    assert blocks(lines(*texts)) == expected


def test_a_wider_gap_and_other_type_end_a_block() -> None:
    body = lines(FULL, FULL, FULL, FULL)
    below = lines(f"then {FULL}", y=700 - 12 * 3 - 20)
    assert blocks([*body, *below]) == [" ".join([FULL] * 4), f"then {FULL}"]
    note = line(f"and {FULL}", y=700 - 12 * 4, size=8)
    assert blocks([*body, note]) == [" ".join([FULL] * 4), f"and {FULL}"]


def test_double_spaced_lines_are_one_paragraph() -> None:
    assert blocks(lines(*[FULL] * 5, step=24)) == [" ".join([FULL] * 5)]


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("so the line is full and wants", "to go on.", True),
        ("so the line is full and wants", "Ann Lee to go on.", True),
        ("Ann went home and stayed.", "then more.", False),
        ("A short one", "Chapter two", False),
        ("so the line is full and wants", "• an item", False),
    ],
)
@pytest.mark.parametrize("pages", [1, 2])
def test_what_goes_on_elsewhere(above: str, below: str, joined: bool, pages: int) -> None:
    first, second = lines("The line before is as long as", above), lines(below, left=320)
    found = blocks(*([first, second] if pages == 2 else [[*first, *second]]))
    assert (found[-1].endswith(f"{above} {below}")) == joined
    assert len(found) >= 1 + (not joined)


def test_a_large_heading_is_whole_and_the_title() -> None:
    heading = [line("A title of", left=90, y=760, size=20), line("two lines", y=735, size=20)]
    found = set_lines([[*heading, *lines(*[FULL] * 3)]])
    assert found.title == "A title of two lines"
    assert found.text == f"A title of two lines\n\n{' '.join([FULL] * 3)}"
    initial = line("T", y=700, size=40)
    assert set_lines([[initial, *lines(*[FULL] * 3)]]).title is None


# -- running heads ------------------------------------------------------------------------------


def sheet(*texts: str, head: str | None = None, foot: str | None = None) -> list[Line]:
    """A page of lines that have nothing in common with those of others."""
    top = [line(head, y=780)] if head else []
    bottom = [line(foot, left=280, y=20)] if foot else []
    return [*top, *lines(*texts), *bottom]


@pytest.mark.parametrize(
    ("feet", "kept"),
    [
        (("1", "2", "3"), []),
        (("- 7 -", "- 8 -", "- 9 -"), []),
        (("Page 1 of 3", "Page 2 of 3", "Page 3 of 3"), []),
        (("iv", "v", "vi"), []),
        (("Annual Report", "Annual Report", "Annual Report"), ["Annual Report"]),
        (("Report, 1", "Report, 2", "Report, 3"), ["Report, 1"]),
        (("Report, 1", "2, Lee", "Report, 3"), ["Report, 1", "2, Lee", "Report, 3"]),
        (("Sales 1934", "Sales 1936", "Sales 1935"), ["Sales 1934", "Sales 1936", "Sales 1935"]),
        (("Chapter 1", "Chapter 2", "End"), ["Chapter 1", "Chapter 2", "End"]),
        (("1934", "1901", "1888"), ["1934", "1901", "1888"]),
    ],
)
def test_feet(feet: tuple[str, ...], kept: list[str]) -> None:
    texts = [("One ends.", "One.", "Ends."), ("Two ends.", "Two.", "Two is."), ("Three.", "3 it.")]
    pages = [sheet(*text, foot=foot) for text, foot in zip(texts, feet, strict=True)]
    found = blocks(*pages)
    assert [block for block in found if block in feet] == kept
    assert "".join(found).count("ends.") == 2


def test_the_same_line_elsewhere_on_the_page_stays() -> None:
    body = [f"Line {n} of it." for n in "abcdefgh"]
    found = set_lines([sheet(*body, head="Head"), sheet(*body, head="Head")]).text
    assert found.count("Line d of it.") == 2
    assert found.count("Head") == 1


def test_pages_begin_where_their_first_words_stand() -> None:
    found = set_lines([lines(FULL, FULL), [], lines("goes on. And", "more.")])
    assert found.text == f"{FULL} {FULL} goes on. And more."
    assert found.pages == (0, 2 * len(FULL) + 2, 2 * len(FULL) + 2)
    assert set_lines([[], []]).pages == (0, 0)
    assert set_lines([]).pages == ()


# -- hyphens ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("above", "below", "elsewhere", "kept"),
    [
        ("the trans", "formation of", "", False),
        ("a well", "known man", "", True),
        ("the self", "governing town", "", True),
        ("in Salt", "mouth the", "Saltmouth lies there", False),
        ("a co", "operative shop", "the co-operative shop", True),
        ("an Anglo", "Saxon word", "", True),
        ("of 1920", "1930 and", "", True),
        ("a Kvitøy", "fjord boat", "", False),
    ],
)
def test_hyphens(above: str, below: str, elsewhere: str, kept: bool) -> None:
    assert keeps_hyphen(above, below, spoken([above, below, elsewhere])) == kept
