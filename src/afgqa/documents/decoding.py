"""Bytes of a text file to its text: UTF-8, or UTF-16 with a byte order mark."""

from __future__ import annotations

import codecs

from afgqa.errors import DocumentError

__all__ = ["decode"]


def decode(data: bytes, where: str) -> str:
    """The text, a byte order mark of UTF-8 included; DocumentError calls the file `where`."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    wide = wide and not data.startswith(codecs.BOM_UTF32_LE)
    if not wide and b"\0" in data:
        raise DocumentError(
            f"{where} is a binary file (a NUL byte at {data.index(0)}), not text. "
            "Save its text as UTF-8."
        )
    encoding = "utf-16" if wide else "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"{where} is not {encoding.upper()}: byte {error.start} ({data[error.start]:#04x}) "
            "is invalid. Save the file as UTF-8."
        ) from error
