"""What several test files share: one loaded model, and one chatbot over the article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from afgqa.chatbot import Chatbot
from afgqa.protocols import Embedder
from afgqa.reading import models as reading_models
from afgqa.search.embedders import load_embedder

# A busy machine is no failure: tests of speed count processor time themselves.
settings.register_profile("afgqa", deadline=None)
settings.load_profile("afgqa")

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is not marked for it loads no model: the typed reader is the default there."""
    marks = ("model", "browser")
    if not any(request.node.get_closest_marker(mark) for mark in marks):
        monkeypatch.setattr(reading_models, "FOLDER", Path("no model in quick tests"))


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The default embedding model; loading it takes seconds, so it is loaded once."""
    return load_embedder()


@pytest.fixture(scope="session")
def bot(embedder: Embedder) -> Iterator[Chatbot]:
    """The chatbot over the article, in memory."""
    with Chatbot.from_documents(SEEDS, embedder=embedder) as bot:
        yield bot
