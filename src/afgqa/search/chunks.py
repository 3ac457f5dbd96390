"""Sentences to chunks: overlapping windows of whole sentences within a limit of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from afgqa.types import Chunk, Sentence

__all__ = ["chunk"]

_WORD = re.compile(r"\S+")


def chunk(
    text: str,
    sentences: Sequence[Sentence],
    *,
    limit: int,
    count: Callable[[Sequence[str]], Sequence[int]],
) -> tuple[Chunk, ...]:
    """Windows over `sentences` of `text`, in order; every sentence lies in at least one.

    `limit` is the longest window in tokens as `count` counts them (a window's length is
    estimated from above as the sum of its sentences' lengths). Neighbouring windows share about
    half of their tokens, so that a sentence near the edge of one has its context in the next. A
    sentence longer than the limit is cut at white space into chunks of its own.
    """
    lengths = count([sentence.text for sentence in sentences])
    windows: list[tuple[int, int]] = []
    pieces: dict[int, list[tuple[int, int]]] = {}
    first = 0
    while first < len(sentences):
        if lengths[first] > limit:
            pieces[first] = _cut(sentences[first], limit, count)
            windows.append((first, first + 1))
            first += 1
            continue
        last, used = first, 0
        while last < len(sentences) and used + lengths[last] <= limit:
            used += lengths[last]
            last += 1
        if not (windows and last == windows[-1][1]):  # else the window before holds it all
            windows.append((first, last))
        if last == len(sentences):
            break
        first = _next(first, last, lengths, used)
    spans = [
        (start, end, first, last)
        for first, last in windows
        for start, end in pieces.get(first, [(sentences[first].start, sentences[last - 1].end)])
    ]
    return tuple(
        Chunk(number, start, end, text[start:end], first, last)
        for number, (start, end, first, last) in enumerate(spans)
    )


def _next(first: int, last: int, lengths: Sequence[int], used: int) -> int:
    """Where the next window begins: past half of this one's tokens, at least one on."""
    passed, start = lengths[first], first + 1
    while start < last and passed < used / 2:
        passed += lengths[start]
        start += 1
    return start


def _cut(
    sentence: Sentence, limit: int, count: Callable[[Sequence[str]], Sequence[int]]
) -> list[tuple[int, int]]:
    words = [match.span() for match in _WORD.finditer(sentence.text)]
    lengths = count([sentence.text[start:end] for start, end in words])
    spans: list[tuple[int, int]] = []
    begin, used = 0, 0
    for number, length in enumerate(lengths):
        if used and used + length > limit:
            spans.append((words[begin][0], words[number - 1][1]))
            begin, used = number, 0
        used += length
    spans.append((words[begin][0], words[-1][1]))
    return [(sentence.start + start, sentence.start + end) for start, end in spans]
