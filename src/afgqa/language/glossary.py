"""What odd phrases of a document mean: an editor's glossary, kept beside the text.

A text `NAME.txt` may have a side file `NAME.glossary.toml` next to it:

    "State Division" = "State Department"
    "In Could" = {means = "In May", note = "the month, mistaken for the verb"}

Each phrase is looked for as it stands there, in whole words. The text itself is never changed:
searches and readers see both wordings, quotations stay verbatim, and the meaning is shown beside
them as a gloss.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from afgqa.errors import DocumentError
from afgqa.types import Gloss, Meaning

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["SUFFIX", "Reworded", "counts", "meanings", "parse", "reworded"]

_DOTS = 100  # in a line
SUFFIX = ".glossary.toml"
ENTRIES = 2_000
"""Entries of a glossary at most: each is searched for in the whole text."""
LONGEST = 500
"""Characters of a phrase at most."""


def parse(text: str, where: str) -> tuple[Gloss, ...]:
    """The entries of a glossary file, in its order; DocumentError says what is wrong in it."""
    # TOML makes nested tables of a key with many dots, in quadratic time.
    if any(line.count(".") > _DOTS for line in text.splitlines()):
        raise DocumentError(f"{where} has a line of more than {_DOTS} full stops. Shorten it.")
    try:
        table = tomllib.loads(text)
    except RecursionError as error:
        raise DocumentError(
            f'{where} has tables nested too deeply. Write one entry per line: "phrase" = "what it '
            'means".'
        ) from error
    except ValueError as error:  # TOMLDecodeError, and a number that is too long
        raise DocumentError(
            f'{where} is not TOML: {error}. Write one entry per line: "phrase" = "what it means".'
        ) from error
    if len(table) > ENTRIES:
        raise DocumentError(f"{where} has {len(table):,} entries; the limit is {ENTRIES:,}.")
    glossary = tuple(_gloss(phrase, value, where) for phrase, value in table.items())
    for phrase, times in Counter(gloss.phrase for gloss in glossary).items():
        if times > 1:
            raise DocumentError(f"{where}: the entry {phrase!r} occurs {times} times. Keep one.")
    return glossary


def _gloss(phrase: str, value: Any, where: str) -> Gloss:
    entry = {"means": value} if isinstance(value, str) else value
    well = (
        isinstance(entry, dict)
        and entry.keys() <= {"means", "note"}
        and all(isinstance(said, str) and said.strip() for said in entry.values())
        and "means" in entry
        and phrase.strip()
        and len(phrase) <= LONGEST
    )
    if not well:
        raise DocumentError(
            f"{where}: the entry {phrase!r:.80} is {value!r:.80}. Give its meaning as a string, or "
            '{means = "...", note = "..."}.'
        )
    return Gloss(_folded(phrase), entry["means"].strip(), entry.get("note"))


def meanings(text: str, glossary: Sequence[Gloss]) -> tuple[Meaning, ...]:
    """Every place where a phrase of the glossary stands in `text`, in order.

    None overlap: at one place the longest phrase is meant. Offsets are half-open, into `text`.
    """
    if not glossary:
        return ()
    pattern, known = _pattern(tuple(glossary))
    found = (
        (match.start(), match.end(), known[_folded(match[0])]) for match in pattern.finditer(text)
    )
    return tuple(Meaning(start, end, gloss.means, gloss.note) for start, end, gloss in found)


@lru_cache(maxsize=32)  # each question looks at some dozen passages of the same few documents
def _pattern(glossary: tuple[Gloss, ...]) -> tuple[re.Pattern[str], Mapping[str, Gloss]]:
    """What finds the phrases of a glossary, and each gloss by its folded phrase."""
    known = {_folded(gloss.phrase): gloss for gloss in glossary}
    longest_first = sorted(known, key=lambda phrase: (-len(phrase), phrase))
    # A line may break inside a phrase.
    phrases = (r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)"), known


def _folded(phrase: str) -> str:
    return " ".join(phrase.split())


def counts(text: str, glossary: Sequence[Gloss]) -> dict[str, int]:
    """In how many places of `text` each phrase is explained, 0 where a longer one always is."""
    found = dict.fromkeys((gloss.phrase for gloss in glossary), 0)
    phrases = {_folded(phrase): phrase for phrase in found}
    for meaning in meanings(text, glossary):
        found[phrases[_folded(text[meaning.start : meaning.end])]] += 1
    return found


@dataclass(frozen=True, slots=True)
class Reworded:
    """A text with meanings in the place of phrases, and the way back to the text it came from.

    `parts` are stretches (start here, start there, length there, whether both are the same).
    """

    text: str
    parts: tuple[tuple[int, int, int, bool], ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """What `text[start:end]` stands for in the text as it was: whole phrases, never a part."""
        first = self.parts[bisect_right(self.parts, start, key=_here) - 1]
        last = self.parts[bisect_left(self.parts, end, key=_here) - 1]
        here, there, length, same = last
        return (
            first[1] + (start - first[0] if first[3] else 0),
            there + (end - here if same else length),
        )


def _here(part: tuple[int, int, int, bool]) -> int:
    return part[0]


def reworded(text: str, glossary: Sequence[Gloss]) -> Reworded:
    """`text` as it reads with what the glossary's phrases mean."""
    return _joined(text, [*_stretches(text, glossary)])


def _stretches(text: str, glossary: Sequence[Gloss]) -> Iterator[tuple[int, int, str | None]]:
    """Stretches of `text`, each with what it means or None where it stays as it is."""
    at = 0
    for meaning in meanings(text, glossary):
        if meaning.start > at:
            yield at, meaning.start, None
        yield meaning.start, meaning.end, meaning.text
        at = meaning.end
    if at < len(text) or not text:
        yield at, len(text), None


def _joined(text: str, stretches: Sequence[tuple[int, int, str | None]]) -> Reworded:
    said, parts = "", []
    for start, end, means in stretches:
        parts.append((len(said), start, end - start, means is None))
        said += text[start:end] if means is None else means
    return Reworded(said, tuple(parts))
