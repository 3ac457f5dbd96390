"""Numbers and dates in a text, so far that two of them can be compared.

Told from the form alone: digits and the words of numbers with their scale and what is counted;
years, months, days of a month and of a week.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from afgqa.language.dates import ORDINAL_ENDING, WEEKDAY
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.calendar import MONTHS, SEASONS
from afgqa.language.lexicon.numbers import CURRENCY_SIGNS, NUMBERS, SCALES, SECONDS
from afgqa.language.tokens import terms

__all__ = [
    "AMOUNT", "DURATION", "Quantity", "counts_nothing", "dates_differ", "in_range",
    "numbers_differ", "quantities",
]  # fmt: skip

_SIGN: Final = rf"[{CURRENCY_SIGNS}]\s?"
_NUMERAL: Final = rf"(?:\d[\d,]*(?:\.\d+)?(?!\w)|\b{one_of((*NUMBERS, *SCALES))}\b)"
_QUANTITY: Final = re.compile(
    rf"(?P<sign>{_SIGN})?(?<![\w.])(?P<value>{_NUMERAL}(?:(?:[ -]|\sand\s){_NUMERAL})*)"
    r"\s?-?(?P<unit>%|per ?cent\b|[^\W\d_]+)?",
    re.IGNORECASE,
)
_PERCENT: Final = re.compile(r"%|per ?cent", re.IGNORECASE)

# Amounts as a sentence tells them, which need not be comparable.
_WORD: Final = one_of((*NUMBERS, *SCALES, "half", "no", "none", "several"))
AMOUNT: Final = re.compile(
    rf"(?:{_SIGN})?\b\d[\d,]*(?:\.\d+)?(?!\w)(?:\s?(?:%|per ?cent|{one_of(SCALES)}))*"
    rf"|\b{_WORD}(?:[- ]{_WORD})*\b",
    re.IGNORECASE,
)
# Bounded repetitions keep this linear: no duration has more digits, or more words of number.
DURATION: Final = re.compile(
    rf"(?:\b(?:over|more than|about|nearly|almost|around|at least|less than) )?"
    rf"(?:\b\d[\d,.]{{0,20}}|\b(?:a|an|{_WORD})(?:[- ](?:and )?(?:an? )?{_WORD}){{0,8}})[ -]"
    rf"{one_of((*SECONDS, *SEASONS))}s?(?:[ -]old)?\b",
    re.IGNORECASE,
)
_RANGE_AFTER: Final = re.compile(rf"\s?(?:[-–]|to |or |and )\s?(?:\d|{one_of(NUMBERS)})")
_RANGE_BEFORE: Final = re.compile(r"\w(?:[-–]| to | or )$")
_NOTHING: Final = re.compile(r"no|none|one|a|several|half|previous .*", re.IGNORECASE)

# Whole names alone: two dates are compared by their words, and "Jan." is not "January".
_MONTH: Final = re.compile(rf"\b{one_of(MONTHS)}\b")
_DAY: Final = re.compile(
    rf"(?:{_MONTH.pattern}) (\d{{1,2}})(?!\d)|\b(\d{{1,2}}){ORDINAL_ENDING}?(?: of)? "
    rf"(?:{_MONTH.pattern})"
)
_YEAR: Final = re.compile(r"(?<![\d,.])[1-9]\d{2,3}(?![\d,])")
_CENTURY: Final = re.compile(r"\b(\w+)(?: or (?:early|late))? centur(?:y|ies)\b", re.IGNORECASE)
_WEEKDAY: Final = re.compile(rf"\b{WEEKDAY}\b")


class Quantity(NamedTuple):
    """A number with the stem of what it counts, "%" or a currency's sign; None if it ends there."""

    value: float
    unit: str | None


def quantities(text: str) -> tuple[Quantity, ...]:
    """The numbers of `text` in order; "two and a half" is 2, and no fraction is understood."""
    return tuple(_quantities(text))


def _quantities(text: str) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text):
        unit = match["sign"] or match["unit"]
        if unit is not None and _PERCENT.fullmatch(unit):
            unit = "%"
        elif unit is not None and match["sign"] is None:
            unit = next(iter(terms(unit)), None)
        yield Quantity(_value(match["value"]), None if unit is None else unit.strip())


def _value(words: str) -> float:
    whole = part = 0.0
    for word in re.split(r"[\s-]+", words.lower()):
        if word in SCALES:
            part = max(part, 1.0) * SCALES[word]
            if SCALES[word] >= 1000:
                whole, part = whole + part, 0.0
        elif word in NUMBERS:
            part += NUMBERS[word]
        elif word != "and":
            part += float(word.replace(",", ""))
    return whole + part


def in_range(before: str, after: str) -> bool:
    """Whether an amount between these is one end of a range: "10 to 12", "two or three"."""
    return bool(_RANGE_AFTER.match(after) or _RANGE_BEFORE.search(before))


def counts_nothing(amount: str) -> bool:
    """Whether an amount or a time is too vague to be an answer by itself: "several"."""
    return _NOTHING.fullmatch(amount) is not None


def numbers_differ(one: str, other: str) -> bool:
    """Whether both count the same, and no number of one is a number of the other.

    What is counted is the same where the units are, or where one has none.
    """
    ours, theirs = quantities(one), quantities(other)
    pairs = [(a, b) for a in ours for b in theirs if a.unit == b.unit or not (a.unit and b.unit)]
    return bool(pairs) and all(a.value != b.value for a, b in pairs)


def dates_differ(one: str, other: str) -> bool:
    """Whether both name a century, or else a year, a month, a day, and none is the same.

    What one leaves open is no difference: "May 1999" and "1999" are the same.
    """
    for parts in (_CENTURY.findall, _YEAR.findall, _MONTH.findall, _days, _WEEKDAY.findall):
        ours, theirs = set(parts(one)), set(parts(other))
        if ours and theirs:
            if not ours & theirs:
                return True
            if ours != theirs:  # one is a range: what is finer is not comparable
                return False
    return False


def _days(text: str) -> list[str]:
    return [before or after for after, before in _DAY.findall(text)]
