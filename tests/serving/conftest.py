"""A page that is served, and a client of HTTP; no browser and no model."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.steps import ANSWERS, TEA
from fake_bot import FakeBot

from afgqa.ui.serving.passwords import account_line

Start = Callable[..., httpx.Client]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Gradio and the server under it warn of what they themselves still use."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for ours_not in ("DeprecationWarning", "ResourceWarning"):
                item.add_marker(pytest.mark.filterwarnings(f"ignore::{ours_not}"))


@pytest.fixture(scope="package", autouse=True)
def leftovers() -> Iterator[None]:
    """Collect the sockets and loops that Gradio leaves open, before tests of other folders."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="package")
def start() -> Iterator[Start]:
    """Serve a page of a small article; gives a client of it."""
    from afgqa.ui.page import launch

    with ExitStack() as running:

        def begin(bot: Any = None, **options: Any) -> httpx.Client:
            ready: list[str] = []
            of: Any = FakeBot((TEA,), ANSWERS) if bot is None else bot
            blocks = launch(of, port=None, ready=ready.append, wait=False, **options)
            running.callback(blocks.close, verbose=False)
            client = running.enter_context(
                httpx.Client(base_url=ready[0], trust_env=False, timeout=30)
            )
            client.blocks = blocks  # type: ignore[attr-defined]
            return client

        yield begin


@pytest.fixture(scope="package")
def page(start: Start) -> httpx.Client:
    return start()


@pytest.fixture(scope="session")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("accounts") / "accounts.txt"
    path.write_text(f"# readers\n{account_line('rosa', 'correct horse')}\n", encoding="utf-8")
    return path


def act(client: httpx.Client, session: str = "s1", **given: Any) -> httpx.Response:
    """Send an action as the page does."""
    functions = client.blocks.fns  # type: ignore[attr-defined]
    body = {
        "data": [None],
        "event_data": {"serial": 1, **given},
        "fn_index": next(number for number, it in functions.items() if it.name == "act"),
        "session_hash": session,
        "trigger_id": None,
    }
    return client.post("/gradio_api/run/predict", json=body)
