"""What a question wants measured, and what an answer measures: time, length, weight, money.

"How cold?" is not answered by ten hours, nor "how many days?" by three minutes. Told from the words
alone: where either side names no unit that is known here, nothing is held against an answer.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from afgqa.quantities import quantities
from afgqa.terms import terms

__all__ = ["measures_otherwise"]

# Each unit with its size, in seconds, metres or grams; of the others the size does not matter.
_SIZES: Final = {
    "time": "second 1 minute 60 hour 3600 day 86400 night 86400 week 604800 fortnight 1209600"
    " month 2629800 year 31557600 decade 315576000 century 3155760000",
    "length": "millimetre .001 millimeter .001 mm .001 centimetre .01 centimeter .01 cm .01"
    " inch .0254 foot .3048 feet .3048 yard .9144 metre 1 meter 1 kilometre 1000 kilometer 1000"
    " km 1000 mile 1609",
    "weight": "milligram .001 gram 1 ounce 28 kilogram 1000 kilo 1000 kg 1000 ton 1e6 tonne 1e6",
    "warmth": "degree 1 celsius 1 fahrenheit 1 kelvin 1",
    "money": "dollar 1 euro 1 $ 1 € 1 £ 1 ¥ 1",
    "share": "% 1",
}
# Units of one dimension that differ by more are not meant for one another: a month is told in days,
# and not in minutes.
_MOST: Final = 500.0
_ASKED: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(dimensions.split()))
    for pattern, dimensions in (
        (r"\bhow (?:cold|hot|warm|cool)\b|\bwhat temperature\b", "warmth"),
        (r"\bhow old\b", "time"),
        (r"\bhow long\b", "time length"),
        (r"\bhow (?:tall|wide|deep|thick)\b", "length"),
        (r"\bhow heavy\b|\bhow much (?:do|does|did)\b.*\bweigh", "weight"),
        (
            r"\bhow much money\b|\bhow much (?!time\b).*\b(?:cost|pay|paid|earn|spend|spent)\b",
            "money share",
        ),
        (r"\bwhat percent(?:age)?\b", "share"),
    )
)
# In "10 to 16 hours" the first number has the unit of the second.
_FROM: Final = re.compile(r"\b\d[\d,.]*\s?(?:to|or|and|-|–)\s?(?=\d)")
_HOW_MANY: Final = re.compile(r"\bhow many (?:(?:more|full|whole) )?(\w+)", re.IGNORECASE)


class _Unit(NamedTuple):
    dimension: str
    size: float


def _units() -> dict[str, _Unit]:
    """The units, each by its term, as `quantities` names what is counted."""
    found = {}
    for dimension, text in _SIZES.items():
        words = text.split()
        for name, size in zip(words[::2], words[1::2], strict=True):
            found[next(iter(terms(name)), name)] = _Unit(dimension, float(size))
    return found


_UNITS: Final = _units()


def measures_otherwise(question: str, answer: str) -> bool:
    """Whether all amounts in `answer` have units, and none of what `question` wants measured."""
    found = quantities(_FROM.sub("", answer))
    units = [_UNITS[it.unit] for it in found if it.unit in _UNITS]
    if not units or len(units) < len(found):
        return False
    counted = _HOW_MANY.search(question)
    asked = _UNITS.get(next(iter(terms(counted[1])), "")) if counted else None
    if asked is not None:
        return not any(_meant(unit, asked) for unit in units)
    wanted = next((dims for pattern, dims in _ASKED if pattern.search(question)), None)
    return wanted is not None and not any(unit.dimension in wanted for unit in units)


def _meant(unit: _Unit, asked: _Unit) -> bool:
    least, most = sorted((unit.size, asked.size))
    return unit.dimension == asked.dimension and most <= _MOST * least
