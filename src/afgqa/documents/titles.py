"""What a person would call a text: its first line, or what its file says."""

from __future__ import annotations

from ftfy import fix_text

from afgqa.documents.repair import REPAIR

__all__ = ["given_title", "is_visible", "title_of"]

_TITLE_LENGTH = 64
_GIVEN_TITLE_LENGTH = 200  # of one that a file states itself


def is_visible(character: str) -> bool:
    """Whether a reader sees it: no space, no control character."""
    return character.isprintable() and not character.isspace()


def title_of(text: str) -> str:
    """The first heading, or else the opening words: what a person would know the text by."""
    lines = (line.strip() for line in text.splitlines())
    first = next(line for line in lines if any(is_visible(c) for c in line))
    return _shortened(first.lstrip("#").strip() or first, _TITLE_LENGTH)


def given_title(title: str) -> str:
    """What a file calls its text, on one line and not too long; "" for nothing."""
    return _shortened(" ".join(fix_text(title, REPAIR).split()), _GIVEN_TITLE_LENGTH)


def _shortened(title: str, length: int) -> str:
    if len(title) <= length:
        return title
    return title[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
