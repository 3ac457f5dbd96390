"""Who says it: the speaker of a quotation, or of what a sentence reports.

Told from the words around the quotation in its paragraph, as newspapers write them: the speaker
and a verb of saying after it or before it, or "according to". A quotation that has none of its own
is the previous speaker's, who goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.function_words import DEMONSTRATIVES, SUBJECTS
from afgqa.language.lexicon.marks import DOUBLE_QUOTES
from afgqa.language.lexicon.verbs import REPORTING_VERBS
from afgqa.language.quotations import QUOTATION
from afgqa.language.sentences import split

__all__ = ["speaker_at", "speaker_of"]

_VERB: Final = one_of(REPORTING_VERBS)
# A name with what stands before it, and perhaps an apposition between commas after it.
_WHO: Final = rf"(?P<who>[^\s,;:.{DOUBLE_QUOTES}][^,;:{DOUBLE_QUOTES}\n]{{0,90}}?)"
_BESIDE: Final = rf"(?:, [^{DOUBLE_QUOTES}\n]{{2,90}}?,)?"
_HELPER: Final = r"(?:(?:has|have|had|also|later|then) ){0,2}"
_AFTER: Final = (
    re.compile(rf"[,.]?\s*{_WHO}{_BESIDE} {_HELPER}{_VERB}\b"),
    re.compile(rf"[,.]?\s*{_VERB} (?P<who>[^,;:.{DOUBLE_QUOTES}\n]{{2,90}})"),
)
_BEFORE: Final = re.compile(
    rf"(?:^|[,;.] |\b(?:but|and|when|while|as) ){_WHO}{_BESIDE} {_HELPER}{_VERB}"
    r"(?: [\w.’'-]+){0,6}[,:]?\s*$"
)
_REPORTED: Final = (
    re.compile(rf"{_WHO}{_BESIDE} {_HELPER}{_VERB} (?:[\w.’'-]+ ){{0,3}}?that\b"),
    re.compile(rf"{_WHO}{_BESIDE} {_HELPER}(?:claim|contend|insist|argue)(?:s|ed)?\b"),
    re.compile(rf"[Aa]ccording to (?P<who>[^,;:{DOUBLE_QUOTES}\n]{{2,90}}?)(?:,|\.?$)"),
)
_PRONOUN: Final = one_of(
    (*SUBJECTS, *DEMONSTRATIVES, "who", "which", "what", "one", "some", "many", "others", "there")
)
_NOBODY: Final = re.compile(rf"{_PRONOUN}\b.{{0,8}}", re.IGNORECASE)
_PARAGRAPH: Final = "\n"
# Characters around a sentence in which a speaker of it is looked for: no reader goes further, and
# a paragraph may be as long as a book.
_NEAR: Final = 4000
_CLOSE: Final = 400  # before a quotation: no longer than a name, what is beside it and a verb


def speaker_of(
    text: str, start: int, end: int, answer: tuple[int, int] | None = None
) -> str | None:
    """The words of `text` that `speaker_at` finds."""
    place = speaker_at(text, start, end, answer)
    return None if place is None else text[slice(*place)]


def speaker_at(
    text: str, start: int, end: int, answer: tuple[int, int] | None = None
) -> tuple[int, int] | None:
    """Where `text` names who says what its sentence `text[start:end]` quotes or reports.

    With an `answer`, half-open offsets into `text`, only who says that: None where it stands
    outside what is said. None too where nobody is named; a pronoun names nobody. Where several
    are quoted, the speaker of the longest quotation.
    """
    first, last = max(0, start - _NEAR), min(len(text), end + _NEAR)
    first = max(first, text.rfind(_PARAGRAPH, first, start) + 1)
    below = text.find(_PARAGRAPH, end, last)
    last = last if below < 0 else below
    quotations = [match.span() for match in QUOTATION.finditer(text, first, last)]
    a, b = (start, end) if answer is None else answer
    inside = [
        (c, d) for c, d in quotations if (c < b and a < d if answer is None else c <= a and b <= d)
    ]
    if not inside:
        reported = (pattern.match(text, start, end) for pattern in _REPORTED)
        return _named(m for m in reported if m is None or answer is None or m.end() <= a)
    said = max(inside, key=lambda span: min(span[1], b) - max(span[0], a))
    found = _beside(text, first, last, *said)
    earlier = [span for span in quotations if span[1] <= said[0]]
    while found is None and earlier:
        found = _beside(text, first, last, *earlier.pop())
    return found


def _beside(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int] | None:
    """The speaker named after the quotation, in the same sentence, or before it."""
    paragraph = text[first:last]
    same = next((d for c, d in split(paragraph) if c <= end - first - 1 < d), len(paragraph))
    after = (pattern.match(text, end, first + same) for pattern in _AFTER)
    return _named(after) or _named([_BEFORE.search(text, max(first, start - _CLOSE), start)])


def _named(found: Iterable[re.Match[str] | None]) -> tuple[int, int] | None:
    for match in found:
        if match is not None:
            who = match["who"].strip(" .")
            if who and not _NOBODY.fullmatch(who):
                start = match.start("who") + match["who"].index(who)
                return start, start + len(who)
    return None
