"""The text of files that are more than text: one module a format, raw bytes in, `Extracted` out."""
