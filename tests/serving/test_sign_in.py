"""Serving others: who must sign in, for how long, and how much each may ask for."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from serving.conftest import Start, act
from starlette.datastructures import Headers

from afgqa.errors import InputError
from afgqa.ui.serving.access import Access
from afgqa.ui.serving.limits import BusyError, Capacity, Limits
from afgqa.ui.serving.logs import LOGGER, JsonLines
from afgqa.ui.serving.passwords import account_line, read_accounts
from afgqa.ui.serving.sign_in_sessions import ABSOLUTE, COOKIE, IDLE, SignIn
from afgqa.ui.serving.visitors import LEFT_AFTER, MOST, Visitors

QUESTION = "What is tea made from?"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_others_are_let_in_only_where_that_was_said(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "10.0.0.5", "example.org"):
        with pytest.raises(InputError, match="--auth-file FILE"):
            Access(host).check()
        Access(host, open=True).check()
        Access(host, auth_file=tmp_path / "accounts").check()
    Access("127.0.0.1").check()


def test_a_password_fits_its_own_account_alone(accounts: Path) -> None:
    known = read_accounts(accounts)
    assert known.fits("rosa", "correct horse")
    for name, password in (
        ("rosa", "correct hors"), ("rosa", ""), ("rosa", "x" * 2000),
        ("emil", "correct horse"), ("", ""),
    ):  # fmt: skip
        assert not known.fits(name, password)
    one, two = account_line("rosa", "correct horse"), account_line("rosa", "correct horse")
    assert one != two
    assert "correct horse" not in one


@pytest.mark.parametrize("name", ["", "a:b", "a b", "x" * 65, "a\nb"])
def test_a_name_that_cannot_be_one(name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        account_line(name, "correct horse")


def test_a_password_that_is_too_short() -> None:
    with pytest.raises(InputError, match=r"has 3 characters\. Choose one of 8 to 1024"):
        account_line("rosa", "abc")


@pytest.mark.parametrize(
    "line",
    ["rosa", "rosa:", "rosa:correct horse", "rosa:scrypt$1$8$1$AA==$AA==", ":scrypt$2$1$1$$",
     "rosa:scrypt$1073741824$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "rosa:scrypt$x$8$1$AA==$AA=="],
)  # fmt: skip
def test_a_line_that_is_no_account(tmp_path: Path, line: str) -> None:
    path = tmp_path / "accounts.txt"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 2 is no account. Make the line with `afgqa"):
        read_accounts(path)


def test_a_file_without_accounts(tmp_path: Path) -> None:
    path = tmp_path / "accounts.txt"
    with pytest.raises(InputError, match="cannot be read"):
        read_accounts(path)
    path.write_text("# nobody\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no account"):
        read_accounts(path)
    path.write_text(f"{account_line('a', 'correct horse')}\n" * 2, encoding="utf-8")
    with pytest.raises(InputError, match="two accounts a"):
        read_accounts(path)


@pytest.fixture(scope="module")
def closed(start: Start, accounts: Path) -> httpx.Client:
    return start(auth_file=accounts)


@pytest.fixture
def stranger(closed: httpx.Client) -> httpx.Client:
    closed.cookies.clear()
    return closed


def test_a_stranger_sees_the_sign_in_page_and_nothing_else(stranger: httpx.Client) -> None:
    answer = stranger.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert 'type="password"' in stranger.get("/login").text
    for path in ("/theme.css", "/gradio_api/info", "/gradio_api/heartbeat/a", "/gradio_api/mcp/",
                 "/gradio_api/queue/data?session_hash=a", "/assets/a.js"):  # fmt: skip
        assert stranger.get(path).status_code == 401
    assert act(stranger, action="ask", question=QUESTION).status_code == 401
    assert stranger.get("/healthz").status_code == stranger.get("/readyz").status_code == 200


def test_who_signs_in_may_ask_until_signing_out(stranger: httpx.Client) -> None:
    form = {"username": "rosa", "password": "correct horse"}
    answer = stranger.post("/login", data=form, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert act(stranger, "own", action="ask", question=QUESTION).status_code == 200
    assert "leaves" in act(stranger, "own", action="ask", question=QUESTION).text
    stranger.post("/logout", content=b"")
    stranger.cookies.set(COOKIE, cookie.split("=", 1)[1].split(";")[0])
    assert act(stranger, "own", action="ask", question=QUESTION).status_code == 401


def test_a_wrong_password_is_told_on_the_page(stranger: httpx.Client) -> None:
    form = {"username": "rosa", "password": "battery staple"}
    answer = stranger.post("/login", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert "The name or the password is wrong." in answer.text
    assert "set-cookie" not in answer.headers


def test_programs_sign_in(stranger: httpx.Client) -> None:
    from gradio_client import Client

    url = str(stranger.base_url)
    client = Client(url, auth=("rosa", "correct horse"), verbose=False)
    assert client.predict(QUESTION, api_name="/ask")["short"] == "🍃 leaves"
    basic = httpx.BasicAuth("rosa", "correct horse")
    assert stranger.get("/gradio_api/info", auth=basic).status_code == 200
    wrong = httpx.BasicAuth("rosa", "battery staple")
    assert stranger.get("/gradio_api/info", auth=wrong).status_code == 401


def test_a_session_ends_when_idle_and_after_hours(accounts: Path) -> None:
    clock = Clock()
    sign_in = SignIn(read_accounts(accounts), clock)

    class Form:
        headers = Headers({})
        url = httpx.URL("http://127.0.0.1")

        async def form(self) -> dict[str, str]:
            return {"username": "rosa", "password": "correct horse"}

    def sign(form: Any) -> Any:
        return asyncio.run(sign_in.sign_in(form))

    def session() -> Headers:
        # In a thread of its own: the browser of other tests keeps a loop running in this one.
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(sign, Form()).result()
        return Headers({"cookie": answer.headers["set-cookie"].split(";")[0]})

    idle = session()
    assert sign_in.who(idle) is not None
    clock.now += IDLE + 1
    assert sign_in.who(idle) is None
    busy = session()
    for _ in range(int(ABSOLUTE // (IDLE / 2))):
        assert sign_in.who(busy) is not None
        clock.now += IDLE / 2
    clock.now += 1
    assert sign_in.who(busy) is None


def test_limits_of_a_client_and_of_all() -> None:
    limits = Limits(Capacity(per_minute=2, at_once=1, in_all=2, bytes_at_once=10, streams=1))
    limits.check_rate("a")
    limits.check_rate("a")
    with pytest.raises(BusyError):
        limits.check_rate("a")
    limits.check_rate("b")
    with limits.work("a"), limits.stream("a"), limits.body(8):
        for held in (limits.work("a"), limits.stream("a"), limits.body(3)):
            with pytest.raises(BusyError), held:
                pass
        with limits.work("b"), pytest.raises(BusyError), limits.work("c"):
            pass
    with limits.work("a"), limits.stream("a"), limits.body(10):
        pass


def test_a_client_that_asks_too_often_is_told_when_to_come_again(start: Start) -> None:
    page = start(capacity=Capacity(per_minute=5))
    seen = [act(page, action="ask", question=QUESTION) for _ in range(8)]
    assert [answer.status_code for answer in seen] == [200] * 5 + [429] * 3
    seconds = int(seen[-1].headers["retry-after"])
    assert 0 < seconds <= 60
    assert f"Try again in {seconds} seconds." in seen[-1].text


def test_a_refusal_arrives_though_its_request_was_long(start: Start) -> None:
    """A connection that is closed with a part of the body unread would be reset instead."""
    page = start(capacity=Capacity(per_minute=1))
    long = "tea " * 300_000
    seen = [act(page, action="ask", question=long).status_code for _ in range(20)]
    assert seen[1:] == [429] * 19


def test_a_body_is_counted_before_it_is_read(start: Start) -> None:
    page = start(capacity=Capacity(bytes_at_once=1000))
    head = (
        "POST /gradio_api/run/predict HTTP/1.1\r\nHost: {0}\r\nContent-Type: application/json\r\n"
        "Content-Length: {1}\r\n\r\n"
    )
    address = urlsplit(str(page.base_url))
    place = (str(address.hostname), int(address.port or 0))
    with socket.create_connection(place, 5) as first, socket.create_connection(place, 5) as second:
        first.sendall(head.format(address.netloc, 900).encode())
        time.sleep(0.3)
        second.sendall(head.format(address.netloc, 900).encode())
        assert second.recv(100).startswith(b"HTTP/1.1 429")
    for told, status in (("", b"411"), ("Content-Length: 99999999\r\n", b"413")):
        with socket.create_connection(place, 5) as one:
            request = head.format(address.netloc, 0).replace("Content-Length: 0\r\n", told)
            one.sendall(request.encode())
            assert one.recv(100).split()[1] == status


def test_an_unfinished_request_is_closed(page: httpx.Client, monkeypatch: Any) -> None:
    from afgqa.ui.serving import connections

    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.5)
    address = urlsplit(str(page.base_url))
    for begun in (b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "):
        with socket.create_connection((str(address.hostname), address.port), 5) as one:
            one.sendall(begun)
            assert one.recv(10) == b""
    whole = f"GET /healthz HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()
    with socket.create_connection((str(address.hostname), address.port), 5) as one:
        one.sendall(whole)
        seen = b""
        while not seen.endswith(b"}"):
            seen += one.recv(1000)
        assert seen.startswith(b"HTTP/1.1 200")
        one.sendall(whole[:20])
        assert one.recv(1000) == b""


def test_sessions_without_a_heartbeat_are_dropped() -> None:
    clock, dropped = Clock(), list[str]()
    visitors = Visitors(dropped.append, clock)
    assert visitors.claim("a", "me")
    assert visitors.claim("b", "me")
    assert not visitors.claim("a", "you")
    with visitors.heartbeat("a"):
        clock.now += LEFT_AFTER + 1
        visitors.sweep()
        assert dropped == ["b"]
    clock.now += LEFT_AFTER + 1
    visitors.sweep()
    assert dropped == ["b", "a"]
    for number in range(MOST + 5):
        visitors.claim(str(number), "me")
    assert len(visitors) == MOST
    assert dropped[2:] == ["0", "1", "2", "3", "4"]


def test_metrics_and_health(page: httpx.Client) -> None:
    assert page.get("/healthz").json()["status"] == "ok"
    assert page.get("/readyz").json() == {"status": "ready"}
    act(page, action="ask", question=QUESTION)
    text = page.get("/metrics").text
    route = 'route="/gradio_api/run/predict",status="200"'
    assert f"afgqa_requests_total{{{route}}}" in text
    assert "afgqa_request_seconds_bucket" in text
    assert "afgqa_sessions" in text


@pytest.mark.parametrize("texts", [False, True])
def test_the_log_is_json_without_what_people_write(start: Start, texts: bool) -> None:
    lines: list[str] = []
    handler = logging.Handler()
    handler.setFormatter(JsonLines())
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        act(start(log_texts=texts), action="ask", question=QUESTION)
        until = time.monotonic() + 5
        while '"request"' not in lines[-1] and time.monotonic() < until:
            time.sleep(0.01)  # it is written after the answer was sent
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(logging.NOTSET)
    rows = [json.loads(line) for line in lines]
    (asked,) = [row for row in rows if row["event"] == "action"]
    assert (asked["action"], asked["done"]) == ("ask", True)
    assert {"time", "level", "route", "status", "seconds"} <= set(rows[-1])
    whole = "\n".join(lines)
    assert ("made from" in whole, "leaves" in whole) == (texts, texts)


def test_the_server_ends_within_five_seconds(start: Start) -> None:
    page = start()
    with page.stream("GET", "/gradio_api/heartbeat/a") as beat:
        next(beat.iter_raw())
        began = time.monotonic()
        page.blocks.close(verbose=False)  # type: ignore[attr-defined]
        assert time.monotonic() - began < 5
    with pytest.raises(httpx.HTTPError):
        page.get("/healthz")


def test_a_refusal_reaches_a_client_that_sends_much(start: Start) -> None:
    page = start(capacity=Capacity(per_minute=1, bytes_at_once=4_000_000))
    content = b'{"data": ["' + b"a" * 5_000_000 + b'"]}'
    kind = {"Content-Type": "application/json"}
    for _ in range(3):
        answer = page.post("/gradio_api/run/predict", content=content, headers=kind)
        assert answer.status_code == 429
