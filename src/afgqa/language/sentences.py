"""Text to the offsets of its sentences, by compact rules of our own and the standard library.

Lines first. These end a sentence: a blank line; the edge of a Markdown heading, table row, rule or
line of fenced code (each is one sentence); the start of a list item or block quote; any other line
break, unless the sentence goes on. It goes on when the line above ends in a comma or an announcing
abbreviation ("Dr."); when the line above has 30 characters or more and no final mark and the next
begins in lower case; or when the text looks hard-wrapped (of its unfinished lines of 30 to 120
characters at least a third go on in lower case) and the next word would not have fitted above.

A sentence of more than 2,000 characters is cut at the marks of its clauses, or at white space.

Then marks. A run of final marks, with its closing quotes, brackets and citations, ends a sentence
before white space and anything but lower case. A full stop after an abbreviation, an initial or
letters with full stops ("U.S.") ends one only before a word that typically opens sentences.

Chosen with `benchmarks/sentences.py` on 2026-11-23, two-core x86 machine: 118 golden rows, and
14,192 answers in 1,759 paragraphs of SQuAD 1.1 dev. "In our lines" is the library inside the line
rules above.

                                   ours   sentencex 1.0.32   pysbd 0.3.4   syntok 1.4.4
    boundary F1, golden, alone    0.968              0.771         0.787          0.686
    boundary F1, in our lines     0.968              0.869         0.795          0.819
    answers cut, per mille         1.55               1.41          1.69           1.69
    ms per 1000 sentences, alone      6                  2           561            103

The golden rows were written with these rules in view and so favour them; on SQuAD the four are
within four answers of each other. Rules of our own were chosen for the golden rows and because
they need no dependency. Known failures: the rows marked "xfail" in `tests/data/sentences.jsonl`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from afgqa.language.lexicon import one_of
from afgqa.language.lexicon.abbreviations import ANNOUNCING, BEFORE_NUMBERS, SHORTENED
from afgqa.language.lexicon.calendar import MONTH_ABBREVIATIONS, WEEKDAY_ABBREVIATIONS
from afgqa.language.lexicon.marks import CLOSERS, FINAL_MARKS, OPENERS, QUOTES, UNSPACED_MARKS
from afgqa.language.lexicon.openers import SENTENCE_OPENERS
from afgqa.language.lexicon.verbs import UTTERING_VERBS

__all__ = ["LONGEST", "SPLITTER", "ended", "split", "unfinished"]

SPLITTER = "rules-2"
LONGEST = 2_000
"""Characters of a sentence at most; a longer one is cut."""


# The full stop of these ends no sentence, or only before a number, or before a typical first word.
_NUMBERED = BEFORE_NUMBERS | frozenset(MONTH_ABBREVIATIONS)
# "Sat." and "Sun." are left out: "There he sat."
_OPEN = SHORTENED | frozenset(WEEKDAY_ABBREVIATIONS) - {"Sat", "Sun"}
_GOES_ON = frozenset(CLOSERS + ",;:.…!?、，/%&=<|") - frozenset(OPENERS)  # no sentence begins so

# One run of marks, closing quotes and brackets, and citations such as [3] or :41. Once its first
# character fits it cannot fail; the patterns below are bounded or cannot fail either: linear time.
_RUN = re.compile(
    rf"([{FINAL_MARKS}][{FINAL_MARKS}{re.escape(CLOSERS)}]*(?:\s»)?)"
    r"(?:\[[^\[\]\n]{1,28}\]|:\d{1,4}(?:[-–,]\d{1,4})?)*"
)
_GAP = re.compile(rf"\s*(?:[{re.escape(OPENERS)}]+\s?)?")
_TOKEN = re.compile(r"(?<![’'°&])\b[^\W_]+(?:\.[^\W_]+)*\Z")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")  # U.S, a.m, Ph.D
_MARKER = re.compile(r"[\s>*+•‣◦-]{0,8}(?:\d{1,3}|[^\W\d_]|[ivxIVX]{1,5})")  # 1, a, iv at a start
_WORD = re.compile(r"[^\W\d_]{1,15}(?=[\s,’']|\Z)")
_NUMERAL = re.compile(r"\d|[IVXLC]{2,9}\b")
_BRAND = re.compile(r"[a-z]{1,2}-?[A-Z]")  # iPhone, eBay, al-Something
# Bounded, unlike the patterns of `names`, which keeps splitting linear.
_NAME = r"[A-Z][\w.’'-]{0,30}"
_SAYS = re.compile(rf"({_NAME})(?:\s{_NAME}){{0,2}}\s{one_of(UTTERING_VERBS)}\b")

_ITEM = re.compile(r"\s*(?:[-*+•‣◦]\s|(?:\d{1,3}|[a-z])[.)]\s|>)")  # list item, block quote
_WHOLE = re.compile(r"\s{0,3}(?:#{1,6}\s|\||[-=*_]{3,}\s*\Z)")  # heading, table row, rule
_CLAUSE_END = re.compile(r"[;:,)](?=\s)")
_SPACE = re.compile(r"\s")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_NARROWEST, _WIDEST = 30, 120  # a wrapped line, in characters: below headings, above paragraphs


def split(text: str) -> tuple[tuple[int, int], ...]:
    """Return the half-open character offsets of the sentences of `text`, in order.

    The spans do not overlap, are trimmed of white space, and cover every non-space character; text
    without any gives `()`. Linear time; no string raises.
    """
    cased = any(map(str.isupper, text))
    spans: list[tuple[int, int]] = []
    for start, end, whole in units(text):
        runs = () if whole else _RUN.finditer(text, start, end)
        cuts = [run.end() for run in runs if _ends(text, start, end, run, cased)]
        for begin, stop in zip([start, *cuts], [*cuts, end], strict=True):
            piece = text[begin:stop]
            if kept := piece.strip():
                begin += len(piece) - len(piece.lstrip())
                spans += _pieces(text, begin, begin + len(kept))
    return tuple(spans)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentence itself, or where it is too long, pieces of it without white space around them.

    Each ends at the last mark of a clause in its second half, or else at the last white space
    there, or else where it is too long.
    """
    while end - start > LONGEST:
        middle, last = start + LONGEST // 2, start + LONGEST
        found = [*_CLAUSE_END.finditer(text, middle, last)] or [
            *_SPACE.finditer(text, middle, last)
        ]
        cut = found[-1].start() + 1 if found else last
        piece = text[start:cut]
        yield start, start + len(piece.rstrip())
        start = cut
        while text[start].isspace():  # the sentence ends in something else
            start += 1
    yield start, end


def ended(sentence: str) -> bool:
    """Whether it has a final mark at its end; what has none is a heading or an item of a list."""
    return sentence.rstrip().rstrip(CLOSERS).endswith(tuple(FINAL_MARKS))


def units(text: str) -> list[tuple[int, int, bool]]:
    """Return `(start, end, whole)` of stretches no sentence crosses; whole: one sentence."""
    lines = text.splitlines(keepends=True)
    width = _wrap_width(lines)
    found: list[tuple[int, int, bool]] = []
    at, above, fenced = 0, "", False
    for line in lines:
        fence = _FENCE.match(line) is not None
        whole = fenced or fence or _WHOLE.match(line) is not None
        if found and not whole and not found[-1][2] and _joins(above, line, width):
            found[-1] = (found[-1][0], at + len(line), False)
        elif line.strip():
            found.append((at, at + len(line), whole))
        at, above, fenced = at + len(line), line, fenced != fence
    return found


def _ends(text: str, start: int, end: int, run: re.Match[str], cased: bool) -> bool:
    """Whether a sentence of the unit `text[start:end]` ends after this run of marks."""
    marks = [mark for mark in run[1] if mark in FINAL_MARKS]
    gap = _GAP.match(text, run.end(), end)
    at = run.end() if gap is None else gap.end()
    if at >= end or text[at] in _GOES_ON:
        return False
    if marks[-1] in UNSPACED_MARKS:
        return True
    quoted = any(character in QUOTES for character in run[1])
    brand = not quoted and _BRAND.match(text, at, end) is not None
    if cased and text[at].islower() and not brand:
        return False
    word = _WORD.match(text, at, end)
    first = "" if word is None else word.group()
    before = text[max(start, run.start() - 24) : run.start()]
    if not text[run.end()].isspace():  # a forgotten space: "the war.The"
        tail = before.rstrip(CLOSERS)[-2:]
        return len(first) > 1 and first in SENTENCE_OPENERS and tail.isalpha() and tail.islower()
    spaced_dots = marks == ["."] and before.rstrip().endswith(".")
    if "…" in marks or run[1].startswith("..") or spaced_dots:
        apart = not before or before[-1].isspace() or before[-1] in "[("
        return first != "I" and (first in SENTENCE_OPENERS or not apart)
    if marks != ["."]:
        says = _SAYS.match(text, at, end) if quoted else None
        return says is None or (says[1] in SENTENCE_OPENERS and says[1] != "I")
    if run.start() - start < 16 and _MARKER.fullmatch(text, start, run.start()):
        return False
    return _word_ends(before, text[at : at + 12], first)


def _word_ends(before: str, after: str, first: str) -> bool:
    """Whether the full stop after `before` ends a sentence, not only a shortened word."""
    found = _TOKEN.search(before)
    token = "" if found is None else found.group()
    # A capital may only mean that the sentence opens here; on a single letter it means an initial.
    names = {token, token.lower()} if len(token) > 1 else {token}
    if names & ANNOUNCING:
        return False
    if token in _NUMBERED and _NUMERAL.match(after):
        return False
    initial = len(token) == 1 and token.isalpha()
    if initial or names & _OPEN or _DOTTED.fullmatch(token):
        return first in SENTENCE_OPENERS
    return True


def _joins(above: str, line: str, width: int) -> bool:
    """Whether `line` goes on with the sentence, or the paragraph, of the line above it."""
    head, tail = line.strip(), above.rstrip()
    if not head or not tail or _ITEM.match(line):
        return False
    full = len(tail) <= _WIDEST and len(tail) + 1 + len(head.split(None, 1)[0]) > width > 0
    return full or tail.endswith(",") or _runs_on(tail, head) or _binds(tail)


def _binds(tail: str) -> bool:
    """Whether a line ends in an abbreviation that announces what comes next."""
    found = _TOKEN.search(tail[-25:-1]) if tail.endswith(".") else None
    return found is not None and found.group() in ANNOUNCING


def _runs_on(tail: str, head: str) -> bool:
    """Whether a line without a final mark is followed by one in lower case."""
    return len(tail) >= _NARROWEST and head[0].islower() and unfinished(tail)


def unfinished(line: str) -> bool:
    """Whether a line has neither a final mark nor a colon at its end, closing marks aside."""
    return not line.rstrip(CLOSERS).endswith((*FINAL_MARKS, ":"))


def _wrap_width(lines: list[str]) -> int:
    """Return the width at which the text looks hard-wrapped, in characters, or 0.

    Evidence: of the lines of 30 to 120 characters without a final mark, at least a third go on in
    lower case.
    """
    widths, others = [0], 0
    for above, line in pairwise(lines):
        tail, head = above.rstrip(), line.strip()
        if (
            head
            and _NARROWEST <= len(tail) <= _WIDEST
            and unfinished(tail)
            and not _ITEM.match(line)
        ):
            if head[0].islower():
                widths.append(len(tail))
            else:
                others += 1
    return max(widths) if others <= 2 * (len(widths) - 1) else 0
