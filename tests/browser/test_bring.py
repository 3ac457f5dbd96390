"""A visitor's own documents: brought, asked, removed, and seen by nobody else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from browser.steps import ENVOY, ask, lit
from files import column, pdf, word
from playwright.sync_api import expect

from afgqa.chatbot import Chatbot
from afgqa.documents.loading import SIZE
from afgqa.errors import StoreError

if TYPE_CHECKING:
    from browser.conftest import Open
    from playwright.sync_api import FilePayload, Page

    from afgqa.types import Document

TIBET = "Tea is old.\nIn Tibet people drink it with yak butter. In Morocco they add mint.\n"
ASKED = "What do people in Tibet drink it with?"


def file(name: str, content: str | bytes = TIBET) -> FilePayload:
    raw = content.encode() if isinstance(content, str) else content
    return {"name": name, "mimeType": "application/octet-stream", "buffer": raw}


def bring(page: Page, *files: FilePayload) -> None:
    page.click("#header [data-view=documents]")
    page.set_input_files("#files", list(files))
    expect(page.locator("#bring .coming progress")).to_have_count(0)


def test_a_document_is_brought_asked_and_removed(url: str, open_page: Open) -> None:
    page = open_page(url)
    bring(page, file("tea.txt"))
    row = page.locator("#library tbody tr").nth(1)
    expect(row.locator("th")).to_contain_text("Tea is old.tea.txt only visible to you, added ")
    expect(row.locator("td").nth(1)).to_have_text("3 sentences")
    row.locator(".only").click()
    expect(page.locator("#article .doc:visible")).to_have_count(1)
    expect(page.locator("#question")).to_be_focused()
    ask(page, ASKED)
    expect(page.locator("#t1 .short")).to_contain_text("yak butter")
    assert lit(page) == ["In Tibet people drink it with yak butter."]
    # Nothing is written down about it, so nothing is asked.
    expect(page.locator("#t1 .right, #t1 .wrong")).to_have_count(0)
    expect(page.locator("#t1 .from")).to_have_text("Tea is old.")
    # All documents again: the other one answers too.
    page.select_option("#scope", "")
    expect(page.locator("#article .doc:visible")).to_have_count(2)
    ask(page, ENVOY, 2)
    expect(page.locator("#t2 .short")).to_contain_text("Rina Amiri")
    page.click("#header [data-view=documents]")
    row.locator(".remove").click()
    expect(page.locator("#library tbody tr")).to_have_count(1)
    page.click("#header [data-view=ask]")
    expect(page.locator("#article .doc")).to_have_count(1)
    # The answer stays, and says what has become of its document.
    expect(page.locator("#t1 .moved")).to_have_text("tea.txt is no longer here.")
    expect(page.locator("#t2 .moved")).to_have_count(0)
    page.hover("#c1-1")
    expect(page.locator("#preview")).to_be_hidden()
    page.click("#t1 .how")
    expect(page.locator(".problem")).to_contain_text("There is no document")
    ask(page, ASKED, 3)
    expect(page.locator("#t3 .a.no")).to_be_visible()


def test_files_are_dropped_on_the_page(url: str, open_page: Open) -> None:
    page = open_page(url)
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.items.add(new File([text], 'dropped.txt'));
          for (const name of ['dragover', 'drop'])
            document.querySelector('#article').dispatchEvent(
              new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        TIBET,
    )
    expect(page.locator("#library tbody tr").nth(1)).to_contain_text("dropped.txt")


def test_each_file_that_cannot_be_used_says_why(url: str, open_page: Open) -> None:
    page = open_page(url)
    page.click("#header [data-view=documents]")
    page.set_input_files(
        "#files",
        [
            file("empty.txt", " \n"),
            file("wide.txt", b"\xff\x00\xfe"),
            file("good.txt"),
            file("good.txt"),
            file("table.xlsx"),
        ],
    )
    bad = page.locator("#bring .coming .bad")
    expect(bad).to_have_count(4)
    expect(bad.nth(0)).to_contain_text("empty")
    expect(bad.nth(1)).to_contain_text("is a binary file")
    expect(bad.nth(2)).to_contain_text("A document named good.txt already exists.")
    expect(bad.nth(3)).to_contain_text("is not a")
    expect(page.locator("#library tbody tr")).to_have_count(2)


def test_a_file_that_is_too_large_is_not_sent(url: str, open_page: Open) -> None:
    page = open_page(url)
    page.click("#header [data-view=documents]")
    page.evaluate(
        """(size) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(size)], 'large.txt'));
          const files = document.querySelector('#files');
          files.files = data.files;
          files.dispatchEvent(new Event('change', { bubbles: true }));
        }""",
        SIZE + 1,
    )
    expect(page.locator("#bring .bad")).to_contain_text("is 20.0 MB; the limit is 20 MB")


def test_nobody_else_sees_it_and_it_is_gone_with_the_page(url: str, open_page: Open) -> None:
    mine, other = open_page(url), open_page(url)
    bring(mine, file("secret.txt", "The secret word is heliotrope."))
    mine.click("#header [data-view=ask]")
    ask(mine, "What is the secret word?")
    expect(mine.locator("#t1 .short")).to_contain_text("heliotrope")
    other.reload()
    other.wait_for_selector("#question")
    expect(other.locator("#article .doc")).to_have_count(1)
    expect(other.locator("#library tbody tr")).to_have_count(1)
    ask(other, "What is the secret word?")
    assert "heliotrope" not in (other.text_content("#page") or "")
    mine.reload()
    expect(mine.locator("#talk .moved")).to_contain_text("removed with them")
    # The article may be drawn after what was asked is remembered.
    mine.evaluate("document.dispatchEvent(new Event('afgqa-article'))")
    expect(mine.locator("#talk .moved")).to_contain_text("removed with them", timeout=500)
    expect(mine.locator("#article .doc")).to_have_count(1)
    assert "heliotrope" not in (mine.text_content("#page") or "")


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.txt", "${alert(1)}.txt", "../../etc/passwd.txt"]
)
def test_a_file_name_is_text(url: str, open_page: Open, name: str) -> None:
    page = open_page(url)
    hostile = (
        "<script>document.title='hacked'</script> and [a link](javascript:alert(1)) stand here."
    )
    page.evaluate(
        """([name, text]) => {
          const data = new DataTransfer();
          data.items.add(new File([text], name));
          const files = document.querySelector('#files');
          files.files = data.files;
          files.dispatchEvent(new Event('change', { bubbles: true }));
        }""",
        [name, hostile],
    )
    expect(page.locator("#library tbody tr")).to_have_count(2)
    shown = name.rsplit("/", 1)[-1].removeprefix("..")
    expect(page.locator("#library tbody tr").nth(1).locator("small")).to_contain_text(shown)
    expect(page).to_have_title("afgqa")
    assert page.locator("#page img, #page script, #page a[href^='javascript']").count() == 0
    assert hostile in (page.text_content("#article") or "")


def test_every_format_is_brought_and_asked(url: str, open_page: Open) -> None:
    page = open_page(url)
    html = (
        "<!doctype html><title>Lamps</title><script>alert(1)</script>"
        "<p onclick='alert(2)'>The lamp of <b>Corfu</b> was lit in 1811 by Ann Lee.</p>"
    )
    mill = pdf(
        column(["The mill was built in 1834 by Ann Lee and her three brothers."]),
        column(["Bob Ray bought the mill in 1950."]),
    )
    bring(
        page,
        file("mill.pdf", mill),
        file("lamp.html", html),
        file("boat.docx", word("The boat", "Carl Hill painted the boat green.")),
        file("note.md", "# The note\n\nDora Fox wrote the note in Malta.\n"),
    )
    expect(page.locator("#bring .coming .bad")).to_have_count(0)
    expect(page.locator("#library tbody tr")).to_have_count(5)
    page.click("#header [data-view=ask]")
    asked = {
        "Who bought the mill?": "Bob Ray",
        "When was the lamp of Corfu lit?": "1811",
        "Who painted the boat green?": "Carl Hill",
        "Where did Dora Fox write the note?": "Malta",
    }
    for turn, (question, answer) in enumerate(asked.items(), start=1):
        ask(page, question, turn)
        expect(page.locator(f"#t{turn} .short")).to_contain_text(answer)
        assert len(lit(page)) == 1
    expect(page.locator("#t1 cite:not(.from)")).to_have_text("page 2")


def test_what_was_brought_is_let_go_when_the_page_is_closed(
    url: str, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, over = list[Chatbot](), Chatbot.over

    def recorded(bot: Chatbot, *documents: Document) -> Chatbot:
        made.append(over(bot, *documents))
        return made[-1]

    monkeypatch.setattr(Chatbot, "over", recorded)
    page = open_page(url)
    bring(page, file("tea.txt"))
    (own,) = made
    assert [it.source for it in own.documents] == ["tea.txt"]
    page.close()
    until = time.monotonic() + 20
    while not closed(own) and time.monotonic() < until:
        time.sleep(0.2)
    assert closed(own)


def closed(bot: Chatbot) -> bool:
    try:
        return not bot.documents
    except StoreError:
        return True


def test_a_question_during_an_upload_waits_its_turn(url: str, open_page: Open) -> None:
    page = open_page(url)
    page.click("#header [data-view=documents]")
    text = "".join(f"Shelf {n} of the store holds {n * 3} jars of tea. " for n in range(300))
    page.set_input_files("#files", [file("store.txt", text)])
    page.click("#header [data-view=ask]")
    ask(page, ENVOY)
    expect(page.locator("#t1 .short")).to_contain_text("Rina Amiri")
    expect(page.locator("#library tbody tr")).to_have_count(2)
