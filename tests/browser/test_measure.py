"""The Evaluate view: a question set is run, watched, read, and compared with an earlier run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser.conftest import Open, Serve

    from afgqa.chatbot import Chatbot

ROOT = Path(__file__).parent.parent.parent
ROWS = (ROOT / "tests" / "questions" / "article.jsonl").read_text(encoding="utf-8").splitlines()


def test_a_run_is_stopped(bot: Chatbot, serve: Serve, open_page: Open, tmp_path: Path) -> None:
    many = tmp_path / "many.jsonl"
    rows = [json.loads(ROWS[n % len(ROWS)]) | {"id": f"q{n}"} for n in range(600)]
    many.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    few = tmp_path / "some.jsonl"
    few.write_text("\n".join(ROWS[:3]) + "\n", encoding="utf-8")
    page = open_page(serve(bot, question_sets=[many, few]))
    page.click("#header [data-view=evaluate]")
    expect(page.locator("#measure .stop")).to_be_hidden()
    page.click("#measure .send")
    expect(page.locator("#measured progress")).to_be_visible()
    page.click("#measure .stop")
    expect(page.locator("#measured")).to_have_text("The run was stopped.")
    page.select_option("#set", "some.jsonl")
    page.click("#measure .send")  # one set is run at a time: it would wait for 600 questions
    expect(page.locator("#measured .head")).to_contain_text(
        "3 questions of some.jsonl", timeout=15_000
    )
    expect(page.locator("#measure .stop")).to_be_hidden()


@pytest.fixture(scope="session")
def measured(bot: Chatbot, serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page that offers a small set of questions on the article."""
    file = tmp_path_factory.mktemp("sets") / "some.jsonl"
    file.write_text("\n".join(ROWS[:12]) + "\n", encoding="utf-8")
    other = file.with_name("other.jsonl")
    row = {"id": "x", "question": "Who?", "answerable": False, "doc_id": "nowhere.txt"}
    other.write_text(json.dumps(row), encoding="utf-8")
    return serve(bot, question_sets=[file, other])


def test_a_set_is_run_and_compared(measured: str, open_page: Open) -> None:
    page = open_page(measured)
    page.click("#header [data-view=evaluate]")
    # A set on documents that are not here is not offered.
    assert page.locator("#set option").all_text_contents() == ["some.jsonl", "Upload a file …"]
    page.click("#measure .send")
    expect(page.locator("#measured [role=status]")).to_contain_text("of 12 questions asked")
    head = page.locator("#measured .head")
    expect(head).to_contain_text("12 questions of some.jsonl", timeout=30_000)
    figures = page.locator("#measured table").first
    expect(figures.locator("th", has_text="first_citation")).to_be_visible()
    expect(page.locator("#measured figure svg")).to_have_count(3)
    wrong = page.locator("#measured .worst")
    assert wrong.count() >= 1
    wrong.first.locator(".jump").first.click()
    expect(page.locator("#article .s.near")).to_be_in_viewport()
    page.click("#header [data-view=evaluate]")
    page.click("#measure .send")
    expect(page.locator("#measured h2", has_text="Compared with the run of")).to_contain_text(
        "0 answers changed", timeout=30_000
    )


def test_a_set_of_ones_own(measured: str, open_page: Open) -> None:
    page = open_page(measured)
    page.click("#header [data-view=evaluate]")
    expect(page.locator("#setfile")).to_be_hidden()
    page.select_option("#set", "")
    rows = "\n".join(ROWS[:3]).encode()
    page.set_input_files(
        "#setfile", {"name": "mine.jsonl", "mimeType": "application/json", "buffer": rows}
    )
    page.click("#measure .send")
    expect(page.locator("#measured .head")).to_contain_text(
        "3 questions of mine.jsonl", timeout=30_000
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bad.jsonl", b"{", "bad.jsonl, line 1: not JSON"),
        ("bad.txt", b"Who?", "bad.txt does not have the suffix of a question set."),
        (
            "<b>.jsonl",
            b'{"id": "x", "question": "Who?", "answerable": false, "doc_id": "<i>"}',
            "there is no document '<i>'",
        ),
    ],
)
def test_a_set_that_cannot_be_run_says_why(
    measured: str, open_page: Open, name: str, content: bytes, message: str
) -> None:
    page = open_page(measured)
    page.click("#header [data-view=evaluate]")
    page.select_option("#set", "")
    page.set_input_files("#setfile", {"name": name, "mimeType": "text/plain", "buffer": content})
    page.click("#measure .send")
    expect(page.locator("#measured .problem")).to_contain_text(message)
    expect(page.locator("#measure .send")).not_to_have_attribute("aria-disabled", "true")


def test_a_squad_file_brings_its_articles(measured: str, open_page: Open) -> None:
    page = open_page(measured)
    context = "Tea is made from leaves. It came from China. In Tibet it is drunk with butter."
    answers = [{"text": "butter", "answer_start": context.index("butter")}]
    asked = {"id": "q", "question": "What is tea drunk with in Tibet?", "answers": answers}
    article = {"title": "Tea", "paragraphs": [{"context": context, "qas": [asked]}]}
    content = json.dumps({"version": "1.1", "data": [article]}).encode()
    page.click("#header [data-view=evaluate]")
    page.select_option("#set", "")
    page.set_input_files(
        "#setfile", {"name": "tea.json", "mimeType": "application/json", "buffer": content}
    )
    page.click("#measure .send")
    expect(page.locator("#measured .head")).to_contain_text(
        "1 question of tea.json", timeout=30_000
    )
