"""A conversation as Markdown (CommonMark, and GitHub's) in which only our own marks are marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from afgqa.answering.quotation_view import Stretch, stretches
from afgqa.exporting.shared import (
    GLOSSARY,
    NEAREST,
    PROMISE,
    SUGGESTED,
    TITLE,
    place,
    reason,
    searched,
)
from afgqa.types import Citation, Turn

__all__ = ["as_markdown", "escaped"]

# What may begin a mark anywhere in a line. GitHub also makes links of bare addresses, and
# mathematics of what stands between dollars.
_MARK: Final = re.compile(r"[\\`*_{}\[\]<>#|~&$^=@]|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
# And what does at its beginning alone: a list.
_LIST: Final = re.compile(r"\d{1,9}(?=[.)])|(?=[-+])")


def as_markdown(turns: Sequence[Turn], exported: datetime) -> str:
    """The conversation as Markdown, each turn under a heading of its own."""
    paragraphs = [
        f"# {TITLE}",
        f"Exported {exported.isoformat(timespec='seconds')}. {PROMISE}",
    ]
    for number, turn in enumerate(turns, start=1):
        paragraphs += _turn(number, turn)
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


def _turn(number: int, turn: Turn) -> Iterator[str]:
    answer = turn.answer
    yield f"## {number}. {escaped(answer.question)}"
    if (how := searched(answer)) is not None:
        yield escaped(how)
    yield escaped(answer.text)
    if (why := reason(answer)) is not None:
        yield escaped(why)
    yield from (_quotation(citation, f"[{citation.number}] ") for citation in answer.citations)
    if answer.related:
        yield NEAREST
        yield from (_quotation(citation, "") for citation in answer.related)
    if answer.suggested:
        yield SUGGESTED
        yield "\n".join(f"- {escaped(question)}" for question in answer.suggested)


def _quotation(citation: Citation, number: str) -> str:
    lines = [_marked(stretches(citation)), escaped(f"{number}{place(citation)}")]
    if citation.glosses:
        lines.append(GLOSSARY)
    return "\n>\n".join(f"> {line}" for line in lines)


def _marked(quoted: Sequence[Stretch]) -> str:
    """The quotation in one line, with the answer in strong type where Markdown can show it."""
    texts = [_spaced(it.text if it.aside is None else f" {it.shown}") for it in quoted]
    said = ""
    for n, (it, text) in enumerate(zip(quoted, texts, strict=True)):
        core = text.strip(" ")
        first, last = text.split(core) if core else (text, "")  # white space, which no mark holds
        before, after = "".join(texts[:n]) + first, last + "".join(texts[n + 1 :])
        strong = it.marked and _opens(before[-1:], core[:1]) and _opens(after[:1], core[-1:])
        mark = "**" if strong else ""
        said += f"{first}{mark}{_plain(core)}{mark}{last}"
    return _begun(said.strip())


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _opens(outside: str, inside: str) -> bool:
    """Whether a mark of strong type between these characters is one, by CommonMark's rule."""
    if not inside or inside.isspace():
        return False
    return not _is_mark(inside) or not outside or outside.isspace() or _is_mark(outside)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
