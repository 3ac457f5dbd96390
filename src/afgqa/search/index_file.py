"""The file of an index: never changed in place, only exchanged for another one, in one step.

Who writes makes a copy beside it, changes that, proves it and renames it over the old one. So a
reader, a backup or a program after a crash finds the old index or the new one, whole, and nobody
waits for a writer. One program writes at a time: it holds a lock that dies with its process.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from filelock import FileLock, Timeout

from afgqa.atomic_files import sync_file, sync_folder
from afgqa.errors import IndexBusyError
from afgqa.types import UNITS

__all__ = [
    "DATABASE",
    "Identity",
    "bound",
    "exchange",
    "exclusive",
    "identity",
    "open_file",
    "tidy",
]

DATABASE: Final = "afgqa.sqlite"
_LOCK: Final = "afgqa.lock"
_OWNER: Final = "afgqa.lock.owner"
_PATIENCE: Final = 1.0  # seconds that a writer waits for another one
_STEPS: Final = 100_000  # of SQLite's machine between two looks at what is left
# Rounds of so many steps that one use may take, and for each MiB of the file: reading all of an
# index takes a few of them. A stranger's database may hold pages that lead back to themselves.
_ROUNDS: Final = 1000
_ROUNDS_PER_MIB: Final = 20
# What SQLite writes beside a database of an older format, and what a killed program left.
_REMAINS: Final = re.compile(
    rf"{re.escape(DATABASE)}-(journal|wal|shm)"
    rf"|({re.escape(DATABASE)}|({'|'.join(UNITS)})\.faiss)(\.[0-9a-f]+)?\.(tmp|new)(-journal)?"
)


class Identity(NamedTuple):
    """What tells one file from the one that takes its place."""

    device: int
    inode: int
    size: int
    changed: int  # nanoseconds


def identity(folder: Path) -> Identity | None:
    """That of the index in `folder`; None where there is none, or an empty file."""
    try:
        found = (folder / DATABASE).stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a NUL is in no name
        return None
    if found.st_size == 0:
        return None
    return Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def open_file(folder: Path) -> tuple[Identity, sqlite3.Connection] | None:
    """A connection that only reads the index in `folder`, and which file that is.

    None where there is none. The file may be a stranger's: nothing that is written in it is run,
    and a query that does not end is broken off. sqlite3.DatabaseError for what is no database.
    """
    where = f"file:{quote(str((folder / DATABASE).absolute()))}?mode=ro&immutable=1"
    while (before := identity(folder)) is not None:
        db = sqlite3.connect(where, uri=True, check_same_thread=False)
        try:
            db.execute("PRAGMA trusted_schema = OFF")
            bound(db, before.size)
            db.execute("PRAGMA user_version").fetchone()
        except BaseException:
            db.close()
            raise
        if identity(folder) == before:  # not exchanged in between
            return before, db
        db.close()
    return None


def bound(db: sqlite3.Connection, size: int) -> None:
    """From now on break off what takes far more steps than reading a file of `size` bytes."""
    left = _ROUNDS + _ROUNDS_PER_MIB * (size >> 20)

    def spent() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    db.set_progress_handler(spent, _STEPS)


@contextmanager
def exclusive(folder: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Be the only one who writes to the index in `folder`; within one thread also several times.

    Waits for another one for `patience` seconds.

    IndexBusyError names the program that writes already. OSError where the folder cannot be
    written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK, is_singleton=True)
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise IndexBusyError(
            f"The index in {folder} is being written by another program ({_owner(folder)}). Wait "
            "until it has ended, or end it, and try again. Nothing was changed."
        ) from error
    try:
        if lock.lock_counter == 1:
            (folder / _OWNER).write_text(f"process {os.getpid()}", encoding="ascii")
        yield
    finally:
        if lock.lock_counter == 1:
            (folder / _OWNER).unlink(missing_ok=True)
        lock.release()


def tidy(folder: Path) -> None:
    """Remove what a killed program left beside the index, unless one is writing now."""
    if any(map(_remains, folder.iterdir())) or (folder / _OWNER).exists():
        with exclusive(folder, patience=0):
            _remove_remains(folder)


def _remains(path: Path) -> bool:
    return _REMAINS.fullmatch(path.name) is not None


def _remove_remains(folder: Path) -> None:
    for path in filter(_remains, list(folder.iterdir())):
        path.unlink(missing_ok=True)


def _owner(folder: Path) -> str:
    try:
        return (folder / _OWNER).read_text(encoding="ascii", errors="replace")[:40]
    except OSError:
        return "which one is not known"


@contextmanager
def exchange(
    folder: Path, prove: Callable[[sqlite3.Connection], None], *, anew: bool = False
) -> Iterator[sqlite3.Connection]:
    """A copy of the index in `folder` to be changed, which takes its place if all goes well.

    An empty one with `anew`, or where there is none. `prove` looks at what was written, and raises
    what is wrong with it. Whatever is raised leaves the old index as it was.
    """
    with exclusive(folder):
        _remove_remains(folder)
        beside = folder / f"{DATABASE}.new"
        try:
            if not anew and identity(folder) is not None:
                shutil.copyfile(folder / DATABASE, beside)
            with closing(sqlite3.connect(beside, isolation_level=None)) as db:
                # Nobody else has the file, and it is thrown away if anything goes wrong.
                db.execute("PRAGMA journal_mode = OFF")
                db.execute("PRAGMA synchronous = OFF")
                db.execute("PRAGMA trusted_schema = OFF")
                db.execute("BEGIN")
                yield db
                db.execute("COMMIT")
            with closing(sqlite3.connect(beside)) as db:  # which reads it from the file
                prove(db)
            sync_file(beside)
            beside.replace(folder / DATABASE)
            sync_folder(folder)
        finally:
            beside.unlink(missing_ok=True)
