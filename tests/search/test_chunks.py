"""Sentences to chunks: the laws, and small cases by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.search.chunks import chunk
from afgqa.search.indexing import sentences_of
from afgqa.types import Chunk


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def chunks(text: str, limit: int) -> tuple[Chunk, ...]:
    return chunk(text, sentences_of(text), limit=limit, count=words)


def text_of(*lengths: int) -> str:
    """Sentences of so many words each."""
    return " ".join("Lamp" + " gull" * (length - 1) + "." for length in lengths)


@pytest.mark.parametrize(
    ("lengths", "limit", "windows"),
    [
        ([3], 5, [(0, 1)]),
        ([2, 2], 5, [(0, 2)]),
        ([2, 2, 2], 4, [(0, 2), (1, 3)]),
        ([2, 2, 2, 2, 2], 6, [(0, 3), (2, 5)]),
        ([1, 1, 4, 1, 1], 6, [(0, 3), (3, 5)]),
        ([5, 5, 5], 5, [(0, 1), (1, 2), (2, 3)]),
        ([4, 1, 1], 5, [(0, 2), (1, 3)]),
        # An overlong sentence stands alone, and the windows around it do not reach across.
        ([2, 7, 2], 3, [(0, 1), (1, 2), (1, 2), (1, 2), (2, 3)]),
        ([1, 1, 9], 5, [(0, 2), (2, 3), (2, 3)]),
        ([9], 4, [(0, 1), (0, 1), (0, 1)]),
    ],
)
def test_windows(lengths: list[int], limit: int, windows: list[tuple[int, int]]) -> None:
    text = text_of(*lengths)
    made = chunks(text, limit)
    assert [(c.first, c.last) for c in made] == windows
    assert [c.number for c in made] == list(range(len(windows)))


def test_an_overlong_sentence_is_cut_at_white_space() -> None:
    text = "Go. One two  three\tfour five six seven. End."
    assert [c.text for c in chunks(text, 3)] == [
        "Go.", "One two  three", "four five six", "seven.", "End.",
    ]  # fmt: skip


def test_a_word_is_never_cut() -> None:
    text = "x" * 500 + " y."
    made = chunk(text, sentences_of(text), limit=10, count=lambda texts: [len(t) for t in texts])
    assert [c.text for c in made] == ["x" * 500, "y."]


def test_no_sentence_no_chunk() -> None:
    assert chunks("", 5) == ()


def test_sentences_without_tokens_end() -> None:
    text = "? ? One two three four five. ?"
    count = [0, 0, 5, 0]
    found = chunk(
        text,
        sentences_of(text),
        limit=2,
        count=lambda texts: count if len(texts) == len(count) else words(texts),
    )
    assert {number for c in found for number in range(c.first, c.last)} == set(
        range(len(sentences_of(text)))
    )


@given(lengths=st.lists(st.integers(1, 12), min_size=1, max_size=30), limit=st.integers(1, 20))
def test_laws(lengths: list[int], limit: int) -> None:
    text = text_of(*lengths)
    sentences = sentences_of(text)
    made = chunks(text, limit)
    held: set[int] = set()
    for c in made:
        assert text[c.start : c.end] == c.text == c.text.strip()
        assert words([c.text])[0] <= limit
        assert 0 <= c.first < c.last <= len(sentences)
        if words([sentences[c.first].text])[0] > limit:
            assert c.last == c.first + 1
            assert sentences[c.first].start <= c.start < c.end <= sentences[c.first].end
        else:
            assert (c.start, c.end) == (sentences[c.first].start, sentences[c.last - 1].end)
        held |= set(range(c.first, c.last))
    assert held == set(range(len(sentences)))
    assert [c.number for c in made] == list(range(len(made)))
    assert [c.start for c in made] == sorted({c.start for c in made})  # no chunk twice
    assert [c.end for c in made] == sorted({c.end for c in made})  # none inside another
    joined = " ".join(sentence.text for sentence in sentences).split()
    covered = sorted({(c.start, c.end) for c in made})
    assert "".join(joined) == "".join(
        text[max(start, end_before) : end]
        for end_before, (start, end) in zip([0, *(e for _, e in covered)], covered, strict=False)
    ).replace(" ", "")


@given(lengths=st.lists(st.integers(1, 4), min_size=8, max_size=30))
def test_neighbours_overlap(lengths: list[int]) -> None:
    made = chunks(text_of(*lengths), 12)
    for one, two in pairwise(made):
        # What the second repeats is at most half of the first, and no more than a sentence less.
        whole, shared = sum(lengths[one.first : one.last]), sum(lengths[two.first : one.last])
        assert shared <= whole / 2
        if (two.first, two.last) != (made[-1].first, made[-1].last):
            assert shared > whole / 2 - 4
