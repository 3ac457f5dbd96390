"""Which files are read, and how: with a limit on their size, and regular files only.

A folder of strangers may contain links that lead elsewhere, and pipes and devices that never end.
Links out of a folder are followed only on request; a link inside it is always followed.
"""

from __future__ import annotations

import errno
import gzip
import io
import os
import stat
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from afgqa.errors import DocumentError, InputError

__all__ = [
    "BESIDE",
    "behind_links",
    "files_in",
    "kind_at",
    "leads_out",
    "passed_over",
    "read_bytes",
    "size_of",
    "unpacked",
]

BESIDE: Final = 1_000_000
"""Bytes of a side file (glossary, questions) at most."""

# What is not a regular file, by its mode.
_KINDS: Final[tuple[tuple[Callable[[int], bool], str], ...]] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def files_in(folder: Path, suffixes: tuple[str, ...], *, follow: bool = False) -> list[Path]:
    """The regular files below `folder` with one of these suffixes (lower case), in order.

    Hidden ones are left out, and so are links that lead out of the folder unless `follow`.
    """
    return sorted(
        path
        for path in _named(folder, suffixes, follow)
        if _is_regular(path) and (follow or not leads_out(path, folder))
    )


def behind_links(root: Path, base: Path, ids: Collection[str], found: Sequence[Path]) -> list[Path]:
    """The files with these ids that are behind links in `root`; no other link is followed."""
    there = {path.absolute() for path in found}
    paths = [root / os.path.relpath(base / name, root.absolute()) for name in ids]
    inside = [path for path in paths if ".." not in path.relative_to(root).parts]
    return [path for path in inside if path.absolute() not in there and kind_at(path) == "a file"]


def passed_over(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """What `files_in` leaves out despite a wanted suffix: links out of it, pipes, devices."""
    return sorted(
        path
        for path in _named(folder, suffixes, follow=False)
        if not path.is_dir() and (not _is_regular(path) or leads_out(path, folder))
    )


def leads_out(path: Path, folder: Path) -> bool:
    """Whether `path`, which is below `folder` by its name, is a link to a place outside it."""
    try:
        if not path.is_symlink():
            return False
        return not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a circle of links
        return True


def read_bytes(
    path: Path,
    limit: int,
    *,
    error: type[InputError] = InputError,
    advice: str = "Check the path.",
    pipes: bool = False,
) -> bytes:
    """The bytes of a regular file, at most `limit`; or `error`, which ends in `advice`.

    With `pipes` a pipe is read too, as a shell gives it in the place of a file.
    """
    where = path.as_posix()
    try:
        os.fsencode(path).decode("utf-8")
        # Not blocking: a pipe that nobody writes to would never open.
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
        with os.fdopen(opened, "rb") as file:
            mode = os.fstat(opened).st_mode
            if pipes and stat.S_ISFIFO(mode):
                os.set_blocking(opened, True)
            elif not stat.S_ISREG(mode):
                raise error(f"{where} is {_kind(mode)}, not a file. {advice}")
            data = file.read(limit + 1)
    except UnicodeError as wrong:  # half a character, or bytes that are no UTF-8
        raise error(f"{str(path)!a} has a name that is not UTF-8. Rename it.") from wrong
    except OSError as wrong:
        raise error(f"{where} cannot be read: {wrong.strerror}. {advice}") from wrong
    except ValueError as wrong:  # a NUL in the name
        raise error(f"{str(path)!a} cannot be the name of a file: {wrong}. {advice}") from wrong
    if len(data) > limit:
        raise error(
            f"{where} has more than {limit:,} bytes, which is the limit. Split it into several "
            "files."
        )
    return data


def unpacked(data: bytes, limit: int) -> bytes:
    """What a gzip file holds, at most `limit` bytes; ValueError for more, and where it is damaged.

    It is never unpacked further than that.
    """
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        try:
            found = file.read(limit + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(str(error)) from error
    if len(found) > limit:
        raise ValueError(f"it unpacks to more than {limit:,} bytes, which is the limit")
    return found


_BINARY: Final[int] = getattr(os, "O_BINARY", 0)  # Windows


def _kind(mode: int) -> str:
    return next((words for test, words in _KINDS if test(mode)), "something else")


def kind_at(path: Path) -> str | None:
    """What is at `path`, in words: "a file" if it is a regular one, None if there is nothing."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return None
    return "a file" if stat.S_ISREG(mode) else _kind(mode)


def size_of(path: Path) -> int:
    """The size of a file in bytes; 0 if it cannot be determined (reading it will say why)."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return 0


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP):  # a link to nothing, or to itself
            return False
        raise DocumentError(
            f"{path} cannot be read: {error.strerror}. Check its permissions."
        ) from error


def _named(folder: Path, suffixes: tuple[str, ...], follow: bool) -> Iterator[Path]:
    seen: set[str] = set()
    for here, folders, names in os.walk(folder, followlinks=follow):
        place = os.path.realpath(here)
        if follow and place in seen:  # links in a circle
            folders.clear()
            continue
        seen.add(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if not name.startswith(".") and name.lower().endswith(suffixes):
                yield Path(here, name)
