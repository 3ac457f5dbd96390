"""Files of strangers, read in a process of their own that may take so much time and memory.

A small file can be made to keep a reader of its format busy for hours, or to fill the memory. In a
process of its own that ends as an error about this file, and nobody else notices.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from afgqa.errors import DocumentError
from afgqa.formats.every import FORMATS
from afgqa.formats.extracted import Extracted

__all__ = ["MEMORY", "SECONDS", "extract_apart", "serve"]

SECONDS: Final = 60
MEMORY: Final = 1 << 30  # bytes that the process may take, where the system can tell it
_ROOT: Final = Path(__file__).parents[2]


def extract_apart(
    suffix: str, raw: bytes, where: str, *, seconds: float = SECONDS, memory: int = MEMORY
) -> Extracted:
    """What `FORMATS[suffix]` makes of the bytes; DocumentError also where that takes too much."""
    known = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "afgqa.formats", suffix, where, str(memory)],
            input=raw,
            capture_output=True,
            timeout=seconds,
            env={**os.environ, "PYTHONPATH": known},
            check=False,
        )
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        told = {}
    if "problem" in told:
        raise DocumentError(told["problem"])
    if "text" not in told:
        raise DocumentError(
            f"{where} takes more than {seconds:g} seconds or {memory >> 20:,} MB to read. Save its "
            "text as a .txt file."
        )
    return Extracted(told["text"], told["title"], tuple(told["pages"]))


def serve(suffix: str, where: str, memory: int) -> None:
    """Read the bytes on standard input, and write what comes of them as JSON.

    This is the other side of `extract_apart`.
    """
    _limit(memory)
    told: dict[str, object]
    try:
        found = FORMATS[suffix](sys.stdin.buffer.read(), where)
        told = {"text": found.text, "title": found.title, "pages": found.pages}
    except DocumentError as error:
        told = {"problem": str(error)}
    sys.stdout.write(json.dumps(told))


def _limit(memory: int) -> None:
    """Let this process have so much memory, where the system knows such a thing."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
