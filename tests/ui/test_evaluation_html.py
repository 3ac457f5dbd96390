"""The pane of an evaluation: figures, what changed, and what is not right."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from table_bot import EXAMPLES, TABLE, TEA, Reply, TableBot

from afgqa.evaluation import Report, compare, evaluate
from afgqa.ui.evaluation_html import form_html, progress_html, report_html
from afgqa.ui.session import Run

TEXTS = {TEA.doc_id: TEA.text}
HOSTILE = "<script>alert(1)</script> & \"'"


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(TableBot(TABLE), EXAMPLES)


def test_before_the_first_run_and_after_one_that_failed() -> None:
    assert re.sub(r"\s+", "", report_html()) == '<divclass="report"></div>'
    assert '<p class="problem" role="alert">no &lt;b&gt;</p>' in report_html(problem="no <b>")


def test_a_run(report: Report) -> None:
    html = report_html(Run("some.jsonl", "10:10", report), texts=TEXTS)
    assert '<h2 tabindex="-1" class="head">7 questions of some.jsonl, 10:10</h2>' in html
    assert '<th scope="row">right_answerable<small>accepted answer' in html
    assert html.count("<svg") == 3
    assert re.findall(r"<h3>(.*?)</h3>", html) == [
        row.question for row in report.rows if not row.scores["right"]
    ]
    assert (
        '<dt>gold sentence</dt><dd><button type="button" class="jump" data-doc="tea"'
        ' data-start="44" data-end="65">It is made of leaves.</button></dd>'
    ) in html
    # The ids of rows are anybody's, and those of the page are its own.
    assert not re.search(r'<article[^>]* id="', html)
    assert "Compared with the run of" not in html


def test_sentences_of_documents_that_are_not_on_the_page_lead_nowhere(report: Report) -> None:
    html = report_html(Run("some.json", "10:10", report), texts=TEXTS, linked=False)
    assert "<dd><q>It is made of leaves.</q></dd>" in html
    assert 'class="jump"' not in html


def test_two_runs_are_compared(report: Report) -> None:
    row = next(row for row in report.rows if row.scores["right"] and row.answered)
    table = {**TABLE, row.question: replace(TABLE[row.question], short="other")}
    later = evaluate(TableBot(table), EXAMPLES)
    html = report_html(
        Run("a", "10:10", later),
        texts=TEXTS,
        compared=compare(report.rows, later.rows),
        baseline=Run("a", "9:09", report),
    )
    assert "<h2>Compared with the run of 9:09: 1 answers changed</h2>" in html
    assert f"<small>{row.prediction} (correct) → other (incorrect)</small>" in html


def test_nothing_of_a_question_set_becomes_markup() -> None:
    asked = replace(EXAMPLES[1], question=HOSTILE, kind=HOSTILE, answers=(HOSTILE,))
    bot = TableBot({HOSTILE: Reply(HOSTILE, (2,), (0,))})
    html = report_html(Run(HOSTILE, "10:10", evaluate(bot, [asked])), texts=TEXTS)
    assert "<script" not in html + form_html([HOSTILE])
    assert '<option value="&lt;script&gt;' in form_html([HOSTILE])


def test_a_run_is_watched() -> None:
    assert '<p role="status">3 of 10 questions asked</p>' in progress_html(3, 10)
