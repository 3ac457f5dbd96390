"""The day that a text says it is of: when it was published, or else when it was last changed."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import Final

from afgqa.language.dates import DATED, date_of

__all__ = ["document_date"]

# Where a text says of what day it is: in one of its first lines, alone there but for a label, a
# name and a time of day; or before the dash that its first sentence begins after.
_HEAD: Final = 12
_LABEL: Final = re.compile(
    r"(?:(?:date|dated|published|posted|issued|updated|last updated|first published|last modified)"
    r"(?: on)?\b:?\s*)",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(r"\b(?:updated|modified)\b", re.IGNORECASE)
_BYLINE: Final = re.compile(r"[Bb]y [^\d.!?]{2,60}")
_CLOCK: Final = re.compile(
    r"(?:at )?\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\.?)?(?: ?(?:[A-Z]{2,4}|Z))?|T[\d:.]+Z?", re.I
)
_DATELINE: Final = re.compile(
    rf"(?:[A-Z][\w .,’'/-]{{1,40}}?,? )?(?:\([\w .]{{2,20}}\) )?(?P<date>{DATED.pattern})"
    r"(?: ?\([\w .]{2,20}\))? ?(?:—|–|--|- )"
)


@lru_cache(maxsize=64)  # every citation asks for it
def document_date(text: str) -> datetime.date | None:
    """The day that a text says it is of, in one of its first lines; None where it does not.

    The day it was published goes before the day it was last changed.
    """
    changed = None
    lines = [line.strip(" \t*_#>|") for line in text[:4000].splitlines()]
    for line in [line for line in lines if line][:_HEAD]:
        match = DATED.search(line)
        if match is None:
            continue
        if (dateline := _DATELINE.match(line)) is not None:
            match = DATED.search(line, dateline.start("date"))
        elif not _alone(line[: match.start()], line[match.end() :]):
            continue
        day = None if match is None else date_of(match)
        if day is not None and not _CHANGED.search(line):
            return day
        changed = changed or day
    return changed


def _alone(before: str, after: str) -> bool:
    """Whether nothing stands beside a date but what belongs to it."""
    rest = _CLOCK.sub(" ", _BYLINE.sub(" ", _LABEL.sub(" ", f"{before} \n {after}")))
    return not any(map(str.isalnum, rest))
