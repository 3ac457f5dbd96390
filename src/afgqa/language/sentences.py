"""Text to the offsets of its sentences, by compact rules of our own and the standard library.

Lines first. These end a sentence: a blank line; the edge of a Markdown heading, table row, rule or
line of fenced code (each is one sentence); the start of a list item or block quote; any other line
break, unless the sentence goes on. It goes on when the line above ends in a comma or an announcing
abbreviation ("Dr."); when the line above has 30 characters or more and no final mark and the next
begins in lower case; or when the text looks hard-wrapped (of its unfinished lines of 30 to 120
characters at least a third go on in lower case) and the next word would not have fitted above.

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
from itertools import pairwise

__all__ = ["SPLITTER", "split"]

SPLITTER = "rules-1"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never the last word of a sentence: titles, and words that announce what comes next.
_BINDING = _words("""
    Mr Mrs Ms Messrs Mme Mlle Dr Drs Prof Rev Fr Hon Pres Gov Sen Rep Amb Supt Insp Gen Maj Col Lt
    Capt Cpl Sgt Cmdr Adm Brig Pvt e.g i.e cf viz vs v c ca approx esp Msgr
""")
# Abbreviations only before a number: "No. 5", "Jan. 12", "Fig. 3"; elsewhere plain words.
_NUMBERED = _words("""
    No Nos no nos Fig Figs fig figs Vol Vols vol vols p pp Ch Chap ch chap Sec Secs sec Art Arts art
    Eq Eqs eq Tab Pl Op op Bd Bk Pt pt para Rs Sess Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec
""")
# Abbreviations that end a sentence only when a typical first word follows. "etc" is left out on
# purpose: inside a sentence a comma or lower case follows it, so before a capital it ends one.
_OPEN = _words("""
    Inc Corp Co Ltd Bros Cie Jr Sr Esq St Ste Ave Blvd Rd Hwy Mt Mts Ft Dept Univ Inst Assn Natl
    Intl Govt dept univ govt al est ed eds trans repr rev fl ft lb lbs oz sq mi yd hr hrs max min
    Mon Tue Tues Wed Thu Thur Thurs Fri Ala Ariz Calif Colo Conn Fla Ill Mass Mich Minn Penn Tenn
    Tex Wash Wis
""")
# Words that open sentences and seldom begin a name: "Under", "First" and "One" do so too often.
_OPENERS = _words("""
    A An The This That These Those There Here It Its He His She Her Hers They Their We Our You Your
    I My Who Whose What When Where Which Why How In On At By For From To With Without Within Into Of
    Off Upon About Above Across After Against Along Amid Among Around Before Behind Below Beneath
    Beside Besides Between Beyond Despite Down During Except Inside Like Near Outside Per Since
    Through Throughout Toward Towards Until Unlike Up Via And But Or Nor Yet So If Then Than Though
    Although Because As While Whereas Whether Once Unless Also Again Already Always Another Any Both
    Each Either Every Everyone Few Finally Formerly Furthermore Hence However Indeed Instead Later
    Likewise Many Meanwhile More Moreover Most Much Neither Never Nevertheless Next No Nobody None
    Nonetheless Not Nothing Now Nowadays Often Only Originally Other Others Otherwise Perhaps
    Recently Similarly Some Sometimes Soon Still Such Therefore Thereafter Thus Today Together
    Tomorrow Usually Very Yes Yesterday Is Are Was Were Does Did Has Have Had Can Could Will Would
    Should May Might Must
""")
_SPEECH = (
    "added|admitted|answered|argued|asked|called|cried|declared|demanded|exclaimed|explained|replied"
    "|said|says|screamed|shouted|sang|told|whispered|wondered|wrote|yelled"
)

_FINAL = ".!?…‼⁇⁈⁉。！？｡؟۔।॥"  # marks that can end a sentence
_UNSPACED = "。！？｡"  # these need no space after them
_QUOTES = "\"'”’»›"
_CLOSERS = _QUOTES + ")]}）」』】*_"
_OPENING = "\"'“‘„‚«‹([{（「『【*_¿¡—–-"  # the hyphen is last: these go into character classes
_GOES_ON = frozenset(_CLOSERS + ",;:.…!?、，/%&=<|") - frozenset(_OPENING)  # no sentence begins so

# One run of marks, closing quotes and brackets, and citations such as [3] or :41. Once its first
# character fits it cannot fail; the patterns below are bounded or cannot fail either: linear time.
_RUN = re.compile(
    rf"([{_FINAL}][{_FINAL}{re.escape(_CLOSERS)}]*(?:\s»)?)"
    r"(?:\[[^\[\]\n]{1,28}\]|:\d{1,4}(?:[-–,]\d{1,4})?)*"
)
_GAP = re.compile(rf"\s*(?:[{re.escape(_OPENING)}]+\s?)?")
_TOKEN = re.compile(r"(?<![’'°&])\b[^\W_]+(?:\.[^\W_]+)*\Z")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")  # U.S, a.m, Ph.D
_MARKER = re.compile(r"[\s>*+•‣◦-]{0,8}(?:\d{1,3}|[^\W\d_]|[ivxIVX]{1,5})")  # 1, a, iv at a start
_WORD = re.compile(r"[^\W\d_]{1,15}(?=[\s,’']|\Z)")
_NUMERAL = re.compile(r"\d|[IVXLC]{2,9}\b")
_BRAND = re.compile(r"[a-z]{1,2}-?[A-Z]")  # iPhone, eBay, al-Something
_NAME = r"[A-Z][\w.’'-]{0,30}"
_SAYS = re.compile(rf"({_NAME})(?:\s{_NAME}){{0,2}}\s(?:{_SPEECH})\b")

_ITEM = re.compile(r"\s*(?:[-*+•‣◦]\s|(?:\d{1,3}|[a-z])[.)]\s|>)")  # list item, block quote
_WHOLE = re.compile(r"\s{0,3}(?:#{1,6}\s|\||[-=*_]{3,}\s*\Z)")  # heading, table row, rule
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
                spans.append((begin, begin + len(kept)))
    return tuple(spans)


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
    marks = [mark for mark in run[1] if mark in _FINAL]
    gap = _GAP.match(text, run.end(), end)
    at = run.end() if gap is None else gap.end()
    if at >= end or text[at] in _GOES_ON:
        return False
    if marks[-1] in _UNSPACED:
        return True
    quoted = any(character in _QUOTES for character in run[1])
    brand = not quoted and _BRAND.match(text, at, end) is not None
    if cased and text[at].islower() and not brand:
        return False
    word = _WORD.match(text, at, end)
    first = "" if word is None else word.group()
    before = text[max(start, run.start() - 24) : run.start()]
    if not text[run.end()].isspace():  # a forgotten space: "the war.The"
        tail = before.rstrip(_CLOSERS)[-2:]
        return len(first) > 1 and first in _OPENERS and tail.isalpha() and tail.islower()
    spaced_dots = marks == ["."] and before.rstrip().endswith(".")
    if "…" in marks or run[1].startswith("..") or spaced_dots:
        apart = not before or before[-1].isspace() or before[-1] in "[("
        return first != "I" and (first in _OPENERS or not apart)
    if marks != ["."]:
        says = _SAYS.match(text, at, end) if quoted else None
        return says is None or (says[1] in _OPENERS and says[1] != "I")
    if run.start() - start < 16 and _MARKER.fullmatch(text, start, run.start()):
        return False
    return _word_ends(before, text[at : at + 12], first)


def _word_ends(before: str, after: str, first: str) -> bool:
    """Whether the full stop after `before` ends a sentence, not only a shortened word."""
    found = _TOKEN.search(before)
    token = "" if found is None else found.group()
    # A capital may only mean that the sentence opens here; on a single letter it means an initial.
    names = {token, token.lower()} if len(token) > 1 else {token}
    if names & _BINDING:
        return False
    if token in _NUMBERED and _NUMERAL.match(after):
        return False
    initial = len(token) == 1 and token.isalpha()
    if initial or names & _OPEN or _DOTTED.fullmatch(token):
        return first in _OPENERS
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
    return found is not None and found.group() in _BINDING


def _runs_on(tail: str, head: str) -> bool:
    """Whether a line without a final mark is followed by one in lower case."""
    return len(tail) >= _NARROWEST and head[0].islower() and _is_open(tail)


def _is_open(tail: str) -> bool:
    return not tail.rstrip(_CLOSERS).endswith(tuple(_FINAL + ":"))


def _wrap_width(lines: list[str]) -> int:
    """Return the width at which the text looks hard-wrapped, in characters, or 0.

    Evidence: of the lines of 30 to 120 characters without a final mark, at least a third go on in
    lower case.
    """
    widths, others = [0], 0
    for above, line in pairwise(lines):
        tail, head = above.rstrip(), line.strip()
        if head and _NARROWEST <= len(tail) <= _WIDEST and _is_open(tail) and not _ITEM.match(line):
            if head[0].islower():
                widths.append(len(tail))
            else:
                others += 1
    return max(widths) if others <= 2 * (len(widths) - 1) else 0
