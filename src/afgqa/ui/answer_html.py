"""The card of an answer as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from afgqa.answering.quotation_view import Segment
from afgqa.markup import Html, join, tag
from afgqa.presentation import NEAREST, SUGGESTED, QuotedSentence
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
        tag("h2", it.view.question, *_asked(it), class_="q"),
        _answer(it) if it.view.answered else _refusal(it),
        class_="turn",
        id=f"t{it.turn}",
        data_turn=it.turn,
        data_question=it.view.question,
        data_scope=it.scope,
        data_alone=it.undone,
        data_private=it.private,
    )


def _asked(it: Card) -> list[Html]:
    """How the question was understood, if not as it stands; a follow-up can be taken back."""
    if it.undone:
        return [tag("small", "asked as it stands")]
    if it.view.searched is None:
        return []
    undo = tag(
        "button",
        "undo",
        type="button",
        class_="link undo",
        title="Ask the question as it stands",
        aria_label="Undo: ask the question as it stands",
    )
    return [tag("small", f"searched for: “{it.view.searched}” · ", undo)]


def _answer(it: Card) -> Html:
    view = it.view
    lead = [
        piece
        for part in view.lead
        for piece in (*map(_segment, part.segments), _number(it.turn, part.cited))
    ]
    size = "short long" if len(view.lead_text) > _LONG else "short"
    numbered = len(view.cited) > 1
    quotes = [_quote(it.turn, sentence, numbered=numbered) for sentence in it.quoted]
    return tag(
        "div", tag("p", *lead, class_=size), *quotes, *_against(it), *tools_html(it), class_="a"
    )


def _against(it: Card) -> list[Html]:
    """The sentence that says otherwise, with its number, if there is one."""
    if (sentence := it.view.conflicting) is None:
        return []
    number = _number(it.turn, sentence)
    return [
        tag("p", "Another sentence says otherwise ", number, class_="caption"),
        _quote(it.turn, sentence, numbered=True),
    ]


def _refusal(it: Card) -> Html:
    view = it.view
    reason = view.reason or ""
    near = [
        tag("p", NEAREST, class_="caption"),
        tag("ul", *(tag("li", _near(sentence)) for sentence in view.nearest), class_="near"),
    ]
    suggested = [tag("p", SUGGESTED, class_="caption"), chips(view.suggested)]
    return tag(
        "div",
        tag("p", it.refusal, class_="short"),
        tag("p", reason[:1].upper() + reason[1:], class_="note"),
        *near * bool(view.nearest),
        *suggested * bool(view.suggested),
        *tools_html(it),
        class_="a no",
    )


def _number(turn: int, sentence: QuotedSentence) -> Html:
    citation = sentence.citation
    first, last = sentence.answer_offsets
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
        data_from=first,
        data_to=last,
    )


def _quote(turn: int, sentence: QuotedSentence, *, numbered: bool) -> Html:
    number = sentence.citation.number
    return tag(
        "blockquote",
        *map(_segment, sentence.segments),
        *_origin(sentence),
        data_for=f"c{turn}-{number}",
        data_number=number if numbered else None,
    )


def _origin(sentence: QuotedSentence) -> list[Html]:
    """Who says it, and on which page it stands, as far as there is either."""
    citation = sentence.citation
    said = [f"— {citation.speaker}"] if citation.speaker else []
    page = [f"page {citation.page}"] if citation.page else []
    plain = [tag("cite", " · ".join(said + page))] if said or page else []
    # Where there is one document its title would say nothing.
    return [*plain, tag("cite", citation.title, class_="from")]


def _segment(segment: Segment) -> str:
    if segment.is_annotation:
        note = segment.note or (_EDITOR if segment.kind == "gloss" else None)
        return join(" ", tag("i", segment.shown, class_="gloss", title=note))
    return tag("mark", segment.text) if segment.kind == "highlighted" else segment.text


def _near(sentence: QuotedSentence) -> Html:
    citation = sentence.citation
    return tag(
        "button",
        *map(_segment, sentence.segments),
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
