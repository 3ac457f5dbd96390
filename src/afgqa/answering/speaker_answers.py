"""Who says, wants or fears something is its speaker, and not somebody named in what is said.

A reader marks a name near the words of the question, and these stand in the quotation; who is asked
for stands outside it. "Who wants Leeds to help?" is answered by Ann Lee where the text has "“Leeds
should help us,” Ann Lee said".
"""

from __future__ import annotations

from afgqa.language.quotation_attribution import speaker_at
from afgqa.language.quotations import QUOTATION
from afgqa.language.tokens import terms
from afgqa.reading.candidates import Candidate, SpanCandidate
from afgqa.types import Passage

__all__ = ["answer_with_speaker"]


def answer_with_speaker(verb: str, chosen: Candidate, text: str) -> Candidate:
    """The candidate with the speaker as its span, where the span is said.

    `verb` is what `asks_who_says` found in the question, `text` that of the candidate's document.
    A span with more around the speaker ("Ann Lee told us") is the speaker's name alone. The same
    candidate where the span is not of a quotation or a report, where it is itself who says it there
    ("they said that Bob called for peace"), or who reports it is not named in the passage.
    """
    if not isinstance(chosen, SpanCandidate):
        return chosen
    span, passage = chosen.span, chosen.passage
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
    return chosen.marking(speaker[0] - passage.start, speaker[1] - passage.start)


def _does(verb: str, passage: Passage, place: tuple[int, int], text: str) -> bool:
    """Whether what stands at `place` is followed by the verb, in the same quotation or report."""
    quotations = (match.span() for match in QUOTATION.finditer(text, passage.start, passage.end))
    rest = next((d for c, d in quotations if c <= place[0] and place[1] <= d), passage.end)
    return bool(set(terms(verb)) & set(terms(text[place[1] : rest])))
