"""HTML comes from templates alone, and whatever a template is given is text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from afgqa.templating import Markup, render

PACKAGE = Path(__file__).parents[1] / "src" / "afgqa"
TEMPLATES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.html"))
PAGE = "exporting/templates/conversation.html"
WORDS = {
    "title": "<b>\"'&", "promise": Markup("<i>ours</i>"), "time": "now", "views": (),
    "place": str, "glossary": "", "nearest": "", "suggested": "",
}  # fmt: skip


def test_what_is_no_markup_is_escaped() -> None:
    page = render(PAGE, **WORDS)
    assert "<h1>&lt;b&gt;&#34;&#39;&amp;</h1>" in page
    assert "<i>ours</i>" in page


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'title' is undefined"):
        render(PAGE, **{name: value for name, value in WORDS.items() if name != "title"})


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_calls_a_value_safe(name: str) -> None:
    text = (PACKAGE / name).read_text(encoding="utf-8")
    assert not re.search(r"\bsafe\b|autoescape|\bMarkup\b", text)
    # An attribute without quotation marks could be ended by a space.
    assert not re.search(r"\w=\{\{", text)


def test_html_is_called_so_in_two_places_alone() -> None:
    calling = [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if re.search(r"\bMarkup\(", path.read_text(encoding="utf-8"))
    ]
    # What a template has made, and the plots that are drawn here.
    assert calling == ["evaluation/html_report.py", "templating.py"]
