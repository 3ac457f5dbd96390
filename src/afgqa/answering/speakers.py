"""Who says, wants or fears something is its speaker, and not somebody named in what is said.

A reader marks a name near the words of the question, and these stand in the quotation; who is asked
for stands outside it. "Who wants Leeds to help?" is answered by Ann Lee where the text has "“Leeds
should help us,” Ann Lee said".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from afgqa.language.attribution import speaker_at
from afgqa.language.grammar import AUXILIARY
from afgqa.language.quotations import QUOTATION
from afgqa.language.tokens import terms
from afgqa.reading.candidates import Candidate
from afgqa.types import Passage, Span

__all__ = ["asks_who_says", "voiced"]

# These go with a thing that is said, or with something that is done: only with the former.
_HOLDS: Final = (
    r"(?P<verb>(?:fear|hope|doubt|wonder|warn|insist|suggest|predict|complain)(?:s|ed|d)?|argue[sd]?"
    r"|believe[sd]?|says?|said|th(?:ink(?:s|ing)?|ought)(?! of\b)|want(?:s|ed)?(?= .* to\b)"
    r"|call(?:s|ed|ing)?(?= (?:for|on)\b)"
    r"|(?:claim|declare|explain|announce|promise|admit|mention|note|state|deni|deny|tell|told|feel"
    r"|felt|expect)\w*(?= that\b))"
)
_PERSON: Final = (
    rf"(?:who(?: else)?|(?:which|what) (?:(?!{AUXILIARY}\b)[\w.’'-]+ ){{0,2}}?[\w’'-]+)"
)
_HELPER: Final = r"(?:(?:also|first|now|has|have|had|always|is|was|will|would|\w+ly) ){0,3}"
_WHO_SAYS: Final = re.compile(rf"\b{_PERSON} {_HELPER}{_HOLDS}\b", re.IGNORECASE)
# "An analyst doubted it. Who was it?"
_WAS_IT: Final = re.compile(
    rf"^\W*(?:an?|the|one|some) (?:[\w’'-]+ ){{1,3}}?{_HOLDS}\b[^.?!]*[.!] "
    r"(?:and )?who (?:was|is) (?:it|that|this|he|she)\b",
    re.IGNORECASE,
)


def asks_who_says(question: str) -> str | None:
    """The verb whose subject is asked for, if it is one of saying, wanting, fearing; or None."""
    found = _WHO_SAYS.search(question) or _WAS_IT.search(question)
    return None if found is None else found["verb"]


def voiced(verb: str, chosen: Candidate, text: str) -> Candidate:
    """The candidate with the speaker as its span, where the span is said.

    `verb` is what `asks_who_says` found in the question, `text` that of the candidate's document.
    A span with more around the speaker ("Ann Lee told us") is the speaker's name alone. The same
    candidate where the span is not of a quotation or a report, where it is itself who says it there
    ("they said that Bob called for peace"), or who reports it is not named in the passage.
    """
    span, passage = chosen.span, chosen.passage
    if span is None:
        return chosen
    start, end = passage.start + span.start, passage.start + span.end
    speaker = speaker_at(text, passage.start, passage.end, (start, end))
    if speaker is None:
        speaker = speaker_at(text, passage.start, passage.end)
        if speaker is None or not start <= speaker[0] < speaker[1] <= end:
            return chosen
    elif not passage.start <= speaker[0] < speaker[1] <= passage.end or (
        (speaker[0] < end and start < speaker[1]) or _does(verb, passage, (start, end), text)
    ):
        return chosen
    a, b = speaker[0] - passage.start, speaker[1] - passage.start
    return replace(chosen, span=Span(a, b, passage.text[a:b], span.score))


def _does(verb: str, passage: Passage, place: tuple[int, int], text: str) -> bool:
    """Whether what stands at `place` is followed by the verb, in the same quotation or report."""
    quotations = (match.span() for match in QUOTATION.finditer(text, passage.start, passage.end))
    rest = next((d for c, d in quotations if c <= place[0] and place[1] <= d), passage.end)
    return bool(set(terms(verb)) & set(terms(text[place[1] : rest])))
