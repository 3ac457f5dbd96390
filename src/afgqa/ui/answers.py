"""An answer -> the card that shows it: what is said first, then the evidence, then how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from afgqa.glosses import Stretch, stretches
from afgqa.markup import Html, join, tag
from afgqa.types import Answer, Citation

__all__ = ["Card", "card", "card_html", "confidence_words"]

REFUSAL = "The article does not say."

_EDITOR = "What it means, by the editor's glossary"

# Longer answers are set smaller, so that a whole sentence does not shout.
_LONG = 90


@dataclass(frozen=True, slots=True)
class Card:
    """What one turn shows. `turn` counts from 1 and scopes the citation numbers of the turn.

    `lead` is the line in strong type, in parts after each of which the number of its citation
    stands; `note` is the reason of a refusal; `searched` is the
    question as it was searched where that differs from the one that was asked. `quotes` are
    evidence when `answered`, else only the nearest sentences; `otherwise` is the number of one that
    says otherwise than the others; `suggested` are questions to ask in the place of a refused one.
    """

    turn: int
    question: str
    searched: str | None
    answered: bool
    lead: tuple[tuple[Stretch, ...], ...]
    note: str | None
    quotes: tuple[Citation, ...]
    otherwise: int | None
    suggested: tuple[str, ...]
    support: str
    confidence: float
    milliseconds: int


def card(turn: int, answer: Answer) -> Card:
    """Return the view of an answer as the `turn`-th of its conversation, counted from 1."""
    return Card(
        turn=turn,
        question=answer.question,
        searched=answer.standalone if answer.standalone != answer.question else None,
        answered=answer.answered,
        lead=_lead(answer) if answer.answered else ((Stretch(REFUSAL),),),
        note=None if answer.reason is None else _sentence(answer.reason),
        quotes=answer.citations if answer.answered else answer.related,
        otherwise=answer.otherwise,
        suggested=answer.suggested,
        support=confidence_words(answer.confidence),
        confidence=answer.confidence,
        milliseconds=round(answer.seconds.total * 1000),
    )


def _lead(answer: Answer) -> tuple[tuple[Stretch, ...], ...]:
    """The short answer, or the whole sentences where there is none, with glosses."""
    agreed = (it for it in answer.citations if it.number != answer.otherwise)
    quoted = [stretches(citation) for citation in agreed]
    if answer.short is None:
        return tuple((*[Stretch(" ")] * (n > 0), *some) for n, some in enumerate(quoted))
    parts = [part for part in map(_marked_of, quoted) if part]
    if not parts:
        return ((Stretch(answer.short),),)
    inside = any("," in stretch.text for part in parts for stretch in part if not stretch.aside)
    comma, last = ("; ", "; and ") if inside else (", ", " and ")
    joints = ["", *[comma] * (len(parts) - 2), *[last] * (len(parts) > 1)]
    return tuple(
        (*[Stretch(joint)] * bool(joint), *part) for joint, part in zip(joints, parts, strict=True)
    )


def _marked_of(quoted: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The marked words of a quotation, with what explains them."""
    found, inside = [], False
    for stretch in quoted:
        inside = stretch.marked or (inside and stretch.aside is not None)
        found += [stretch._replace(marked=False)] * inside
    return tuple(found)


def confidence_words(confidence: float) -> str:
    """Return words for a probability in 0..1.

    They change where the odds are four to one and where they are even.
    """
    if confidence >= 0.8:
        return "Well supported"
    return "Supported" if confidence >= 0.5 else "Weakly supported"


def card_html(it: Card) -> Html:
    """Return the question and its card."""
    searched = [tag("small", f"searched for: “{it.searched}”")] if it.searched is not None else []
    return tag(
        "section",
        tag("h2", it.question, *searched, class_="q"),
        _answer(it) if it.answered else _refusal(it),
        class_="turn",
        id=f"t{it.turn}",
        data_turn=it.turn,
    )


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
    foot = tag(
        "p",
        tag("span", it.support, class_="sure", title=f"{it.confidence:.2f}"),
        tag("span", f"{it.milliseconds} ms", class_="ms"),
        class_="foot",
    )
    # Where the answer is a whole sentence, quoting that sentence under it says it twice.
    several = len(it.quotes) > 1
    quotes = [
        _quote(it.turn, quote, numbered=several) for quote in agreed if quote.text not in said
    ]
    return tag("div", tag("p", *lead, class_=size), *quotes, *_against(it), foot, class_="a")


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
        _chips(it.suggested),
    ]
    return tag(
        "div",
        tag("p", *(_stretch(s) for part in it.lead for s in part), class_="short"),
        *note,
        *near * bool(it.quotes),
        *suggested * bool(it.suggested),
        tag("p", tag("span", f"{it.milliseconds} ms", class_="ms"), class_="foot"),
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
    return [tag("cite", " · ".join(said + page))] if said or page else []


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


def conversation_html(
    cards: Sequence[Card],
    *,
    examples: Sequence[str] = (),
    problem: str | None = None,
    serial: int = 0,
) -> Html:
    """Return the conversation pane: the cards, or what to expect and what to ask before the first.

    `problem` says why the latest question was not asked. `serial` names the question that this
    answers, so that two equal panes in a row still count as an arrival.
    """
    parts = [card_html(it) for it in cards] or [_welcome(examples)]
    if problem is not None:
        parts.append(tag("p", _sentence(problem), class_="problem", role="alert"))
    return tag(
        "div", *parts, class_="talk", role="log", aria_label="Conversation", data_serial=serial
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _chips(questions: Sequence[str]) -> Html:
    chips = (tag("button", question, type="button", class_="chip") for question in questions)
    return tag("div", *chips, class_="chips")


def _welcome(examples: Sequence[str]) -> Html:
    return tag(
        "section",
        tag("p", "Ask a question; the answer is quoted from the article.", class_="short"),
        tag(
            "p",
            "Every answer comes with the sentence it stands in, or with the reason why there is"
            " none. A quotation shows that the article says so, not that it is so.",
            class_="note",
        ),
        *[_chips(examples)] * bool(examples),
        class_="welcome",
    )
