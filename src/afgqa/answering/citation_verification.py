"""Whether a citation still stands: its document is looked at anew, by the words of the quotation.

A place is believed only for a whole quotation in one run. A short one says little by its words,
which may stand anywhere by chance: away from its old place it counts only as a sentence by itself,
verbatim, where these words stand nowhere else in the document.

What was edited is found by comparing words, not characters: the similarity is 1 minus the
Levenshtein distance in words, over the length of the longer text (RapidFuzz). Of 8,289 sentences
of SQuAD 1.1 dev articles, each compared with the others of its article, 0.3 % reach the bound, and
all of them do when three of ten of their words are edited, 87 % when four are
(`python benchmarks/verifying.py SQUAD.json.gz`; docs/measured.md has the figures).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

from afgqa.answers import Citation
from afgqa.language.lexicon.marks import PLAIN_MARKS
from afgqa.language.sentences import split
from afgqa.types import Document

__all__ = ["CLOSE", "STATES", "Cited", "Elsewhere", "State", "Verification", "similarity", "verify"]

State = Literal["exact", "moved", "edited", "missing"]
STATES: Final[tuple[State, ...]] = ("exact", "moved", "edited", "missing")

CLOSE: Final = 0.6  # of the words; what is less alike is another sentence
_SHORTEST: Final = 4  # words; fewer stand somewhere by chance

# One character for one, so that offsets stay what they are.
_PLAIN: Final = str.maketrans(dict(PLAIN_MARKS))


class Cited(NamedTuple):
    """A citation as it was kept: `text` stood at `start` to `end` of the document `doc_id`.

    `sha256` is of the file that the document was read from then.
    """

    doc_id: str
    sha256: str
    start: int
    end: int
    text: str


class Elsewhere(NamedTuple):
    """Another document that a missing citation may be looked up in.

    `same_file` says whether it was read from the very file that was cited, by its hash. `start`
    and `end` are where the text stands in it, None where it does not.
    """

    doc_id: str
    same_file: bool
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of a citation.

    "exact": its text stands at its place. "moved": the very same text stands elsewhere in the
    document. "edited": what stands there is close to it. "missing": nothing like it is there, or
    the document is gone.

    `start`, `end` and `text` are what stands there now, None where it is missing. `similarity` is
    the share (0..1) of the words that are the same, in order: 1 where it is exact or moved, and
    where white space, quotes and dashes alone were edited; None where it is missing. `same_file`
    tells whether the document's file has the hash of the citation, None where the document is
    gone. `elsewhere` are other documents to look in for what is missing.
    """

    cited: Cited
    state: State
    same_file: bool | None
    start: int | None = None
    end: int | None = None
    text: str | None = None
    similarity: float | None = None
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether the document still says so, word for word."""
        return self.state in ("exact", "moved")


def verify(
    citations: Iterable[Cited | Citation], documents: Iterable[Document]
) -> tuple[Verification, ...]:
    """Look for each citation in the documents as they are by now; one result each, in order."""
    known = {document.doc_id: _Text(document) for document in documents}
    plain = (Cited(it.doc_id, it.sha256, it.start, it.end, it.text) for it in citations)
    return tuple(_verified(cited, known) for cited in plain)


def similarity(one: str, other: str) -> float:
    """The share (0..1) of the words of two texts that are the same, in order.

    White space, and the forms of quotes and dashes, do not count.
    """
    return Levenshtein.normalized_similarity(_words(one), _words(other))


class _Text:
    """A document with its sentences, cut when they are first needed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text

    @cached_property
    def sentences(self) -> Sequence[tuple[int, int]]:
        return split(self.text)

    @cached_property
    def words(self) -> Sequence[list[str]]:
        """The words of each sentence."""
        return [_words(self.text[start:end]) for start, end in self.sentences]


def _verified(cited: Cited, known: dict[str, _Text]) -> Verification:
    it = known.get(cited.doc_id)
    if it is None:
        return Verification(cited, "missing", None, elsewhere=_elsewhere(cited, known))
    same_file = it.document.sha256 == cited.sha256
    if it.text[cited.start : cited.end] == cited.text:
        return Verification(cited, "exact", same_file, cited.start, cited.end, cited.text, 1.0)
    if (start := _standing(cited, it)) is not None:
        end = start + len(cited.text)
        return Verification(cited, "moved", same_file, start, end, cited.text, 1.0)
    if (close := _close(cited, it)) is not None:
        start, end, score = close
        return Verification(cited, "edited", same_file, start, end, it.text[start:end], score)
    return Verification(cited, "missing", same_file, elsewhere=_elsewhere(cited, known))


def _standing(cited: Cited, it: _Text) -> int | None:
    """Where the very same text stands, the nearest to its old place; None where it does not."""
    places = list(_places(cited.text, it.text))
    if len(cited.text.split()) < _SHORTEST:
        whole = [(start, start + len(cited.text)) for start in places]
        places = places if len(whole) == 1 and whole[0] in it.sentences else []
    return min(places, key=lambda start: (abs(start - cited.start), start), default=None)


def _places(quote: str, text: str) -> Iterator[int]:
    """Where a quotation begins in a text, all of its words whole."""
    at = text.find(quote)
    while at >= 0:
        end = at + len(quote)
        if not _joined(text[at - 1 : at], quote[0]) and not _joined(quote[-1], text[end : end + 1]):
            yield at
        at = text.find(quote, at + 1)


def _joined(left: str, right: str) -> bool:
    """Whether two characters that stand side by side are of one word."""
    return left.isalnum() and right.isalnum()


def _close(cited: Cited, it: _Text) -> tuple[int, int, float] | None:
    """The sentences most like the quotation, the nearest of equals: start, end and similarity.

    As many sentences in a row as the quotation has, or one more or fewer, for an edit may divide
    or join them.
    """
    words, count = _words(cited.text), len(split(cited.text))
    if len(words) < _SHORTEST:
        return None
    found = []
    for size in range(max(1, count - 1), count + 2):
        for first in range(len(it.sentences) - size + 1):
            run = [word for some in it.words[first : first + size] for word in some]
            score = Levenshtein.normalized_similarity(words, run, score_cutoff=CLOSE)
            if score >= CLOSE:
                start, end = it.sentences[first][0], it.sentences[first + size - 1][1]
                found.append((-score, abs(start - cited.start), start, end))
    if not found:
        return None
    score, _, start, end = min(found)
    return start, end, -score


def _words(text: str) -> list[str]:
    return text.translate(_PLAIN).split()


def _elsewhere(cited: Cited, known: dict[str, _Text]) -> tuple[Elsewhere, ...]:
    """The other documents of the same file, and then those that hold the very same text."""
    found = []
    for doc_id, it in known.items():
        same_file = it.document.sha256 == cited.sha256
        here = it.text[cited.start : cited.end] == cited.text
        start = cited.start if same_file and here else _standing(cited, it)
        if doc_id != cited.doc_id and (same_file or start is not None):
            end = None if start is None else start + len(cited.text)
            found.append(Elsewhere(doc_id, same_file, start, end))
    return tuple(sorted(found, key=lambda one: (not one.same_file, one.doc_id)))
