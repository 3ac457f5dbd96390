"""The card of an answer as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from afgqa.answering.quotation_view import Stretch, stretches
from afgqa.markup import Html, join, tag
from afgqa.types import Citation
from afgqa.ui.answer_tools_html import tools_html
from afgqa.ui.cards import Card

__all__ = ["card_html", "chips"]

_EDITOR = "What it means, by the editor's glossary"

# Longer answers are set smaller, so that a whole sentence does not shout.
_LONG = 90


def card_html(it: Card) -> Html:
    """Return the question and its card."""
    return tag(
        "section",
        tag("h2", it.question, *_asked(it), class_="q"),
        _answer(it) if it.answered else _refusal(it),
        class_="turn",
        id=f"t{it.turn}",
        data_turn=it.turn,
        data_question=it.question,
        data_scope=it.scope,
        data_alone=it.undone,
        data_private=it.private,
    )


def _asked(it: Card) -> list[Html]:
    """How the question was understood, if not as it stands; a follow-up can be taken back."""
    if it.undone:
        return [tag("small", "asked as it stands")]
    if it.searched is None:
        return []
    undo = tag(
        "button",
        "undo",
        type="button",
        class_="link undo",
        title="Ask the question as it stands",
        aria_label="Undo: ask the question as it stands",
    )
    return [tag("small", f"searched for: “{it.searched}” · ", undo)]


def _answer(it: Card) -> Html:
    agreed = [quote for quote in it.quotes if quote.number != it.otherwise]
    numbers = [_number(it.turn, citation) for citation in agreed]
    lead = [
        piece
        for part, number in zip_longest(it.lead, numbers)
        for piece in (*map(_stretch, part or ()), number)
        if piece is not None
    ]
    said = "".join(s.text for part in it.lead for s in part if not s.aside)
    size = "short long" if len(said) > _LONG else "short"
    # Where the answer is a whole sentence, quoting that sentence under it says it twice.
    several = len(it.quotes) > 1
    quotes = [
        _quote(it.turn, quote, numbered=several) for quote in agreed if quote.text not in said
    ]
    return tag(
        "div", tag("p", *lead, class_=size), *quotes, *_against(it), *tools_html(it), class_="a"
    )


def _against(it: Card) -> list[Html]:
    """The sentence that says otherwise, with its number, if there is one."""
    return [
        piece
        for quote in it.quotes
        if quote.number == it.otherwise
        for piece in (
            tag("p", "Another sentence says otherwise ", _number(it.turn, quote), class_="caption"),
            _quote(it.turn, quote, numbered=True),
        )
    ]


def _refusal(it: Card) -> Html:
    note = [tag("p", it.note, class_="note")] if it.note is not None else []
    near = [
        tag("p", "Nearest sentences:", class_="caption"),
        tag("ul", *(tag("li", _near(quote)) for quote in it.quotes), class_="near"),
    ]
    suggested = [
        tag("p", "Questions with an answer:", class_="caption"),
        chips(it.suggested),
    ]
    return tag(
        "div",
        tag("p", *(_stretch(s) for part in it.lead for s in part), class_="short"),
        *note,
        *near * bool(it.quotes),
        *suggested * bool(it.suggested),
        *tools_html(it),
        class_="a no",
    )


def _number(turn: int, citation: Citation) -> Html:
    first, last = citation.highlight or (0, 0)
    page = f", page {citation.page}" if citation.page else ""
    return tag(
        "button",
        str(citation.number),
        type="button",
        class_="c",
        id=f"c{turn}-{citation.number}",
        aria_pressed="false",
        aria_label=f"Citation {citation.number}{page}: show in the article",
        data_doc=citation.doc_id,
        data_sha256=citation.sha256,
        data_start=citation.start,
        data_end=citation.end,
        data_from=citation.start + first,
        data_to=citation.start + last,
    )


def _quote(turn: int, citation: Citation, *, numbered: bool) -> Html:
    return tag(
        "blockquote",
        _marked(citation),
        *_origin(citation),
        data_for=f"c{turn}-{citation.number}",
        data_number=citation.number if numbered else None,
    )


def _origin(citation: Citation) -> list[Html]:
    """Who says it, and on which page it stands, as far as there is either."""
    said = [f"— {citation.speaker}"] if citation.speaker else []
    page = [f"page {citation.page}"] if citation.page else []
    plain = [tag("cite", " · ".join(said + page))] if said or page else []
    # Where there is one document its title would say nothing.
    return [*plain, tag("cite", citation.title, class_="from")]


def _marked(citation: Citation) -> Html:
    """The quotation with the answer in it marked, and its glosses."""
    return join(*(_stretch(stretch) for stretch in stretches(citation)))


def _stretch(stretch: Stretch) -> str:
    if stretch.aside is not None:
        note = stretch.note or (_EDITOR if stretch.aside == "gloss" else None)
        return join(" ", tag("i", stretch.shown, class_="gloss", title=note))
    return tag("mark", stretch.text) if stretch.marked else stretch.text


def _near(citation: Citation) -> Html:
    return tag(
        "button",
        _marked(citation),
        type="button",
        class_="jump",
        data_doc=citation.doc_id,
        data_sha256=citation.sha256,
        data_start=citation.start,
        data_end=citation.end,
    )


def chips(questions: Sequence[str]) -> Html:
    chips = (tag("button", question, type="button", class_="chip") for question in questions)
    return tag("div", *chips, class_="chips")
