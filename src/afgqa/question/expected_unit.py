"""What a question wants measured, and what an answer measures: time, length, weight, money.

"How old?" is not answered by two metres, nor "how many months?" by half a minute. Told from the
words alone, and only of questions that name a unit or can mean one thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from afgqa.language.lexicon.numbers import DEGREES, MEASURES, SECONDS, SIZES
from afgqa.language.quantities import quantities
from afgqa.language.tokens import terms

__all__ = ["Measure", "measure_asked"]

# Who asks for a unit of time may be told in another one, but not in one so much larger or smaller:
# a year in days (365 of them), a day not in minutes (1,440).
_MOST: Final = 500.0
_ASKED: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(dimensions.split()))
    for pattern, dimensions in (
        *(
            (rf"\bhow {degree}\b", dimension)
            for degree, dimension in DEGREES.items()
            if dimension is not None
        ),
        *(
            (rf"\bwhat (?:(?:is|was|are|were) the (?:\w+ )?)?{size}\b", dimension)
            for size, dimension in SIZES.items()
            if dimension is not None
        ),
        (r"\bhow old\b", "time"),
        (r"\bhow long\b", "time length"),
        (r"\bhow much (?:do|does|did)\b.{1,80}\bweigh\b", "weight"),
    )
)
# In "10 to 16 hours" the first number has the unit of the second.
_FROM: Final = re.compile(r"(?<![\w,.])\d[\d,.]*\s?(?:to|or|and|-|–)\s?(?=\d)")
_HOW_MANY: Final = re.compile(r"\bhow many (?:(?:more|full|whole) )?(\w+)", re.IGNORECASE)
# "Until it has 96 degrees" tells how long.
_WHEN: Final = re.compile(r"\W*(?:until|till|when|while|as long as)\b", re.IGNORECASE)


class _Unit(NamedTuple):
    dimension: str
    size: float


def _units() -> dict[str, _Unit]:
    """The units, each by its term, as `quantities` names what is counted."""
    named = [(name, _Unit("time", float(size))) for name, size in SECONDS.items()]
    named += [
        (name, _Unit(dimension, 1.0))  # of these the size does not matter
        for dimension, names in MEASURES.items()
        for name in names
    ]
    return {next(iter(terms(name)), name): unit for name, unit in named}


_UNITS: Final = _units()


@dataclass(frozen=True, slots=True)
class Measure:
    """What a question wants measured: something of these dimensions.

    `size` is that of the unit it names, None where it names none.
    """

    dimensions: frozenset[str]
    size: float | None = None

    def allows(self, answer: str) -> bool:
        """Whether `answer` may be what is asked for: False where it measures something else only.

        An amount without a unit, or of one that is not known here, may count what was asked for.
        """
        found = quantities(_FROM.sub("", answer))
        units = [_UNITS[it.unit] for it in found if it.unit in _UNITS]
        if not units or len(units) < len(found) or _WHEN.match(answer):
            return True
        return any(self._means(unit) for unit in units)

    def _means(self, unit: _Unit) -> bool:
        least, most = sorted((unit.size, unit.size if self.size is None else self.size))
        return unit.dimension in self.dimensions and most <= _MOST * least


def measure_asked(question: str) -> Measure | None:
    """What `question` wants measured; None where its words do not tell."""
    counted = _HOW_MANY.search(question)
    unit = _UNITS.get(next(iter(terms(counted[1])), "")) if counted else None
    if unit is not None:
        return Measure(frozenset([unit.dimension]), unit.size)
    return next((Measure(dims) for pattern, dims in _ASKED if pattern.search(question)), None)
