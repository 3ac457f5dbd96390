"""Who says, wants or fears something is its speaker, and not somebody named in what is said.

A reader marks a name near the words of the question, and these stand in the quotation; who is asked
for stands outside it. "Who wants Leeds to help?" is answered by Ann Lee where the text has "“Leeds
should help us,” Ann Lee said".
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from afgqa.kinds import AUXILIARY
from afgqa.reading import Candidate
from afgqa.speakers import speaker_of
from afgqa.types import Span

__all__ = ["asks_who_says", "voiced"]

_HOLDS: Final = (
    r"(?:(?:claim|argue|fear|hope|wish|doubt|wonder|warn|insist|suggest|predict|urge|demand|ask"
    r"|complain|criticize|criticise|describe|mention|stress|admit|acknowledge|declare|announce"
    r"|explain|promise|vow|want|note|remark|state|contend|believe|expect)(?:e?s|e?d)?"
    r"|call(?:s|ed)?(?= (?:for|on)\b)|den(?:y|ies|ied)|says?|said|thinks?|thought|tells?|told"
    r"|feels?|felt)"
)
_PERSON: Final = rf"(?:who|(?:which|what) (?:(?!{AUXILIARY}\b)[\w.’'-]+ ){{1,3}}?)"
_WHO_SAYS: Final = re.compile(
    rf"\b{_PERSON} ?(?:(?:also|first|now|has|have|had|\w+ly) ){{0,2}}{_HOLDS}\b"
    # "An analyst had doubts about it. Who was it?"
    rf"|^[^.?!]*\b{_HOLDS}\b[^.?!]*[.!] (?:and )?who (?:was|is) (?:it|that|this|he|she)\b",
    re.IGNORECASE,
)


def asks_who_says(question: str) -> bool:
    """Whether who is asked for says, wants, fears something: the subject of such a verb."""
    return _WHO_SAYS.search(question) is not None


def voiced(question: str, chosen: Candidate, text: str) -> Candidate:
    """The candidate with the speaker as its span, where that is asked for and the span is said.

    `text` is that of its document. The same candidate where the span is not of a quotation or a
    report, or who says it is not named in the passage.
    """
    span, passage = chosen.span, chosen.passage
    if span is None or not asks_who_says(question):
        return chosen
    place = (passage.start + span.start, passage.start + span.end)
    speaker = speaker_of(text, passage.start, passage.end, place)
    at = -1 if speaker is None else passage.text.find(speaker)
    if speaker is None or at < 0 or (at < span.end and span.start < at + len(speaker)):
        return chosen
    return replace(chosen, span=Span(at, at + len(speaker), speaker, span.score))
