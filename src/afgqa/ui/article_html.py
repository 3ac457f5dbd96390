"""A document and its sentences -> the article as the reader sees it.

A block is a paragraph, a heading or the title. Its pieces, put one after another, are exactly
`document.text[block.start:block.end]`; between blocks there is only white space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from afgqa.language.lexicon.marks import CLOSERS, FINAL_MARKS
from afgqa.templating import Markup, render
from afgqa.types import Document, Sentence

__all__ = ["Article", "Block", "Piece", "article", "article_html", "sentence_id"]

# A heading in a newspaper column stays under about ten words; longer lines without a full stop
# are list entries or captions, which read better as paragraphs.
_HEADING_LENGTH = 72
_BULLETS = "-*+•‣◦–—>|"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: a sentence, or (`sentence` is None) what stands between two."""

    text: str
    sentence: Sentence | None


@dataclass(frozen=True, slots=True)
class Block:
    """Pieces that are set as one paragraph, heading or title; offsets are of the document."""

    kind: Literal["title", "heading", "paragraph"]
    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One document, ready to be set. `position` counts documents from 0 in the order shown."""

    position: int
    doc_id: str
    sha256: str
    title: str
    meta: str
    blocks: tuple[Block, ...]

    @property
    def opening(self) -> Block | None:
        """The block that is the title, if the text begins with it."""
        return next((block for block in self.blocks[:1] if block.kind == "title"), None)

    @property
    def body(self) -> tuple[Block, ...]:
        """The blocks that follow the title."""
        return self.blocks if self.opening is None else self.blocks[1:]


def article(document: Document, sentences: Sequence[Sentence], *, position: int = 0) -> Article:
    """Set a document: one block per line, except where a sentence runs over the line's end."""
    groups: list[list[Sentence]] = []
    for sentence in sentences:
        end = groups[-1][-1].end if groups else 0
        if groups and "\n" not in document.text[end : sentence.start]:
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    count = f"{len(sentences)} sentence{'s' * (len(sentences) != 1)}"
    return Article(
        position=position,
        doc_id=document.doc_id,
        sha256=document.sha256,
        title=document.title,
        meta=f"{PurePath(document.source).name} · {count}" if document.source else count,
        blocks=tuple(_block(document, group, first=group is groups[0]) for group in groups),
    )


def sentence_id(position: int, number: int) -> str:
    """Return the id of a sentence in the page: `s12` in the first document, else `d1s12`."""
    return f"d{position}s{number}" if position else f"s{number}"


def article_html(articles: Sequence[Article]) -> Markup:
    """Return all documents one below the other, with a choice of which to ask among several."""
    return render("ui/templates/article.html", articles=articles, sentence_id=sentence_id)


def _block(document: Document, sentences: Sequence[Sentence], *, first: bool) -> Block:
    pieces: list[Piece] = []
    at = sentences[0].start
    for sentence in sentences:
        if at < sentence.start:
            pieces.append(Piece(document.text[at : sentence.start], None))
        pieces.append(Piece(sentence.text, sentence))
        at = sentence.end
    text = document.text[sentences[0].start : at]
    kind: Literal["title", "heading", "paragraph"] = "paragraph"
    if first and text == document.title:
        kind = "title"
    elif len(sentences) == 1 and _is_heading(text):
        kind = "heading"
    return Block(kind, sentences[0].start, at, tuple(pieces))


def _is_heading(text: str) -> bool:
    """Whether a line that is one sentence is short, has a letter and no final punctuation."""
    return (
        len(text) <= _HEADING_LENGTH
        and "\n" not in text
        and "\t" not in text  # the row of a table
        and text[0] not in _BULLETS
        and any(map(str.isalpha, text))
        and not text.rstrip(CLOSERS + " ").endswith((*FINAL_MARKS, ":", ";", ","))
    )
