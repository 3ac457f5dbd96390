"""The routes that are open, each with its reason. Every other route is closed: 404.

Gradio opens some sixty routes, among them a proxy for files of any host. What is not named here
never reaches it, so a new version of Gradio cannot open a route unseen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["ENDPOINTS", "OPEN", "OPEN_TO_ALL", "OpenRoute", "find_route"]

ENDPOINTS: Final = ("ask", "search", "explain", "verify")
"""The named endpoints that docs/programs.md documents."""

_NAMES: Final = "|".join(ENDPOINTS)
_SMALL: Final = 2_000_000  # bytes: 100,000 characters of citations, each escaped, with their fields
# A file of 20 MB comes as base64, which is a third longer, with a few words around it.
_LARGE: Final = 20_000_000 * 4 // 3 + 100_000


@dataclass(frozen=True, slots=True)
class OpenRoute:
    """A route that is open.

    `path` is how it is written in documents, `pattern` matches all of it. `work` is true where the
    request has work done and counts towards the rate of its client. `largest` is the longest body
    in bytes, 0 for none. `json` is true where the body is JSON that Gradio reads.
    """

    methods: tuple[str, ...]
    path: str
    pattern: re.Pattern[str]
    reason: str
    work: bool = False
    largest: int = 0
    json: bool = False


def _open(
    methods: str, path: str, reason: str, *, work: bool = False, largest: int = 0, json: bool = True
) -> OpenRoute:
    """`{name}` in a path stands for one of the endpoints, `{id}` for an id, `{file}` for a path."""
    pattern = re.escape(path)
    for place, what in (("name", _NAMES), ("id", r"[\w-]{1,64}"), ("file", r"[\w./-]{1,200}")):
        pattern = pattern.replace(re.escape(f"{{{place}}}"), f"(?:{what})")
    compiled = re.compile(pattern, re.ASCII)
    return OpenRoute(tuple(methods.split()), path, compiled, reason, work, largest, json and work)


OPEN: Final = (
    _open("GET HEAD", "/", "the page"),
    _open("GET", "/assets/{file}", "the page's scripts and styles"),
    _open("GET", "/static/{file}", "the page's fonts and pictures"),
    _open("GET", "/theme.css", "the page's colours"),
    _open("GET", "/favicon.ico", "the page's icon"),
    _open(
        "POST", "/gradio_api/run/predict", "what a visitor does on the page",
        work=True, largest=_LARGE,
    ),
    _open("GET", "/gradio_api/heartbeat/{id}", "tells that a page is still open"),
    _open("GET", "/gradio_api/app_id", "tells a page whether the server was restarted"),
    _open(
        "POST", "/gradio_api/queue/join", "evaluations, and endpoints by gradio_client",
        work=True, largest=_LARGE,
    ),
    _open("GET", "/gradio_api/queue/data", "the results of what is in the queue"),
    _open("POST", "/gradio_api/cancel", "stops an evaluation or a call", work=True, largest=_SMALL),
    _open(
        "POST", "/gradio_api/reset", "ends the results of what was stopped",
        work=True, largest=_SMALL,
    ),
    _open("GET", "/gradio_api/info", "the endpoints and their parameters"),
    _open("POST", "/gradio_api/call/{name}", "endpoints by HTTP", work=True, largest=_SMALL),
    _open("GET", "/gradio_api/call/{name}/{id}", "the result of such a call"),
    _open(
        "GET POST DELETE", "/gradio_api/mcp", "the two MCP tools",
        work=True, largest=_SMALL, json=False,
    ),
    _open(
        "GET POST DELETE", "/gradio_api/mcp/", "the two MCP tools",
        work=True, largest=_SMALL, json=False,
    ),
    _open("GET", "/gradio_api/mcp/schema", "the MCP tools and their parameters"),
)  # fmt: skip
"""The routes of Gradio that are open."""

OPEN_TO_ALL: Final = (
    _open("GET HEAD", "/healthz", "tells that the server runs"),
    _open("GET HEAD", "/readyz", "tells that the server can answer questions"),
    _open("GET", "/metrics", "counters for Prometheus; for this machine and for who is signed in"),
    _open("GET", "/login", "the page on which a visitor signs in"),
    _open("POST", "/login", "signs a visitor in", largest=4096),
    _open("POST", "/logout", "signs a visitor out", largest=4096),
)
"""The routes that are afgqa's own; Gradio never sees them."""


def find_route(method: str, path: str) -> OpenRoute | None:
    """The open route of a request, None where it is closed."""
    if ".." in path or "//" in path:
        return None
    for route in (*OPEN, *OPEN_TO_ALL):
        if method in route.methods and route.pattern.fullmatch(path):
            return route
    return None
