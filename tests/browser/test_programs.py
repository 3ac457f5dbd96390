"""Every example of docs/programs.md runs against a served page, and prints what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser.steps import apart

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def run(code: str, url: str) -> None:
    assert "http://127.0.0.1:7860" in code
    there = code.replace("http://127.0.0.1:7860", url.rstrip("/"))
    apart(lambda: exec(compile(there, "programs.md", "exec"), {}))


def test_the_examples_print_what_they_promise(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = "".join(blocks(TEXT))
    run(code, url)
    promised = re.findall(r"^ *print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert len(promised) == code.count("print(") == 11
    assert capsys.readouterr().out.splitlines() == promised


def test_every_endpoint_and_tool_has_its_example() -> None:
    for name in ("/ask", "/search", "/explain", "/verify"):
        assert f'api_name="{name}")' in TEXT
    for name in ("ask_article", "search_article"):
        assert f'call_tool("{name}"' in TEXT


def test_the_readme_reaches_the_page(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = (block for block in blocks(README) if "gradio_client" in block)
    run(code, url)
    assert capsys.readouterr().out.splitlines()[-1] == "Rina Amiri 2169"
