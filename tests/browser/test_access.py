"""Whether everybody can use it: axe-core finds nothing serious in any view, light or dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.steps import NOWHERE, ask

if TYPE_CHECKING:
    from browser.conftest import Open
    from playwright.sync_api import Page

GRAVE = ("serious", "critical")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_grave_is_in_the_way(url: str, open_page: Open, scheme: str, width: int) -> None:
    page = open_page(url, color_scheme=scheme, width=width, height=900)
    assert grave(page) == []
    ask(page, "Who is the U.S. special envoy for Afghan women?")
    ask(page, NOWHERE, 2)
    page.click("#t1 .how")
    page.wait_for_selector("#how1:not([hidden])")
    page.click("#t2 .wrong")
    page.click("#export")
    page.wait_for_timeout(300)
    assert grave(page) == []
    page.keyboard.press("Escape")
    page.click("#header [data-view=documents]")
    page.wait_for_timeout(300)
    assert grave(page) == []
    page.click("#header [data-view=evaluate]")
    page.wait_for_timeout(300)
    assert grave(page) == []


def grave(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical, each with the first place of it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{it['id']}: {it['nodes'][0]['target']} {it['nodes'][0]['html']:.160}"
        for it in found
        if it["impact"] in GRAVE
    ]
