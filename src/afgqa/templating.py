"""HTML from Jinja2 templates, in which only the templates' own tags are tags.

Every value is escaped, always. The one exception is `Markup`: what another template has made.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["Markup", "render"]


def render(template: str, /, **values: object) -> Markup:
    """The template filled in with the values; it is named by its path in the package.

    For instance `render("exporting/templates/conversation.html", turns=[])`.
    """
    return Markup(_environment().get_template(template).render(values).strip())


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("afgqa", ""),
        autoescape=True,
        undefined=StrictUndefined,  # a misspelt name is an error and not a gap in the page
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
