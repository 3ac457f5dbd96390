"""Slow files do not hold the threads of the page."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from serving.conftest import act

from afgqa.errors import DocumentError, InputError
from afgqa.ui.lanes import Lane


def test_questions_do_not_wait_for_files(
    page: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = threading.Event()

    def slow(*_: object, **__: object) -> None:
        waiting.wait(20)
        raise DocumentError("it took long")

    monkeypatch.setattr("afgqa.ui.actions.document_from_bytes", slow)
    with ThreadPoolExecutor(44) as many:
        sent = [
            many.submit(act, page, f"f{n}", action="bring", name="a.pdf", data="YQ==")
            for n in range(44)
        ]
        time.sleep(1)
        began = time.monotonic()
        assert "leaves" in act(page, "q", action="ask", question="What is tea made from?").text
        assert time.monotonic() - began < 3
        waiting.set()
        said = [it.result().text for it in sent]
    assert sum("The server is busy" in text for text in said) == 44 - 12
    assert sum("It took long" in text for text in said) == 12


def test_a_lane_that_is_full_says_so() -> None:
    async def both() -> list[object]:
        lane, gate = Lane("test", 1, 2), threading.Event()
        first, second = (asyncio.ensure_future(lane.do(gate.wait)) for _ in range(2))
        await asyncio.sleep(0)
        with pytest.raises(InputError, match="busy"):
            await lane.do(gate.wait)
        gate.set()
        return [await first, await second, await lane.do(lambda: 7)]

    # In a thread of its own: another test may have left a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, both()).result() == [True, True, 7]
