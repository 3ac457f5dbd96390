"""Under which names a request may come, and from the pages of which origins."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from afgqa.errors import InputError
from afgqa.ui.serving.hosts import ServedHosts, is_loopback

HERE = "127.0.0.1:7860"


def status(at: str = "127.0.0.1", *names: str, scheme: str = "http", **told: str) -> int:
    """The status of a request to a server at `at`, port 7860; 200 where it may come."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
    scope: dict[str, Any] = {"type": "http", "headers": headers, "scheme": scheme}
    refusal = ServedHosts(at, 7860, names).refusal(scope)
    return 200 if refusal is None else refusal.status


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"host": HERE}, 200),
        ({"host": "localhost:7860"}, 200),
        ({"host": "LOCALHOST:7860"}, 200),
        ({"host": "[::1]:7860"}, 200),
        ({"host": HERE, "origin": f"http://{HERE}"}, 200),
        ({"host": HERE, "origin": "http://127.0.0.1:1234"}, 403),
        ({"host": HERE, "origin": "http://localhost:7860"}, 403),
        ({"host": HERE, "origin": "http://127.0.0.1"}, 403),
        ({"host": HERE, "origin": "https://evil.example"}, 403),
        ({"host": HERE, "origin": "null"}, 403),
        ({"host": "127.0.0.1"}, 403),
        ({"host": "127.0.0.1:1234"}, 403),
        ({"host": "evil.example:7860"}, 403),
        ({"host": "127.0.0.1.evil.example:7860"}, 403),
        ({"host": "10.0.0.5:7860"}, 403),
    ],
)
def test_on_loopback(told: dict[str, str], expected: int) -> None:
    assert status(**told) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"host": "10.0.0.5:7860"}, 200),
        ({"host": f"{socket.gethostname()}:7860"}, 200),
        ({"host": "10.0.0.5:7860", "origin": "http://10.0.0.5:7860"}, 200),
        ({"host": "10.0.0.5:7860", "origin": "http://10.0.0.5:7861"}, 403),
        ({"host": "10.0.0.5:7860", "origin": "http://evil.example"}, 403),
        # A name that anybody can point here.
        ({"host": "evil.example:7860", "origin": "http://evil.example:7860"}, 403),
    ],
)
def test_off_loopback(told: dict[str, str], expected: int) -> None:
    assert status("0.0.0.0", **told) == expected


@pytest.mark.parametrize(
    ("name", "told", "expected"),
    [
        ("afgqa.example", {"host": "afgqa.example"}, 200),
        ("afgqa.example", {"host": "afgqa.example:443"}, 200),
        ("afgqa.example", {"host": "afgqa.example:7860"}, 200),
        ("afgqa.example", {"host": "afgqa.example:1234"}, 403),
        ("afgqa.example", {"host": HERE, "origin": "https://afgqa.example"}, 200),
        ("AFGQA.example:8443", {"host": "afgqa.example:8443"}, 200),
        ("afgqa.example:8443", {"host": "afgqa.example"}, 403),
        ("afgqa.example:8443", {"host": HERE, "origin": "https://afgqa.example:8443"}, 200),
    ],
)
def test_a_name_that_was_given(name: str, told: dict[str, str], expected: int) -> None:
    assert status("127.0.0.1", name, **told) == expected


MALFORMED = [
    "", " ", "a b", "[::1", "[::1]x", "::1", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:0",
    "127.0.0.1:7860:1", "user@127.0.0.1:7860", "127.0.0.1:7860/", "[v1.x]:7860", "[]:80", "[:::]",
    "127.0.0.1:-1", "a,b", "http://127.0.0.1:7860", "\xff.example",
]  # fmt: skip


@pytest.mark.parametrize("host", MALFORMED)
def test_a_malformed_host_is_a_bad_request(host: str) -> None:
    assert status(host=host) == 400


@pytest.mark.parametrize(
    "origin",
    ["", "x", "127.0.0.1:7860", "http://", "http://[::1", "http://a b", "ftp://127.0.0.1:7860",
     "http://127.0.0.1:x", "http://127.0.0.1:7860/", "file://", "http://u@127.0.0.1:7860"],
)  # fmt: skip
def test_a_malformed_origin_is_a_bad_request(origin: str) -> None:
    assert status(host=HERE, origin=origin) == 400


def test_no_host_and_two_hosts_are_bad_requests() -> None:
    assert status() == 400
    scope = {"headers": [(b"host", HERE.encode())] * 2, "scheme": "http"}
    refusal = ServedHosts("127.0.0.1", 7860).refusal(scope)
    assert refusal is not None
    assert refusal.status == 400


@pytest.mark.parametrize("name", ["", "a b", "http://a", "a:0", "a/b"])
def test_a_name_that_is_none_is_an_error(name: str) -> None:
    with pytest.raises(InputError, match="is no name of a host"):
        ServedHosts("127.0.0.1", 7860, [name])


def test_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "localhost", "::1", "[::1]", "127.8.8.8")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.5", "example.org", "")))


def test_the_server_refuses_before_anything_else(page: httpx.Client) -> None:
    for headers, expected in (
        ({"Host": "a b"}, 400), ({"Host": "[::1"}, 400), ({"Origin": "http://["}, 400),
        ({"Origin": "http://127.0.0.1:1"}, 403), ({"Host": "evil.example"}, 403),
    ):  # fmt: skip
        for path in ("/", "/gradio_api/mcp/", "/healthz", "/config"):
            answer = page.get(path, headers=headers)
            assert answer.status_code == expected
            assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/", "/gradio_api/mcp/", "/gradio_api/info"])
def test_what_a_proxy_may_say_is_not_believed(page: httpx.Client, path: str) -> None:
    told = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example", "X-Forwarded-For": "10.9.9.9",
    }  # fmt: skip
    answer = page.get(path, headers=told)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert f"https://{urlsplit(str(page.base_url)).netloc}" not in answer.text


def test_a_request_of_the_page_itself_has_no_headers_for_others(page: httpx.Client) -> None:
    own = str(page.base_url).rstrip("/")
    answer = page.get("/", headers={"Origin": own})
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]
