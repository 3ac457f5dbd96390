"""What is logged: JSON lines, by the logging of the standard library, without what people write.

Questions, answers and document texts are in no record unless `texts` was asked for.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["LOGGER", "JsonLines", "log"]

LOGGER: Final = logging.getLogger("afgqa.server")
_FIELDS: Final = "afgqa"  # the attribute of a record that holds its fields


class JsonLines(logging.Formatter):
    """A record as one line of JSON: its time in UTC, its level, its event, and its fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a record of another library has its message as the event."""
        when = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc)
        fields: Mapping[str, Any] = getattr(record, _FIELDS, {})
        row = {
            "time": when.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **fields,
        }
        if record.exc_info and record.exc_info[0] is not None:
            # The message of an error may quote a document; where it was raised does not.
            row["error"] = record.exc_info[0].__name__
        return json.dumps(row, ensure_ascii=False, default=str)


def log(event: str, **fields: object) -> None:
    """Log an event with its fields, which must hold nothing that a person wrote."""
    LOGGER.info(event, extra={_FIELDS: fields})
