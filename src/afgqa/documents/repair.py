"""Raw text to repaired text, with a map back; by ftfy.

Repair mends what was broken on the way (mojibake, control characters, line ends) and leaves
alone what an author chose: typographic quotes, ligatures, full-width forms and HTML entities
stay, for a quotation must be verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftfy import TextFixerConfig, fix_text_segment
from rapidfuzz.distance import Levenshtein

from afgqa.types import Run

__all__ = ["REPAIR", "repair"]

REPAIR = TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    normalization=None,
)
# Repair looks at one line at a time, as ftfy itself does; a long line is cut at spaces so that
# aligning it with its raw form stays linear in the length of the text. Only "\n" and the plain
# space end a segment: damaged characters hold other white space, such as "\x85" and "\xa0".
_SEGMENT = re.compile(r"[^\n]{0,7999}(?:[ \n]|\Z)|[^\n]{1,8000}\n?")


def repair(raw: str) -> tuple[str, tuple[Run, ...]]:
    """The repaired text, and runs that cover it and say where each stretch came from."""
    pieces: list[str] = []
    runs: list[Run] = []
    raw_at = at = 0
    for line in _SEGMENT.findall(raw):
        fixed = fix_text_segment(line, REPAIR)
        for a, b, c, d, same in _align(line, fixed):
            run = Run(at + c, at + d, raw_at + a, raw_at + b, same)
            before = runs[-1] if runs else None
            if before and before.same and same and before.raw_end == run.raw_start:
                runs[-1] = Run(before.start, run.end, before.raw_start, run.raw_end, True)
            elif run.start < run.end:
                runs.append(run)
        pieces.append(fixed)
        raw_at += len(line)
        at += len(fixed)
    return "".join(pieces), tuple(runs)


def _align(raw: str, fixed: str) -> Iterator[tuple[int, int, int, int, bool]]:
    """Stretches (raw start, raw end, fixed start, fixed end, same) that cover `fixed`."""
    if raw == fixed:
        yield 0, len(raw), 0, len(fixed), True
        return
    change: tuple[int, int, int, int] | None = None
    for op in Levenshtein.opcodes(raw, fixed):
        a, b, c, d = op.src_start, op.src_end, op.dest_start, op.dest_end
        if op.tag == "equal":
            if change is not None:
                yield (*change, False)
                change = None
            yield a, b, c, d, True
        else:  # neighbouring edits are one change: three raw characters may make one quote
            change = (a, b, c, d) if change is None else (change[0], b, change[2], d)
    if change is not None:
        yield (*change, False)
