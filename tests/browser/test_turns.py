"""What a reader does in a conversation; the answers come from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from browser.steps import ENVOY, NOWHERE, ask, lit, style
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.conftest import Open
    from playwright.sync_api import Route


def test_a_chip_asks_its_question(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    page.locator(".chip").first.click()
    expect(page.locator("#t1 .short")).to_have_text("🍃 leaves1")
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator("#article .found")).to_have_text("🍃 leaves")
    assert lit(page) == ["Tea 🫖🫖 is made from 🍃 leaves."]


def test_numbers_belong_to_their_turn(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    ask(page, "What is tea made from?")
    ask(page, "How is it drunk?", 2)
    pressed = page.locator(".c[aria-pressed=true]")
    ticks = page.locator("#article .tick")
    assert pressed.evaluate_all("all => all.map(it => it.id)") == ["c2-1"]
    assert sorted(ticks.all_text_contents()) == ["1", "2"]
    page.click("#c1-1")
    assert pressed.evaluate_all("all => all.map(it => it.id)") == ["c1-1"]
    assert ticks.all_text_contents() == ["1"]
    assert lit(page) == ["Tea 🫖🫖 is made from 🍃 leaves."]
    page.click("#c2-2")
    assert pressed.evaluate_all("all => all.map(it => it.id)") == ["c2-2"]
    assert sorted(lit(page)) == [
        "In Morocco it is drunk with mint.",
        "Tea 🫖🫖 is made from 🍃 leaves.",
    ]
    assert page.locator(".s.current").all_text_contents() == ["Tea 🫖🫖 is made from 🍃 leaves."]


def test_the_keyboard_is_enough(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    page.keyboard.type("What is tea made from?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#c1-1")
    page.keyboard.type("How is it drunk?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#c2-2")
    page.keyboard.press("]")
    expect(page.locator("#c2-2")).to_be_focused()
    page.keyboard.press("]")
    expect(page.locator("#c2-2")).to_have_attribute("aria-pressed", "true")
    for _ in range(4):
        page.keyboard.press("[")
    expect(page.locator("#c1-1")).to_be_focused()
    expect(page.locator("#c1-1")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    expect(page.locator("#t1 .how")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.locator("#c2-1")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#c2-1")).to_have_attribute("aria-pressed", "true")
    assert style(page, "#c2-1", "outlineStyle") == "solid"
    page.keyboard.press("/")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#question")).to_have_value("")
    page.keyboard.type("a/b [c]")
    expect(page.locator("#question")).to_have_value("a/b [c]")


def test_a_far_sentence_comes_into_view_and_leads_back(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    expect(page.locator("#s244")).not_to_be_in_viewport()
    ask(page, "What comes last?")
    expect(page.locator("#s244")).to_be_in_viewport(ratio=1)
    tick, line = page.locator("#article .tick"), page.locator("#s244")
    expect(tick).to_be_in_viewport()
    tops = page.evaluate(
        """() => ['#article .tick', '#s244'].map((it) => {
          const { top, height } = document.querySelector(it).getClientRects()[0];
          return top + height / 2;
        })"""
    )
    assert tops[0] == pytest.approx(tops[1], abs=3)
    expect(line).to_have_text("In the end comes sugar.")
    tick.click()
    expect(page.locator("#c1-1")).to_be_focused()


def test_a_refusal_leads_to_the_nearest_sentences(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    ask(page, NOWHERE)
    near = page.locator("#t1 .jump")
    assert near.all_text_contents() == ["Tea 🫖🫖 is made from 🍃 leaves.", "It is old."]
    near.last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#article .s.near")).to_have_text("It is old.")
    expect(page.locator("#article .tick")).to_have_count(0)


def test_a_follow_up_shows_what_was_searched(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    ask(page, "What is tea made from?")
    ask(page, "Where did she grow?", 2)
    expect(page.locator("#t2 .q small")).to_have_text(
        "searched for: “Where did 🍃 leaves grow?” · undo"
    )
    expect(page.locator("#t1 .q small")).to_have_count(0)


def test_while_a_question_is_out(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    held: list[Route] = []
    page.route("**/run/**", lambda route: held.append(route))
    page.fill("#question", "What is tea made from?")
    page.press("#question", "Enter")
    page.press("#question", "Enter")
    expect(page.locator(".pending .q")).to_have_text("What is tea made from?")
    expect(page.locator("#ask .send")).to_have_attribute("aria-disabled", "true")
    below = page.locator("#ask").bounding_box()
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("#t1 .short")).to_have_text("🍃 leaves1")
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#ask .send")).not_to_have_attribute("aria-disabled", "true")
    assert page.locator("#ask").bounding_box() == below


def test_a_question_that_cannot_be_asked_stays_in_the_box(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    for _ in range(2):
        page.fill("#question", "  ")
        page.press("#question", "Enter")
        expect(page.locator(".pending")).to_have_count(0)
        expect(page.locator(".problem")).to_have_text("The question is empty; type a question")
        expect(page.locator("#question")).to_have_value("  ")
        expect(page.locator(".chip")).to_have_count(2)
    ask(page, "What is tea made from?")
    expect(page.locator(".problem")).to_have_count(0)
    expect(page.locator(".turn")).to_have_count(1)


def test_a_failed_request_is_reported_and_the_question_kept(
    tea: str, open_page: Open, complaints: list[str]
) -> None:
    page = open_page(tea)
    page.route("**/run/**", lambda route: route.fulfill(status=500, json={"error": None}))
    page.fill("#question", "What is tea made from?")
    page.press("#question", "Enter")
    expect(page.locator(".problem")).to_contain_text("afgqa did not answer")
    expect(page.locator("#question")).to_have_value("What is tea made from?")
    expect(page.locator(".pending")).to_have_count(0)
    complaints.clear()  # the browser logs the failed request


def test_one_visitor_does_not_see_the_questions_of_another(tea: str, open_page: Open) -> None:
    first, second = open_page(tea), open_page(tea)
    ask(first, "What is tea made from?")
    ask(second, "How is it drunk?")
    expect(first.locator(".turn")).to_have_count(1)
    expect(second.locator("#t1 .q")).to_have_text("How is it drunk?")
    expect(second.locator(".turn")).to_have_count(1)


def test_a_new_conversation_begins_where_the_first_did(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    ask(page, "What is tea made from?")
    page.click("#new")
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#article .tick, #article .s.cited")).to_have_count(0)
    ask(page, "Where did she grow?")  # points back to nothing
    expect(page.locator("#t1 .q")).to_have_text("Where did she grow?")
    page.reload()
    page.wait_for_selector("#t1")
    expect(page.locator(".turn")).to_have_count(1)


def test_two_actions_at_once_are_both_done(url: str, open_page: Open) -> None:
    page = open_page(url)
    ask(page, ENVOY)
    page.evaluate(
        """() => {
          document.querySelector('#t1 .right').click();
          document.querySelector('#t1 .how').click();
        }"""
    )
    expect(page.locator("#how1")).to_be_visible()
    ask(page, "Where was the leader of al-Qaida killed?", 2)
    expect(page.locator("#t2 .short")).to_contain_text("Kabul")


def test_a_conversation_that_the_server_has_lost_is_asked_again(
    url: str, served: dict[str, Any], open_page: Open
) -> None:
    page = open_page(url)
    sent: list[str] = []

    def note(request: Any) -> None:
        if "/run/" in request.url:
            sent.append(request.post_data_json["session_hash"])

    page.on("request", note)
    ask(page, ENVOY)
    ask(page, "Why did she refuse?", 2)
    served[url].state_holder.delete_state(sent[-1])  # as after a connection that broke
    page.fill("#question", "Where was the leader of al-Qaida killed?")
    page.press("#question", "Enter")
    expect(page.locator("#t3 .short")).to_contain_text("Kabul")
    expect(page.locator("#t2 .q small")).to_contain_text("Why did Rina Amiri refuse?")
    expect(page.locator("#ask .send")).not_to_have_attribute("aria-disabled", "true")
