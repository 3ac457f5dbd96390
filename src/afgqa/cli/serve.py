"""`afgqa serve`: the page in the browser. `app.py` is this command over its own `seeds/`."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from afgqa.cli.open_bot import SEEDS, add_download, add_follow_links
from afgqa.cli.output import note, show
from afgqa.cli.progress import bar
from afgqa.errors import IndexMissingError, InputError
from afgqa.settings import DEFAULT_EMBEDDER, Settings

__all__ = ["add_options", "run_serve"]

_END: Final = 1.0  # seconds for threads that still work when the server has ended


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of the page, without those that all commands share."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders (what was indexed, or seeds)"
    )
    parser.add_argument(
        "--embedder", metavar="NAME", help="model name or folder (what the index was made with)"
    )
    parser.add_argument(
        "--reader", metavar="NAME", help="reader: typed, or the name or folder of a model"
    )
    add_download(parser)
    add_follow_links(parser)
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
        "--auth-file", type=Path, metavar="FILE", help="accounts that may sign in (afgqa password)"
    )
    access.add_argument(
        "--open", action="store_true", help="let in everybody who can reach the address"
    )
    parser.add_argument(
        "--log", metavar="FILE", help="write a log of JSON lines (-: standard error)"
    )
    parser.add_argument(
        "--log-texts", action="store_true", help="put questions and answers into the log"
    )


def run_serve(options: argparse.Namespace, question_sets: Sequence[Path] = ()) -> int:
    """Create or update the index, then serve the page until interrupted.

    `question_sets` are offered for evaluation.
    """
    if not 0 < options.port < 1 << 16:
        raise InputError(f"There is no port {options.port}. Choose one from 1 to 65535.")
    _check_access(options)
    with _timed("loading the libraries"):
        from afgqa.chatbot import Chatbot
        from afgqa.reading.models import load_reader
        from afgqa.search.embedders import load_embedder
        from afgqa.ui.page import launch

    folder = Path(options.index)
    feedback = options.feedback or folder / "feedback.jsonl"
    paths, name = _sources(options, folder)
    with _timed(f"loading the models and the index in {folder}"), bar() as progress:
        bot = Chatbot.from_documents(
            *paths,
            index=folder,
            embedder=load_embedder(name, download=options.download),
            reader=load_reader(options.reader, download=options.download),
            settings=Settings(embedder=name, reader=options.reader),
            follow_links=options.follow_links,
            progress=progress,
        )
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
            ready=lambda url: show(f"afgqa is at {url} (Ctrl-C ends it)"),
        )
    _end()
    return 0


def _sources(options: argparse.Namespace, folder: Path) -> tuple[Sequence[str | Path], str]:
    """What to serve, and the name of the embedder: as given, or as the index says."""
    from afgqa.search.sqlite_schema import read_manifest

    try:
        manifest = read_manifest(folder)
    except IndexMissingError:
        return options.paths or [SEEDS], options.embedder or DEFAULT_EMBEDDER
    indexed = [os.path.relpath(folder / source) for source in manifest.sources]
    return options.paths or indexed, options.embedder or manifest.embedder


def _check_access(options: argparse.Namespace) -> None:
    """Report what is wrong with the access options before anything takes time."""
    from afgqa.ui.serving.access import Access
    from afgqa.ui.serving.passwords import read_accounts

    Access(options.host, auth_file=options.auth_file, open=options.open).check()
    if options.auth_file is not None:
        read_accounts(options.auth_file)


@contextlib.contextmanager
def _timed(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took; a start takes seconds."""
    note(f"afgqa: {what}")
    began = time.monotonic()
    yield
    note(f"afgqa: done in {time.monotonic() - began:.1f} s")


@contextlib.contextmanager
def _logging(options: argparse.Namespace) -> Iterator[None]:
    """Write the log where the options say, or to standard error if others can reach the address."""
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
    """End the process even if a thread still works for a visitor; Python would wait for it."""
    until = time.monotonic() + _END
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(max(0.0, until - time.monotonic()))
    working = [it for it in threading.enumerate() if not it.daemon]
    if len(working) > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
