"""The headers that make a browser refuse what the page does not need."""

from __future__ import annotations

from typing import Final

__all__ = ["HEADERS"]

# Gradio compiles its templates in the browser, hence 'unsafe-eval' and 'unsafe-inline'. They let
# nothing in from outside: every host but our own stays shut, and document text is escaped.
HEADERS: Final = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self' data: blob:",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
