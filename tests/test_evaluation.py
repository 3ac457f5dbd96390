"""Evaluation of a chatbot whose answers are a table, with every figure worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from fake_bot import cite, document, sentences

from afgqa.chatbot import Chatbot
from afgqa.embedders import HashingEmbedder
from afgqa.evaluation import Bot, by_article, evaluate, evaluate_retrieval
from afgqa.measures import Metric, Place
from afgqa.protocols import Progress
from afgqa.questions import Example
from afgqa.reports import (
    MEANINGS,
    Report,
    Row,
    as_dict,
    as_text,
    compare,
    join,
    make_report,
)
from afgqa.types import Answer, Document, Hit, Mode, Passage, Ref, Seconds, Turn

TEA = document("Tea is old. It came from China. It is dear. It is made of leaves.")
SENTENCES = sentences(TEA.text)


def place(number: int) -> Place:
    return Place("tea", SENTENCES[number].start, SENTENCES[number].end)


@dataclass(frozen=True)
class Reply:
    """What the table bot says (`short` and `cites`; refused without cites), finds, and takes."""

    short: str | None = None
    cites: tuple[int, ...] = ()
    finds: tuple[int, ...] = ()
    seconds: float = 1.0
    standalone: str | None = None


@dataclass
class TableBot:
    """Answers from a table, and keeps what it was asked to do."""

    table: Mapping[str, Reply]
    calls: list[tuple[object, ...]] = field(default_factory=list)

    def ask(
        self, question: str, *, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> Answer:
        self.calls.append(("ask", question, mode, docs))
        return self.answer(question)

    def search(
        self, query: str, *, k: int = 5, mode: Mode = "hybrid", docs: Sequence[str] | None = None
    ) -> tuple[Hit, ...]:
        self.calls.append(("search", query, k, mode, docs))
        finds = next(
            (reply.finds for name, reply in self.table.items() if query in (name, reply.standalone))
        )
        passages = (
            Passage(Ref("tea", "sentence", n), s.start, s.end, s.text, n, n + 1)
            for n, s in ((n, SENTENCES[n]) for n in finds)
        )
        return tuple(Hit(passage, 0.5, None, 0.0, None, None) for passage in passages)

    def conversation(self, turns: Sequence[Turn] = ()) -> TableTalk:
        assert turns == ()
        return TableTalk(self)

    def answer(self, question: str) -> Answer:
        reply = self.table[question]
        return Answer(
            question=question,
            standalone=question if reply.standalone is None else reply.standalone,
            answered=bool(reply.cites),
            short=reply.short,
            text="said otherwise [1]",
            confidence=0.75 if reply.cites else 0.25,
            reason=None if reply.cites else "It is not there.",
            citations=cite(TEA, *reply.cites),
            related=(),
            seconds=Seconds(retrieve=0.0, read=0.0, total=reply.seconds),
        )


@dataclass
class TableTalk:
    bot: TableBot
    asked: tuple[str, ...] = ()

    def ask(self, question: str) -> Answer:
        self.asked += (question,)
        self.bot.calls.append(("talk", *self.asked))
        return self.bot.answer(question)


EXAMPLES = (
    # right answer, right first citation of two; gold is found first
    Example("origin", "Where from?", True, "where", ("China", "from China"), (place(1),)),
    # half an answer: 1 word of 2 shared with "made of leaves" (3) gives 2 * 1 / (2 + 3); the
    # citation is wrong; gold is found third
    Example("stuff", "Made of what?", True, "what", ("made of leaves",), (place(3),)),
    # wrongly refused; nothing is found
    Example("age", "Is it old?", True, "what", ("old",), (place(0), place(1))),
    # answered without a short answer, in the words of the sentence: "it is dear" against "dear"
    # shares 1 of 3 and 1 words; no evidence is known
    Example("price", "Is it dear?", True, "what", ("dear",)),
    # only evidence is known; it is cited
    Example("why", "Why?", True, "why", (), (place(2),)),
    Example("milk", "What of milk?", False, "near-miss"),  # rightly refused
    Example("cup", "Which cup?", False, "near-miss"),  # wrongly answered
)
TABLE = {
    "Where from?": Reply("From China", (1, 0), (1, 0), 1.0),
    "Made of what?": Reply("green leaves", (2,), (0, 1, 3), 2.0),
    "Is it old?": Reply(seconds=3.0),
    "Is it dear?": Reply(None, (2,), (2,), 4.0),
    "Why?": Reply("so", (2,), (0, 2), 5.0),
    "What of milk?": Reply(finds=(0,), seconds=6.0),
    "Which cup?": Reply("old", (0,), (0,), 7.0),
}
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
    },
    "price": {
        "seconds": 4.0,
        "refused_answerable": 0.0,
        "EM": 0.0,
        "F1": 1 / 2,
        "EM_answerable": 0.0,
        "F1_answerable": 1 / 2,
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
    },
    "milk": {"seconds": 6.0, "refused_unanswerable": 1.0, "EM": 1.0, "F1": 1.0},
    "cup": {"seconds": 7.0, "refused_unanswerable": 0.0, "EM": 0.0, "F1": 0.0},
}
# (value, n) of every figure
FIGURES = {
    "R@1": (1 / 4, 4),
    "R@5": (3 / 4, 4),
    "MRR@10": ((1 + 1 / 3 + 0 + 1 / 2) / 4, 4),
    "nDCG@10": ((1 + 1 / 2 + 0 + HALF) / 4, 4),
    "EM": (2 / 6, 6),
    "F1": ((1 + 2 / 5 + 0 + 1 / 2 + 1 + 0) / 6, 6),
    "EM_answerable": (1 / 4, 4),
    "F1_answerable": ((1 + 2 / 5 + 0 + 1 / 2) / 4, 4),
    "first_citation": (2 / 4, 4),
    "citation_precision": ((1 / 2 + 0 + 0 + 1) / 4, 4),
    "citation_recall": (2 / 4, 4),
    "refused_unanswerable": (1 / 2, 2),
    "refused_answerable": (1 / 5, 5),
    "seconds_p50": (4.0, 7),
    "seconds_p95": (6.7, 7),  # seven tenths of the way from the sixth to the seventh
}


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(TableBot(TABLE), EXAMPLES)


def test_every_row(report: Report) -> None:
    assert [row.example for row in report.rows] == list(EXAMPLES)
    assert {row.example.id: dict(row.scores) for row in report.rows} == {
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
    assert list(report.metrics) == list(FIGURES) == list(MEANINGS)
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
    assert list(near) == ["EM", "F1", "refused_unanswerable", "seconds_p50", "seconds_p95"]
    one, zero, fifth = (Metric(value, value, value, 1) for value in (1.0, 0.0, 5.0))
    assert report.kinds["why"] == {
        "R@1": zero,
        "R@5": one,
        "MRR@10": Metric(0.5, 0.5, 0.5, 1),
        "nDCG@10": Metric(HALF, HALF, HALF, 1),
        "first_citation": one,
        "citation_precision": one,
        "citation_recall": one,
        "refused_answerable": zero,
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


RETRIEVAL = ("R@1", "R@5", "MRR@10", "nDCG@10")


def test_retrieval_alone_agrees_with_the_whole(report: Report) -> None:
    bot = TableBot(TABLE)
    alone = evaluate_retrieval(bot, EXAMPLES, mode="dense")
    assert {call[0] for call in bot.calls} == {"search"}
    assert alone.metrics == {name: report.metrics[name] for name in RETRIEVAL}
    assert [row.answer for row in alone.rows] == [None] * len(EXAMPLES)
    assert [dict(row.scores) for row in alone.rows] == [
        {name: row.scores[name] for name in RETRIEVAL if name in row.scores} for row in report.rows
    ]


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
    assert [row.example.id for row in report.rows] == ["milk", "origin", "stuff"]
    assert report == evaluate(TableBot(TABLE), [examples[1], examples[0], examples[2]])


def test_by_article_needs_the_document_of_each_question() -> None:
    with pytest.raises(ValueError, match=r"^question 'origin' names no document: None$"):
        by_article(lambda *_: make_report("hybrid", []), [TEA], EXAMPLES[:1])


def test_a_chatbot_can_be_evaluated() -> None:
    bot: Bot = Chatbot.from_documents(TEA, embedder=HashingEmbedder())
    example = Example("c", "What came from China?", True, "what", (), (place(1),), doc_id="tea")
    report = evaluate_retrieval(bot, [example])
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


def test_compare(report: Report) -> None:
    better = evaluate(
        TableBot({**TABLE, "Is it old?": Reply("old", (0,), (0,), 0.0)}), EXAMPLES[::-1]
    )
    found = compare(report, better)
    assert list(found) == [n for n in MEANINGS if not n.startswith("seconds")] + ["seconds"]
    # one of four questions gained 1.0: none of them is drawn in (3/4)^4 = 32 % of the samples
    gain = Metric(1 / 4, 0.0, 3 / 4, 4)
    assert found["first_citation"] == found["R@1"] == found["EM_answerable"] == gain
    assert found["refused_answerable"].value == pytest.approx(-1 / 5)
    assert found["refused_unanswerable"] == Metric(0.0, 0.0, 0.0, 2)
    assert found["seconds"].value == pytest.approx(-3 / 7)


def test_compare_needs_the_same_questions(report: Report) -> None:
    with pytest.raises(ValueError, match=r"same questions: \['cup'\] are in one only"):
        compare(report, make_report("hybrid", report.rows[:-1]))


ROW = Row(EXAMPLES[5], (place(0),), TableBot(TABLE).answer("What of milk?"), "", SCORES["milk"])
FOUND = Row(EXAMPLES[0], (place(1),), None, "", {"R@1": 1.0})


def test_as_dict() -> None:
    one = {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}
    seconds = {"value": 6.0, "low": 6.0, "high": 6.0, "n": 1}
    of_milk = {
        "EM": one,
        "F1": one,
        "refused_unanswerable": one,
        "seconds_p50": seconds,
        "seconds_p95": seconds,
    }
    whole = as_dict(make_report("dense", [ROW, FOUND]))
    assert whole == {
        "mode": "dense",
        "questions": 2,
        "metrics": {"R@1": one, **of_milk},
        "kinds": {"near-miss": of_milk, "where": {"R@1": one}},
        "rows": [
            {
                "id": "milk",
                "kind": "near-miss",
                "question": "What of milk?",
                "answerable": False,
                "answers": [],
                "evidence": [],
                "found": [{"doc_id": "tea", "start": 0, "end": 11}],
                "standalone": "What of milk?",
                "answered": False,
                "prediction": "",
                "confidence": 0.25,
                "reason": "It is not there.",
                "citations": [],
                "scores": {"seconds": 6.0, "refused_unanswerable": 1.0, "EM": 1.0, "F1": 1.0},
            },
            {
                "id": "origin",
                "kind": "where",
                "question": "Where from?",
                "answerable": True,
                "answers": ["China", "from China"],
                "evidence": [{"doc_id": "tea", "start": 12, "end": 31}],
                "found": [{"doc_id": "tea", "start": 12, "end": 31}],
                "scores": {"R@1": 1.0},
            },
        ],
    }
    assert json.loads(json.dumps(whole)) == whole


def test_as_text() -> None:
    assert as_text(make_report("dense", [ROW, FOUND])) == (
        """\
Questions: 2. Mode: dense. Intervals: bootstrap over questions.

measure               value   95 % interval  n  meaning
R@1                   1.000  1.000 to 1.000  1  a gold sentence is the first found
EM                    1.000  1.000 to 1.000  1  the short answer is an accepted one; refusing is \
right where there is none
F1                    1.000  1.000 to 1.000  1  words shared with an accepted answer; refusing is \
right where there is none
refused_unanswerable  1.000  1.000 to 1.000  1  rightly refused: higher is better
seconds_p50           6.000  6.000 to 6.000  1  half of the answers took no longer
seconds_p95           6.000  6.000 to 6.000  1  95 % of the answers took no longer

kind       n    R@1     EM     F1  refused_unanswerable
near-miss  1      -  1.000  1.000                 1.000
where      1  1.000      -      -                     -
"""
    )


def test_as_text_of_one_kind_has_one_table() -> None:
    assert as_text(make_report("hybrid", [FOUND])) == (
        "Questions: 1. Mode: hybrid. Intervals: bootstrap over questions.\n\n"
        "measure  value   95 % interval  n  meaning\n"
        "R@1      1.000  1.000 to 1.000  1  a gold sentence is the first found\n"
    )
