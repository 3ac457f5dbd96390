"""What belongs together is read together: headings, lead-ins, rows with their headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.language.layout import layout

SHOPS = """# Shops of Holm

The town has many shops.

The number at the end of each year:

| Country | Shops | Staff |
|---------|------:|-------|
| Ireland | 8 | 71 |
| Denmark |  | 48 |

## Rules

Staff must:
- be on time
- wear a badge

1. Doors open at nine.
2. These open later:
- the cellar
- the roof

They close at five. No dogs.
"""


def read(text: str, sentence: str, *, headings: bool = True) -> str:
    start = text.index(sentence)
    return layout(text).unit(start, start + len(sentence), headings=headings).text


@pytest.mark.parametrize(
    ("sentence", "unit"),
    [
        ("# Shops of Holm", "Shops of Holm."),
        ("The town has many shops.", "Shops of Holm. The town has many shops."),
        (
            "| Ireland | 8 | 71 |",
            "Shops of Holm. The number at the end of each year: "
            "Country: Ireland; Shops: 8; Staff: 71.",
        ),
        (
            "| Denmark |  | 48 |",
            "Shops of Holm. The number at the end of each year: Country: Denmark; Shops: ; "
            "Staff: 48.",
        ),
        ("## Rules", "Shops of Holm. Rules."),
        ("- wear a badge", "Shops of Holm. Rules. Staff must: - wear a badge."),
        ("1. Doors open at nine.", "Shops of Holm. Rules. 1. Doors open at nine."),
        ("- the roof", "Shops of Holm. Rules. 2. These open later: - the roof."),
        ("No dogs.", "Shops of Holm. Rules. No dogs."),
    ],
)
def test_a_sentence_with_what_it_belongs_to(sentence: str, unit: str) -> None:
    assert read(SHOPS, sentence) == unit


def test_without_headings_lists_and_tables_keep_their_lead() -> None:
    assert read(SHOPS, "- the roof", headings=False) == "2. These open later: - the roof."
    assert read(SHOPS, "No dogs.", headings=False) == "No dogs."


def test_rows_between_tabs_have_headers_where_only_the_first_has_no_figures() -> None:
    text = "Name\tAge\nAnn\t7\nBen\t9\n"
    assert read(text, "Ben\t9") == "Name: Ben; Age: 9."
    assert read("Ann\tred\nBen\tblue\n", "Ben\tblue") == "Ben; blue."


def test_what_refers_back_is_read_with_the_opening_of_its_paragraph() -> None:
    text = "Ann keeps the lamp. It is red. She sleeps by day.\n\nThey say so."
    assert read(text, "She sleeps by day.") == "Ann keeps the lamp. She sleeps by day."
    assert read(text, "It is red. She sleeps by day.") == text[:49]
    assert read(text, "They say so.") == "They say so."


def test_a_date_that_opens_a_paragraph_heads_it() -> None:
    text = "12 January 2021. The bridge was shut. Cars went round.\n\n3 May 2022. It opened."
    assert read(text, "Cars went round.") == "12 January 2021. Cars went round."
    assert read(text, "It opened.") == "3 May 2022. It opened."


def test_a_question_on_a_line_of_its_own_heads_its_answer() -> None:
    text = "Hours\n\nMay I bring a dog?\n\nNo. Dogs wait outside.\n\nIs it free?\n\nFor children."
    assert read(text, "Dogs wait outside.").startswith("Hours. May I bring a dog?")
    assert read(text, "For children.") == "Hours. Is it free? For children."


def test_a_span_leads_back_into_one_slice() -> None:
    start = SHOPS.index("| Ireland")
    unit = layout(SHOPS).unit(start, start + len("| Ireland | 8 | 71 |"))
    at = unit.text.index("71")
    a, b = unit.back(at, at + 2)
    assert SHOPS[a:b] == "71"
    assert a > start
    # One that runs over cells is cut to the cell with most of it, one in a header leads there.
    at = unit.text.index("8; Staff")
    assert SHOPS[slice(*unit.back(at, at + len("8; Staff")))] == "Staff"
    at = unit.text.index("Holm. The")
    assert SHOPS[slice(*unit.back(at, at + 4))] == "Holm"


@given(st.text("ab. \n|-#1:\t•?", max_size=60), st.data())
def test_every_slice_is_of_the_text(text: str, data: st.DataObject) -> None:
    whole = layout(text)
    if not whole.sentences:
        return
    first = data.draw(st.integers(0, len(whole.sentences) - 1))
    last = data.draw(st.integers(first, len(whole.sentences) - 1))
    start, end = whole.sentences[first][0], whole.sentences[last][1]
    unit = whole.unit(start, end)
    for part in unit.slices:
        length = part.end - part.start
        assert unit.text[part.here : part.here + length] == text[part.start : part.end]
    a = data.draw(st.integers(0, max(0, len(unit.text) - 1)))
    b = data.draw(st.integers(a, len(unit.text)))
    back = unit.back(a, b)
    assert 0 <= back[0] <= back[1] <= len(text)


@pytest.mark.parametrize(
    "head", ["", "| " + " | ".join(f"h{n}" for n in range(300)) + " |\n|--|\n"]
)
def test_a_part_of_a_row_has_its_own_cells_and_the_first(head: str) -> None:
    text = head + "| Ireland | " + " | ".join(f"c{n}" for n in range(1, 300)) + " |\n"
    start = text.index("c150")
    said = layout(text).unit(start, text.index("c152")).text
    assert "Ireland" in said
    assert "c150" in said
    assert "c151" in said
    assert "c149" not in said
    assert "c152" not in said
    assert ("h150: c150" in said) == bool(head)
