"""A page that is served, and a browser that opens it."""

from __future__ import annotations

import gc
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser.steps import ANSWERS, TEA
from fake_bot import FakeBot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from afgqa.chatbot import Chatbot

ROOT = Path(__file__).parent.parent.parent
SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
).split()

Serve = Callable[..., str]
Open = Callable[..., "Page"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            # Gradio and the server under it warn of what they themselves still use.
            for ours_not in ("DeprecationWarning", "ResourceWarning"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{ours_not}"))


@pytest.fixture(scope="session", autouse=True)
def leftovers() -> Iterator[None]:
    """Collect, after all else, the sockets and loops that Gradio and Playwright leave open."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="session")
def executable() -> str:
    """The machine's Chromium or Chrome."""
    names = [os.environ.get("CHROME"), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        message = "no Chromium or Chrome on this machine: apt-get install chromium"
        if os.environ.get("AFGQA_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def browser(executable: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def served() -> dict[str, Any]:
    """What is served, by its address."""
    return {}


@pytest.fixture(scope="session")
def serve(served: dict[str, Any]) -> Iterator[Serve]:
    """Serve a chatbot's page on a free port until the tests are over; gives its address."""
    from afgqa.ui.page import launch

    with ExitStack() as running:

        def start(bot: Any, **options: Any) -> str:
            ready: list[str] = []
            blocks = launch(bot, port=None, ready=ready.append, wait=False, **options)
            running.callback(blocks.close, verbose=False)
            served[ready[0]] = blocks
            return ready[0]

        yield start


@pytest.fixture(scope="session")
def bot() -> Chatbot:
    """The chatbot over the article, with its models."""
    from afgqa.chatbot import Chatbot

    return Chatbot.from_documents(ROOT / "seeds")


@pytest.fixture(scope="session")
def url(bot: Chatbot, serve: Serve) -> str:
    return serve(bot)


@pytest.fixture(scope="session")
def tea(serve: Serve) -> str:
    """The address of a page with a small article and a table of answers."""
    return serve(FakeBot((TEA,), ANSWERS))


@pytest.fixture
def complaints() -> list[str]:
    """Errors on the console, dialogs, and requests to other hosts; a test may clear it."""
    return []


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> Iterator[Open]:
    """Open an address in a visitor's own browser session; `complaints` must stay empty."""
    with ExitStack() as sessions:

        def start(url: str, *, width: int = 1440, height: int = 900, **options: Any) -> Page:
            context = browser.new_context(viewport={"width": width, "height": height}, **options)
            sessions.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on(
                "console", lambda it: complaints.append(it.text) if it.type == "error" else None
            )
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("dialog", lambda dialog: complaints.append(f"dialog {dialog.message}"))
            own = ("http://127.0.0.1:", "data:", "blob:")
            page.on(
                "request",
                lambda it: None if it.url.startswith(own) else complaints.append(it.url),
            )
            page.goto(url)
            page.wait_for_selector("#question")
            return page

        yield start
    assert complaints == []
