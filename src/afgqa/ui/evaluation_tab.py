"""The evaluation of a question set from the page: run, watched while it runs, compared."""

from __future__ import annotations

import datetime
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import gradio as gr

from afgqa.errors import AfgqaError, InputError, QuestionFileError
from afgqa.evaluation import Report, by_article, compare, evaluate
from afgqa.evaluation.question_sets import QuestionSet, load_questions
from afgqa.templating import Markup
from afgqa.ui.combined_bot import CombinedBot
from afgqa.ui.evaluation_html import form_html, progress_html, report_html
from afgqa.ui.session import Run

if TYPE_CHECKING:
    from afgqa.evaluation.question_sets import Example
    from afgqa.protocols import Progress
    from afgqa.types import Document

__all__ = ["add_measuring"]

_LOOK: Final = 0.25  # seconds between two looks at a run
_RUNS: Final = 5  # earlier runs that a visitor can compare with
_MOST: Final = 2000  # questions; more of them are a job for the shell
_LONGEST: Final = 2_000_000  # characters of the articles of a set: about as long to embed as to ask
_MINUTES: Final = 20  # the longest run; 2,000 questions take five on two cores


class _LeftError(Exception):
    """The visitor has left while a run was going on."""


def add_measuring(service: CombinedBot, question_sets: Sequence[Path], static: str) -> None:
    """Add the form, and the pane of what a run found, to the Blocks that is being built.

    `question_sets` are offered by name; a visitor may send another one, whose rows name the
    server's documents, or a SQuAD file, which brings its own.
    """
    offered = {path.name: path for path in question_sets if _fits(path, service)}

    def run(earlier: tuple[Run, ...], event: gr.EventData) -> Iterator[tuple[Any, Any]]:
        given = event._data if isinstance(event._data, dict) else {}
        try:
            name, asked = _questions(service, offered, given)
            yield progress_html(0, len(asked.examples)), gr.skip()
            task = _Task(service, asked)
            try:
                while not task.wait(_LOOK):
                    yield progress_html(*task.done), gr.skip()
            finally:
                task.stop()
            done = Run(name, datetime.datetime.now().strftime("%H:%M"), task.report())
        except AfgqaError as error:
            yield report_html(problem=str(error)), gr.skip()
            return
        yield _shown(service, asked, done, earlier), (done, *earlier)[:_RUNS]

    runs = gr.State(())
    form = gr.HTML(
        form_html(tuple(offered)), elem_id="measure", apply_default_css=False, js_on_load=static
    )
    pane = gr.HTML(
        report_html(),
        elem_id="measured",
        apply_default_css=False,
        js_on_load="watch('value', () => document.dispatchEvent(new Event('afgqa-measured')))",
    )
    ran = form.submit(
        run,
        inputs=runs,
        outputs=[pane, runs],
        show_progress="hidden",
        concurrency_limit=1,
        trigger_mode="multiple",  # one that was stopped may still be ending
        api_visibility="private",
    )
    form.stop(None, cancels=[ran], api_visibility="private")
    ran.failure(
        None,
        js="() => document.dispatchEvent(new Event('afgqa-unmeasured'))",
        api_visibility="private",
    )


def _shown(service: CombinedBot, asked: QuestionSet, done: Run, earlier: Sequence[Run]) -> Markup:
    """The pane of a run, compared with the latest of the same set before it."""
    baseline = next((it for it in earlier if it.name == done.name), None)
    documents = asked.documents or service.bot.documents
    return report_html(
        done,
        texts={document.doc_id: document.text for document in documents},
        linked=not asked.documents,
        compared=None if baseline is None else compare(baseline.report.rows, done.report.rows),
        baseline=baseline,
    )


def _fits(path: Path, service: CombinedBot) -> bool:
    """Whether a set can be asked of these documents, as far as is known: it may come later."""
    try:
        return not path.exists() or bool(load_questions(path, service.bot.documents))
    except QuestionFileError:
        return False


def _questions(
    service: CombinedBot, offered: dict[str, Path], given: dict[str, Any]
) -> tuple[str, QuestionSet]:
    """The question set that the page names or sends, with its name."""
    name, content = given.get("name"), given.get("content")
    documents = service.bot.documents
    if not isinstance(content, str):
        if name not in offered:
            raise QuestionFileError(f"There is no question set {name!r:.80}. Choose another one.")
        if not offered[str(name)].exists():
            raise QuestionFileError(f"{name} is still empty. Give feedback on an answer first.")
        asked = load_questions(offered[str(name)], documents)
    else:
        name = PurePath(str(name).replace("\\", "/")).name
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"set{''.join(PurePath(name).suffixes[-1:])}"
            path.write_text(content, encoding="utf-8")
            try:
                asked = load_questions(path, documents)
            except QuestionFileError as error:
                raise QuestionFileError(str(error).replace(str(path), name)) from error
    if len(asked.examples) > _MOST:
        raise QuestionFileError(
            f"{name} has {len(asked.examples):,} questions; the limit is {_MOST:,}. Use "
            "`afgqa eval` for more."
        )
    if (length := sum(len(it.text) for it in asked.documents)) > _LONGEST:
        raise QuestionFileError(
            f"The articles of {name} have {length:,} characters; the limit is {_LONGEST:,}. Use "
            "`afgqa eval` for more."
        )
    return str(name), asked


class _Task:
    """A run in a thread of its own."""

    def __init__(self, service: CombinedBot, asked: QuestionSet) -> None:
        self.done = (0, len(asked.examples))
        self._report: Report | None = None
        self._problem: Exception | None = None
        self._left = threading.Event()
        self._until = time.monotonic() + 60 * _MINUTES
        self._thread = threading.Thread(target=self._run, args=(service, asked), daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether the run has ended within so many seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def stop(self) -> None:
        """End the run, if it has not ended, after the question or the texts it is at."""
        self._left.set()

    def report(self) -> Report:
        """What the run found; what stopped it is raised."""
        if self._report is None:
            raise self._problem or _LeftError()
        return self._report

    def _run(self, service: CombinedBot, asked: QuestionSet) -> None:
        try:
            self._report = _measured(service, asked, self._advance, self._check)
        except Exception as error:  # raised again where the run is waited for
            self._problem = error

    def _advance(self, done: int, every: int) -> None:
        self.done = (done, every)
        self._check()

    def _check(self, *_: object) -> None:
        """Raise where the run shall not go on."""
        if self._left.is_set():
            raise _LeftError()
        if time.monotonic() > self._until:
            raise InputError(
                f"The evaluation was stopped: it took more than {_MINUTES} minutes. Use "
                "`afgqa eval` instead."
            )


def _measured(
    service: CombinedBot, asked: QuestionSet, progress: Progress, check: Progress
) -> Report:
    """`check` is called between two questions and between two batches of texts; it may raise."""
    if not asked.documents:
        return evaluate(service.bot, asked.examples, progress=progress)

    def article(document: Document, some: Sequence[Example], advance: Progress) -> Report:
        with service.bot.over(document, progress=check) as bot:
            return evaluate(bot, some, progress=advance)

    # SQuAD brings its own articles: each question is asked of its own.
    return by_article(article, asked.documents, asked.examples, progress=progress)
