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
from afgqa.markup import Html, join, tag
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


def article_html(articles: Sequence[Article]) -> Html:
    """Return all documents one below the other, with a choice of which to ask among several."""
    return tag(
        "div",
        *[_which(articles)] * (len(articles) > 1),
        *(_section(it) for it in articles),
        class_="articles",
        tabindex=0,
        role="region",
        aria_label="Article" if len(articles) == 1 else "Articles",
    )


def _which(articles: Sequence[Article]) -> Html:
    """The choice of which document is shown and asked: one, or all."""
    every = tag("option", f"all {len(articles)} documents", value="")
    return tag(
        "div",
        tag("label", "Read and ask", for_="scope"),
        tag(
            "select",
            every,
            *(tag("option", it.title, value=it.doc_id) for it in articles),
            id="scope",
        ),
        class_="which",
    )


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


def _section(it: Article) -> Html:
    meta = tag("p", it.meta, class_="meta")
    titled = it.blocks[:1] and it.blocks[0].kind == "title"
    head = [meta] if titled else [tag("h1", it.title), meta]
    body = [_block_html(block, it) for block in it.blocks]
    if titled:
        head, body = [body[0], meta], body[1:]
    return tag(
        "article",
        *head,
        *body,
        class_="doc",
        id=f"d{it.position}",
        data_doc=it.doc_id,
        data_sha256=it.sha256,
    )


def _block_html(block: Block, it: Article) -> Html:
    name = {"title": "h1", "heading": "h2", "paragraph": "p"}[block.kind]
    return tag(name, join(*(_piece_html(piece, it) for piece in block.pieces)))


def _piece_html(piece: Piece, it: Article) -> str:
    if piece.sentence is None:
        return piece.text
    return tag(
        "span",
        piece.text,
        id=sentence_id(it.position, piece.sentence.number),
        class_="s",
        data_doc=it.doc_id,
        data_start=piece.sentence.start,
        data_end=piece.sentence.end,
    )
