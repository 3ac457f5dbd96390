"""An evaluation from the page: it can be stopped at any time, and it ends by itself."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest
from fake_bot import document

from afgqa.errors import InputError, QuestionFileError
from afgqa.evaluation.question_sets import Example, QuestionSet
from afgqa.ui import evaluation_tab
from afgqa.ui.evaluation_tab import _LeftError, _questions, _Task

LONG = document("A sentence. " * 1000, doc_id="long")


class Slow:
    """A chatbot whose documents take a minute to embed, in batches."""

    def __init__(self) -> None:
        self.batches = 0
        self.begun = threading.Event()
        self.ended = threading.Event()

    def over(self, *_: Any, progress: Any) -> Any:
        try:
            for _batch in range(6000):
                self.batches += 1
                self.begun.set()
                time.sleep(0.01)
                progress(self.batches, 6000)
        finally:
            self.ended.set()


def questions() -> QuestionSet:
    example = Example(id="1", question="Why?", answerable=True, answers=("it",), doc_id="long")
    return QuestionSet(examples=(example,), documents=(LONG,))


def test_stop_ends_the_embedding_too() -> None:
    bot = Slow()
    task = _Task(SimpleNamespace(bot=bot), questions())  # type: ignore[arg-type]
    assert bot.begun.wait(5)
    task.stop()
    assert bot.ended.wait(1)
    assert task.wait(1)
    assert bot.batches < 100
    with pytest.raises(_LeftError):
        task.report()


def test_a_run_that_takes_too_long_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation_tab, "_MINUTES", 0)
    task = _Task(SimpleNamespace(bot=Slow()), questions())  # type: ignore[arg-type]
    assert task.wait(5)
    with pytest.raises(InputError, match="took more than 0 minutes"):
        task.report()


def test_articles_that_are_too_long_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evaluation_tab, "load_questions", lambda *_: questions())
    monkeypatch.setattr(evaluation_tab, "_LONGEST", 5000)
    service: Any = SimpleNamespace(bot=SimpleNamespace(documents=()))
    with pytest.raises(QuestionFileError, match="have 12,000 characters; the limit is 5,000"):
        _questions(service, {}, {"name": "set.json", "content": "{}"})
