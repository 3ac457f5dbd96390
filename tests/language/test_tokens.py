"""Text to index terms."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.language.tokens import terms, token_offsets


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("What is the of to?", ""),
        ("The keepers kept keeping lamps", "keeper kept keep lamp"),
        ("lamp Lamp LAMP lamps", "lamp lamp lamp lamp"),
        ("Keeper's keeper’s keepers’ O'Neill’s", "keeper keeper keeper oneil"),
        ("don't won’t it's they're", ""),
        ("U.S. US u.s. U.S.'s", "us us us us"),
        ("He told us of the US", "told us"),
        ("the IT of IT, it", "it it"),
        ("WHO SAW THE LAMPS", "saw lamp"),
        ("Ph.D. e.g. a.m.", "ph eg am"),
        ("Vitamin C and plan B", "vitamin plan"),
        ("1,912 1912 3.5 3,5 1.2.3 1940s B52", "1912 1912 3.5 35 1.2.3 1940 b52"),
        ("E4 e-4 v2.0 F-16 MP3 x-ray 5", "e4 e4 v2.0 f16 mp 3 ray 5"),
        ("0:15 hours of 15", "0h15 hour 15"),
        ("PyPy pypy PyPI pypi", "pypy pypy pypi pypi"),
        ("cities city flies flying happiness", "city city fly fly happy"),
        ("taxis taxi skiing skis ski", "taxi taxi ski ski ski"),
        ("Café cafe CAFÉ CAFE\u0301 cafe\u0301s", "cafe cafe cafe cafe cafe"),
        ("résumé re\u0301sume\u0301 resume", "resum resum resum"),
        ("ﬁnal ﬂoor Ｆｕｌｌ", "final floor full"),
        ("Straße STRASSE", "strass strasse"),
        ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
        ("⑴ ⑿ ¹ x² \ufdfa", "12 x2 صلىاللهعليهوسلم"),
        ("well-known sea/air snake_case", "well known sea air snake case"),
        ("🎉 — … ' ’ '' ''a''", ""),
    ],
)
def test_terms(text: str, expected: str) -> None:
    assert " ".join(terms(text)) == expected


TEXTS = st.text() | st.lists(
    st.sampled_from(["U.S.", "É", "e\u0301", "’s", "'", ".", "⑴", "\ufdfa", "ﹰ", "1,0", " ", "K"])
).map("".join)


@given(text=TEXTS)
def test_terms_are_words_that_a_store_can_keep(text: str) -> None:
    for term, start, end in token_offsets(text):
        assert term
        assert term.replace(".", "").isalnum()  # so neither white space nor quotes
        assert 0 <= start < end <= len(text)
    assert terms(text) == tuple(term for term, _, _ in token_offsets(text))


@given(text=TEXTS)
def test_spots_are_in_order(text: str) -> None:
    found = [(start, end) for _, start, end in token_offsets(text)]
    assert found == sorted(found)
    assert all(one[1] <= two[0] for one, two in pairwise(found))


def test_spots() -> None:
    assert list(token_offsets("The keeper’s U.S. lamps")) == [
        ("keeper", 4, 12),
        ("us", 13, 16),
        ("lamp", 18, 23),
    ]


@pytest.mark.parametrize("piece", ["a.", "a'", "e\u0301", "1,", "1.", "lamp ", "’"])
def test_terms_take_linear_time(piece: str) -> None:
    began = time.perf_counter()
    terms(piece * 50_000)
    assert time.perf_counter() - began < 2
