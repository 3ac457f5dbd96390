"""A server that is gone or busy while a question is out, and questions that are offered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser.steps import TEA, ask
from fake_bot import FakeBot
from playwright.sync_api import expect

from afgqa.chatbot import Chatbot
from afgqa.documents.loading import document_from_text
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.settings import Settings

if TYPE_CHECKING:
    from browser.conftest import Open, Serve

ROOT = Path(__file__).parents[2]
PROGRAM = """
import warnings
warnings.simplefilter("ignore")
from browser.steps import ANSWERS, TEA
from fake_bot import FakeBot
from afgqa.ui.page import launch
launch(FakeBot((TEA,), ANSWERS), port={port}, ready=lambda url: print(url, flush=True))
"""


class Program:
    """A server in a process of its own, on one port each time it is started."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held
        self.url = ""

    def start(self) -> None:
        port = self.url.rstrip("/").rsplit(":", 1)[-1] or None
        path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PROGRAM.format(port=port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
        )
        assert self.process.stdout is not None
        self._held.callback(self.process.stdout.close)
        self._held.callback(self.stop)
        self.url = self.process.stdout.readline().strip()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def program() -> Iterator[Program]:
    with ExitStack() as held:
        made = Program(held)
        made.start()
        yield made


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be halted there")
@pytest.mark.parametrize("how", ["ended", "halted"])
def test_a_lost_server_is_told_and_the_question_is_kept(
    program: Program, open_page: Open, complaints: list[str], how: str
) -> None:
    page = open_page(program.url)
    ask(page, "What is tea made from?")
    if how == "ended":
        program.stop()
    else:
        program.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    page.fill("#question", "How is it drunk?")
    page.press("#question", "Enter")
    page.wait_for_selector("#talk .problem")
    assert time.monotonic() - began < 5.5  # with the time to type
    expect(page.locator("#talk .problem")).to_have_text(
        "afgqa does not respond. Is it still running? Your question is still in the box below: "
        "press Enter to ask it again."
    )
    expect(page.locator("#question")).to_have_value("How is it drunk?")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator(".pending")).to_have_count(0)
    if how == "ended":
        opened = page.evaluate("performance.timeOrigin")
        program.start()  # Gradio reloads the page as soon as it finds the server there
        page.wait_for_function(f"performance.timeOrigin > {opened}")
        page.wait_for_selector("#t1:not(.pending)")
        expect(page.locator("#question")).to_have_value("How is it drunk?")
        expect(page.locator("#question")).to_be_focused()
    else:
        program.process.send_signal(signal.SIGCONT)
    page.keyboard.press("Enter")
    page.wait_for_selector("#t2:not(.pending)")
    expect(page.locator("#t1 .q")).to_contain_text("What is tea made from?")
    expect(page.locator("#t2 .q")).to_contain_text("How is it drunk?")
    complaints.clear()  # the browser logs that it was refused


def test_what_was_typed_survives_a_reload(tea: str, open_page: Open) -> None:
    page = open_page(tea)
    page.fill("#question", "What comes la")
    page.reload()
    expect(page.locator("#question")).to_have_value("What comes la")
    page.fill("#question", "What comes last?")
    page.press("#question", "Enter")
    page.wait_for_selector("#t1:not(.pending)")
    page.reload()
    page.wait_for_selector("#t1:not(.pending)")
    expect(page.locator("#question")).to_have_value("")


def test_a_busy_server_is_told(serve: Serve, open_page: Open, complaints: list[str]) -> None:
    from afgqa.ui.serving.limits import Capacity

    page = open_page(serve(FakeBot((TEA,), {}), capacity=Capacity(per_minute=2)))
    page.wait_for_timeout(500)
    for _ in range(3):
        page.fill("#question", "Is it old?")
        page.press("#question", "Enter")
        page.wait_for_selector(".pending", state="detached")
    expect(page.locator("#talk .problem")).to_contain_text("it is busy")
    expect(page.locator("#question")).to_have_value("Is it old?")
    complaints.clear()


def test_examples_ask_the_document_that_was_chosen(serve: Serve, open_page: Open) -> None:
    with Chatbot.from_documents(
        document_from_text(
            "Ann Lee is the mayor of York.", doc_id="a.txt", examples=["Who is the mayor of York?"]
        ),
        document_from_text(
            "Bob Ray is the mayor of Bath.", doc_id="b.txt", examples=["Who is the mayor of Bath?"]
        ),
        embedder=HashingEmbedder(),
        settings=Settings(threshold=0.0, reader="typed", spelling=False),
    ) as bot:
        page = open_page(serve(bot))
        chips = page.locator("#talk .chip:visible")
        expect(chips).to_have_text(["Who is the mayor of York?", "Who is the mayor of Bath?"])
        page.select_option("#scope", "b.txt")
        expect(chips).to_have_text(["Who is the mayor of Bath?"])
        chips.click()
        expect(page.locator("#t1 .short")).to_contain_text("Bob Ray")
        page.click("#new")
        expect(chips).to_have_text(["Who is the mayor of Bath?"])
        page.select_option("#scope", "")
        expect(chips).to_have_count(2)
