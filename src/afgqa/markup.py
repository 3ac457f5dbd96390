"""Text -> HTML in which only our own tags are tags.

A page is built from `tag` alone. A plain `str` inside it is escaped, always; `Html` is what `tag`
returned. So document text, a title or a question cannot become markup by a forgotten call.
"""

from __future__ import annotations

from html import escape

__all__ = ["Html", "join", "tag"]


_VOID = frozenset(("input",))  # of those in use; they hold nothing and have no end


class Html(str):
    """HTML that `tag` has built."""

    __slots__ = ()


def tag(name: str, /, *inside: str, **attributes: str | int | bool | None) -> Html:
    """Return `<name attributes>inside</name>`; whatever is not `Html` is escaped.

    `class_` stands for class and `data_start` for data-start. True writes a bare attribute, False
    and None leave it out.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    opened = f"<{name}{written}>"
    return Html(opened if name in _VOID else f"{opened}{join(*inside)}</{name}>")


def join(*parts: str) -> Html:
    """Return the parts one after another; whatever is not `Html` is escaped."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def _attribute(key: str, value: str | int | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
