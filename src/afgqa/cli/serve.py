"""`afgqa serve` and `afgqa password`; app.py is the first of them over `seeds/`."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from afgqa.cli.output import note, print_json
from afgqa.cli.progress import bar
from afgqa.errors import IndexMissingError, InputError
from afgqa.settings import DEFAULT_EMBEDDER, Settings

__all__ = ["add_password", "add_serve", "run_password", "run_serve"]

_END: Final = 1.0  # seconds for threads that still work when the server has ended


def add_serve(parser: argparse.ArgumentParser) -> None:
    """The options of the page, without those that all commands share."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (what was indexed, or seeds)"
    )
    parser.add_argument(
        "--embedder", metavar="NAME", help="model name or folder (what the index was made with)"
    )
    parser.add_argument(
        "--reader", metavar="NAME", help="what marks answers: typed, or a model's name or folder"
    )
    parser.add_argument(
        "--download", action="store_true", help="fetch a named model that is not on this machine"
    )
    parser.add_argument(
        "--feedback",
        type=Path,
        metavar="FILE",
        help="where readers' verdicts are kept (feedback.jsonl in the index)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help="another name the page answers to, as HOST or HOST:PORT, for a proxy in front of it "
        "(repeatable)",
    )
    access = parser.add_mutually_exclusive_group()
    access.add_argument(
        "--auth-file", type=Path, metavar="FILE", help="who may sign in (see afgqa password)"
    )
    access.add_argument(
        "--open", action="store_true", help="let everybody in who reaches the machine"
    )
    parser.add_argument(
        "--log", metavar="FILE", help="write a log of JSON lines (-: standard error)"
    )
    parser.add_argument(
        "--log-texts", action="store_true", help="put questions and answers into the log"
    )


def add_password(parser: argparse.ArgumentParser) -> None:
    """The options of `password`."""
    parser.add_argument("account", metavar="NAME", help="name of the account")


def run_password(options: argparse.Namespace) -> int:
    """Print the line of an account for the file of --auth-file."""
    from afgqa.ui.serving.passwords import account_line

    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Once more: "):
            raise InputError("The two passwords differ. Try again.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    line = account_line(options.account, password)
    if options.json:
        print_json({"line": line})
    else:
        print(line)
    return 0


def run_serve(
    options: argparse.Namespace,
    seeds: Path = Path("seeds"),
    question_sets: Sequence[Path] = (),
) -> int:
    """Create or update the index, then serve the page until interrupted.

    `seeds` is what is served where neither a path nor an index is there; `question_sets` are
    offered for evaluation.
    """
    if not 0 < options.port < 1 << 16:
        raise InputError(f"There is no port {options.port}. Choose one from 1 to 65535.")
    if options.download:
        _fetch(options)
    _check_access(options)
    with _said("loading the libraries"):
        from afgqa.chatbot import Chatbot
        from afgqa.search.sqlite_schema import read_manifest
        from afgqa.ui.page import launch

    folder = Path(options.index)
    feedback = options.feedback or folder / "feedback.jsonl"
    paths, embedder = list(options.paths), options.embedder
    try:
        manifest = read_manifest(folder)
        embedder = embedder or manifest.embedder
        paths = paths or [os.path.relpath(folder / source) for source in manifest.sources]
    except IndexMissingError:
        paths = paths or [seeds]
    settings = Settings(
        embedder=embedder or DEFAULT_EMBEDDER, reader=options.reader, download=options.download
    )
    with _said(f"loading the models and the index in {folder}"), bar() as progress:
        bot = Chatbot.from_documents(*paths, index=folder, settings=settings, progress=progress)
    with bot, _logging(options):
        for notice in bot.notices:
            note(f"afgqa: {notice}")
        launch(
            bot,
            host=options.host,
            port=options.port,
            names=options.name,
            auth_file=options.auth_file,
            open_to_all=options.open,
            log_texts=options.log_texts,
            feedback=feedback,
            question_sets=[*question_sets, feedback],
            ready=lambda url: print(f"afgqa is at {url} (Ctrl-C ends it)", flush=True),
        )
    _end()
    return 0


def _fetch(options: argparse.Namespace) -> None:
    """Fetch the models that are named: once the page is imported, nothing fetches any more."""
    from afgqa.reading.models import load_reader
    from afgqa.search.embedders import load_embedder

    with _said("looking for the models, here or on the network"):
        if options.embedder is not None:
            load_embedder(options.embedder, download=True)
        if options.reader is not None:
            load_reader(options.reader, download=True)


def _check_access(options: argparse.Namespace) -> None:
    """Say what is wrong with who may come, before anything takes time."""
    from afgqa.ui.serving.access import Access
    from afgqa.ui.serving.passwords import read_accounts

    Access(options.host, auth_file=options.auth_file, open=options.open).check()
    if options.auth_file is not None:
        read_accounts(options.auth_file)


@contextlib.contextmanager
def _said(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    note(f"afgqa: {what}")
    began = time.monotonic()
    yield
    note(f"afgqa: done in {time.monotonic() - began:.1f} s")


@contextlib.contextmanager
def _logging(options: argparse.Namespace) -> Iterator[None]:
    """Write the log where the options say; at an address that others reach, to standard error."""
    from afgqa.ui.serving.hosts import is_loopback
    from afgqa.ui.serving.logs import LOGGER, JsonLines

    name = options.log or (None if is_loopback(options.host) else "-")
    if name is None:
        yield
        return
    try:
        stream = name == "-"
        handler = logging.StreamHandler() if stream else logging.FileHandler(name, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{name} cannot be written: {error.strerror}.") from error
    handler.setFormatter(JsonLines())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        handler.close()


def _end() -> None:
    """End the process where a thread still works for a visitor: Python would wait for it."""
    until = time.monotonic() + _END
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, until - time.monotonic()))
    working = [it for it in threading.enumerate() if not it.daemon]
    if len(working) > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
