"""PDF to its text and pages, by real files."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest
from files import column, pdf
from hypothesis import given
from hypothesis import strategies as st

from afgqa.documents.pdf import extract
from afgqa.errors import DocumentError

LEFT = [
    "The harbour of Saltmouth was rebuilt in",
    "the years after the war by an engineer",
    "whose name nobody in the town remem-",
    "bers. It was a well-known self-govern-",
    "ing place. The breakwater was the first",
]
RIGHT = [
    "of its kind and stood for forty years.",
    "A storm took it in 1953.",
]


def blocks(raw: bytes) -> list[str]:
    return extract(raw, "a.pdf").text.split("\n\n")


def refusal(raw: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        extract(raw, "a.pdf")
    return str(caught.value)


def test_two_columns_under_a_heading() -> None:
    raw = pdf([(50, 60, "The Harbour", 20), *column(LEFT), *column(RIGHT, left=320)])
    found = extract(raw, "a.pdf")
    assert found.title == "The Harbour"
    assert found.pages == (0,)
    assert found.text == (
        "The Harbour\n\n"
        "The harbour of Saltmouth was rebuilt in the years after the war by an engineer whose name "
        "nobody in the town remembers. It was a well-known self-governing place. The breakwater "
        "was the first of its kind and stood for forty years. A storm took it in 1953."
    )


def test_a_paragraph_goes_on_over_running_heads() -> None:
    def page(number: int, lines: list[str]) -> list[tuple[float, float, str]]:
        head, foot = (50, 40, "Saltmouth Quarterly"), (280, 770, f"Page {number} of 3")
        return [head, *column(lines), foot]

    raw = pdf(page(1, LEFT), page(2, [*RIGHT, "", "Third."]), page(3, ["Last.", "", "Words."]))
    found = extract(raw, "a.pdf")
    assert found.text.split("\n\n") == [
        "Saltmouth Quarterly",
        "The harbour of Saltmouth was rebuilt in the years after the war by an engineer whose name "
        "nobody in the town remembers. It was a well-known self-governing place. The breakwater "
        "was the first of its kind and stood for forty years. A storm took it in 1953.",
        "Third.",
        "Last.",
        "Words.",
    ]
    assert [found.text[at : at + 11] for at in found.pages] == [
        "Saltmouth Q",
        "of its kind",
        "Last.\n\nWord",
    ]


def test_a_word_goes_on_on_the_next_page() -> None:
    raw = pdf(column([LEFT[0], "the trans-"]), column(["formation of it."]))
    assert blocks(raw) == [f"{LEFT[0]} the transformation of it."]
    assert blocks(pdf(column([LEFT[0], "in pre-"]))) == [f"{LEFT[0]} in pre-"]


def test_letters_beyond_the_first_plane() -> None:
    assert blocks(pdf([(50, 60, "The set 𝔸 is closed.")])) == ["The set 𝔸 is closed."]


def test_ligatures_come_apart() -> None:
    assert blocks(pdf([(50, 60, "The ﬁrst oﬃce ﬂoor.")])) == ["The first office floor."]


def test_what_is_turned_or_outside_the_page() -> None:
    raw = pdf([(-300, 60, "Beside the page. "), (50, 60, "On the page."), (50, 900, "Below.")])
    assert blocks(raw) == ["On the page."]
    for turn in (90, 180, 270):
        turned = raw.replace(b"/Type /Page\n", b"/Type /Page\n/Rotate %d\n" % turn)
        assert turned != raw
        assert blocks(turned) == ["On the page."]


def test_pages_without_text_begin_where_the_next_does() -> None:
    found = extract(pdf([], [(50, 60, "One.")], [], [], [(50, 60, "Two.")], []), "a.pdf")
    assert found.text == "One.\n\nTwo."
    assert found.pages == (0, 0, 6, 6, 6, 10)


WORDS = st.lists(st.sampled_from("ferry lamp bridge Tower. gulls storm".split()), min_size=1)


@given(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=4))
def test_every_word_stands_on_its_page(pages: list[list[list[str]]]) -> None:
    marked = [
        [f"p{page} " + " ".join(words[:8]) for words in lines] for page, lines in enumerate(pages)
    ]
    raw = pdf(*(column(lines, top=100 + 20 * page) for page, lines in enumerate(marked)))
    if not any(marked):
        assert "no text" in refusal(raw)
        return
    found = extract(raw, "a.pdf")
    assert len(found.pages) == len(pages)
    assert list(found.pages) == sorted(found.pages)
    for page, (start, end) in enumerate(
        zip(found.pages, [*found.pages[1:], len(found.text)], strict=True)
    ):
        assert found.text[start:end].split() == " ".join(marked[page]).split()


# -- what cannot be used ------------------------------------------------------------------------

GOOD = pdf([(50, 60, "Text.")])


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"PK\x03\x04", "is not a PDF file: it is a ZIP archive. Correct its suffix, or save "
        "its text as a PDF file."),
        (b"Text.", "is not a PDF file: it is something else. Correct its suffix, or "
         "save its text as a PDF file."),
        (b"%PDF-1.7\nnonsense", "is a damaged PDF file (Failed to load document (PDFium: Data "
         "format error)). Get a new copy, or open it in a PDF viewer and print it to a new file."),
        (pdf([], []), "has no text on its pages (2), only pictures; it may be a scan. Add the "
        "text with a text recognition (OCR) program."),
        (pdf([(50, 60, "Text.")], password="secret"),
         "is protected by a password. Save a copy without one."),
        (pdf(*[[]] * 2001), "has 2,001 pages; the limit is 2,000. Split it into several files."),
    ],
    ids="zip text damaged scanned locked long".split(),
)  # fmt: skip
def test_files_that_are_none(raw: bytes, message: str) -> None:
    assert refusal(raw) == f"a.pdf {message}"


def test_a_file_that_only_forbids_changes_is_read() -> None:
    assert blocks(pdf([(50, 60, "Text.")], password="")) == ["Text."]


@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1))
def test_damage_gives_text_or_a_clear_error(changes: list[tuple[int, int]]) -> None:
    raw = bytearray(GOOD)
    for at, byte in changes:
        raw[at] = byte
    with suppress(DocumentError):
        extract(bytes(raw), "a.pdf")


def test_several_threads() -> None:
    raw = pdf(*[column(LEFT)] * 5)
    expected, found = extract(raw, "a"), []
    threads = [threading.Thread(target=lambda: found.append(extract(raw, "a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
