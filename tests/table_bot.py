"""A chatbot whose answers are a table, and seven questions to it, for tests of evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fake_bot import cite, document, sentences

from afgqa.answers import Answer, Seconds, Turn
from afgqa.evaluation.measures import Place
from afgqa.evaluation.question_sets import Example
from afgqa.types import Hit, Mode, Passage, Ref

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
