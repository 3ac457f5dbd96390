"""Negation: which words of a text are denied.

A negation denies its whole clause ("not", "nobody") or what follows it ("without"). A word that two
of them deny is affirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from afgqa.language.clauses import clauses
from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.meaning import DENY_CLAUSE, DENY_REST
from afgqa.language.tokens import token_offsets

__all__ = ["goes_on", "never_stops", "polarities"]

# "Stop during", "quit nothing" and "stop in the morning" name no doing that goes on.
_DOING: Final = r"(?!during\b|(?:any|every|some|no)?thing\b|morning\b|evening\b)\w+ing\b"
_STOP: Final = rf" (?:\w+ly )?(?:stop(?:s|ped)?|cease[sd]?|quits?) (?:\w+ly )?{_DOING}"
_GOES_ON: Final = rf"(?!{_STOP})"
# "Not only" and "never stop doing" deny nothing.
_OF_CLAUSE: Final = re.compile(
    rf"\b(?:not(?! (?:only|just|least|until)\b){_GOES_ON}|never{_GOES_ON}|cannot{_GOES_ON}"
    rf"|{one_of(DENY_CLAUSE)})\b|n['’]t\b{_GOES_ON}",
    re.IGNORECASE,
)
# "No. 5" and "no less than" deny nothing.
_OF_REST: Final = re.compile(
    rf"\b(?:no(?! (?:longer|doubt|less|fewer|more)\b|\.? \d)|{one_of(DENY_REST)})\b",
    re.IGNORECASE,
)
_KEEP: Final = re.compile(
    rf"\b(?:continue[sd]? to\b|(?:keeps?|kept|continue[sd]?|go(?:es)? on|went on) {_DOING})",
    re.IGNORECASE,
)
_NEVER_STOP: Final = re.compile(rf"\b(?:(?:not|never|cannot)|\w+n['’]t){_STOP}", re.IGNORECASE)


def polarities(text: str) -> dict[str, bool | None]:
    """Every index term of the text, and whether it is denied; None where it is here and not there.

    In the order in which they first stand there.
    """
    scopes = [*_scopes(text)]
    found: dict[str, bool | None] = {}
    for term, start, _ in token_offsets(text):
        denied = sum(a <= start < b for a, b in scopes) % 2 == 1
        found[term] = denied if found.get(term, denied) == denied else None
    return found


def goes_on(text: str) -> bool:
    """Whether it speaks of something that goes on: "keeps working", "continues to work"."""
    return _KEEP.search(text) is not None


def never_stops(text: str) -> bool:
    """Whether it says the same by a double negation: "never stops working"."""
    return _NEVER_STOP.search(text) is not None


def _scopes(text: str) -> Iterator[tuple[int, int]]:
    """What each negation denies: its clause, or the rest of it."""
    for start, end in clauses(text):
        for _ in _OF_CLAUSE.finditer(text, start, end):
            yield start, end
        for match in _OF_REST.finditer(text, start, end):
            yield match.end(), end
