"""Files that appear whole or not at all: written beside, synced to the disk, then renamed."""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

__all__ = ["sync_file", "sync_folder", "write_atomically"]

_LEFT: Final = 3600  # seconds after which nobody is still writing a temporary file


def write_atomically(path: Path, *parts: bytes | memoryview) -> None:
    """Put `parts`, one after the other, in the place of the file at `path`, in one step.

    After a crash at any moment the old file is there or the new one. Nothing is left beside it
    when writing fails; what a killed program left is removed an hour later. A link stays a link,
    and what it leads to is written. OSError as the file system gives it.
    """
    path = Path(os.path.realpath(path))
    _remove_remains(path)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("xb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _remove_remains(path: Path) -> None:
    ours = re.compile(rf"{re.escape(path.name)}\.[0-9a-f]{{8}}\.tmp")
    for other in path.parent.iterdir():
        if ours.fullmatch(other.name):
            with suppress(FileNotFoundError):  # another program was faster
                if abs(time.time() - other.stat().st_mtime) > _LEFT:
                    other.unlink()


def sync_file(path: Path) -> None:
    """Make what was written to `path` last through a loss of power."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` last through a loss of power, where the system can."""
    if os.name == "nt":  # folders cannot be opened there
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
