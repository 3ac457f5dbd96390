"""No regular expression of the package is slow on a text that was made to slow it down."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hostile_texts import Used, grows, leads, patterns, repeated, seconds, units

PATTERNS = patterns()
# What is asked is at most 2,000 characters long (`Settings.question_limit`).
# These are given the beginning of a text alone, through a loop.
ANCHORED = {
    "afgqa.language.quotation_attribution._AFTER",
    "afgqa.language.quotation_attribution._REPORTED",
}
# These are given no more than so many characters of a text.
WINDOWS = {
    "afgqa.documents.hyphenation._LAST": 64,
    "afgqa.language.enumerations._BETWEEN": 80,
    "afgqa.language.enumerations._QUANTITY": 80,
    "afgqa.language.sentences._TOKEN": 24,
}
AT_MOST = 0.002  # seconds for one of these, on a machine with other work to do
QUESTION, TEXT = 500, 700


def work_of(used: Used) -> Callable[[str], object]:
    pattern: re.Pattern[Any] = used.pattern

    def work(text: str) -> None:
        given: Any = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
        if used.where in ANCHORED:
            pattern.match(given)
        elif used.anchored:
            for method in sorted(used.methods):
                getattr(pattern, method)(given)
        else:
            for _ in pattern.finditer(given):
                pass

    return work


def slow(used: Used) -> list[tuple[str, str, str]]:
    if window := WINDOWS.get(used.where):
        return [
            (unit, "", f"{window}: {took:.4f} s")
            for unit in units(used.pattern)
            if (took := seconds(work_of(used), repeated(unit, window), 3)) > AT_MOST
        ]
    length = QUESTION if used.where.startswith("afgqa.question") else TEXT
    work = work_of(used)
    for unit in units(used.pattern):
        for lead in leads(used.pattern) if len(unit) < 3 else [""]:
            said = grows(work, lambda n, u=unit, b=lead: repeated(u, n, b), length)  # type: ignore[misc]
            if said is not None:
                return [(unit, lead, said)]
    return []


def test_all_patterns_are_found() -> None:
    assert len(PATTERNS) > 180
    assert {it.where.split(".")[1] for it in PATTERNS} >= {
        "language",
        "question",
        "documents",
        "cli",
    }


@pytest.mark.parametrize("used", PATTERNS, ids=[it.where.removeprefix("afgqa.") for it in PATTERNS])
def test_a_pattern_is_linear(used: Used) -> None:
    assert slow(used) == []


def test_a_slow_pattern_is_noticed() -> None:
    for pattern in (r"\s*\|?[\s:|=-]*-{2,}[\s:|=-]*", r"(?:\d|[a-z]+ )+$", r"\w+\Z"):
        assert slow(Used("afgqa.language.x", re.compile(pattern), frozenset({"search"})))
