"""Dates that count from the day a text was written: "Monday", "this month", "the past year".

Where the text says of what day it is, they are worked out from that day, and marked as inferred
wherever they are shown: news writes "on Tuesday" for the Tuesday before, and so is it read here.
What is to come may be any day, and a month beside another year may be of that year: neither is
worked out. What stands in quotation marks counts from the day it was said, and is left alone.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from afgqa.language.dates import MONTH, ORDINAL_ENDING, WEEKDAY, month_of
from afgqa.language.glossary import reworded
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.calendar import MONTHS, SEASONS, WEEKDAYS
from afgqa.language.lexicon.numbers import (
    CALENDAR_UNITS,
    SCALES,
    TENS,
    VAGUE_AMOUNTS,
    number_words,
)
from afgqa.language.quantities import quantities
from afgqa.language.quotations import QUOTATION
from afgqa.types import Gloss, RelativeDate

__all__ = ["date_in_words", "relative_dates"]

# Whole numbers of so few that somebody may have counted them, and not the end of a longer number.
_AMOUNT: Final = rf"(?<![\w,.-])(?:\d{{1,3}}|an?|{one_of(number_words(1, 12))})"
_VAGUE: Final = one_of(VAGUE_AMOUNTS)
_UNIT: Final = one_of(CALENDAR_UNITS)
_NUMBER_BEFORE: Final = re.compile(
    rf"(?:\d|\b(?:{one_of(TENS)}|point|{one_of(SCALES)}(?: and)?))[ -]$",
    re.IGNORECASE,
)
_TO_COME: Final = re.compile(
    r"\b(?:will|would|shall|going to|(?:is|are|was|were) to|plans?|planned|scheduled|expected|due"
    r"|upcoming|hopes?)\b"
)
_YEAR: Final = re.compile(r"(?<![\d,.-])(?:1[5-9]|20)\d\d(?![\d,])")
_HABIT: Final = re.compile(rf"(?:\b(?:every|each)|{WEEKDAY} ?(?:to|through|and|or|-|–)) ?$")

_NEAR: Final = 40  # characters before a form that tell a habit, or the rest of a number

# Which day, month or stretch each form names, or None; each needs no date to be found.
_DAYS: Final = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "yesterday": -1, "last night": -1, "the day before yesterday": -2, "tomorrow": 1,
    "the day after tomorrow": 2,
}  # fmt: skip
_FORMS: Final = re.compile(
    rf"\b(?P<day>{one_of(_DAYS)})\b"
    rf"|\b(?:(?P<which>last|next|this|this past|this coming) )?(?P<weekday>{WEEKDAY})\b"
    rf"(?!,? (?:{MONTH}|\d)|s\b| ?(?:to|through|and|or|-|–) {WEEKDAY})"
    r"|\b(?:(?:earlier|later|early|late) )?(?P<turn>last|this|next)"
    rf" (?P<unit>week|month|year|weekend|{one_of(SEASONS)})\b"
    rf"|\b(?:the )?(?P<span>past|last|previous|coming|next) (?P<count>{_AMOUNT})"
    rf" (?P<units>{_UNIT})s?\b"
    r"|\b(?:the )?past (?P<past>week|month|year)\b"
    rf"|\b(?P<ago>{_AMOUNT}|{_VAGUE}) (?P<back>{_UNIT})s? ago\b",
    re.IGNORECASE,
)
# Days and months of no year are dates of their own, which the day of the text only completes.
_BARE: Final = re.compile(
    rf"(?:\b(?i:in|since|until|by|during|early|late|mid|of|through|before|after|last)[ -])"
    rf"(?P<month>{MONTH})(?!,? \d)|\b(?P<named>{MONTH}) (?P<of>\d{{1,2}})(?!\d|,? \d{{4}})"
    rf"|\b(?P<first>\d{{1,2}}){ORDINAL_ENDING}?(?: of)? (?P<then>{MONTH})(?!,? \d{{4}})"
)


def relative_dates(
    text: str, on: datetime.date | None = None, glossary: Sequence[Gloss] = ()
) -> tuple[RelativeDate, ...]:
    """What counts from the day of a text, in a stretch of it, in order; none overlap.

    With `on`, the day of the text, each has the date it comes to, or None where that is left open,
    and days and months without a year are there too. It is read with the `glossary` of the text;
    the offsets are half-open, into `text`.
    """
    read = reworded(text, glossary)
    said = [match.span() for match in QUOTATION.finditer(read.text)]
    opens = [start for start, _ in said]
    found = list[RelativeDate]()
    for start, end, resolve in sorted(_found(read.text, bare=on is not None), key=lambda it: it[0]):
        here, there = read.back(start, end)
        before = bisect_left(opens, end)  # quotations do not overlap: the last that may reach it
        quoted = before > 0 and start < said[before - 1][1]
        if not quoted and (not found or found[-1].end <= here):
            found.append(RelativeDate(here, there, None if on is None else resolve(on)))
    return tuple(found)


_Resolve = Callable[[datetime.date], "str | None"]


def _found(text: str, *, bare: bool) -> Iterator[tuple[int, int, _Resolve]]:
    """Where a date counts from the day of the text, and what makes a date of it by that day."""
    ahead = _TO_COME.search(text) is not None
    for match in _FORMS.finditer(text):
        counted = match["count"] or match["ago"]
        before = _HABIT if match["weekday"] else _NUMBER_BEFORE if counted else None
        near = max(0, match.start() - _NEAR)
        if before is None or not before.search(text, near, match.start()):
            yield match.start(), match.end(), partial(_form, match, ahead=ahead)
    years = {int(year) for year in _YEAR.findall(text)}
    for match in _BARE.finditer(text) if bare else ():
        start = match.start("month") if match["month"] else match.start()
        yield start, match.end(), partial(_bare, match, ahead=ahead, years=years)


def _form(match: re.Match[str], on: datetime.date, *, ahead: bool) -> str | None:
    if match["day"]:
        return (on + datetime.timedelta(_DAYS[match["day"].lower()])).isoformat()
    if match["weekday"]:
        return _weekday(match["weekday"], (match["which"] or "").lower(), on, ahead=ahead)
    if match["turn"]:
        step = {"last": -1, "this": 0, "next": 1}[match["turn"].lower()]
        return _unit(match["unit"].lower(), step, on)
    if match["past"]:
        return _stretch(match["past"].lower(), -1, on)
    if match["span"]:
        sign = 1 if match["span"].lower() in ("coming", "next") else -1
        return _stretch(match["units"].lower(), sign * _count(match["count"]), on)
    if re.fullmatch(_VAGUE, match["ago"], re.IGNORECASE):
        return None
    return _unit(match["back"].lower(), -_count(match["ago"]), on)


def _count(amount: str) -> int:
    found = quantities(amount)
    return int(found[0].value) if found else 1


def _weekday(name: str, which: str, on: datetime.date, *, ahead: bool) -> str | None:
    number = WEEKDAYS.index(name.title())
    if which == "this coming":
        return (on + datetime.timedelta((number - on.weekday() - 1) % 7 + 1)).isoformat()
    if which in ("this", "next") or (ahead and not which):
        return None
    since = (on.weekday() - number) % 7
    return (on - datetime.timedelta(since or (7 if which else 0))).isoformat()


def _unit(unit: str, steps: int, on: datetime.date) -> str | None:
    """The day, week, month or year so many of its kind away; a season may be in either."""
    if unit == "day":
        return (on + datetime.timedelta(steps)).isoformat()
    if unit == "week":
        monday = on + datetime.timedelta(7 * steps - on.weekday())
        return f"{monday.isoformat()}/{(monday + datetime.timedelta(6)).isoformat()}"
    if unit == "month":
        return _month(on, steps)
    # A text of the Middle Ages may count back behind the first year.
    return f"{on.year + steps:04d}" if unit == "year" and on.year + steps > 0 else None


def _month(on: datetime.date, steps: int) -> str:
    months = 12 * on.year + on.month - 1 + steps
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def _stretch(unit: str, steps: int, on: datetime.date) -> str:
    """From so many days, months or years before the day to it, or on from it."""
    if unit in ("day", "week"):
        other = (on + datetime.timedelta(steps * (7 if unit == "week" else 1))).isoformat()
        here = on.isoformat()
    else:
        other, here = _month(on, steps * (12 if unit == "year" else 1)), _month(on, 0)
    return f"{other}/{here}" if steps < 0 else f"{here}/{other}"


def _bare(match: re.Match[str], on: datetime.date, *, ahead: bool, years: set[int]) -> str | None:
    """The latest such month or day that is not after the day of the text."""
    if ahead or years - {on.year}:
        return None
    month = month_of(match["month"] or match["named"] or match["then"])
    year = on.year - (month > on.month)
    day = match["of"] or match["first"]
    if day is None:
        return f"{year:04d}-{month:02d}"
    if month == on.month and int(day) > on.day:
        year -= 1
    try:
        return datetime.date(year, month, int(day)).isoformat()
    except ValueError:
        return None


def date_in_words(date: str) -> str:
    """A date as `relative_dates` gives it, as a person writes it: "20 December 2022"."""
    if "/" in date:
        first, last = date.split("/")
        return f"{date_in_words(first)} to {date_in_words(last)}"
    year, *finer = map(int, date.split("-"))
    month, day = [*finer, None, None][:2]
    parts = [None if day is None else str(day), None if month is None else MONTHS[month - 1]]
    return " ".join([part for part in parts if part is not None] + [str(year)])
