"""`afgqa eval`: measure answers against questions, report, compare, and judge by bounds."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from afgqa.answers import Answer
from afgqa.cli.open_bot import open_bot
from afgqa.cli.output import note, print_json, show
from afgqa.cli.progress import bar
from afgqa.errors import InputError
from afgqa.types import Document

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot
    from afgqa.evaluation import Report, Row
    from afgqa.evaluation.question_sets import Example
    from afgqa.protocols import Progress

__all__ = ["add_options", "run_eval"]

_DONE, _MISSED = 0, 1
_BOUND = re.compile(r"([\w@]+)=(\d+(?:\.\d+)?|\.\d+)")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The arguments of `afgqa eval`, beside those that it shares with other commands."""
    parser.add_argument("file", metavar="FILE", help="JSON Lines, or SQuAD .json or .json.gz")
    parser.add_argument(
        "--setting",
        choices=("article", "paragraph"),
        default="article",
        help="ask each SQuAD question of its whole article or its paragraph (article)",
    )
    parser.add_argument(
        "--report",
        metavar="DIR",
        help="write report.json and index.html; resumes an interrupted run",
    )
    parser.add_argument("--baseline", metavar="REPORT", help="compare with an earlier report")
    parser.add_argument(
        "--citations",
        action="store_true",
        help="also test whether each citation is sufficient and necessary (slow)",
    )
    parser.add_argument(
        "--seed-questions",
        action="store_true",
        help="FILE is a document: draft questions about it for you to correct",
    )
    for name, says in (("under", "below"), ("over", "above")):
        parser.add_argument(
            f"--fail-{name}",
            metavar="MEASURE=VALUE",
            action="append",
            default=[],
            help=f"exit with status 1 if the measure is {says} the value (repeatable)",
        )


def run_eval(options: argparse.Namespace) -> int:
    """Ask the questions of a file; the exit status says whether every bound was kept."""
    if options.seed_questions:
        return _seed(Path(options.file))
    from afgqa.evaluation import as_dict, as_text, compare, comparison_text
    from afgqa.evaluation.run_folder import interrupted, keeping, read_rows, write_report

    under, over = (_bounds(given) for given in (options.fail_under, options.fail_over))
    baseline = None if options.baseline is None else read_rows(Path(options.baseline))
    folder = None if options.report is None else Path(options.report)
    with ExitStack() as stack:
        documents, examples, ask = _opened(options, stack)
        done: dict[str, Row] = {}
        keep: Callable[[Row], None] | None = None
        if folder is not None:
            run = _name(options, documents)
            done = interrupted(folder, run)
            if done:
                note(f"afgqa: resuming: {folder} has {len(done)} of {len(examples)} questions")
            keep = stack.enter_context(keeping(folder, run, done))
        progress = stack.enter_context(bar("asking", " questions"))
        report = ask(done, keep, progress)
    if folder is not None:
        write_report(folder, report, {doc.doc_id: doc.text for doc in documents})
        note(f"afgqa: the report is in {folder / 'index.html'}")
    if options.json:
        print_json(as_dict(report))
    else:
        show(as_text(report), end="")
    if baseline is not None:
        compared = comparison_text(compare(baseline, report.rows))
        if options.json:  # standard output is for one object
            note(compared, end="")
        else:
            show(f"\n{compared}", end="")
    missed = [*_missed(report, under, below=True), *_missed(report, over, below=False)]
    for line in missed:
        note(f"afgqa: {line}")
    return _MISSED if missed else _DONE


def _seed(path: Path) -> int:
    """Print drafts of questions on a document, one row of a question set a line."""
    from afgqa.documents.loading import load_documents
    from afgqa.evaluation.question_drafts import as_line, drafts

    for document in load_documents([path]):
        for draft in drafts(document):
            print_json(json.loads(as_line(draft, document)))
    return _DONE


Ask = Callable[
    ["Mapping[str, Row]", "Callable[[Row], None] | None", "Progress"],
    "Report",
]


def _opened(
    options: argparse.Namespace, stack: ExitStack
) -> tuple[Sequence[Document], Sequence[Example], Ask]:
    """The documents, the questions, and what asks them."""
    from afgqa.chatbot import Chatbot
    from afgqa.evaluation import by_article, evaluate
    from afgqa.evaluation.question_sets import load_questions
    from afgqa.reading.models import load_reader
    from afgqa.search.embedders import load_embedder

    asked = load_questions(options.file, by_paragraph=options.setting == "paragraph")
    if asked.documents:  # SQuAD brings its own articles: each question is asked of its own
        embedder, reader = load_embedder(), load_reader(options.reader, download=options.download)

        def ask_each(
            done: Mapping[str, Row], keep: Callable[[Row], None] | None, progress: Progress
        ) -> Report:
            def run(document: Document, some: Sequence[Example], advance: Progress) -> Report:
                with Chatbot.from_documents(document, embedder=embedder, reader=reader) as bot:
                    return evaluate(
                        bot,
                        some,
                        mode=options.mode,
                        done=done,
                        keep=keep,
                        progress=advance,
                        without=_without(options, bot),
                    )

            return by_article(run, asked.documents, asked.examples, progress=progress)

        return asked.documents, asked.examples, ask_each
    bot = stack.enter_context(open_bot(options))
    examples = load_questions(options.file, bot.documents).examples
    bot.search(examples[0].question)  # the first search is slower: it wakes the model

    def ask(
        done: Mapping[str, Row], keep: Callable[[Row], None] | None, progress: Progress
    ) -> Report:
        return evaluate(
            bot,
            examples,
            mode=options.mode,
            done=done,
            keep=keep,
            progress=progress,
            without=_without(options, bot),
        )

    return bot.documents, examples, ask


def _without(
    options: argparse.Namespace, bot: Chatbot
) -> Callable[[Answer], Mapping[str, float]] | None:
    """What asks again about the citations of an answer, if that was asked for."""
    from afgqa.evaluation.citation_ablation import citation_scores

    if not options.citations:
        return None
    documents = {document.doc_id: document for document in bot.documents}
    return lambda answer: citation_scores(answer, documents, bot.over)


def _name(options: argparse.Namespace, documents: Sequence[Document]) -> dict[str, str]:
    """What tells this run from others: what is asked, of which texts, and how."""
    texts = hashlib.sha256()
    for document in documents:
        said = f"{document.doc_id}\0{document.text}\0{document.glossary!r}\0"
        texts.update(said.encode("utf-8", "surrogatepass"))
    return {
        "questions": hashlib.sha256(Path(options.file).read_bytes()).hexdigest(),
        "texts": texts.hexdigest(),
        "mode": options.mode,
        "reader": options.reader or "",
        "citations": str(options.citations),
    }


def _bounds(given: Sequence[str]) -> dict[str, float]:
    from afgqa.evaluation import MEANINGS

    bounds = {}
    for text in given:
        found = _BOUND.fullmatch(text)
        if found is None or found[1] not in MEANINGS:
            raise InputError(
                f"{text!r} is not a bound. Write MEASURE=VALUE, for example right=0.8; the "
                f"measures "
                f"are {', '.join(MEANINGS)}."
            )
        bounds[found[1]] = float(found[2])
    return bounds


def _missed(report: Report, bounds: Mapping[str, float], *, below: bool) -> list[str]:
    """A line for each figure that is beyond its bound, or not there."""
    lines = []
    for name, bound in bounds.items():
        value = report.metrics[name].value if name in report.metrics else None
        if value is None:
            lines.append(f"{name} was not measured on these questions; its bound is {bound:g}")
        elif value < bound if below else value > bound:
            lines.append(
                f"{name} is {value:.3f}, {'below' if below else 'above'} its bound {bound:g}"
            )
    return lines
