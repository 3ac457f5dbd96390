"""What is printed is seen, and never obeyed by the terminal."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa import chatbot
from afgqa.chatbot import Chatbot
from afgqa.cli import main
from afgqa.cli.output import note, print_json, show
from afgqa.cli.terminal_escapes import harmless
from afgqa.search.hashing_embedder import HashingEmbedder

CLI = Path(__file__).parents[2] / "src/afgqa/cli"
OBEYED = "\x1b[31mred\x07\x9b2J\u202etxt.exe\u2066a\u200e\r\u2028b\U000e0041"
SHOWN = (
    "\\x1b[31mred\\x07\\x9b2J\\u202etxt.exe\\u2066a\\u200e\\r\\u2028b\\U000e0041"
)  # fmt: skip
WORST = set(map(chr, (*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F))))


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert harmless(OBEYED) == SHOWN
    plain = "Plain text, “quoted” – naïve, 中文, עברית, 👍🏽, a\tb\nc."
    assert harmless(plain) == plain


@given(st.text())
def test_nothing_is_left_to_obey(text: str) -> None:
    said = harmless(text)
    assert not WORST & set(said)
    assert harmless(said) == said
    said.encode("utf-8")


def test_all_three_ways_out_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    show(OBEYED)
    note(OBEYED)
    print_json({"text": OBEYED})
    out, err = capsys.readouterr()
    first, second = out.splitlines()
    assert (first, err) == (SHOWN, f"{SHOWN}\n")
    assert json.loads(second) == {"text": OBEYED}
    assert not WORST & (set(out + err) - {"\n"})


def test_nothing_else_prints() -> None:
    for path in CLI.glob("*.py"):
        calls = [
            node.lineno
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "print"
        ]
        assert not calls or path.name == "output.py", path


def test_documents_names_and_questions_are_shown_harmlessly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    embedder = HashingEmbedder(256)
    monkeypatch.setattr(chatbot, "load_embedder", lambda *_: embedder)
    monkeypatch.chdir(tmp_path)
    name = "a\u202e\x1b]0;title\x07.txt"
    Path("texts").mkdir()
    (Path("texts") / name).write_text("Ann \u202eLee\u2066 opened the bridge.", encoding="utf-8")
    glossary = '"bridge" = "span \\u001b[2J\\u202e"'
    (Path("texts") / name).with_suffix(".glossary.toml").write_text(glossary, encoding="utf-8")
    (Path("texts") / name).with_suffix(".questions").write_text("Who \u202e?", encoding="utf-8")
    Chatbot.from_documents("texts", index="index", embedder=embedder).close()
    for command in (
        ["ask", "Who opened the \u202ebridge\x1b[31m?", "--reader", "typed"],
        ["ask", "Where is the \u202ezebra?", "--reader", "typed"],
        ["explain", "Who opened the bridge?", "--reader", "typed"],
        ["search", "bridge\x9b"],
        ["glossary", "check", "texts"],
        ["index", "no\x1b[31m.txt"],
        ["eval", "no\u202e.jsonl"],
        ["ask", "Who opened the bridge?", "--json", "--reader", "typed"],
    ):
        main(command)
        out, err = capsys.readouterr()
        assert not WORST & (set(out + err) - {"\n"}), command
