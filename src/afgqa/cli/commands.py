"""The command line: `afgqa index | ask | explain | search | chat | verify | eval | ...`.

Exit status: 0 done; 1 a single question was refused, a citation no longer stands, a figure misses
its bound, or an entry of a glossary is stale; 2 bad use or bad input. Answers go to standard
output, everything else (progress, notes, errors) to standard error.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any, NoReturn

from afgqa.cli.chat import run_chat
from afgqa.cli.evaluate import add_options as add_eval
from afgqa.cli.evaluate import run_eval
from afgqa.cli.glossary import add_options as add_glossary
from afgqa.cli.glossary import run_glossary
from afgqa.cli.index import add_options as add_index
from afgqa.cli.index import run_index
from afgqa.cli.open_bot import INDEX, add_download, open_bot
from afgqa.cli.output import note, print_json, show
from afgqa.cli.password import add_options as add_password
from afgqa.cli.password import run_password
from afgqa.cli.serve import add_options as add_serve
from afgqa.cli.serve import run_serve
from afgqa.cli.terminal_escapes import harmless
from afgqa.cli.verify import add_options as add_verify
from afgqa.cli.verify import run_verify
from afgqa.errors import AfgqaError, InputError
from afgqa.settings import Settings
from afgqa.types import MODES

__all__ = ["main", "parser"]

_DONE, _REFUSED, _BAD = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper) and not options.json:
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may lack some characters
    try:
        status = int(options.run(options))
        sys.stdout.flush()  # here, where a reader who has gone can still be noticed
        return status
    except AfgqaError as error:
        if options.json:
            print_json({"error": str(error)})
        note(f"afgqa: {error}")
        return _BAD
    except BrokenPipeError:  # the reader of our output has gone: nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    except KeyboardInterrupt:
        return 130


class _Parser(argparse.ArgumentParser):
    """One that shows what was typed harmlessly where it says what is wrong with it."""

    def error(self, message: str) -> NoReturn:
        super().error(harmless(message))


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = _Parser(
        prog="afgqa",
        description="Answer questions with sentences quoted from your documents, or refuse.",
        epilog="Exit status: 0 success; 1 the question was refused, a citation is no longer "
        "valid, a "
        "figure misses its bound or a glossary entry is stale; 2 bad usage or bad input.",
    )
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    shared = _Parser(add_help=False)
    shared.add_argument("--index", default=INDEX, metavar="DIR", help="index folder (index)")
    shared.add_argument("--json", action="store_true", help="print JSON")
    moded = _Parser(add_help=False)
    moded.add_argument("--mode", choices=MODES, default="hybrid", help="search mode (hybrid)")
    reading = _Parser(add_help=False)
    reading.add_argument(
        "--reader", metavar="NAME", help="reader: typed, or the name or folder of a model"
    )
    add_download(reading)

    def command(name: str, run: Any, text: str, *parents: _Parser) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[shared, *parents], help=text, description=text)
        added.set_defaults(run=run)
        return added

    add_index(command("index", run_index, "create, update, check or repair an index"))
    ask = command("ask", _run_ask, "answer one question, or a file of them", moded, reading)
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument(
        "--questions", metavar="FILE", help="questions as JSON Lines (-: standard input)"
    )
    explained = command("explain", _run_explain, "show how an answer was found", moded, reading)
    explained.add_argument("question", metavar="QUESTION")
    search = command("search", _run_search, "find the sentences that best match a query", moded)
    search.add_argument("query", metavar="QUERY")
    search.add_argument("-k", type=int, default=5, help="number of sentences (5)")
    chat = command("chat", run_chat, "start a conversation; an empty line ends it", reading)
    chat.add_argument(
        "--save", metavar="FILE", help="save the conversation as a .md, .html or .json file"
    )
    add_verify(command("verify", run_verify, "check saved citations against the documents"))
    add_eval(command("eval", run_eval, "evaluate answers on a question set", moded, reading))
    add_glossary(command("glossary", run_glossary, "check a glossary, or draft one"))
    add_serve(command("serve", run_serve, "open the chat in the browser, for you or for others"))
    add_password(command("password", run_password, "make the line of an account for --auth-file"))
    command("doctor", _run_doctor, "check the environment, the models and the index")
    return whole


def _run_ask(options: argparse.Namespace) -> int:
    from afgqa.cli.text import answer_text
    from afgqa.serialization import answer_row

    if (options.question is None) == (options.questions is None):
        raise InputError("Give one QUESTION, or --questions FILE.")
    if options.questions is not None:
        return _batch(options)
    with open_bot(options) as bot:
        answer = bot.ask(options.question, mode=options.mode)
    if options.json:
        print_json(answer_row(answer))
    else:
        show(answer_text(answer))
    return _DONE if answer.answered else _REFUSED


def _run_explain(options: argparse.Namespace) -> int:
    from afgqa.cli.text import explanation_text
    from afgqa.serialization import explanation_row

    with open_bot(options) as bot:
        explanation = bot.explain(options.question, mode=options.mode)
    if options.json:
        print_json(explanation_row(explanation))
    else:
        show(explanation_text(explanation))
    return _DONE if explanation.answer.answered else _REFUSED


def _batch(options: argparse.Namespace) -> int:
    from afgqa.cli.batch import answer_lines, bounded

    status = _DONE
    with _lines(options.questions) as lines, open_bot(options) as bot:
        for row in answer_lines(bot, bounded(lines)):
            print_json(row)
            if "error" in row:
                status = _BAD
    return status


def _lines(name: str) -> AbstractContextManager[IO[bytes]]:
    """The lines of a file, or of standard input as they come."""
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}. Check the path.") from error
    except ValueError as error:  # a NUL in the name
        raise InputError(f"{name!a} cannot be the name of a file: {error}.") from error


def _run_search(options: argparse.Namespace) -> int:
    from afgqa.cli.text import hits_text
    from afgqa.serialization import hit_row

    with open_bot(options) as bot:
        hits = bot.search(options.query, k=options.k, mode=options.mode)
    if options.json:
        for hit in hits:
            print_json(hit_row(hit))
    else:
        show(hits_text(hits))
    return _DONE


def _run_doctor(options: argparse.Namespace) -> int:
    from afgqa.cli.doctor import examine

    status = _DONE
    for finding in examine(Path(options.index), Settings()):
        if not finding.well:
            status = _BAD
        if options.json:
            print_json({"name": finding.name, "well": finding.well, "detail": finding.detail})
        else:
            show(f"{'ok ' if finding.well else 'BAD'}  {finding.name}: {finding.detail}")
    return status
