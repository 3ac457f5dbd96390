"""The command line; nothing else in the package prints."""

from afgqa.cli.commands import main, parser

__all__ = ["main", "parser"]
