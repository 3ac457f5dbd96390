"""A conversation as Markdown (CommonMark, and GitHub's) in which only our own marks are marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from afgqa.answering.quotation_view import Segment
from afgqa.answers import Turn
from afgqa.exporting.shared import PROMISE, TITLE, place
from afgqa.presentation import NEAREST, SUGGESTED, AnswerView, QuotedSentence, answer_view

__all__ = ["as_markdown", "escaped"]

# What may begin a mark anywhere in a line. GitHub also makes links of bare addresses, and
# mathematics of what stands between dollars.
_MARK: Final = re.compile(r"[\\`*_{}\[\]<>#|~&$^=@]|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
# And what does at its beginning alone: a list.
_LIST: Final = re.compile(r"\d{1,9}(?=[.)])|(?=[-+])")


def as_markdown(turns: Sequence[Turn], exported: datetime) -> str:
    """The conversation as Markdown, each turn under a heading of its own.

    >>> from datetime import datetime, timezone
    >>> time = datetime(2026, 1, 2, tzinfo=timezone.utc)
    >>> as_markdown([], time).splitlines()[0]
    '# A conversation with documents'
    """
    paragraphs = [
        f"# {TITLE}",
        f"Exported {exported.isoformat(timespec='seconds')}. {PROMISE}",
    ]
    for number, turn in enumerate(turns, start=1):
        paragraphs += _turn(number, answer_view(turn.answer))
    return "\n\n".join(paragraphs) + "\n"


def escaped(text: str) -> str:
    """The text as one line that is shown as it is: nothing in it is a mark of Markdown."""
    return _begun(_plain(" ".join(text.split())))


def _plain(text: str) -> str:
    return _MARK.sub(r"\\\g<0>", text)


def _begun(line: str) -> str:
    """The line without a list's mark at its beginning."""
    match = _LIST.match(line)
    return line if match is None else f"{match[0]}\\{line[match.end() :]}"


def _turn(number: int, view: AnswerView) -> Iterator[str]:
    yield f"## {number}. {escaped(view.question)}"
    if view.searched is not None:
        yield escaped(f"Searched for: {view.searched}")
    yield escaped(view.text)
    if view.further_reason is not None:
        yield escaped(f"Reason: {view.further_reason}")
    yield from (_quotation(sentence, f"[{sentence.citation.number}] ") for sentence in view.cited)
    if view.nearest:
        yield NEAREST
        yield from (_quotation(sentence, "") for sentence in view.nearest)
    if view.suggested:
        yield SUGGESTED
        yield "\n".join(f"- {escaped(question)}" for question in view.suggested)


def _quotation(sentence: QuotedSentence, number: str) -> str:
    lines = [_highlighted(sentence.segments), escaped(f"{number}{place(sentence)}")]
    lines += sentence.notes
    return "\n>\n".join(f"> {line}" for line in lines)


def _highlighted(quoted: Sequence[Segment]) -> str:
    """The quotation in one line, with the answer in strong type where Markdown can show it."""
    texts = [_spaced(f" {it.shown}" if it.is_annotation else it.text) for it in quoted]
    line = ""
    for n, (segment, text) in enumerate(zip(quoted, texts, strict=True)):
        core = text.strip(" ")
        first, last = text.split(core) if core else (text, "")  # white space, which no mark holds
        before, after = "".join(texts[:n]) + first, last + "".join(texts[n + 1 :])
        opens = _opens(before[-1:], core[:1]) and _opens(after[:1], core[-1:])
        mark = "**" if segment.kind == "highlighted" and opens else ""
        line += f"{first}{mark}{_plain(core)}{mark}{last}"
    return _begun(line.strip())


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _opens(outside: str, inside: str) -> bool:
    """Whether a mark of strong type between these characters is one, by CommonMark's rule."""
    if not inside or inside.isspace():
        return False
    return not _is_mark(inside) or not outside or outside.isspace() or _is_mark(outside)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
