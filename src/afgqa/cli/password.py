"""`afgqa password`: the line of an account for the file that `--auth-file` names."""

from __future__ import annotations

import argparse
import getpass
import sys

from afgqa.cli.output import print_json, show
from afgqa.errors import InputError

__all__ = ["add_options", "run_password"]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", metavar="NAME", help="name of the account")


def run_password(options: argparse.Namespace) -> int:
    """Read a password, from the terminal or a line of standard input, and print the line."""
    from afgqa.ui.serving.passwords import account_line

    if sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Repeat it: "):
            raise InputError("The two passwords differ. Try again.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    line = account_line(options.account, password)
    if options.json:
        print_json({"line": line})
    else:
        show(line)
    return 0
