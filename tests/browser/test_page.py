"""From a question to its sentence, with the real chatbot over the article."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from browser.steps import ANSWERS, ENVOY, NOWHERE, TEA, ask, lit, quoted, style
from fake_bot import FakeBot, document
from playwright.sync_api import expect
from reader_forms import saturates

if TYPE_CHECKING:
    from browser.conftest import Open, Serve
    from playwright.sync_api import Browser

    from afgqa.chatbot import Chatbot


def test_from_a_question_to_its_sentence(url: str, open_page: Open) -> None:
    page = open_page(url)
    ask(page, ENVOY)
    expect(page.locator("#t1 .short")).to_contain_text("Rina Amiri")
    expect(page.locator("#t1 .ms")).to_have_text(re.compile(r"^\d+ ms$"))
    number = page.locator("#c1-1")
    number.click()
    sentence = page.locator("#article .s.current")
    expect(sentence).to_have_text(quoted(page, "#t1 blockquote"))
    expect(page.locator("#t1 blockquote .gloss").first).to_have_text("[special envoy]")
    expect(sentence).to_be_in_viewport(ratio=1)
    expect(page.locator("#article .found")).to_have_text("Rina Amiri")
    expect(page.locator("#article .tick").first).to_have_text("1")
    expect(number).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#question")).to_have_value("")


def test_the_cited_sentence_is_where_the_citation_says(
    url: str, bot: Chatbot, open_page: Open
) -> None:
    page = open_page(url)
    ask(page, ENVOY)
    data: dict[str, str] = page.locator("#c1-1").evaluate("it => ({...it.dataset})")
    text = next(it.text for it in bot.documents if it.doc_id == data["doc"])
    assert text[int(data["start"]) : int(data["end"])] in lit(page)
    assert text[int(data["from"]) : int(data["to"])] == page.text_content("#article .found")


def test_a_refusal_looks_different_and_cites_nothing(url: str, open_page: Open) -> None:
    page = open_page(url)
    ask(page, ENVOY)
    ask(page, NOWHERE, 2)
    expect(page.locator("#t2 .a.no .short")).to_have_text("The article does not seem to say.")
    expect(page.locator("#t2 .c")).to_have_count(0)
    assert lit(page) == []
    assert style(page, "#t2 .a", "backgroundColor") != style(page, "#t1 .a", "backgroundColor")
    assert style(page, "#t2 .a", "borderTopStyle") == "dashed"


def test_an_article_that_changes_under_the_page(serve: Serve, open_page: Open) -> None:
    bot = FakeBot((TEA,), ANSWERS)
    url = serve(bot)
    page = open_page(url)
    moved = "The article has changed since the page was opened; reload."
    ask(page, "What is tea made from?")
    expect(page.locator(".moved")).to_have_count(0)
    object.__setattr__(bot, "documents", (document(f"Now this. {TEA.text}"),))
    ask(page, NOWHERE, 2)
    expect(page.locator("#t1 .moved")).to_have_count(0)
    expect(page.locator("#t2 .moved")).to_have_text(moved)
    page.locator("#t2 .jump").first.click()
    expect(page.locator("#article .s.near")).to_have_count(0)
    page.reload()
    expect(page.locator("#s0")).to_have_text("Now this.")
    page.wait_for_selector("#t2")  # both questions are asked again
    ask(page, "What is tea made from?", 3)
    expect(page.locator("#talk .moved")).to_have_count(0)
    assert lit(page) == ["Now this."]  # what the table cites, as the new text has it


def test_an_answer_is_there_in_three_tenths_of_a_second(url: str, open_page: Open) -> None:
    page = open_page(url)
    ask(page, ENVOY)  # the first question wakes the models
    asked = (
        "When did the United States and the Taliban sign their agreement?",
        "Where was the leader of al-Qaida killed?",
        "Who is Karen Decker?",
        NOWHERE,
        "Is the U.S. embassy in Kabul open?",
    )
    waited = sorted(page.evaluate(WAITED, question) for question in asked)
    # Reading alone takes 0.2 seconds where the processor has no instructions for 8-bit sums.
    bound = 600 if saturates() else 300
    assert waited[2] <= bound, f"milliseconds from Enter to the card: {waited}"


def test_the_page_can_be_used_within_two_seconds(
    url: str, browser: Browser, open_page: Open
) -> None:
    open_page(url)  # the server's first page takes it longer
    context = browser.new_context()
    page = context.new_page()
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector("#page[data-view=ask]")  # its script has run
    took = time.perf_counter() - began
    expect(page.locator("#article .s").first).to_be_visible()
    context.close()
    assert took <= 2, f"{took:.2f} s until the page can be used"


def test_a_refusal_offers_a_question_that_is_answered(url: str, open_page: Open) -> None:
    page = open_page(url)
    ask(page, NOWHERE)
    chip = page.locator("#t1 .chip").first
    question = chip.text_content()
    chip.click()
    expect(page.locator("#t2 .q")).to_have_text(question or "")
    expect(page.locator("#t2 .c").first).to_be_visible()
    expect(page.locator("#t1 .a.no")).to_be_visible()


WAITED = """(question) => new Promise((done) => {
  const turns = document.querySelectorAll('#talk .turn').length;
  const box = document.querySelector('#question');
  box.value = question;
  const from = performance.now();
  const look = () => document.querySelector(`#t${turns + 1}:not(.pending)`)
    ? done(performance.now() - from) : requestAnimationFrame(look);
  box.form.requestSubmit();
  look();
})"""
