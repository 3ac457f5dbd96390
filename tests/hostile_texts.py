"""Texts that slow patterns stumble over, made from the patterns themselves; and how long they take.

A pattern that goes back over what it has read needs a text that nearly fits it again and again. So
each is given repetitions of what it is made of: its own letters and marks, texts that fit it, and
texts that fit it but for their end.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import random
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import afgqa

if sys.version_info >= (3, 11):
    from re import _constants as constants  # type: ignore[attr-defined]
    from re import _parser as parser  # type: ignore[attr-defined]
else:
    import sre_constants as constants
    import sre_parse as parser

METHODS = {"search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"}
COMMON = [
    *" \n\t7aA.,-\"'“”’([|<#*;_é", "a ", "A ", "7 ", "7,", "a.", "A. ", "a, ", "\r\n", "a-",
    "Monday ",
]  # fmt: skip


class Used(NamedTuple):
    """A pattern of the package, where it stands, and what it is asked to do."""

    where: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]

    @property
    def anchored(self) -> bool:
        return bool(self.methods) and self.methods <= {"match", "fullmatch"}


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(afgqa.__path__, "afgqa."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def patterns() -> list[Used]:
    """Every pattern that a module of the package holds, or compiles in passing."""
    loaded = list(modules())
    trees = {it.__name__: ast.parse(Path(it.__file__ or "").read_text("utf-8")) for it in loaded}
    found: dict[tuple[str, int], Used] = {}
    for module in loaded:
        tree = trees[module.__name__]
        for name, value in vars(module).items():
            for pattern in _inside(value):
                # Where it is imported it may be used in another way.
                near = [tree, *(trees[it.__name__] for it in loaded if vars(it).get(name) is value)]
                methods = frozenset().union(*(_methods(one, name) for one in near))
                key = (pattern.pattern if isinstance(pattern.pattern, str) else "", pattern.flags)
                before = found.get((str(key[0]), key[1]))
                methods |= before.methods if before else frozenset()
                place = f"{module.__name__}.{name}"
                found[str(pattern.pattern), pattern.flags] = Used(place, pattern, methods)
        for node in ast.walk(tree):
            if _in_passing(node):
                call: Any = node
                pattern = re.compile(call.args[0].value)
                where = f"{module.__name__}:{node.lineno}"  # type: ignore[attr-defined]
                methods = frozenset({call.func.attr})
                found.setdefault(
                    (str(pattern.pattern), pattern.flags), Used(where, pattern, methods)
                )
    return sorted(found.values(), key=lambda it: it.where)


def _inside(value: object, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict):
        for one in value.values():
            yield from _inside(one, depth + 1)
    elif depth < 3 and isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from _inside(one, depth + 1)


def _methods(tree: ast.AST, name: str) -> frozenset[str]:
    return frozenset(METHODS) & frozenset(
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    )


def _in_passing(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in METHODS
        and isinstance(node.args[0], ast.Constant)
    )


def units(pattern: re.Pattern[Any], seed: int = 1, count: int = 3) -> list[str]:
    """What to repeat before this pattern."""
    rng = random.Random(seed)
    tree = parser.parse(pattern.pattern, pattern.flags)
    if isinstance(pattern.pattern, bytes):
        tree = parser.parse(pattern.pattern)
    own = sorted(_letters(tree))
    own = rng.sample(own, min(len(own), 8))
    fits = {_fitting(tree, rng, most) for most in (1, 3) for _ in range(count)}
    found = {*COMMON, *own, *(a + b for a in own for b in " 7"), *fits}
    found |= {fit + " " for fit in fits} | {fit[:-1] for fit in fits} | {fit + "x" for fit in fits}
    return sorted(found - {""})


def leads(pattern: re.Pattern[Any], seed: int = 1) -> list[str]:
    """What may stand before the repetitions."""
    rng = random.Random(seed)
    tree = parser.parse(pattern.pattern)
    letters = sorted(_letters(tree))
    fits = {_fitting(tree, rng, 1) for _ in range(3)}
    return ["", *sorted(fits)[:2], *rng.sample(letters, min(len(letters), 2))]


def _letters(tree: Iterable[Any]) -> set[str]:
    found: set[str] = set()
    for op, value in tree:
        if op is constants.LITERAL:
            found.add(chr(value))
        elif op is constants.IN:
            found |= {chr(it) for kind, it in value if kind is constants.LITERAL}
        else:
            for part in _parts(op, value):
                found |= _letters(part)
    return found


def _parts(op: Any, value: Any) -> list[Any]:
    if op in (constants.MAX_REPEAT, constants.MIN_REPEAT):
        return [value[2]]
    if op is constants.SUBPATTERN:
        return [value[3]]
    if op is constants.BRANCH:
        return list(value[1])
    if op in (constants.ASSERT, constants.ASSERT_NOT):
        return [value[1]]
    return []


def _fitting(tree: Iterable[Any], rng: random.Random, most: int) -> str:
    """A text that fits the pattern, but for what it looks ahead or back at."""
    said = ""
    for op, value in tree:
        if op is constants.LITERAL:
            said += chr(value)
        elif op is constants.NOT_LITERAL:
            said += "x" if value != ord("x") else "y"
        elif op is constants.ANY:
            said += "x"
        elif op is constants.IN:
            said += _of_class(value, rng)
        elif op in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            low, high, part = value
            times = min(high, max(low, rng.choice([low, low + 1, most])), 30)
            said += "".join(_fitting(part, rng, most) for _ in range(times))
        elif op is constants.SUBPATTERN:
            said += _fitting(value[3], rng, most)
        elif op is constants.BRANCH:
            said += _fitting(rng.choice(value[1]), rng, most)
    return said


def _of_class(value: Any, rng: random.Random) -> str:
    if value[0][0] is constants.NEGATE:
        fit = [c for c in 'aA7 .-"x\n' if not any(_has(it, c) for it in value[1:])]
        return rng.choice(fit or ["é"])
    kind, it = rng.choice(value)
    if kind is constants.LITERAL:
        return chr(it)
    if kind is constants.RANGE:
        return chr(rng.choice(it))
    return {constants.CATEGORY_DIGIT: "7", constants.CATEGORY_SPACE: " "}.get(it, "a")


def _has(item: Any, letter: str) -> bool:
    kind, it = item
    if kind is constants.LITERAL:
        return chr(it) == letter
    if kind is constants.RANGE:
        return bool(it[0] <= ord(letter) <= it[1])
    tests: dict[Any, Callable[[str], bool]] = {
        constants.CATEGORY_DIGIT: str.isdigit,
        constants.CATEGORY_SPACE: str.isspace,
        constants.CATEGORY_WORD: str.isalnum,
    }
    known = kind is constants.CATEGORY and it in tests
    return bool(known) and tests[it](letter)


def repeated(unit: str, length: int, lead: str = "", end: str = "!") -> str:
    return lead + (unit * (length // len(unit) + 1))[:length] + end


def seconds(work: Callable[[str], object], text: str, times: int = 1) -> float:
    """The processor's time, the best of so many."""
    best = 1e9
    for _ in range(times):
        begun = time.process_time()
        work(text)
        best = min(best, time.process_time() - begun)
    return best


def grows(work: Callable[[str], object], make: Callable[[int], str], length: int) -> str | None:
    """What is wrong where four times the text takes much more than four times the time.

    Quadratic work takes sixteen times as long. What takes no time to speak of is linear enough, and
    what takes very long for so short a text needs no comparison.
    """
    first = seconds(work, make(length))
    if first < 0.002:
        return None
    if first > 0.2:
        return f"{length}: {first:.4f} s"
    for _ in range(3):  # whatever else the machine does
        one = seconds(work, make(length), 3)
        four = seconds(work, make(4 * length))
        if four < 0.03 or four < 9 * one:
            return None
    return f"{length}: {one:.4f} s, {4 * length}: {four:.4f} s"
