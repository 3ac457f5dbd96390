"""How the page looks: at first sight, at every width, in light and dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser.steps import TEA, ask, style
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.conftest import Open


def test_first_sight(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    expect(page).to_have_title("afgqa")
    expect(page.locator(".brand")).to_have_text("afgqa")
    expect(page.locator("#article h1")).to_have_text("Tea")
    expect(page.locator(".doc .meta")).to_have_text("tea.txt · 245 sentences")
    expect(page.locator(".doc h2")).to_have_text("How it is drunk")
    expect(page.locator("#s1")).to_have_text("It is old.")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("footer")).to_be_hidden()
    assert page.locator(".chip").all_text_contents() == list(TEA.examples)


@pytest.mark.parametrize("width", [320, 390, 860, 861, 1100])
def test_no_width_scrolls_sideways(tea: str, open_page: Open, width: int) -> None:
    page = open_page(tea, width=width, height=844)
    ask(page, "What is tea made from?")
    ask(page, "W" * 400, 2)
    inner: list[int] = page.evaluate(
        """() => ['html', '#article', '#talk', '#ask'].map((it) => {
          const box = document.querySelector(it); return box.scrollWidth - box.clientWidth })"""
    )
    assert inner == [0, 0, 0, 0]


def test_a_phone_shows_the_conversation_first(tea: str, open_page: Open) -> None:
    page = open_page(tea, width=390, height=844, has_touch=True, is_mobile=True)
    ask(page, "What comes last?")
    expect(page.locator("#t1 .q")).to_be_in_viewport()
    expect(page.locator("#s244")).not_to_be_in_viewport()
    top = "it => it.getBoundingClientRect().top"
    assert page.locator("#talk").evaluate(top) < page.locator("#article").evaluate(top)
    page.locator("#c1-1").tap()
    expect(page.locator("#s244")).to_be_in_viewport()


def test_light_and_dark(tea: str, open_page: Open) -> None:
    light, dark = open_page(tea, color_scheme="light"), open_page(tea, color_scheme="dark")
    paper, night = (style(page, "body", "backgroundColor") for page in (light, dark))
    assert (paper, night) == ("rgb(251, 250, 246)", "rgb(21, 23, 26)")
    for page in (light, dark):
        page.click("#theme")
    assert style(light, "body", "backgroundColor") == night
    assert style(dark, "body", "backgroundColor") == paper
    light.reload()
    light.wait_for_selector("#question")
    assert style(light, "body", "backgroundColor") == night


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_to_be_read(tea: str, open_page: Open, scheme: str) -> None:
    page = open_page(tea, color_scheme=scheme)
    ask(page, "How is it drunk?")
    ask(page, "Where did she grow?", 2)
    page.click("#c1-1")
    page.wait_for_timeout(400)
    faint: list[str] = page.evaluate(CONTRAST)
    assert faint == []


# WCAG 2.2, 1.4.3: 4.5 to 1, or 3 to 1 for large text.
CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => rgb.map((it) => it / 255)
    .map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
    .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
  const faint = [];
  const walker = document.createTreeWalker(document.querySelector('#page'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !holder.checkVisibility()) continue;
    const under = [];
    for (let it = holder; it; it = it.parentElement) {
      under.unshift(getComputedStyle(it).backgroundColor);
    }
    const own = getComputedStyle(holder);
    const [a, b] = [light(paint(under)), light(paint([...under, own.color]))].sort((x, y) => y - x);
    const size = parseFloat(own.fontSize);
    const large = size >= 24 || (size >= 18.66 && +own.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${holder.className} ${ratio.toFixed(2)}`);
  }
  return faint;
}"""
