"""Questions for somebody's exact words: what to search for, and the words themselves."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["QUOTATION", "quotation_at", "what_was_said"]

_OWN_WORDS: Final = re.compile(
    r"^\W*in the (?:exact |very )?words of (?=[^,]+,)|\s+itself(?=,)"
    r"|\W*\b(?:in (?:his|her|its|their|\S+['’]s?) own words|word for word|verbatim|literally"
    r"|as a (?:direct |verbatim )?quote)\b[,:]?",
    re.IGNORECASE,
)
_EXACT: Final = re.compile(
    r"\b(?:exact(?:ly)?|precise(?:ly)?|very|direct) ?(?=words?\b|what\b|did\b)|"
    r"(?<=what )(?:exactly|precisely) ",
    re.IGNORECASE,
)
_ABOUT: Final = r"(?: (?:on|about|regarding|concerning) (?P<what>.+?))?"
_WHO: Final = r"(?P<who>(?!(?:what|was|were|is|about|on|regarding|concerning)\b).+?)"
_SAID: Final = r"(?: (?:has|have|had))? (?:said|says|told \w+)"
# Each names the speaker `who`, and perhaps what the words are `what` about.
_FORMS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:.*\b)?quote (?:me )?what {_WHO}{_SAID}{_ABOUT}\W*$",
        rf"^(?:.*\b)?quote (?:me )?(?:(?:from|by|of) )?{_WHO}(?:['’]s? words)?{_ABOUT}\W*$",
        rf"^what (?:were|are|was) (?:the )?words? of {_WHO}{_ABOUT}\W*$",
        rf"^what (?:were|are|was) {_WHO}['’]s? words?{_ABOUT}\W*$",
    )
)
QUOTATION: Final = re.compile(
    # A straight mark opens before a word and closes after one; 6" opens nothing.
    r"“[^“”]+”|(?<!\w)\"(?=\S)[^\"\n]+(?<=\S)\"(?!\w)|„[^„“]+“|«[^«»]+»"
)
_SHORTEST: Final = 4  # words; what is shorter is a name or a word that is held at arm's length


def what_was_said(question: str) -> str:
    """The question as one for what was said: "Quote Ann on tea" asks "What did Ann say about tea?".

    That is how readers and searches know it; what asks for exactness alone is left out.
    """
    plain = _EXACT.sub("", _OWN_WORDS.sub("", question)).strip()
    for form in _FORMS:
        if match := form.match(plain):
            about = f" about {match['what']}" if match["what"] else ""
            return f"What did {match['who']} say{about}?"
    return f"{plain[:1].upper()}{plain[1:]}" if plain else question


def quotation_at(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The longest quotation of at least four words that `text[start:end]` has a part in.

    Its offsets in `text`, with its marks; it may begin before `start` and end after `end`.
    """
    found = [
        match.span()
        for match in QUOTATION.finditer(text)
        if match.start() < end and match.end() > start and len(match[0].split()) >= _SHORTEST
    ]
    return max(found, key=lambda span: (span[1] - span[0], -span[0]), default=None)
