"""What the tests of the page share: a small article with its answers, and a reader's steps."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from fake_bot import document

if TYPE_CHECKING:
    from playwright.sync_api import Page

T = TypeVar("T")

ENVOY = "Who is the U.S. special envoy for Afghan women?"
NOWHERE = "What is the capital of Iceland?"

# A fixed small article: the second answer has an answer in a sentence beyond the first plane of
# Unicode, where a browser counts two units and the document one character.
TEA = document(
    "Tea 🫖🫖 is made from 🍃 leaves. It is old.\nHow it is drunk\nIn Morocco it is drunk with"
    " mint. " + "In Tibet with butter. " * 240 + "In the end comes sugar.",
    examples=("What is tea made from?", "Is it <b>old</b>?"),
)
ANSWERS = {
    "What is tea made from?": ("🍃 leaves", (0,)),
    "How is it drunk?": ("mint", (3, 0)),
    "What comes last?": (None, (244,)),
}


def apart(work: Callable[[], T]) -> T:
    """What `work` gives in a thread of its own: in this one Playwright may have an event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def ask(page: Page, question: str, turn: int = 1) -> None:
    """Type a question, press Enter, and wait for the card of that turn."""
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_selector(f"#t{turn}:not(.pending)")


def lit(page: Page) -> list[str]:
    """The sentences of the article that are marked as cited, without anything put into them."""
    return page.locator("#article .s.cited").all_text_contents()


def style(page: Page, selector: str, name: str) -> str:
    """A computed style, after transitions."""
    page.wait_for_timeout(250)
    return str(page.locator(selector).first.evaluate(f"it => getComputedStyle(it).{name}"))


def quoted(page: Page, selector: str) -> str:
    """The text of a quotation without the glosses in it and the speaker under it."""
    script = """it => { const copy = it.cloneNode(true);
        for (const gloss of copy.querySelectorAll('.gloss')) {
            gloss.previousSibling.textContent = gloss.previousSibling.textContent.trimEnd();
            gloss.remove();
        }
        for (const cite of copy.querySelectorAll('cite')) cite.remove();
        return copy.textContent; }"""
    return str(page.locator(selector).first.evaluate(script))
