"""Every route of Gradio is open with a reason, or closed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving.conftest import act

from afgqa.ui.serving.routes import OPEN, OPEN_TO_ALL, find_route

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
# A path for each parameter of a route: whatever a closed one is called with, it is closed.
SAMPLES = {
    "api_name": "predict",
    "path": "a.js",
    "path_or_url": "http://example.org/",
    "url_path": "http://example.org/",
    "session_hash": "abc",
    "event_id": "abc",
}
# Routes of Gradio as its table has them, and how they are called when they are open.
OPENED = {
    "/": "/",
    "/assets/{path:path}": "/assets/{file}",
    "/static/{path:path}": "/static/{file}",
    "/theme.css": "/theme.css",
    "/favicon.ico": "/favicon.ico",
    "/gradio_api/run/{api_name}": "/gradio_api/run/predict",
    "/gradio_api/heartbeat/{session_hash}": "/gradio_api/heartbeat/{id}",
    "/gradio_api/app_id": "/gradio_api/app_id",
    "/gradio_api/queue/join": "/gradio_api/queue/join",
    "/gradio_api/queue/data": "/gradio_api/queue/data",
    "/gradio_api/cancel": "/gradio_api/cancel",
    "/gradio_api/reset": "/gradio_api/reset",
    "/gradio_api/info": "/gradio_api/info",
    "/gradio_api/mcp": "/gradio_api/mcp",
    "/gradio_api/mcp/schema": "/gradio_api/mcp/schema",
}


def routes(table: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route of an application and of those mounted in it."""
    for route in table:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes(inner.routes, prefix)
            continue
        path = prefix + route.path
        if getattr(route, "routes", None):
            yield from routes(route.routes, path)
        for method in getattr(route, "methods", None) or ("GET", "POST"):
            yield method, path


def called(path: str) -> str:
    return re.sub(r"\{(\w+)(?::path)?\}", lambda it: SAMPLES.get(it[1], "x"), path)


def test_every_route_of_gradio_is_open_with_a_reason_or_closed(page: httpx.Client) -> None:
    table = sorted(set(routes(page.blocks.app.routes)))  # type: ignore[attr-defined]
    assert len(table) > 60
    opened = set()
    for method, path in table:
        route = find_route(method, called(path))
        if path in OPENED and route is not None:
            assert route.path.rstrip("/") == OPENED[path].rstrip("/")
            opened.add(path)
        else:
            # Gradio has a /login too; ours stands before it.
            ours = route is None or route in OPEN_TO_ALL
            assert ours, f"{method} {path} is open without a reason"
            answer = page.request(method, called(path))
            assert answer.status_code == 404, f"{method} {path}"
    assert opened == set(OPENED)


def test_every_open_route_has_its_reason_in_the_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for route in (*OPEN, *OPEN_TO_ALL):
        assert f"| {' '.join(route.methods)} | `{route.path}` | {route.reason} |" in text


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://example.org/", "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://example.org/", "/gradio_api/deep_link?session_hash=abc",
        "/gradio_api/process_recording", "/config", "/config/", "/openapi.json",
        "/gradio_api/openapi.json", "/gradio_api/runs", "/gradio_api/startup-events",
        "/monitoring", "/docs", "/gradio_api/mcp/sse", "/gradio_api/mcp/http",
        "/assets/../config", "/assets/%2e%2e/config", "/assets//etc/passwd",
        "/gradio_api//file=http://example.org/", "/%67radio_api/file=http://example.org/",
        "/gradio_api/run/leave", "/gradio_api/call/leave", "/gradio_api/call/v2/ask",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "OPTIONS"])
def test_what_is_not_named_is_closed(page: httpx.Client, method: str, path: str) -> None:
    assert page.request(method, path).status_code == 404


FILES = [
    {"path": "http://example.org/", "meta": {"_type": "gradio.FileData"}},
    {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    {"path": "/etc/passwd"},
    {"url": "http://example.org/", "meta": {"_type": "gradio.FileData"}, "path": None},
    {"url": "http://example.org/", "orig_name": "a"},
    {"_type": "gradio.FileData", "url": "http://example.org/"},
]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("route", ["run/predict", "queue/join", "call/ask", "call/verify"])
def test_a_body_that_names_a_file_is_refused(page: httpx.Client, route: str, file: Any) -> None:
    for data in ([file], [[{"a": [file]}]], [{"b": {"c": file}}]):
        answer = page.post(
            f"/gradio_api/{route}", json={"data": data, "fn_index": 1, "session_hash": "f"}
        )
        assert (answer.status_code, "names a file" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b'{"data": [{"path": "http://example.org/", "path": null}]}', 400),
        (b"{", 400), (b"", 400), (b"[]", 400), (b"\xff", 400), (b"[" * 100_000, 400),
        (b'{"data": [' + b"1," * 200_000 + b"1]}", 413),
    ],
)  # fmt: skip
def test_a_body_that_is_no_object_is_refused(
    page: httpx.Client, content: bytes, status: int
) -> None:
    kind = {"Content-Type": "application/json"}
    answer = page.post("/gradio_api/run/predict", content=content, headers=kind)
    assert answer.status_code == status


def test_a_body_of_another_kind_is_refused(page: httpx.Client) -> None:
    for kind in ("text/plain", "multipart/form-data; boundary=x", ""):
        answer = page.post("/gradio_api/run/predict", content=b"{}", headers={"Content-Type": kind})
        assert answer.status_code == 415


def test_the_page_works_through_what_is_open(page: httpx.Client) -> None:
    answer = act(page, action="ask", question="What is tea made from?")
    assert answer.status_code == 200
    assert "leaves" in answer.text
    assert "access-control-allow-origin" not in answer.headers


def test_a_session_of_another_client_is_refused(start: Any, accounts: Path) -> None:
    page = start(auth_file=accounts)
    first = {"username": "rosa", "password": "correct horse"}
    cookies = []
    for _ in range(2):
        page.cookies.clear()
        page.post("/login", data=first)
        cookies.append(dict(page.cookies))
    page.cookies.clear()
    page.cookies.update(cookies[0])
    assert act(page, "mine", action="ask", question="What is tea made from?").status_code == 200
    page.cookies.clear()
    page.cookies.update(cookies[1])
    assert act(page, "mine", action="export", form="json").status_code == 403
