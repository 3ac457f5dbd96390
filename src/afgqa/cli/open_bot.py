"""The chatbot that a command works with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from afgqa.cli.output import note
from afgqa.cli.progress import bar
from afgqa.errors import InputError
from afgqa.settings import Settings

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot

__all__ = ["INDEX", "SEEDS", "add_download", "add_follow_links", "open_bot"]

INDEX: Final = "index"
SEEDS: Final = "seeds"


def add_download(parser: argparse.ArgumentParser) -> None:
    """The option without which no command uses the network."""
    parser.add_argument(
        "--download", action="store_true", help="download a named model that is not on this machine"
    )


def add_follow_links(parser: argparse.ArgumentParser) -> None:
    """The option without which a link in a folder leads nowhere outside it."""
    parser.add_argument(
        "--follow-links", action="store_true", help="follow links that lead out of a folder"
    )


def open_bot(options: argparse.Namespace) -> Chatbot:
    """The chatbot over the index; the default one is made from `seeds` on its first use."""
    from afgqa.chatbot import Chatbot
    from afgqa.cli.text import changes_text
    from afgqa.reading.models import load_reader
    from afgqa.search.index_file import DATABASE

    folder = Path(options.index)
    name = getattr(options, "reader", None)
    settings = Settings(reader=name)
    reader = load_reader(name, download=options.download) if name is not None else None
    first = options.index == INDEX and not (folder / DATABASE).exists()
    if first and Path(SEEDS).is_dir():
        note(f"afgqa: making the index of {SEEDS}/ in {folder}/ (once)")
        with bar() as progress:
            bot = Chatbot.from_documents(
                SEEDS, index=folder, reader=reader, settings=settings, progress=progress
            )
    else:
        bot = Chatbot.open(folder, reader=reader, settings=settings)
    for notice in bot.notices:
        note(f"afgqa: {notice}")
    try:
        difference = bot.changes()
    except InputError as error:  # the index itself is well: a file cannot be read any more
        note(f"afgqa: {error}\nafgqa: Answers are from the index, which has an earlier state.")
        return bot
    if difference:
        note(f"afgqa: files differ from the index ({changes_text(difference)}). ", end="")
        note(f"Answers are from the index; to bring it in step: afgqa index --index {folder}")
    return bot
