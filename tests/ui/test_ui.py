"""The page's views: pure functions of a document and of answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fake_bot import TIME, FakeBot, cite, document, sentences

from afgqa.answers import Answer, Citation, Turn
from afgqa.presentation import answer_view
from afgqa.types import Meaning, Sentence
from afgqa.ui.article_html import Article, Block, Piece, article, article_html, sentence_id
from afgqa.ui.cards import Card, card_html
from afgqa.ui.cards import card as card_of
from afgqa.ui.conversation import conversation_html
from afgqa.ui.session import Asked

SEED = next((Path(__file__).parents[2] / "seeds").glob("*.txt"))
HOSTILE = "<script>x()</script><img src=x onerror=x()> ${x()} {{x}} \"quoted\" 'n' &amp; `tick`"


class Elements(HTMLParser):
    """What a browser would make of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def card(turn: int, answer: Answer) -> Card:
    return card_of(turn, Asked(Turn(answer.question, answer)))


def numbered(text: str, *parts: str) -> tuple[Sentence, ...]:
    """The parts as sentences of a text in which each stands once."""
    starts = [text.index(part) for part in parts]
    return tuple(
        Sentence(number, start, start + len(part), part)
        for number, (start, part) in enumerate(zip(starts, parts, strict=True))
    )


def tight(html: str) -> str:
    """The HTML without the line breaks between tags and between attributes."""
    return re.sub(r"\n *(?=(?:data|aria)-\w)", " ", re.sub(r">\s*\n\s*<", "><", html))


# the article

TEXT = "Tea\nTea is a drink. It is old.\n\n Where it grows\nTea grows in hills, mostly\nin shade."
TEA = document(TEXT, source="texts/tea.txt")
PARTS = numbered(
    TEXT, "Tea", "Tea is a drink.", "It is old.", "Where it grows",
    "Tea grows in hills, mostly\nin shade.",
)  # fmt: skip
PARTS = (PARTS[0], Sentence(1, 4, 19, "Tea is a drink."), *PARTS[2:])


def test_article_is_the_text_in_blocks() -> None:
    zero, one, two, three, four = PARTS
    assert article(TEA, PARTS, position=1) == Article(
        position=1,
        doc_id="tea",
        sha256=TEA.sha256,
        title="Tea",
        meta="tea.txt · 5 sentences",
        blocks=(
            Block("title", 0, 3, (Piece("Tea", zero),)),
            Block("paragraph", 4, 30,
                  (Piece("Tea is a drink.", one), Piece(" ", None), Piece("It is old.", two))),
            Block("heading", 33, 47, (Piece("Where it grows", three),)),
            Block("paragraph", 48, 84, (Piece("Tea grows in hills, mostly\nin shade.", four),)),
        ),
    )  # fmt: skip


def test_article_html_whole() -> None:
    text = "A & B. C."
    of = document(text, title="<T>")
    shown = tight(article_html([article(of, numbered(text, "A & B.", "C."))]))
    assert shown == (
        '<div class="articles" tabindex="0" role="region" aria-label="Article">'
        '<article class="doc" id="d0" data-doc="tea" data-sha256="'
        f'{of.sha256}"><h1>&lt;T&gt;</h1>'
        '<p class="meta">tea.txt · 2 sentences</p>'
        '<p><span id="s0" class="s" data-doc="tea" data-start="0" data-end="6">A &amp; B.</span>'
        ' <span id="s1" class="s" data-doc="tea" data-start="7" data-end="9">C.</span></p>'
        "</article></div>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "One.",
        "\n\nOne. Two.\r\nThree.",
        "No stop\n\nA sentence that runs\nover the end of its line. And on.",
        f"{HOSTILE}\n{HOSTILE}",
        "An 🫖 of tea. Two 🫖🫖.",
        SEED.read_text(encoding="utf-8"),
    ],
)
def test_article_loses_no_text(text: str) -> None:
    it = article(document(text), sentences(text))
    at = 0
    for block in it.blocks:
        assert "".join(piece.text for piece in block.pieces) == text[block.start : block.end]
        assert text[at : block.start].strip() == ""
        at = block.end
    assert text[at:].strip() == ""
    shown = article_html([it])
    spans = re.findall(r'data-start="(\d+)" data-end="(\d+)">(.*?)</span>', shown, re.DOTALL)
    assert [unescape(inside) for *_, inside in spans] == [
        text[int(start) : int(end)] for start, end, _ in spans
    ]
    assert len(spans) == len(sentences(text))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Where tea grows", "heading"),
        ("Tea in the U.S", "heading"),
        ("Where does tea grow?", "paragraph"),
        ("Tea grows here.", "paragraph"),
        ("He said “tea.”", "paragraph"),
        ("Kinds of tea:", "paragraph"),
        ("- green tea", "paragraph"),
        ("1840", "paragraph"),
        ("Year\tShips", "paragraph"),
        ("t" * 72, "heading"),
        ("t" * 73, "paragraph"),
    ],
)
def test_what_a_heading_is(line: str, kind: str) -> None:
    it = article(document(line), [Sentence(0, 0, len(line), line)])
    assert [block.kind for block in it.blocks] == [kind]


def test_ids_of_several_documents_do_not_meet() -> None:
    texts = [document("One.", doc_id="a", title="A"), document("One.", doc_id="b", title="B")]
    views = [
        article(it, sentences(it.text), position=position) for position, it in enumerate(texts)
    ]
    shown = tight(article_html(views))
    assert re.findall(r' id="(.*?)"', shown) == ["scope", "d0", "s0", "d1", "d1s0"]
    assert re.findall(r"<select.*?</select>", shown) == [
        '<select id="scope"><option value="">all 2 documents</option>'
        '<option value="a">A</option><option value="b">B</option></select>'
    ]
    assert "<select" not in article_html(views[:1])
    assert (sentence_id(0, 12), sentence_id(2, 12)) == ("s12", "d2s12")


# answers

DRINK = "Tea is a drink. It is old."
OF = document(DRINK)


def answered(short: str | None, *numbers: int, standalone: str = "What is tea?") -> Answer:
    cited = cite(OF, *numbers, short=short)
    text = short if short is not None else " ".join(it.text for it in cited)
    return Answer("What is tea?", standalone, True, short, text, 0.97, None, cited, (), TIME)


def refused(reason: str, related: Sequence[Citation] = ()) -> Answer:
    return Answer(
        "Why tea?", "Why tea?", False, None, reason, 0.04, reason, (), tuple(related), TIME
    )


def test_card_of_an_answer() -> None:
    answer = answered("a drink", 0, standalone="What is green tea?")
    assert card(2, answer) == Card(
        turn=2,
        view=answer_view(answer),
        refusal="The article does not seem to say.",
        milliseconds=41,
        copy="What is tea?\na drink\n[1] Tea is a drink.\n    tea.txt, characters 0-15",
    )


def test_a_gloss_stands_beside_its_phrase_and_is_text_alone() -> None:
    said = answered("a drink", 0)
    (citation,) = said.citations
    glosses = (Meaning(0, 3, "<b>chai</b>", 'an "old" word'), Meaning(9, 14, "beverage"))
    said = replace(said, citations=(replace(citation, glosses=glosses),))
    shown = tight(card_html(card(1, said)))
    gloss = '<i class="gloss" title="{}">[{}]</i>'
    explained = gloss.format("What it means, according to the editor&#39;s glossary", "beverage")
    assert f"a drink {explained}<button" in shown  # the lead
    old = gloss.format("an &#34;old&#34; word", "&lt;b&gt;chai&lt;/b&gt;")
    assert f"Tea {old} is <mark>a drink</mark> {explained}." in shown


def test_a_sentence_that_says_otherwise_is_shown_apart() -> None:
    one = answered("a drink", 0, standalone="What is tea?")
    it = card(1, replace(one, citations=cite(OF, 0, 1, short="a drink"), otherwise=2))
    assert it.view.lead_text == "a drink"
    shown = tight(card_html(it))
    lead, rest = shown.split("Another sentence disagrees")
    assert 'id="c1-1"' in lead
    assert 'id="c1-2"' not in lead
    assert 'id="c1-2"' in rest
    assert rest.index("It is old.") > 0
    assert "It is old." not in lead


def test_card_of_a_refusal() -> None:
    answer = refused("nothing is near.", cite(OF, 1))
    assert card(1, answer) == Card(
        turn=1,
        view=answer_view(answer),
        refusal="The article does not seem to say.",
        milliseconds=41,
        copy="Why tea?\nnothing is near.",
    )
    assert card_of(1, Asked(Turn("Why tea?", answer), several=True)).refusal == (
        "The documents do not seem to say."
    )


TOOLS = (
    '<button type="button" class="link how" aria-expanded="false" aria-controls="how{turn}">'
    'How this was found</button><span class="ms">41 ms</span>'
    '<button type="button" class="link copy" data-copy="{copy}">Copy</button>'
    '<button type="button" class="link right">Correct</button>'
    '<button type="button" class="link wrong" aria-expanded="false" aria-controls="wrong{turn}">'
    'Incorrect</button></div><form class="panel verdict" id="wrong{turn}" hidden><fieldset>{ask}'
    '</fieldset><p class="pick" hidden>Click the correct sentence in the article.</p>'
    '<p class="picked" hidden></p><div class="row"><button class="btn keep">Save feedback</button>'
    '<button type="button" class="link cancel">Cancel</button></div></form></div></section>'
)
WRONG = (
    "<legend>What was wrong?</legend>"
    '<label><input type="radio" name="wrong2" value="wrong answer"> The answer</label>'
    '<label><input type="radio" name="wrong2" value="wrong citation"> The cited sentence</label>'
    '<label><input type="radio" name="wrong2" value="should refuse"> It should have been refused'
    "</label>"
)
MISSED = (
    "<legend>What was wrong?</legend>"
    '<label><input type="radio" name="wrong1" value="wrong answer"> A sentence of the article'
    " answers it</label>"
)


def test_answer_html_whole() -> None:
    copy = "What is tea?\na drink\n[1] Tea is a drink.\n    tea.txt, characters 0-15"
    shown = tight(card_html(card(2, answered("a drink", 0, standalone="What is green tea?"))))
    assert shown == (
        '<section class="turn" id="t2" data-turn="2" data-question="What is tea?">'
        '<h2 class="q">What is tea?<small>searched for: “What is green tea?” · '
        '<button type="button" class="link undo" title="Ask the question without rewriting it"'
        ' aria-label="Undo: ask the question without rewriting it">undo</button></small></h2>'
        '<div class="a"><p class="short">a drink'
        '<button type="button" class="c" id="c2-1" aria-pressed="false"'
        ' aria-label="Citation 1: show in the article" data-doc="tea"'
        f' data-sha256="{OF.sha256}" data-start="0"'
        ' data-end="15" data-from="7" data-to="14">1</button></p>'
        '<blockquote data-for="c2-1">Tea is <mark>a drink</mark>.'
        '<cite class="from">Tea</cite></blockquote>'
        '<div class="foot"><span class="sure" title="Confidence: 0.97">Likely'
        '<span class="aloud">, 97%</span></span>' + TOOLS.format(turn=2, copy=copy, ask=WRONG)
    )


def test_refusal_html_whole() -> None:
    shown = tight(card_html(card(1, refused("nothing is near.", cite(OF, 1)))))
    assert shown == (
        '<section class="turn" id="t1" data-turn="1" data-question="Why tea?">'
        '<h2 class="q">Why tea?</h2>'
        '<div class="a no"><p class="short">The article does not seem to say.</p>'
        '<p class="note">Nothing is near.</p>'
        '<p class="caption">Nearest sentences:</p>'
        '<ul class="near"><li><button type="button" class="jump" data-doc="tea"'
        f' data-sha256="{OF.sha256}" data-start="16" data-end="26">It is old.</button></li></ul>'
        '<div class="foot">' + TOOLS.format(turn=1, copy="Why tea?\nnothing is near.", ask=MISSED)
    )


def test_questions_are_offered_in_the_place_of_a_refused_one() -> None:
    answer = replace(refused("nothing is near."), suggested=("Is tea <old>?", "Who drinks it?"))
    shown = tight(card_html(card(1, answer)))
    assert re.findall(r'<button type="button" class="chip">(.*?)</button>', shown) == [
        "Is tea &lt;old&gt;?",
        "Who drinks it?",
    ]
    assert "chip" not in card_html(card(1, refused("nothing is near.")))


def test_a_sentence_that_is_the_answer_is_not_quoted_again() -> None:
    shown = tight(card_html(card(1, answered(None, 0, 1))))
    assert "<blockquote" not in shown
    assert re.findall(r' id="(.*?)"', shown) == ["t1", "c1-1", "c1-2", "wrong1"]
    # Each sentence carries its own number.
    (lead,) = re.findall('<p class="short">(.*?)</p>', shown)
    assert re.findall(r"(?:>|^)([^<>]*)<button", lead) == ["Tea is a drink.", " It is old."]


def test_several_quotes_carry_their_numbers() -> None:
    shown = tight(card_html(card(3, answered("old", 0, 1))))
    assert re.findall("<blockquote.*?</blockquote>", shown) == [
        '<blockquote data-for="c3-1" data-number="1">Tea is a drink.'
        '<cite class="from">Tea</cite></blockquote>',
        '<blockquote data-for="c3-2" data-number="2">It is <mark>old</mark>.'
        '<cite class="from">Tea</cite></blockquote>',
    ]


def test_who_says_it_stands_under_the_quotation() -> None:
    answer = answered("leaves", 1)
    quote = replace(answer.citations[0], speaker="Ann <Lee>")
    html = card_html(card(1, replace(answer, citations=(quote,))))
    assert "<cite>— Ann &lt;Lee&gt;</cite>" in html


def test_numbers_are_scoped_to_their_turn() -> None:
    pane = conversation_html([card(1, answered("a drink", 0)), card(2, answered("old", 1))])
    assert re.findall(r' id="(.*?)"', pane) == [
        "t1", "c1-1", "wrong1", "t2", "c2-1", "wrong2",
    ]  # fmt: skip


def test_before_the_first_question() -> None:
    pane = conversation_html((), examples=(("tea", "What is tea?"), ("<b>", "Is it <old>?")))
    assert re.findall('class="chip" data-doc="(.*?)">(.*?)<', pane) == [
        ("tea", "What is tea?"),
        ("&lt;b&gt;", "Is it &lt;old&gt;?"),
    ]
    assert "shows what the article says, not that it is true" in pane
    assert 'class="chips"' not in conversation_html(())


def test_a_problem_stands_below_what_was_there() -> None:
    pane = tight(
        conversation_html([card(1, answered("a drink", 0))], problem="too <long>", serial=7)
    )
    assert pane.endswith('<p class="problem" role="alert">Too &lt;long&gt;</p></div>')
    assert re.findall('data-serial="(.*?)"', pane) == ["7"]


def test_nothing_of_a_document_or_a_question_becomes_markup() -> None:
    of = document(HOSTILE, doc_id=HOSTILE, title=HOSTILE, source=HOSTILE)
    bot = FakeBot((of,), {HOSTILE: ("<script>x()</script>", (0,))})
    cards = [card(1, bot.ask(HOSTILE)), card(2, bot.ask(f"{HOSTILE}?"))]
    views = [article(of, bot.sentences(HOSTILE))]
    shown = article_html(views) + conversation_html(
        cards, examples=[(HOSTILE, HOSTILE)], problem=HOSTILE
    )
    found = Elements()
    found.feed(shown)
    assert found.names == {
        "article", "blockquote", "button", "cite", "div", "fieldset", "form", "h1", "h2", "input",
        "label", "legend", "li", "mark", "p", "section", "span", "ul",
    }  # fmt: skip
    assert found.attributes == {
        "aria-controls", "aria-expanded", "aria-label", "aria-pressed", "class", "data-copy",
        "data-doc", "data-end", "data-for", "data-from", "data-question", "data-serial",
        "data-sha256", "data-start", "data-to", "data-turn", "hidden", "id", "name", "role",
        "tabindex", "title", "type", "value",
    }  # fmt: skip
    # The title, the first question, the title under its quotation, a near sentence, the problem.
    assert found.texts.count(HOSTILE) == 5


def test_the_views_need_no_gradio_and_the_package_stays_offline() -> None:
    code = (
        "import os, sys, afgqa, afgqa.ui.cards, afgqa.ui.article_html\n"
        "print('gradio' in sys.modules, os.environ['GRADIO_ANALYTICS_ENABLED'],"
        " os.environ['HF_HUB_OFFLINE'], os.environ['HF_HUB_DISABLE_TELEMETRY'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SEED.parent.parent / "src"), "HF_HUB_OFFLINE": "0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "False False 1 1\n"
