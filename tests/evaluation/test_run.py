"""Evaluation of a chatbot whose answers are a table, with every figure worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from fake_bot import document
from table_bot import EXAMPLES, TABLE, TEA, Reply, TableBot, place

from afgqa.answers import Answer
from afgqa.chatbot import Chatbot
from afgqa.evaluation import (
    MEANINGS,
    Bot,
    Report,
    as_dict,
    as_text,
    by_article,
    compare,
    comparison_text,
    evaluate,
    join,
    make_report,
)
from afgqa.evaluation.measures import Metric
from afgqa.evaluation.question_sets import Example
from afgqa.evaluation.rows import from_plain, plain
from afgqa.evaluation.scores import accepted
from afgqa.protocols import Progress
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.types import Document

HALF = 0.6309297535714575  # 1 / log2(3): a gold sentence at rank 2
SCORES: dict[str, dict[str, float]] = {
    "origin": {
        "seconds": 1.0,
        "refused_answerable": 0.0,
        "EM": 1.0,
        "F1": 1.0,
        "EM_answerable": 1.0,
        "F1_answerable": 1.0,
        "first_citation": 1.0,
        "citation_precision": 0.5,
        "citation_recall": 1.0,
        "R@1": 1.0,
        "R@5": 1.0,
        "MRR@10": 1.0,
        "nDCG@10": 1.0,
        "answer_precision": 1.0,
        "accepted": 1.0,
        "right": 1.0,
        "right_answerable": 1.0,
    },
    "stuff": {
        "seconds": 2.0,
        "refused_answerable": 0.0,
        "EM": 0.0,
        "F1": 2 / 5,
        "EM_answerable": 0.0,
        "F1_answerable": 2 / 5,
        "first_citation": 0.0,
        "citation_precision": 0.0,
        "citation_recall": 0.0,
        "R@1": 0.0,
        "R@5": 1.0,
        "MRR@10": 1 / 3,
        "nDCG@10": 1 / 2,  # 1 / log2(4)
        "answer_precision": 1.0,
        "accepted": 0.0,
        "right": 0.0,
        "right_answerable": 0.0,
    },
    "age": {
        "seconds": 3.0,
        "refused_answerable": 1.0,
        "EM": 0.0,
        "F1": 0.0,
        "EM_answerable": 0.0,
        "F1_answerable": 0.0,
        "first_citation": 0.0,
        "citation_precision": 0.0,
        "citation_recall": 0.0,
        "R@1": 0.0,
        "R@5": 0.0,
        "MRR@10": 0.0,
        "nDCG@10": 0.0,
        "refusal_precision": 0.0,
        "accepted": 0.0,
        "right": 0.0,
        "right_answerable": 0.0,
    },
    "price": {
        "seconds": 4.0,
        "refused_answerable": 0.0,
        "EM": 0.0,
        "F1": 1 / 2,
        "EM_answerable": 0.0,
        "F1_answerable": 1 / 2,
        "answer_precision": 1.0,
        "accepted": 1.0,
        "right": 1.0,
        "right_answerable": 1.0,
    },
    "why": {
        "seconds": 5.0,
        "refused_answerable": 0.0,
        "first_citation": 1.0,
        "citation_precision": 1.0,
        "citation_recall": 1.0,
        "R@1": 0.0,
        "R@5": 1.0,
        "MRR@10": 1 / 2,
        "nDCG@10": HALF,
        "answer_precision": 1.0,
        "right": 1.0,
        "right_answerable": 1.0,
    },
    "milk": {
        "seconds": 6.0,
        "refused_unanswerable": 1.0,
        "EM": 1.0,
        "F1": 1.0,
        "refusal_precision": 1.0,
        "right": 1.0,
    },
    "cup": {
        "seconds": 7.0,
        "refused_unanswerable": 0.0,
        "EM": 0.0,
        "F1": 0.0,
        "answer_precision": 0.0,
        "right": 0.0,
    },
}
# (value, n) of every figure
FIGURES = {
    "R@1": (1 / 4, 4),
    "R@5": (3 / 4, 4),
    "MRR@10": ((1 + 1 / 3 + 0 + 1 / 2) / 4, 4),
    "nDCG@10": ((1 + 1 / 2 + 0 + HALF) / 4, 4),
    "right": (4 / 7, 7),
    "right_answerable": (3 / 5, 5),
    "EM": (2 / 6, 6),
    "F1": ((1 + 2 / 5 + 0 + 1 / 2 + 1 + 0) / 6, 6),
    "EM_answerable": (1 / 4, 4),
    "F1_answerable": ((1 + 2 / 5 + 0 + 1 / 2) / 4, 4),
    "accepted": (2 / 4, 4),
    "first_citation": (2 / 4, 4),
    "citation_precision": ((1 / 2 + 0 + 0 + 1) / 4, 4),
    "citation_recall": (2 / 4, 4),
    "refused_unanswerable": (1 / 2, 2),
    "refused_answerable": (1 / 5, 5),
    "refusal_precision": (1 / 2, 2),
    "answer_precision": (4 / 5, 5),
    # The answered (0.75) are worth 1, 0.4, 0.5 and 0 of 4 with F1, the refused (0.25) 0 of 2; equal
    # confidences are answered together: four times 1 - 1.9 / 4, then twice 1 - 1.9 / 6.
    "risk_coverage": ((4 * (1 - 1.9 / 4) + 2 * (1 - 1.9 / 6)) / 6, 6),
    # Of five at 0.75 four have an answer, of two at 0.25 one.
    "calibration_error": (5 / 7 * 0.05 + 2 / 7 * 0.25, 7),
    "seconds_p50": (4.0, 7),
    "seconds_p95": (6.7, 7),  # seven tenths of the way from the sixth to the seventh
}


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(TableBot(TABLE), EXAMPLES)


def test_every_row(report: Report) -> None:
    assert [row.id for row in report.rows] == [example.id for example in EXAMPLES]
    assert [row.evidence for row in report.rows] == [example.evidence for example in EXAMPLES]
    assert {row.id: dict(row.scores) for row in report.rows} == {
        name: pytest.approx(scores) for name, scores in SCORES.items()
    }
    assert [row.prediction for row in report.rows] == [
        "From China",
        "green leaves",
        "",
        "It is dear.",
        "so",
        "",
        "old",
    ]
    assert [row.found for row in report.rows] == [
        tuple(place(n) for n in TABLE[e.question].finds) for e in EXAMPLES
    ]


def test_every_figure(report: Report) -> None:
    asked_again = ("citation_sufficiency", "citation_necessity")  # only where asked for
    assert list(report.metrics) == list(FIGURES)
    assert list(FIGURES) == [name for name in MEANINGS if name not in asked_again]
    for name, (value, n) in FIGURES.items():
        metric = report.metrics[name]
        assert metric.value == pytest.approx(value), name
        assert metric.n == n, name
        assert metric.low <= metric.value <= metric.high, name


def test_the_figures_by_kind(report: Report) -> None:
    assert list(report.kinds) == ["near-miss", "what", "where", "why"]
    near = report.kinds["near-miss"]
    half = Metric(0.5, 0.0, 1.0, 2)
    assert {name: near[name] for name in ("EM", "F1", "refused_unanswerable")} == {
        "EM": half,
        "F1": half,
        "refused_unanswerable": half,
    }
    assert list(near) == [
        "right",
        "EM",
        "F1",
        "refused_unanswerable",
        "refusal_precision",
        "answer_precision",
        "seconds_p50",
        "seconds_p95",
    ]
    one, zero, fifth = (Metric(value, value, value, 1) for value in (1.0, 0.0, 5.0))
    assert report.kinds["why"] == {
        "R@1": zero,
        "R@5": one,
        "MRR@10": Metric(0.5, 0.5, 0.5, 1),
        "nDCG@10": Metric(HALF, HALF, HALF, 1),
        "right": one,
        "right_answerable": one,
        "first_citation": one,
        "citation_precision": one,
        "citation_recall": one,
        "refused_answerable": zero,
        "answer_precision": one,
        "seconds_p50": fifth,
        "seconds_p95": fifth,
    }


def test_what_the_bot_is_asked_to_do() -> None:
    bot, heard = TableBot(TABLE), list[tuple[int, int]]()
    some = (replace(EXAMPLES[0], doc_id="tea"), EXAMPLES[5])
    report = evaluate(
        bot, some, mode="lexical", progress=lambda done, total: heard.append((done, total))
    )
    assert report.mode == "lexical"
    assert heard == [(1, 2), (2, 2)]
    assert bot.calls == [
        ("ask", "Where from?", "lexical", ["tea"]),
        ("search", "Where from?", 10, "lexical", ["tea"]),
        ("ask", "What of milk?", "lexical", None),
        ("search", "What of milk?", 10, "lexical", None),
    ]


def test_a_history_is_asked_first_and_the_question_searched_as_it_was_put() -> None:
    bot = TableBot({**TABLE, "And it?": Reply("from China", (1,), (1,), 1.0, "And tea?")})
    followup = Example(
        "f", "And it?", True, "where", ("China",), (place(1),), ("Is it old?", "Why?")
    )
    report = evaluate(bot, [followup])
    assert bot.calls == [
        ("talk", "Is it old?"),
        ("talk", "Is it old?", "Why?"),
        ("talk", "Is it old?", "Why?", "And it?"),
        ("search", "And tea?", 10, "hybrid", None),
    ]
    assert report.rows[0].scores["R@1"] == 1.0


def test_no_question_has_no_figures() -> None:
    assert evaluate(TableBot({}), []) == Report("hybrid", (), {}, {})


# -- articles -----------------------------------------------------------------------------------


def test_by_article() -> None:
    milk, cocoa = document("Milk.", doc_id="milk"), document("Cocoa.", doc_id="cocoa")
    examples = [
        replace(EXAMPLES[0], doc_id="tea"),
        replace(EXAMPLES[5], doc_id="milk"),
        replace(EXAMPLES[1], doc_id="tea"),
    ]
    runs: list[tuple[str, list[str]]] = []
    heard: list[tuple[int, int]] = []

    def run(of: Document, some: Sequence[Example], progress: Progress) -> Report:
        runs.append((of.doc_id, [example.id for example in some]))
        return evaluate(TableBot(TABLE), some, progress=progress)

    report = by_article(
        run,
        [milk, cocoa, TEA],
        examples,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert runs == [("milk", ["milk"]), ("tea", ["origin", "stuff"])]
    assert heard == [(1, 3), (2, 3), (3, 3)]
    assert [row.id for row in report.rows] == ["milk", "origin", "stuff"]
    assert report == evaluate(TableBot(TABLE), [examples[1], examples[0], examples[2]])


def test_by_article_needs_the_document_of_each_question() -> None:
    with pytest.raises(ValueError, match=r"^question 'origin' names no document: None$"):
        by_article(lambda *_: make_report("hybrid", []), [TEA], EXAMPLES[:1])


def test_a_chatbot_can_be_evaluated() -> None:
    bot: Bot = Chatbot.from_documents(TEA, embedder=HashingEmbedder())
    example = Example("c", "What came from China?", True, "what", (), (place(1),), doc_id="tea")
    report = evaluate(bot, [example])
    assert report.rows[0].found[0] == place(1)
    assert report.metrics["R@1"] == Metric(1.0, 1.0, 1.0, 1)


# -- reports ------------------------------------------------------------------------------------


def test_join_keeps_the_order_and_one_mode(report: Report) -> None:
    rows = report.rows
    parts = [make_report("hybrid", rows[:2]), make_report("hybrid", rows[2:])]
    assert join(parts) == report
    with pytest.raises(ValueError, match=r"of one mode, and these are of \['dense', 'hybrid'\]"):
        join([report, make_report("dense", [])])
    with pytest.raises(ValueError, match=r"of one mode, and these are of \[\]"):
        join([])


def test_more_scores_of_an_answer() -> None:
    def without(answer: Answer) -> dict[str, float]:
        return {"citation_necessity": 1.0} if answer.answered else {}

    more = evaluate(TableBot(TABLE), EXAMPLES, without=without)
    metric = more.metrics["citation_necessity"]
    assert (metric.value, metric.n) == (1.0, sum(row.answered for row in more.rows))
    assert "citation_sufficiency" not in more.metrics


def test_compare(report: Report) -> None:
    better = evaluate(
        TableBot({**TABLE, "Is it old?": Reply("old", (0,), (0,), 0.0)}), EXAMPLES[::-1]
    )
    found = compare(report.rows, better.rows)
    # figures of all confidences together have no value for each question
    whole = ("seconds_p50", "seconds_p95", "risk_coverage", "calibration_error")
    # nor have those that are over the answers or the refusals of one run
    one_sided = ("answer_precision", "refusal_precision")
    asked_again = ("citation_sufficiency", "citation_necessity")  # only where asked for
    shared = [name for name in MEANINGS if name not in (*whole, *one_sided, *asked_again)]
    assert list(found.differences) == [*shared, "seconds"]
    # one of four questions gained 1.0: none of them is drawn in (3/4)^4 = 32 % of the samples
    gain = Metric(1 / 4, 0.0, 3 / 4, 4)
    for name in ("first_citation", "R@1", "EM_answerable"):
        assert found.differences[name] == gain
    assert found.differences["refused_answerable"].value == pytest.approx(-1 / 5)
    assert found.differences["refused_unanswerable"] == Metric(0.0, 0.0, 0.0, 2)
    assert found.differences["seconds"].value == pytest.approx(-3 / 7)
    ((before, after),) = found.changed
    assert (before.id, before.answered, after.prediction) == ("age", False, "old")
    assert found.unpaired == ()


def test_compare_takes_the_questions_that_both_have(report: Report) -> None:
    reworded = replace(report.rows[0], question="From where?")
    found = compare(report.rows, [reworded, *report.rows[1:-1]])
    assert found.unpaired == ("cup", "origin")
    assert found.changed == ()
    assert found.differences["right"].n == 5
    assert compare(report.rows, []).differences == {}


def test_a_comparison_as_text(report: Report) -> None:
    rows = [
        replace(row, prediction="tea", scores={"right": 0.0, "seconds": 0.5})
        for row in report.rows
        if row.scores["right"]
    ]
    lines = comparison_text(compare(report.rows, rows)).splitlines()
    assert lines[2:5] == [
        "measure  difference     95 % interval  n",
        "right        -1.000  -1.000 to -1.000  4  worse",
        "seconds      -3.500  -5.000 to -1.500  4  better",
    ]
    assert lines[6] == "Asked in only one of the runs: age, cup, stuff"
    assert lines[8] == "Answers or citations that changed: 4"
    assert lines[10:13] == [
        "origin  Where from?",
        "  before: (correct) From China | It came from China. Tea is old.",
        "  now:    (incorrect) tea | It came from China. Tea is old.",
    ]


@pytest.mark.parametrize(
    ("said", "answers", "right"),
    [
        ("From China", ["china"], True),
        ("It came from the China!", ["China"], True),
        ("Chinatown", ["China"], False),
        ("China", ["from China"], False),
        ("", ["China"], False),
        ("Nothing", ["the"], False),  # nothing is left of it once normalised
        ("No", ["No"], True),
        ("No, it did not.", ["No"], True),
        ("There is no tea.", ["No"], False),
        ("Yes", ["No"], False),
        ("It is so, yes", ["Yes"], False),
    ],
)
def test_accepted(said: str, answers: list[str], right: bool) -> None:
    assert accepted(said, answers) is right


def test_an_interrupted_run_goes_on(report: Report) -> None:
    bot, kept = TableBot(TABLE), list[str]()
    done = {row.id: row for row in report.rows[:3]}
    again = evaluate(bot, EXAMPLES, done=done, keep=lambda row: kept.append(row.id))
    assert again == report
    assert kept == [example.id for example in EXAMPLES[3:]]
    assert len(bot.calls) == 2 * len(kept)


def test_a_row_survives_json(report: Report) -> None:
    for row in report.rows:
        assert from_plain(json.loads(json.dumps(plain(row)))) == row


def test_as_dict() -> None:
    one = {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    fourth = {"value": 0.25, "low": 0.25, "high": 0.25, "n": 1}
    seconds = {"value": 6.0, "low": 6.0, "high": 6.0, "n": 1}
    figures = {
        "right": one,
        "EM": one,
        "F1": one,
        "refused_unanswerable": one,
        "refusal_precision": one,
        "seconds_p50": seconds,
        "seconds_p95": seconds,
    }
    whole = as_dict(evaluate(TableBot(TABLE), EXAMPLES[5:6], mode="dense"))
    assert whole == {
        "mode": "dense",
        "questions": 1,
        "metrics": figures | {"risk_coverage": one, "calibration_error": fourth},
        "kinds": {"near-miss": figures},
        "rows": [
            {
                "id": "milk",
                "kind": "near-miss",
                "question": "What of milk?",
                "answerable": False,
                "answers": [],
                "evidence": [],
                "standalone": "What of milk?",
                "answered": False,
                "prediction": "",
                "confidence": 0.25,
                "reason": "It is not there.",
                "citations": [],
                "quotes": [],
                "found": [{"doc_id": "tea", "start": 0, "end": 11}],
                "scores": SCORES["milk"],
            },
        ],
    }
    assert json.loads(json.dumps(whole)) == whole


def test_as_text() -> None:
    report = evaluate(TableBot(TABLE), [EXAMPLES[5], EXAMPLES[0]], mode="dense")
    shown = as_text(report)
    assert shown.startswith(
        "Questions: 2. Mode: dense. Intervals: bootstrap over questions.\n\n"
        "measure               value   95 % interval  n  meaning\n"
        "R@1                   1.000  1.000 to 1.000  1  a gold sentence is the first found\n"
    )
    assert shown.endswith(
        "\n"
        "kind       n    R@1  right     EM     F1  first_citation  refused_unanswerable  "
        "refused_answerable\n"
        "near-miss  1      -  1.000  1.000  1.000               -                 1.000  "
        "                 -\n"
        "where      1  1.000  1.000  1.000  1.000           1.000                     -  "
        "             0.000\n"
    )


def test_as_text_of_one_kind_has_one_table() -> None:
    assert "\nkind" not in as_text(evaluate(TableBot(TABLE), [EXAMPLES[0]]))
