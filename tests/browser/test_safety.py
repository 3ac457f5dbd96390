"""Nothing that is shown runs, and nothing comes from elsewhere."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from browser.steps import ANSWERS, TEA, ask
from fake_bot import FakeBot, document
from playwright.sync_api import expect

from afgqa.errors import InputError

if TYPE_CHECKING:
    from browser.conftest import Open, Serve


HOSTILE = "<script>document.title='hacked'</script><img src=x onerror=alert(1)> ${alert(1)} {{x}}"


def test_nothing_in_a_document_or_a_question_runs(serve: Serve, open_page: Open) -> None:
    text = f"{HOSTILE} is a sentence.\nAnother one."
    of = document(text, doc_id=HOSTILE, title=HOSTILE, source=HOSTILE, examples=(HOSTILE,))
    page = open_page(serve(FakeBot((of,), {HOSTILE: ("<script>", (0,))})))
    expect(page.locator("#article h1")).to_have_text(HOSTILE)
    page.locator(".chip").click()
    page.wait_for_selector("#t1:not(.pending)")
    ask(page, f"{HOSTILE}?", 2)
    assert page.text_content("#t1 .q") == HOSTILE
    assert page.text_content("#t2 .q") == f"{HOSTILE}?"
    page.click("#c1-1")
    assert page.text_content("#article .s.current") == f"{HOSTILE} is a sentence."
    assert page.text_content("#article .found") == "<script>"
    expect(page).to_have_title("afgqa")
    assert page.locator("#page img, #page script").count() == 0


def test_a_browser_is_told_to_refuse_other_hosts(
    tea: str, open_page: Open, complaints: list[str]
) -> None:
    page = open_page(tea)
    refused: str = page.evaluate(
        """() => new Promise((done) => {
          document.addEventListener('securitypolicyviolation', (it) => done(it.blockedURI));
          new Image().src = 'https://example.org/x.png';
        })"""
    )
    assert refused == "https://example.org/x.png"
    complaints.clear()  # the browser logs what it refused


@pytest.mark.parametrize("path", ["gradio_api/upload", "gradio_api/upload/", "upload"])
def test_nobody_can_upload_a_file(tea: str, path: str) -> None:
    data = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nA\r\n--x--\r\n'
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(tea.rstrip("/") + "/" + path, data, kind))
    with caught.value as refused:
        assert (refused.status, refused.read()) == (404, b"There is nothing here.")
        assert "frame-ancestors 'none'" in refused.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["", "config", "gradio_api/mcp/"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:7860"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "localhost:1", "Origin": "https://evil.example"},
    ],
)
def test_the_name_of_another_host_is_refused(tea: str, path: str, headers: dict[str, str]) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(tea + path, headers=headers))
    with caught.value as refused:
        assert refused.status == 403
        assert refused.headers["Access-Control-Allow-Origin"] is None


def test_a_name_that_was_given_is_answered_to(serve: Serve) -> None:
    url = serve(FakeBot((TEA,), ANSWERS), names=["afgqa.example"])
    for headers in ({"Host": "afgqa.example"}, {"Origin": "https://afgqa.example"}, {}):
        with urlopen(Request(url, headers=headers)) as answer:
            assert answer.status == 200


def test_a_body_that_is_too_large_is_refused(tea: str) -> None:
    connection = HTTPConnection(urlsplit(tea).netloc)
    with closing(connection):
        connection.putrequest("POST", "/gradio_api/run/predict")
        connection.putheader("Content-Length", "28200000")
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_a_port_that_is_taken_is_said(tea: str) -> None:
    from afgqa.ui.page import launch

    port = int(tea.rstrip("/").rsplit(":", 1)[1])
    message = f"cannot serve the page at 127.0.0.1:{port}: the port is taken"
    with pytest.raises(InputError, match=message):
        launch(FakeBot((TEA,), ANSWERS), port=port, wait=False)  # type: ignore[arg-type]
