"""Calendar dates as texts write them: months, weekdays, whole dates and parts of them."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from typing import Final

from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.calendar import MONTH_ABBREVIATIONS, MONTHS, SEASONS, WEEKDAYS
from afgqa.language.lexicon.numbers import PERIODS

__all__ = [
    "DATED", "MONTH", "ORDINAL_ENDING", "TIME_EXPRESSION", "WEEKDAY", "date_of", "month_of",
]  # fmt: skip

MONTH: Final = rf"(?:{one_of(MONTHS)}|{one_of(MONTH_ABBREVIATIONS)}\.)"
WEEKDAY: Final = one_of(WEEKDAYS)
ORDINAL_ENDING: Final = r"(?:st|nd|rd|th)"

# A whole date: "December 21, 2022", "21 December 2022", "2022-12-21".
DATED: Final = re.compile(
    rf"(?:{WEEKDAY},? )?(?:(?P<m1>{MONTH}) (?P<d1>\d{{1,2}}){ORDINAL_ENDING}?,? (?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}}){ORDINAL_ENDING}? (?P<m2>{MONTH}),? (?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})-(?P<m3>\d\d)-(?P<d3>\d\d))(?!\d)"
)
# A time as a sentence tells it: a date or a part of one, "the 19th century", "three days ago".
_YEAR: Final = r"(?:1\d{3}|20\d{2})(?:\s?[–-]\s?(?:\d{4}|\d{2}))?s?"
_PERIOD: Final = rf"{one_of((*PERIODS, *SEASONS))}s?"
TIME_EXPRESSION: Final = re.compile(
    rf"\b(?:{WEEKDAY},? )?(?:\d{{1,2}} )?{MONTH}(?: \d{{1,2}}(?!\d))?"
    rf"(?:\s?[–-]\s?(?:{MONTH} )?\d{{1,2}}(?!\d))?(?:,? {_YEAR})?"
    rf"|\b(?:in |since |by |early |late |mid-)?{_YEAR}\b"
    rf"|\b(?:\d{{1,2}}{ORDINAL_ENDING}|[a-z]+(?:th|first|second|third)) century\b"
    rf"|\b(?:last|next|(?:earlier |later )?this|previous|past|following) (?:\w+ )?{_PERIOD}\b"
    rf"|\b(?:\w+ ){_PERIOD} (?:ago|later|earlier)\b"
    rf"|\b{WEEKDAY}\b|\b(?:today|yesterday|tomorrow)\b"
)


def date_of(match: re.Match[str]) -> datetime.date | None:
    """The day that a match of `DATED` names; None where the calendar has no such day."""
    year = match["y1"] or match["y2"] or match["y3"]
    month = match["m1"] or match["m2"]
    number = int(match["m3"]) if month is None else month_of(month)
    with suppress(ValueError):
        return datetime.date(int(year), number, int(match["d1"] or match["d2"] or match["d3"]))
    return None


def month_of(name: str) -> int:
    """1 to 12, for a name that `MONTH` matches."""
    return next(n for n, month in enumerate(MONTHS, start=1) if month[:3] == name[:3])
