"""What the README and the docs show is what the program does."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from afgqa.cli import parser

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_readme_shows_the_help_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert parser().format_help().split() in [block.split() for block in blocks("text")]


def test_readme_names_every_command() -> None:
    actions = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    commands = [name for action in actions for name in action.choices]
    expected = ["index", "ask", "explain", "search", "chat", "verify", "eval"]
    expected += ["glossary", "serve", "password", "doctor"]
    assert commands == expected
    assert [name for name in commands if f"`afgqa {name}" not in README] == []


def test_ci_calls_the_test_command_of_the_readme() -> None:
    command = "pip install -r requirements-dev.txt && python -m pytest"
    assert f"{command}\n" in blocks("sh")
    assert f"\n{command}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_linked_files_are_there() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    links = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert links == []


@pytest.mark.model
def test_readme_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    code = next(block for block in blocks("python") if "Chatbot" in block)
    exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    promised = re.findall(r"print\([^#]*# (.*)", code)
    assert printed[0] == promised[0]
    assert promised[1] in printed


@pytest.mark.model
def test_python_of_the_page_on_verifying_runs(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(code, "verify.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1:] == re.findall(r"# (.*)", code)


@pytest.mark.model
def test_readme_answers_are_real(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from afgqa.cli import main

    shown = blocks("text")[0]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    told = ""
    for line in shown.splitlines():
        if line.startswith("$ afgqa ask "):
            question = line.removeprefix("$ afgqa ask ").strip('"')
            main(["ask", question])
            told += f"{line}\n{capsys.readouterr().out}\n"
    assert told.strip() == shown.strip()
