"""The text of PDF, DOCX and HTML files, extracted in a separate process with limits.

A small file can be made to keep the library that reads it busy for hours, or to fill the memory. In
a separate process this ends with an error about that file, and nothing else is affected. All files
are read in this way, whoever provides them.
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
from typing import IO, Any, Final

from afgqa.documents.extracted import Extracted
from afgqa.documents.formats import FORMATS
from afgqa.documents.limits import limited, memory_for, seconds_for
from afgqa.errors import DocumentError

__all__ = ["Sandbox", "extract_apart", "serve"]

_PATIENCE: Final = 4  # times as many seconds by the clock: the machine may be busy
_START: Final = 20  # seconds in which the process begins to read
_AT_ONCE: Final = 2
_SEATS: Final = threading.BoundedSemaphore(_AT_ONCE)
_ROOT: Final = Path(__file__).parents[2]


class Sandbox:
    """A process that extracts the text of files, one after another. Use it as a context manager.

    It starts with the first file, and again after a file that ended it. Not thread-safe.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: TemporaryDirectory[str] | None = None

    def __enter__(self) -> Sandbox:
        _SEATS.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        _SEATS.release()

    def extract(
        self,
        suffix: str,
        raw: bytes,
        where: str,
        *,
        seconds: float | None = None,
        memory: int | None = None,
    ) -> Extracted:
        """What `FORMATS[suffix]` makes of the bytes; DocumentError also where that takes too much.

        `seconds` of the processor and bytes of `memory` go by the size of the file where they are
        not given.
        """
        seconds = seconds_for(len(raw)) if seconds is None else seconds
        memory = memory_for(len(raw)) if memory is None else memory
        head = {"suffix": suffix, "where": where, "size": len(raw)}
        line = self._answer({**head, "seconds": math.ceil(seconds), "memory": memory}, raw, seconds)
        too_much = DocumentError(
            f"{where} takes more than {seconds:.2g} seconds or {memory >> 20:,} MB to read. Save "
            "its text as a .txt file."
        )
        try:
            told = json.loads(line)
        except ValueError:  # the process was ended
            raise too_much from None
        if told.get("memory"):
            raise too_much
        if "failed" in told:
            raise DocumentError(
                f"{where} cannot be read: {told['failed']:.200}. Save its text as a .txt file."
            )
        if "problem" in told:
            raise DocumentError(told["problem"])
        return Extracted(told["text"], told["title"], tuple(told["pages"]))

    def _answer(self, head: dict[str, object], raw: bytes, seconds: float) -> bytes:
        """The line that the process writes, or what there is of one when it was ended."""
        fresh = self._process is None
        process = self._started()
        timer = threading.Timer(seconds * _PATIENCE + _START * fresh, process.kill)
        timer.start()
        try:
            _in(process).write(json.dumps(head).encode() + b"\n" + raw)
            _in(process).flush()
            line = _out(process).readline()
        except OSError:  # it ended before it had read everything
            line = b""
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            self._stop()
            return b""
        return line

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            known = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
            self._folder = TemporaryDirectory()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "afgqa.documents"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,  # Python looks for modules in the current folder first
                env={**os.environ, "PYTHONPATH": known, "OPENBLAS_NUM_THREADS": "1"},
            )
        return self._process

    def _stop(self) -> None:
        process, folder = self._process, self._folder
        self._process = self._folder = None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                try:
                    if pipe is not None:
                        pipe.close()
                except OSError:  # what was not read any more
                    pass
        if folder is not None:
            folder.cleanup()


def extract_apart(
    suffix: str, raw: bytes, where: str, *, seconds: float | None = None, memory: int | None = None
) -> Extracted:
    """What `Sandbox.extract` makes of one file, in a process of its own."""
    with Sandbox() as sandbox:
        return sandbox.extract(suffix, raw, where, seconds=seconds, memory=memory)


def _in(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdin is not None
    return process.stdin


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout


def serve() -> None:
    """Read what `Sandbox` sends on standard input, and write what comes of each file as a line."""
    given, out = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    while line := given.readline():
        head = json.loads(line)
        raw = given.read(head["size"])
        with limited(head["seconds"], head["memory"]):
            told = _told(head["suffix"], raw, head["where"])
        out.write(json.dumps(told).encode("ascii") + b"\n")
        out.flush()


def _told(suffix: str, raw: bytes, where: str) -> dict[str, Any]:
    try:
        found = FORMATS[suffix](raw, where)
        return {"text": found.text, "title": found.title, "pages": found.pages}
    except DocumentError as error:
        return {"problem": str(error)}
    except MemoryError:
        return {"memory": True}
    # Whatever a library makes of a file that was made to break it.
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"}
