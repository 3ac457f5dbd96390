"""Links to a sentence, previews of one, and what is still there after a reload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser.steps import ask, lit
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.conftest import Open


def test_a_link_opens_at_its_sentence(tea: str, open_page: Open) -> None:
    page = open_page(f"{tea}#s244")
    expect(page.locator("#article .s.linked")).to_have_text("In the end comes sugar.")
    expect(page.locator("#s244")).to_be_in_viewport(ratio=1)
    page.evaluate("location.hash = '#s1'")
    expect(page.locator("#article .s.linked")).to_have_text("It is old.")
    page.evaluate("location.hash = '#nothing'")
    expect(page.locator("#article .s.linked")).to_have_text("It is old.")


def test_a_sentence_gives_its_link(tea: str, open_page: Open) -> None:
    page = open_page(tea, permissions=["clipboard-read", "clipboard-write"])
    page.click("#s1")
    expect(page).to_have_url(f"{tea}#s1")
    expect(page.locator("#article .s.linked")).to_have_text("It is old.")
    page.click("#link")
    expect(page.locator("#link")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{tea}#s1"
    page.click(".brand")
    expect(page.locator("#link")).to_have_count(0)


def test_a_citation_shows_its_sentence_before_one_goes_there(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    ask(page, "How is it drunk?")
    page.hover("#c1-2")
    expect(page.locator("#preview")).to_have_text("Tea 🫖🫖 is made from 🍃 leaves.")
    expect(page.locator("#c1-2")).to_have_attribute("aria-describedby", "preview")
    page.hover(".brand")
    expect(page.locator("#preview")).to_be_hidden()
    page.keyboard.press("]")
    expect(page.locator("#preview")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()


def test_the_margin_shows_where_other_answers_came_from(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    ask(page, "What is tea made from?")
    ask(page, "What comes last?", 2)
    expect(page.locator("#article .tick")).to_have_count(1)
    trail = page.locator("#article .trail")
    expect(trail).to_have_attribute("aria-label", "Cited for: What is tea made from?")
    trail.click()
    expect(page.locator("#c1-1")).to_be_focused()
    assert lit(page) == ["Tea 🫖🫖 is made from 🍃 leaves."]
    expect(trail).to_have_attribute("aria-label", "Cited for: What comes last?")


def test_a_reload_keeps_the_conversation(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    ask(page, "What is tea made from?")
    ask(page, "Where did she grow?", 2)
    page.click("#t2 .undo")
    expect(page.locator("#t2 .q small")).to_have_text("asked without rewriting")
    page.reload()
    page.wait_for_selector("#t2")
    assert page.locator(".turn .q").all_text_contents() == [
        "What is tea made from?",
        "Where did she grow?asked without rewriting",
    ]
    page.click("#c1-1")
    assert lit(page) == ["Tea 🫖🫖 is made from 🍃 leaves."]
    ask(page, "How is it drunk?", 3)
    page.wait_for_selector("#c3-1")


def test_another_tab_begins_anew(tea: str, open_page: Open) -> None:
    ask(open_page(tea), "What is tea made from?")
    expect(open_page(tea).locator(".welcome")).to_be_visible()


def test_a_link_by_the_keyboard_alone(tea: str, open_page: Open) -> None:
    page = open_page(tea, permissions=["clipboard-read", "clipboard-write"])
    ask(page, "What comes last?")
    expect(page.locator("#article .s.current")).to_have_count(1)
    page.keyboard.type("list all")  # a question may begin with the letter
    expect(page.locator("#question")).to_have_value("list all")
    page.locator("#c1-1").focus()
    page.keyboard.press("l")
    expect(page.locator("#link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#link")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{tea}#s244"
