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

__all__ = ["INDEX", "SEEDS", "open_bot"]

INDEX: Final = "index"
SEEDS: Final = "seeds"


def open_bot(options: argparse.Namespace) -> Chatbot:
    """The chatbot over the index; the default one is made from `seeds` on its first use."""
    from afgqa.chatbot import Chatbot
    from afgqa.cli.text import changes_text
    from afgqa.search.sqlite_schema import DATABASE

    folder = Path(options.index)
    settings = Settings(
        reader=getattr(options, "reader", None), download=getattr(options, "download", False)
    )
    first = options.index == INDEX and not (folder / DATABASE).exists()
    if first and Path(SEEDS).is_dir():
        note(f"afgqa: making the index of {SEEDS}/ in {folder}/ (once)")
        with bar() as progress:
            bot = Chatbot.from_documents(SEEDS, index=folder, settings=settings, progress=progress)
    else:
        bot = Chatbot.open(folder, settings=settings)
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
