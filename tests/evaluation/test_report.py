"""A run's folder and its page: what is written, what goes on, what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from table_bot import EXAMPLES, TABLE, TEA, Reply, TableBot

from afgqa.errors import InputError
from afgqa.evaluation import MEANINGS, Report, as_dict, evaluate
from afgqa.evaluation.failures import worst
from afgqa.evaluation.html_report import as_html
from afgqa.evaluation.question_sets import Example
from afgqa.evaluation.run_folder import interrupted, keeping, read_rows, write_report

RUN = {"questions": "1", "texts": "2"}
TEXTS = {TEA.doc_id: TEA.text}


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(TableBot(TABLE), EXAMPLES)


def test_a_run_that_is_interrupted_goes_on(tmp_path: Path, report: Report) -> None:
    folder = tmp_path / "deep" / "run"
    assert interrupted(folder, RUN) == {}
    with keeping(folder, RUN, {}) as keep:
        for row in report.rows[:3]:
            keep(row)
    with (folder / "rows.jsonl").open("a") as file:
        file.write('{"id": "cut off in the mi')
    done = interrupted(folder, RUN)
    assert list(done.values()) == list(report.rows[:3])
    with keeping(folder, RUN, done) as keep:
        whole = evaluate(TableBot(TABLE), EXAMPLES, done=done, keep=keep)
    assert list(interrupted(folder, RUN).values()) == list(report.rows)
    write_report(folder, whole, TEXTS)
    assert sorted(path.name for path in folder.iterdir()) == ["index.html", "report.json"]
    assert json.loads((folder / "report.json").read_text("utf-8")) == as_dict(report)
    assert read_rows(folder) == read_rows(folder / "report.json") == report.rows


def test_a_line_cut_inside_a_character_is_asked_again(tmp_path: Path, report: Report) -> None:
    odd = replace(report.rows[0], id="\ud800", question="Où, “tea”?")
    with keeping(tmp_path, RUN, {}) as keep:
        keep(odd)
        keep(report.rows[1])
    path = tmp_path / "rows.jsonl"
    path.write_bytes(path.read_bytes()[:-20] + b"\xe2\x80")
    assert list(interrupted(tmp_path, RUN).values()) == [odd]
    write_report(tmp_path, evaluate(TableBot(TABLE), EXAMPLES), TEXTS)
    assert not path.exists()


def test_rows_of_another_run_are_not_lost(tmp_path: Path, report: Report) -> None:
    with keeping(tmp_path, RUN, {}) as keep:
        keep(report.rows[0])
    with pytest.raises(
        InputError,
        match=r"a different, interrupted run \(different: texts\)\. "
        "Name another folder",
    ):
        interrupted(tmp_path, {**RUN, "texts": "3"})
    assert len(interrupted(tmp_path, RUN)) == 1
    (tmp_path / "rows.jsonl").write_text('{"quest')  # not even the first line was written
    assert interrupted(tmp_path, RUN) == {}


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"cannot be written: .*Name another folder"):
        keeping(tmp_path / "file", RUN, {}).__enter__()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, r"cannot be read: No such file or directory\. Give the folder or the report.json"),
        ("{", r"is not a report of this version \(.*\)\. Create one with afgqa eval --report"),
        ("[]", "is not a report of this version"),
        ('{"rows": [{"id": "1"}]}', "is not a report of this version"),
        ('{"rows": 3}', "is not a report of this version"),
    ],
)
def test_what_is_no_report(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_rows(path)


# -- the page -----------------------------------------------------------------------------------


class Page(HTMLParser):
    """The visible text, and every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", list[tuple[str, dict[str, str | None]]]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_tells_figures_and_what_is_not_right(report: Report) -> None:
    html = as_html(report, TEXTS)
    page = Page(html)
    text = " ".join(page.text.split())
    assert f"right_answerable {MEANINGS['right_answerable']} 0.600" in text
    assert "near-miss 2 0.500 0.500 0.500 0.500 what" in text
    wrong = [tag["id"] for name, tag in page.tags if name == "article"]
    # The surest first: answers at 0.75 and the refusal at 0.25 are equally sure.
    assert wrong == [row.id for row in worst(report.rows)] == ["stuff", "age", "cup"]
    assert "Made of what?" in text
    assert "answered green leaves (confidence 0.75)" in text
    assert "gold sentence It is made of leaves." in text
    assert "refused It is not there. (confidence 0.25)" in text
    assert "accepted a refusal" in text
    assert [name for name, _ in page.tags].count("svg") == 3
    assert html == as_html(report, TEXTS)


def test_the_plots_have_the_colours_of_the_page(report: Report) -> None:
    html = as_html(report, TEXTS)
    plots = html[html.index("<svg") : html.rindex("</svg>")]
    assert set(re.findall(r"var\((--\w+), #\w{6}\)", plots)) == {"--ink", "--edge", "--accent"}
    # White and black would be lost on a dark page or a light one.
    assert not re.search(r"(?:fill|stroke): (?:#|black|white)", plots)
    for name in ("--ink", "--edge", "--accent"):
        assert f"{name}: light-dark(" in html


def test_the_page_needs_nothing_from_elsewhere(report: Report) -> None:
    html = as_html(report, TEXTS)
    page = Page(html)
    assert not {"script", "link", "img", "iframe"} & {name for name, _ in page.tags}
    assert not re.search(r"@import|url\((?!#)", html)
    linked = [
        value
        for _, attributes in page.tags
        for name, value in attributes.items()
        if name in ("src", "href", "xlink:href") and value
    ]
    assert [value for value in linked if not value.startswith("#")] == []


def test_what_was_asked_and_said_is_text_alone() -> None:
    hostile = "<script>alert(1)</script> $x^2$ & \"'"
    asked = replace(EXAMPLES[1], question=hostile, kind=hostile, answers=(hostile,))
    said = TableBot({hostile: Reply(hostile, (2,), (0,))})
    page = Page(as_html(evaluate(said, [asked]), TEXTS))
    assert "script" not in {name for name, _ in page.tags}
    assert page.text.count(hostile) >= 4


@pytest.mark.parametrize("example", [EXAMPLES[4], EXAMPLES[5]])
def test_a_page_of_one_question(example: Example) -> None:
    page = Page(as_html(evaluate(TableBot(TABLE), [example]), TEXTS))
    assert "0 in all" in page.text
