"""Files in, `Document` out: formats, repair, what lies beside a file.

The public names are these; they are defined in `loading.py`.
"""

from afgqa.documents.loading import (
    SIZE,
    SUFFIXES,
    TEXT_SIZE,
    Known,
    document_from_bytes,
    document_from_text,
    left_out,
    load_documents,
)

__all__ = [
    "SIZE",
    "SUFFIXES",
    "TEXT_SIZE",
    "Known",
    "document_from_bytes",
    "document_from_text",
    "left_out",
    "load_documents",
]
