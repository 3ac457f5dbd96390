"""What a reader does with an answer: look behind it, take it back, copy, export, judge it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser.steps import ANSWERS, ENVOY, TEA, ask, lit
from fake_bot import FakeBot
from playwright.sync_api import expect

from afgqa.answering.citation_verification import Cited, verify
from afgqa.evaluation.question_sets import load_questions

if TYPE_CHECKING:
    from browser.conftest import Open, Serve

    from afgqa.chatbot import Chatbot


def test_how_an_answer_was_found(url: str, open_page: Open) -> None:
    page = open_page(url)
    ask(page, ENVOY)
    how = page.locator("#t1 .how")
    expect(how).to_have_attribute("aria-expanded", "false")
    how.click()
    panel = page.locator("#how1")
    expect(panel).to_be_visible()
    expect(how).to_have_attribute("aria-expanded", "true")
    expect(panel.locator("h3")).to_have_text(
        ["Searched for", "Found 45 sentences, best first", "Candidate answers", "Confidence"]
    )
    expect(panel).to_contain_text("chosen, +")
    expect(panel).to_contain_text("“Rina Amiri”")
    panel.locator(".jump").nth(1).click()
    expect(page.locator("#article .s.near")).to_be_in_viewport()
    ask(page, "Where was the leader of al-Qaida killed?", 2)
    expect(panel).to_be_visible()  # another question does not shut it
    how.click()
    expect(panel).to_be_hidden()


def test_a_follow_up_is_taken_back(url: str, open_page: Open) -> None:
    page = open_page(url)
    ask(page, ENVOY)
    ask(page, "Who is she?", 2)
    expect(page.locator("#t2 .q small")).to_contain_text("Who is Rina Amiri?")
    assert lit(page)
    page.click("#t2 .undo")
    expect(page.locator("#t2 .q small")).to_have_text("asked without rewriting")
    expect(page.locator("#t2 .a.no")).to_be_visible()  # there is no word to look for
    expect(page.locator("#t1 .q")).to_have_text(ENVOY)
    expect(page.locator(".turn")).to_have_count(2)


def test_an_answer_is_copied_with_its_citations(tea: str, open_page: Open) -> None:
    page = open_page(tea, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "What is tea made from?")
    page.click("#t1 .copy")
    expect(page.locator("#t1 .copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "What is tea made from?\n🍃 leaves\n"
        "[1] Tea 🫖🫖 is made from 🍃 leaves.\n    tea.txt, characters 0-29"
    )
    expect(page.locator("#t1 .copy")).to_have_text("Copy")


@pytest.mark.parametrize(
    ("form", "suffix", "part"),
    [
        ("markdown", ".md", "Rina Amiri"),
        ("html", ".html", "<!doctype html>"),
        ("json", ".json", ""),
    ],
)
def test_a_conversation_is_saved(
    url: str, bot: Chatbot, open_page: Open, tmp_path: Path, form: str, suffix: str, part: str
) -> None:
    page = open_page(url)
    ask(page, ENVOY)
    page.click("#export")
    with page.expect_download() as saved:
        page.click(f"#forms [data-form={form}]")
    expect(page.locator("#forms")).to_be_hidden()
    assert saved.value.suggested_filename.endswith(suffix)
    file = tmp_path / f"saved{suffix}"
    saved.value.save_as(file)
    content = file.read_text(encoding="utf-8")
    assert part in content
    assert ENVOY in content
    if form == "json":
        turns = json.loads(content)["turns"]
        cited = [
            Cited(*(it[field] for field in Cited._fields))
            for turn in turns
            for it in turn["citations"]
        ]
        assert [it.state for it in verify(cited, bot.documents)] == ["exact"]


def test_nothing_is_saved_before_the_first_question(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    page.click("#export")
    page.keyboard.press("Enter")
    expect(page.locator(".problem")).to_have_text("There is no question yet. Ask one first.")


@pytest.fixture
def judged(serve: Serve, tmp_path: Path) -> tuple[str, Path]:
    """The address of a page that keeps verdicts, and the file that it keeps them in."""
    file = tmp_path / "feedback.jsonl"
    return serve(FakeBot((TEA,), ANSWERS), feedback=file), file


def test_a_wrong_citation_becomes_a_row(judged: tuple[str, Path], open_page: Open) -> None:
    url, file = judged
    page = open_page(url)
    ask(page, "How is it drunk?")
    page.click("#t1 .wrong")
    page.click("#t1 .keep")
    expect(page.locator("#t1 .verdict .problem")).to_have_text("Choose what was wrong.")
    page.check("#t1 input[value='wrong citation']")
    page.click("#t1 .keep")
    expect(page.locator("#t1 .verdict .problem")).to_have_text(
        "Choose the correct sentence in the article first."
    )
    page.click("#s244")
    expect(page.locator("#t1 .picked")).to_have_text("In the end comes sugar.")
    page.click("#t1 .keep")
    expect(page.locator("#t1 .kept")).to_have_text("Kept as “wrong citation”, thank you.")
    expect(page.locator("#t1 .verdict")).to_be_hidden()
    (example,) = load_questions(file, [TEA]).examples
    assert (example.question, example.answers) == ("How is it drunk?", ("mint",))
    (place,) = example.evidence
    assert TEA.text[place.start : place.end] == "In the end comes sugar."


def test_a_verdict_by_the_keyboard_alone(judged: tuple[str, Path], open_page: Open) -> None:
    url, file = judged
    page = open_page(url)
    ask(page, "Who drinks it?")
    page.locator("#t1 .wrong").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#t1 input")).to_be_focused()
    page.keyboard.press("Space")
    page.locator("#s1").focus()
    page.keyboard.press("Enter")
    page.locator("#t1 .keep").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#t1 .kept")).to_be_visible()
    (example,) = load_questions(file, [TEA]).examples
    assert [place.start for place in example.evidence] == [30]
    expect(page.locator("#s1")).not_to_have_attribute("tabindex", "0")


def test_right_and_should_be_refused(judged: tuple[str, Path], open_page: Open) -> None:
    url, file = judged
    page = open_page(url)
    ask(page, "What is tea made from?")
    page.click("#t1 .right")
    expect(page.locator("#t1 .kept")).to_be_visible()
    page.click("#t1 .wrong")
    page.keyboard.press("Escape")
    expect(page.locator("#t1 .verdict")).to_be_hidden()
    page.click("#t1 .wrong")
    page.check("#t1 input[value='should refuse']")
    page.click("#t1 .keep")
    expect(page.locator("#t1 .kept")).to_have_text("Kept as “should refuse”, thank you.")
    assert [it.answerable for it in load_questions(file, [TEA]).examples] == [False]


def test_a_page_that_keeps_nothing_says_so(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    ask(page, "What is tea made from?")
    page.click("#t1 .right")
    expect(page.locator(".problem")).to_have_text("This page does not record feedback.")
