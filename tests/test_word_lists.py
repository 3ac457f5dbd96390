"""Lists of English words stand in `language/` and `question/` alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "afgqa"
AT_HOME = {"language", "question"}
# How many such lists each other file has. A number may only become smaller, and is corrected then.
ALLOWED = {
    # Elements of HTML, and character encodings by their names: no English.
    "documents/html.py": 4,
    # The endings of the files that SQLite keeps beside a database.
    "search/index_file.py": 1,
}
MANY = 3
WORD = re.compile(r"(?<!\w)[a-z]{2,}")  # the beginning of one will do: "ha(?:s|d)"
LOOKS = re.compile(r"\?(?:[:=!>]|<[=!]|P<\w+>|[a-zA-Z-]+:)")


def alternations(pattern: str) -> Iterator[list[str]]:
    """The alternatives of each group of a regular expression, and of all of it, literal text alone.

    What is escaped, in a character class or in a group of its own is left out.
    """
    stack: list[list[str]] = [[""]]
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            stack[-1][-1] += " "
            at += 2
            continue
        if character == "[":
            close = pattern.find("]", at + 2)
            at = len(pattern) if close < 0 else close
        elif character == "(":
            stack.append([""])
            look = LOOKS.match(pattern, at + 1)
            at = at if look is None else look.end() - 1
        elif character == ")" and len(stack) > 1:
            yield stack.pop()
        elif character == "|":
            stack[-1].append("")
        else:
            stack[-1][-1] += character
        at += 1
    yield from reversed(stack)


def is_word_list(pattern: str) -> bool:
    return any(
        sum(WORD.search(branch) is not None for branch in branches) >= MANY
        for branches in alternations(pattern)
    )


def text_of(node: ast.expr) -> str | None:
    """A string literal, or an f-string with a mark in the place of each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
        return node.value if isinstance(node.value, str) else node.value.decode("latin-1")
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "\0" for part in node.values)
    return None


def word_lists(source: str) -> list[int]:
    """The lines of a module with three words in an alternation, in `one_of` or in what is split."""
    tree = ast.parse(source)
    inside = {
        part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
    }
    docstrings = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr="split"), args=[]):
                words = (text_of(value) or "").split()
                if sum(word.isalpha() and word.islower() for word in words) >= MANY:
                    found.append(node.lineno)
            case ast.Call(func=ast.Name(id="one_of")):
                words = [
                    text_of(part) or "" for part in ast.walk(node) if isinstance(part, ast.expr)
                ]
                if sum(WORD.search(word) is not None for word in words) >= MANY:
                    found.append(node.lineno)
            case ast.Constant() | ast.JoinedStr() if node not in inside | docstrings:
                if is_word_list(text_of(node) or ""):
                    found.append(node.lineno)
    return sorted(found)


FILES = {
    path.relative_to(PACKAGE).as_posix(): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] not in AT_HOME
}


@pytest.mark.parametrize("name", FILES)
def test_lists_of_words_are_at_home_in_language_and_question(name: str) -> None:
    lines = word_lists(FILES[name].read_text(encoding="utf-8"))
    allowed = ALLOWED.get(name, 0)
    assert len(lines) <= allowed, f"{name}:{lines}: a list of English words belongs in language/"
    assert len(lines) == allowed, f"{name} has {len(lines)} left: say so in ALLOWED"


def test_every_file_that_is_allowed_some_is_there() -> None:
    assert ALLOWED.keys() <= FILES.keys()


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('X = r"\\b(?:foo|bar|baz)\\b"', 1),
        ('X = r"\\bfoo|\\bbar|\\bbaz"', 1),
        ('X = r"(?i:one|two" r"|three)"', 1),
        ('X = rf"(?:foo|ba[rz]|{X}|qu(?:x|ux)s|who)"', 1),
        ('X = rf"(?:{X}|foo|bar)"', 0),
        ('X = r"(?:a|b|c)"', 0),
        ('X = r"[foo|bar|baz]"', 0),
        ('X = r"\\foo|\\w|\\d{3}|st"', 0),
        ('X = "foo bar baz".split()', 1),
        ('X = "Foo Bar Baz".split()', 0),
        ('X = "foo, bar".split(", ")', 0),
        ('X = one_of(("foo", "bar", "baz"))', 1),
        ('X = one_of((*FOO, "bar", "baz"))', 0),
        ('X = "| foo | bar"', 0),
        ('def f():\n    "foo|bar|baz"', 0),
    ],
)
def test_what_a_list_of_words_is(source: str, count: int) -> None:
    assert len(word_lists(source)) == count
