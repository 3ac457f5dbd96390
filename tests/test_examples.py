"""The examples in the docstrings of the public names are what the program does."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

MODULES = (
    "answers",
    "chatbot",
    "conversation",
    "documents.loading",
    "errors",
    "exporting.data",
    "exporting.markdown",
    "exporting.pages",
    "question.analysis",
    "settings",
    "types",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name: str) -> None:
    result = doctest.testmod(import_module(f"afgqa.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
