"""The contract for batch answers: JSON Lines in, JSON Lines out (docs/answer.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

from afgqa.chatbot import Chatbot
from afgqa.errors import AfgqaError, QuestionFileError
from afgqa.serialization import answer_row, check_history, error_row

__all__ = ["LONGEST", "answer_lines", "bounded"]

LONGEST: Final = 1_000_000
"""Bytes of a line at most."""
_ENDLESS: Final = 1_000_000_000  # bytes without a line end: no file of lines

Row = dict[str, Any]


def answer_lines(bot: Chatbot, lines: Iterable[bytes]) -> Iterator[Row]:
    """One row for each input line, in the same order; lines of white space alone are passed over.

    The history of a line is replayed as turns of a conversation of its own. A line that cannot
    be used gives an error row and does not stop the batch.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name = None
        try:
            if len(line) > LONGEST:
                raise QuestionFileError(
                    f"line {number} has more than {LONGEST:,} bytes, which is the limit. Leave out "
                    "the oldest questions of its history."
                )
            data = _parse(line, number)
            name = data.get("id")
            question, history = _fields(data, number)
            conversation = bot.conversation()
            for earlier in history:
                conversation.ask(earlier)
            yield answer_row(conversation.ask(question), name)
        except QuestionFileError as error:
            yield error_row(name, error)
        except AfgqaError as error:
            yield error_row(name, f"line {number}: {error}")


def bounded(file: IO[bytes]) -> Iterator[bytes]:
    """The lines of a file, each cut off behind `LONGEST` bytes, as they come."""
    while line := file.readline(LONGEST + 1):
        yield line
        skipped = 0
        while len(line) > LONGEST and not line.endswith(b"\n"):  # the rest of a long one
            line = file.readline(LONGEST + 1)
            skipped += len(line)
            if skipped > _ENDLESS:
                raise QuestionFileError("A line has no end. Give one JSON object per line.")
            if not line or line.endswith(b"\n"):
                break


def _parse(line: bytes, number: int) -> Row:
    try:
        data = json.loads(line.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise QuestionFileError(f"line {number} is not JSON in UTF-8: {error!s:.200}") from error
    if not isinstance(data, dict):
        raise QuestionFileError(f"line {number} is not a JSON object, but {type(data).__name__}")
    if not isinstance(data.get("id"), str | int | None) or isinstance(data.get("id"), bool):
        raise QuestionFileError(f"line {number}: id must be a string or a whole number")
    return data


def _fields(data: Row, number: int) -> tuple[str, list[str]]:
    question = data.get("question")
    if not isinstance(question, str):
        raise QuestionFileError(f'line {number} needs "question", a string; found {question!r:.80}')
    return question, check_history(data.get("history"))
