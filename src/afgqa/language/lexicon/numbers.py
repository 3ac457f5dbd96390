"""Words of numbers with their values, and the units that are counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = [
    "CALENDAR_UNITS", "CURRENCY_SIGNS", "DEGREES", "MEASURES", "NUMBERS", "PERIODS", "SCALES",
    "SECONDS", "SIZES", "TENS", "VAGUE_AMOUNTS", "number_words",
]  # fmt: skip

TENS: Final[Mapping[str, int]] = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
"""The words that a smaller number may follow: "twenty-one"."""

NUMBERS: Final[Mapping[str, int]] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, **TENS,
}  # fmt: skip
"""The words whose values are added up."""

SCALES: Final[Mapping[str, int]] = {
    "dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9,
    "trillion": 10**12,
}  # fmt: skip
"""The words that multiply what stands before them."""

VAGUE_AMOUNTS: Final = ("a few", "several", "some", "many", "a couple of")
"""More than one, and nobody says how many."""

CURRENCY_SIGNS: Final = "$€£¥"
"""They stand before the amount."""

CALENDAR_UNITS: Final = ("day", "week", "month", "year")
"""The units in which a date is worked out."""

PERIODS: Final = (*CALENDAR_UNITS, "decade", "century")
"""What can be "the last" or "the past" one."""

SECONDS: Final[Mapping[str, int]] = {
    "second": 1, "minute": 60, "hour": 3600, "day": 86400, "night": 86400, "week": 604800,
    "fortnight": 1209600, "month": 2629800, "year": 31557600, "decade": 315576000,
    "century": 3155760000,
}  # fmt: skip
"""Units of time with their length in seconds; a year is 365.25 days."""

MEASURES: Final[Mapping[str, tuple[str, ...]]] = {
    "length": (
        "millimetre", "millimeter", "mm", "centimetre", "centimeter", "cm", "inch", "foot", "feet",
        "yard", "metre", "meter", "kilometre", "kilometer", "km", "mile",
    ),
    "weight": ("milligram", "gram", "ounce", "kilogram", "kilo", "kg", "ton", "tonne"),
    "warmth": ("degree", "celsius", "fahrenheit", "kelvin"),
    "money": ("dollar", "euro", *CURRENCY_SIGNS),
    "share": ("%",),
}  # fmt: skip
"""The units of each other dimension."""

DEGREES: Final[Mapping[str, str | None]] = {
    "tall": "length", "deep": "length", "wide": "length", "broad": "length", "thick": "length",
    "heavy": None, "cold": "warmth", "hot": "warmth", "warm": "warmth",
    "far": None, "large": None, "big": None, "high": None, "fast": None, "often": None,
    "strong": None, "loud": None,
}  # fmt: skip
"""What "how" asks for before these words; None where it may be of several dimensions."""

SIZES: Final[Mapping[str, str | None]] = {
    "height": "length", "depth": "length", "width": "length", "thickness": "length",
    "distance": "length", "weight": "weight", "temperature": "warmth", "age": "time",
    "duration": "time", "length": None, "size": None, "speed": None, "price": None, "cost": None,
    "fee": None, "area": None, "population": None, "number": None, "percentage": None,
    "percent": None, "share": None, "proportion": None, "amount": None,
}  # fmt: skip
"""What may be measured, by its name, as in "the height of the tower"."""


def number_words(first: int, last: int) -> tuple[str, ...]:
    """The words for the whole numbers from `first` to `last`, as far as each is one word."""
    return tuple(word for word, value in NUMBERS.items() if first <= value <= last)
