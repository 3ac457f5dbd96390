"""What a hostile input is: a file or a folder, and the command that is given it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

__all__ = ["GOOD", "SEED", "Input", "file_input", "made_input", "write"]

GOOD: Final = b"Ann Lee opened the bridge in May 1999. It cost $5 million.\n"
SEED: Final = 7


class Input(NamedTuple):
    """What is put into an empty folder `in`, and what is then run there.

    `command` is what `afgqa` is given; `{}` stands for the file. Without one the folder is indexed.
    """

    kind: str
    name: str
    make: Callable[[Path], None]
    command: tuple[str, ...] = ()


def file_input(kind: str, name: str, data: bytes | str, *command: str) -> Input:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return Input(kind, name, lambda folder: write(folder / name, raw), command)


def made_input(kind: str, name: str, build: Callable[[], bytes], *command: str) -> Input:
    """One whose bytes are only built when it is run: there are many of them."""
    return Input(kind, name, lambda folder: write(folder / name, build()), command)


def write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
