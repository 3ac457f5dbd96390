"""Imports point one way, nothing but the command line prints, and heavy imports wait."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "src"
# From nouns up to screens: a module imports only from rows above its own, or from its own folder.
TIERS = """
    errors types
    answers
    protocols templating
    language
    settings
    atomic_files
    question
    documents
    search
    reading
    answering
    evaluation
    conversation kept_citations serialization
    chatbot
    presentation
    exporting
    ui
    cli
    __main__
"""
TIER = {name: n for n, row in enumerate(TIERS.strip().splitlines()) for name in row.split()}
# Loading one of these takes seconds; what needs it imports it inside a function.
HEAVY = {
    "torch", "sentence_transformers", "transformers", "gradio", "onnxruntime", "tokenizers",
    "selectolax", "pypdfium2", "mammoth",
}  # fmt: skip


def modules() -> dict[str, ast.Module]:
    """Every module by its dotted name below `afgqa`; the package itself is ''."""
    found = {}
    for path in sorted((SOURCES / "afgqa").rglob("*.py")):
        parts = path.relative_to(SOURCES / "afgqa").with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imported(tree: ast.AST) -> list[str]:
    """The full names that `tree` imports, in functions as well, for instance "afgqa.types"."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that this test can read them"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def at_the_top(tree: ast.Module) -> ast.Module:
    """What runs when the module is loaded, as far as imports go."""
    kept: list[ast.stmt] = [
        node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return ast.Module(kept, [])


def room(name: str) -> str:
    return name.split(".")[0]


def test_every_module_has_its_tier() -> None:
    unknown = sorted({room(name) for name in MODULES if name} - set(TIER))
    assert not unknown, f"{unknown}: give each a place in TIERS in tests/test_architecture.py"


@pytest.mark.parametrize("name", [name for name in MODULES if name])
def test_imports_point_one_way(name: str) -> None:
    wrong = []
    for target in imported(MODULES[name]):
        if not target.startswith("afgqa."):
            continue
        below = room(target.removeprefix("afgqa."))
        if below not in TIER:  # a name that the package itself exports
            below = "chatbot"
        if below != room(name) and TIER[below] >= TIER.get(room(name), 0):
            wrong.append(target)
    if name.startswith("ui"):  # the façade's type, named in annotations alone
        wrong = [target for target in wrong if not target.startswith("afgqa.chatbot")]
    assert wrong == [], f"afgqa.{name} reaches up or sideways; move what it needs further down"


def test_the_package_only_exports() -> None:
    statements = [type(node) for node in MODULES[""].body]
    only = {ast.Expr, ast.ImportFrom, ast.Import, ast.Assign, ast.FunctionDef, ast.If}
    assert set(statements) <= only


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) != "cli"])
def test_only_the_command_line_prints(name: str) -> None:
    calls = [
        node.lineno
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "input", "breakpoint"}
    ]
    assert calls == []


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) != "ui"])
def test_heavy_imports_are_inside_functions(name: str) -> None:
    heavy = [target for target in imported(at_the_top(MODULES[name])) if room(target) in HEAVY]
    assert heavy == []


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def test_loading_the_package_loads_nothing_heavy() -> None:
    light = [
        f"afgqa.{name}".rstrip(".") for name in MODULES if room(name) not in {"ui", "__main__"}
    ]
    said = run(
        f"import importlib, sys\n"
        f"for name in {light!r}: importlib.import_module(name)\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    assert said == "[]\n"


def test_templates_wait_until_there_is_a_page_to_make() -> None:
    assert run("import sys, afgqa\nprint('jinja2' in sys.modules)") == "False\n"


@pytest.mark.model
@pytest.mark.parametrize("first", ["faiss", "torch"])
def test_faiss_and_torch_in_both_orders(first: str) -> None:
    order = ["faiss", "torch"] if first == "faiss" else ["torch", "faiss"]
    said = run(
        f"import {order[0]}, {order[1]}\n"
        "import numpy as np\n"
        "from afgqa.search.embedders import load_embedder\n"
        "from afgqa.search.vector_cache import search\n"
        "rows = load_embedder().encode_document(['A ferry.', 'A lamp.'])\n"
        "index = faiss.IndexIDMap2(faiss.IndexFlatIP(rows.shape[1]))\n"
        "index.add_with_ids(rows, np.array([7, 9]))\n"
        "found = search(index, rows[1], 2, None)\n"
        "print([i for i, _ in found], torch.ones(300, 300).sum().item())"
    )
    assert said == "[9, 7] 90000.0\n"
