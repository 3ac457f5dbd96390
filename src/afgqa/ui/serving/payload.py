"""Bodies: read within bounds of length and time, and looked through before Gradio sees them.

Gradio takes any object with a "path" for a file, copies what the path names, and downloads it
where it is a URL. Visitors bring their files as data, so no request has to name a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

import anyio
from starlette.types import Receive

__all__ = ["PayloadError", "checked_body", "discard_body", "read_body"]

_FIRST: Final = 10.0  # seconds in which a body may take its time
_MOMENT: Final = 2.0  # seconds
_SLOWEST: Final = 50_000  # bytes a second after that
# Values of one body: a conversation that is restored has some hundred, 500 citations some 5,000.
_VALUES: Final = 100_000
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class PayloadError(Exception):
    """A body is not passed on; `status` is that of HTTP."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _FileError(ValueError):
    """An object of the body stands for a file."""


async def read_body(receive: Receive, length: int) -> bytes:
    """The body of a request that says it has so many bytes; PayloadError for another or none."""
    pieces: list[bytes] = []
    missing = length
    try:
        with anyio.fail_after(_FIRST + length / _SLOWEST):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise PayloadError(400, "The request ended early.")
                pieces.append(message.get("body", b""))
                missing -= len(pieces[-1])
                more = message.get("more_body", False)
                if missing < 0:
                    raise PayloadError(413, "The body is longer than it says.")
    except TimeoutError as error:
        raise PayloadError(408, "The body took too long to arrive.") from error
    return b"".join(pieces)


async def discard_body(receive: Receive) -> bool:
    """Whether what is left of a body came within a moment; nothing of it is kept."""
    with anyio.move_on_after(_MOMENT):
        message = await receive()
        while message["type"] == "http.request" and message.get("more_body", False):
            message = await receive()
        return True
    return False


def checked_body(body: bytes) -> Mapping[str, Any]:
    """The body as the JSON object that it is; PayloadError where it may not be passed on."""
    marks = body.count(b",") + body.count(b"{") + body.count(b"[")
    if marks > _VALUES:
        bare = _STRING.sub(b"", body)  # most of them stand in the text of a document
        marks = bare.count(b",") + bare.count(b"{") + bare.count(b"[")
    if marks > _VALUES:
        raise PayloadError(413, f"This request holds more than {_VALUES:,} values.")
    try:
        found = json.loads(body, object_pairs_hook=_without_files)
    except _FileError as error:
        raise PayloadError(
            400, "This request names a file or an address for the server to open."
        ) from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise PayloadError(400, "The body of this request is not JSON.") from error
    if not isinstance(found, dict):
        raise PayloadError(400, "The body of this request is not a JSON object.")
    return found


def _without_files(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these pairs; _FileError where any of them makes it a file.

    Pairs, for of two with one name another reader of JSON might take the one that this one drops.
    """
    names = {name for name, _ in pairs}
    typed = any(
        name == "_type" or (name == "meta" and isinstance(value, Mapping) and "_type" in value)
        for name, value in pairs
    )
    if typed or "path" in names or {"url", "orig_name"} <= names:
        raise _FileError
    return dict(pairs)
