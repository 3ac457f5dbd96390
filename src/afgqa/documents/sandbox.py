"""Files of strangers, read in a process of their own that may take so much time and memory.

A small file can be made to keep a reader of its format busy for hours, or to fill the memory. In a
process of its own that ends as an error about this file, and nobody else notices.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from afgqa.documents.extracted import Extracted
from afgqa.documents.formats import FORMATS
from afgqa.errors import DocumentError

__all__ = ["MEMORY", "SECONDS", "extract_apart", "serve"]

SECONDS: Final = 60
MEMORY: Final = 1 << 30  # bytes that the process may take, where the system can tell it
_AT_ONCE: Final = 2
_SEATS: Final = threading.BoundedSemaphore(_AT_ONCE)
_ROOT: Final = Path(__file__).parents[2]


def extract_apart(
    suffix: str, raw: bytes, where: str, *, seconds: float = SECONDS, memory: int = MEMORY
) -> Extracted:
    """What `FORMATS[suffix]` makes of the bytes; DocumentError also where that takes too much."""
    known = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    head = json.dumps([suffix, where, memory, math.ceil(seconds)]).encode()
    too_much = DocumentError(
        f"Reading {where} takes more than {seconds:g} seconds or {memory >> 20:,} MB. Save its "
        "text as a .txt file."
    )
    with _SEATS, TemporaryDirectory() as nowhere:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "afgqa.documents"],
                input=head + b"\n" + raw,
                capture_output=True,
                timeout=seconds,
                cwd=nowhere,  # Python looks for modules in the current folder first
                env={**os.environ, "PYTHONPATH": known},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise too_much from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["it was ended"]
        if done.returncode < 0 or "MemoryError" in said[0]:
            raise too_much
        raise DocumentError(
            f"{where} cannot be read: {said[0]:.200}. Save its text as a .txt file."
        )
    told = json.loads(done.stdout)
    if "problem" in told:
        raise DocumentError(told["problem"])
    return Extracted(told["text"], told["title"], tuple(told["pages"]))


def serve() -> None:
    """Read what `extract_apart` sends on standard input, and write what comes of it as JSON."""
    suffix, where, memory, seconds = json.loads(sys.stdin.buffer.readline())
    _limit(memory, seconds)
    told: dict[str, object]
    try:
        found = FORMATS[suffix](sys.stdin.buffer.read(), where)
        told = {"text": found.text, "title": found.title, "pages": found.pages}
    except DocumentError as error:
        told = {"problem": str(error)}
    sys.stdout.write(json.dumps(told))


def _limit(memory: int, seconds: int) -> None:
    """Let this process have so much memory and time of a core, where the system can limit them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # It outlives the process that started it where that is killed; it must not work on for ever.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
