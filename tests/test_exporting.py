"""A conversation that is kept: all of it is there, and none of it is markup."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fake_bot import TIME, FakeBot, cite, document
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from markdown_it.token import Token
from referencing import Registry, Resource

from afgqa.answering.citation_verification import verify
from afgqa.answers import Answer, Citation, Turn
from afgqa.cli.text import answer_text
from afgqa.exporting import as_html, as_json, as_markdown
from afgqa.kept_citations import kept_in
from afgqa.serialization import answer_row
from afgqa.types import Meaning, RelativeDate

NOW = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
TEA = document("Tea is made from leaves. It is old.\nIn Morocco it is drunk with mint.")
TABLE: dict[str, tuple[str | None, tuple[int, ...]]] = {
    "What is tea made from?": ("leaves", (0,)),
    "Where did leaves grow?": (None, (2, 1)),
}
DOCS = Path(__file__).parents[1] / "docs"


def talk(*questions: str, of: FakeBot | None = None) -> tuple[Turn, ...]:
    conversation = (of or FakeBot((TEA,), TABLE)).conversation()
    for question in questions:
        conversation.ask(question)
    return conversation.turns


TURNS = talk("What is tea made from?", "Where did she grow?", "Who is Ann?")


def schema() -> Draft202012Validator:
    own, rows = (
        json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("conversation", "answer")
    )
    known: Registry[Any] = Registry().with_resource(
        "answer.schema.json", Resource.from_contents(rows)
    )
    return Draft202012Validator(own, registry=known)


# -- JSON ---------------------------------------------------------------------------------------


def test_json_is_of_its_schema_and_can_be_verified() -> None:
    whole = json.loads(json.dumps(as_json(TURNS, NOW)))
    schema().validate(whole)
    assert whole == {
        "afgqa": "conversation",
        "version": 1,
        "exported": "2026-01-02T03:04:05+00:00",
        "turns": json.loads(json.dumps([answer_row(turn.answer) for turn in TURNS])),
    }
    kept = kept_in(json.dumps(whole).encode(), "it")
    assert [it.where for it in kept] == ["turn 1", "turn 2", "turn 2", "turn 3", "turn 3"]
    assert {it.state for it in verify((it.cited for it in kept), [TEA])} == {"exact"}


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"turns": [{}]}, {"exported": "today"}, {"more": 1}]
)
def test_the_schema_refuses_what_is_none(change: dict[str, Any]) -> None:
    assert not schema().is_valid(as_json(TURNS, NOW) | change)


# -- Markdown -----------------------------------------------------------------------------------


def test_markdown() -> None:
    short = f"SHA-256 {TEA.sha256}"
    assert as_markdown(TURNS, NOW) == (
        "# A conversation with documents\n\n"
        "Exported 2026-01-02T03:04:05+00:00. A quotation shows what the document says, not "
        "that it is true.\n\n"
        "## 1. What is tea made from?\n\n"
        "leaves\n\n"
        "> Tea is made from **leaves**.\n>\n"
        f"> \\[1\\] tea.txt, characters 0-24, {short}\n\n"
        "## 2. Where did she grow?\n\n"
        "Searched for: Where did leaves grow?\n\n"
        "In Morocco it is drunk with mint. It is old.\n\n"
        "> In Morocco it is drunk with mint.\n>\n"
        f"> \\[1\\] tea.txt, characters 36-69, {short}\n\n"
        "> It is old.\n>\n"
        f"> \\[2\\] tea.txt, characters 25-35, {short}\n\n"
        "## 3. Who is Ann?\n\n"
        "No sentence of the article answers this question.\n\n"
        "Nearest sentences:\n\n"
        f"> Tea is made from leaves.\n>\n> tea.txt, characters 0-24, {short}\n\n"
        f"> It is old.\n>\n> tea.txt, characters 25-35, {short}\n"
    )


def turn_of(text: str, question: str = "Is it?", highlight: tuple[int, int] | None = None) -> Turn:
    """A turn that quotes a text, and says it wherever something is said."""
    cited = Citation(
        1, text, text, text, "0" * 64, 0, len(text), text, highlight, speaker=text
    )  # fmt: skip
    answer = Answer(question, text, True, None, text, 0.9, None, (cited,), (), TIME)
    return Turn(question, answer)


def refusal_of(text: str) -> Turn:
    near = cite(document("It is old.", source=text), 0)
    answer = Answer(text, text, False, None, text, 0, f"{text}?", (), near, TIME, (text, text))
    return Turn(text, answer)


OURS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "blockquote_open",
    "blockquote_close", "inline", "bullet_list_open", "bullet_list_close", "list_item_open",
    "list_item_close", "text", "strong_open", "strong_close",
}  # fmt: skip


def parsed(markdown: str) -> list[Token]:
    """Every token, those inside of lines too; links of bare addresses count, as on GitHub."""
    reader = MarkdownIt("gfm-like")
    reader.linkify.set({"fuzzy_link": False})  # type: ignore[union-attr]
    return [
        one
        for token in reader.parse(markdown)
        for one in (token, *(token.children or ()))
        if one.content or one.type not in ("text", "inline")
    ]


def shown(markdown: str) -> list[str]:
    """What a reader sees, paragraph by paragraph."""
    return [
        "".join(child.content for child in token.children or ())
        for token in parsed(markdown)
        if token.type == "inline"
    ]


HOSTILE = [
    "<script>alert(1)</script>", "[a](http://b.c)", "![a](b)", "# a", "- a", "+ a", "* a", "1. a",
    "2) a", "12345678901. a", "> a", "```a```", "`a`", "~~a~~", "***", "---", "___", "a\n===",
    "a\n---", "| a | b |\n| - | - |", "a  \nb", "&lt;&amp;&#35;", "<!-- a", "http://a.bc",
    "https://a.bc/_d_", "www.a.bc", "a@b.cd", "\ta", "    a", "\\", "\\*a\\*", "$a$", "[^1]: a",
    "[a]: b", "- [ ] a", "a\\\nb", "a\x85b", "\u2028- a", "&copy;", "{{a}} {a}", "~a~ ==b== ^c^",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_a_mark_of_markdown(text: str) -> None:
    check_markdown(text)


@given(st.text(st.sampled_from(" \n\t-+*_`#>[]()<!&;|~$\\.:/@w1a“é🍃"), min_size=1, max_size=30))
@example("\n1. \n")
def test_whatever_a_text_holds_is_shown_as_it_is(text: str) -> None:
    if text.strip():
        check_markdown(text)


def check_markdown(text: str) -> None:
    markdown = as_markdown([turn_of(text, text), refusal_of(text)], NOW)
    tokens = parsed(markdown)
    assert {token.type for token in tokens} <= OURS
    assert [t.tag for t in tokens if t.type == "heading_open"] == ["h1", "h2", "h2"]
    near = document("It is old.").sha256
    expected = [
        f"1. {text}", text, text,
        f"[1] {text}, characters 0-{len(text)}, said by {text}, SHA-256 {'0' * 64}",
        f"2. {text}", text, f"Reason: {text}?", "Nearest sentences:", "It is old.",
        f"{text}, characters 0-10, SHA-256 {near}", "Try asking:", text, text,
    ]  # fmt: skip
    assert shown(markdown)[2:] == [" ".join(one.split()) for one in expected]


@given(st.text(st.sampled_from(" \n-*_1.a“”é🍃$&["), min_size=1, max_size=20), st.data())
def test_the_answer_in_strong_type_leaves_the_text_as_it_is(text: str, data: st.DataObject) -> None:
    if not text.strip():
        return
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, len(text)))
    markdown = as_markdown([turn_of(text, highlight=(first, last))], NOW)
    assert {token.type for token in parsed(markdown)} <= OURS
    assert shown(markdown)[4] == " ".join(text.split())


def test_the_answer_is_in_strong_type() -> None:
    text = "It cost $5 million, said “Ann”."
    for words in ("$5 million", "“Ann”", "It"):
        at = text.index(words)
        markdown = as_markdown([turn_of(text, highlight=(at, at + len(words)))], NOW)
        assert f"**{words.replace('$', chr(92) + '$')}**" in markdown


def test_an_aside_in_the_answer_does_not_end_it() -> None:
    turn = turn_of("A bar of tea.", highlight=(2, 12))
    cited = replace(turn.answer.citations[0], glosses=(Meaning(2, 5, "brick"),))
    markdown = as_markdown([replace(turn, answer=replace(turn.answer, citations=(cited,)))], NOW)
    assert "> A **bar** \\[brick\\] **of tea**.\n" in markdown


def test_the_page_of_a_file_is_told() -> None:
    turn = turn_of("A bar of tea.")
    cited = replace(turn.answer.citations[0], page=3)
    told = [replace(turn, answer=replace(turn.answer, citations=(cited,)))]
    for kept in (as_markdown(told, NOW), as_html(told, NOW)):
        assert "A bar of tea., page 3, characters 0-13" in kept


def glossed() -> Turn:
    turn = turn_of("A bar of tea.")
    cited = replace(turn.answer.citations[0], glosses=(Meaning(2, 5, "brick <b>"),))
    return replace(turn, answer=replace(turn.answer, citations=(cited,)))


def test_glosses_are_beside_the_quotation() -> None:
    markdown = as_markdown([glossed()], NOW)
    assert "> A bar \\[brick \\<b\\>\\] of tea.\n" in markdown
    assert "> In brackets: the editor's glossary." in markdown
    page = as_html([glossed()], NOW)
    assert "A bar <i>[brick &lt;b&gt;]</i> of tea." in page
    assert "In brackets: the editor" in page


def test_a_date_that_was_counted_says_so_in_every_form() -> None:
    turn = turn_of("A bar of tea on Monday.")
    cited = replace(turn.answer.citations[0], dates=(RelativeDate(16, 22, "2022-12-19"),))
    answer = replace(turn.answer, citations=(cited,))
    told = [replace(turn, answer=answer)]
    for kept in (as_markdown(told, NOW), as_html(told, NOW), answer_text(answer)):
        assert "Inferred from the date of the text." in kept


# -- HTML ---------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags, and the text of each that holds text alone."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html() -> None:
    page = as_html(TURNS, NOW)
    assert page.startswith("<!doctype html>\n")
    for part in (
        "<h2>What is tea made from?</h2>",
        '<p class="answer">leaves</p>',
        "<p>Tea is made from <mark>leaves</mark>.</p>",
        f"<footer>[1] tea.txt, characters 0-24, SHA-256 {TEA.sha256}</footer>",
        '<p class="soft">Searched for: Where did leaves grow?</p>',
        '<p class="refusal">No sentence of the article answers this question.</p>',
        '<time datetime="2026-01-02T03:04:05+00:00">',
    ):
        assert page.count(part) == 1
    assert "color-scheme: light dark" in page


def test_the_page_is_self_contained() -> None:
    page = Page(as_html(TURNS, NOW))
    assert not {"script", "link", "img", "iframe", "a", "object", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith(("on", "src", "href"))]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
    assert not re.search(r"url\(|@import|https?:", as_html(TURNS, NOW))


@pytest.mark.parametrize("text", [*HOSTILE, "</style></main><b onclick='x'>", "\"'>", "]]>"])
def test_no_text_is_markup(text: str) -> None:
    plain, page = (
        Page(as_html([turn_of(it, it, (0, 1)), refusal_of(it)], NOW)) for it in ("a b", text)
    )
    assert (page.tags, [name for name, _ in page.attributes]) == (
        plain.tags,
        [name for name, _ in plain.attributes],
    )
    assert page.text.count(text) == 11
