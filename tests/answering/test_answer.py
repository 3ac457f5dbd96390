"""Answers and refusals over small documents, without a model: the laws, and values by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afgqa.answering.citations import enumerated
from afgqa.answering.confidence import (
    EXTRACTIVE,
    FILE,
    Calibration,
    Evidence,
    calibration,
    confidence,
    evidence_of,
)
from afgqa.answers import Answer, Citation
from afgqa.chatbot import Chatbot
from afgqa.documents.loading import document_from_text
from afgqa.errors import DocumentError
from afgqa.protocols import Reader, VectorStore
from afgqa.reading.candidates import Candidate, SentenceCandidate, SpanCandidate
from afgqa.reading.typed_reader import TypedReader
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.search.indexing import add
from afgqa.search.memory_store import MemoryStore
from afgqa.settings import Settings
from afgqa.types import Hit, Mode, Passage, Reading, Ref, Span, Unit

EMBEDDER = HashingEmbedder()
ALWAYS, NEVER = Settings(threshold=0.0), Settings(threshold=1.0)
BRIDGE = """Ann Lee opened the bridge in May 1999. It cost $5 million.
The bridge is not red. The tower is made of stone.
Bob Ray painted the tower by hand because the rain had washed it out."""
NOTHING_ASKED = "the question contains no word to search for."
NOTHING_NEAR = "nothing in the documents is close to the question."
NO_SENTENCE = "the nearest sentences do not seem to answer the question."


def chatbot(
    *texts: str, settings: Settings = ALWAYS, reader: Reader | None = None
) -> tuple[Chatbot, VectorStore]:
    """A chatbot over texts, called "0", "1", ..., and its store."""
    store = MemoryStore(EMBEDDER.dimension)
    documents = [document_from_text(text, doc_id=str(n)) for n, text in enumerate(texts)]
    add(store, documents, EMBEDDER, settings)
    reader = TypedReader() if reader is None else reader
    return Chatbot(store, EMBEDDER, settings=settings, reader=reader), store


def ask(question: str, *texts: str, settings: Settings = ALWAYS) -> Answer:
    bot, store = chatbot(*(texts or (BRIDGE,)), settings=settings)
    with bot:
        answer = bot.ask(question)
        check(answer, store)
    return answer


def check(answer: Answer, store: VectorStore) -> None:
    """The laws that every answer keeps."""
    assert answer.answered == bool(answer.citations)
    assert answer.answered == (answer.reason is None)
    assert not (answer.answered and answer.related)
    assert 0.0 <= answer.confidence <= 1.0
    for quotes in (answer.citations, answer.related):
        assert [quote.number for quote in quotes] == list(range(1, len(quotes) + 1))
        for quote in quotes:
            document = store.document(quote.doc_id)
            assert document.text[quote.start : quote.end] == quote.text != ""
            said = (quote.title, quote.source, quote.sha256)
            assert said == (document.title, document.source, document.sha256)
    assert all(0 <= a < b for c in answer.citations if c.highlight for a, b in [c.highlight])
    # What says otherwise is told after the answer, and cited last.
    assert answer.otherwise in (None, len(answer.citations))
    carrying = answer.citations[: None if answer.otherwise is None else -1]
    told, _, other = answer.text.partition(". However, another sentence disagrees: ")
    assert (f"[{answer.otherwise}]" in other) == (answer.otherwise is not None)
    marked = [c.text[slice(*c.highlight)] for c in carrying if c.highlight is not None]
    if not answer.answered:
        assert (answer.short, answer.text) == (
            None,
            f"The documents do not seem to say: {answer.reason}",
        )
    elif answer.short is None:
        # A summary of several documents cites one sentence of each.
        assert (marked, told) == ([], " ".join(f"{c.text} [{c.number}]" for c in carrying))
    else:
        parts = marked or [answer.short]
        assert enumerated(parts) == answer.short
        assert bool(marked) == (answer.short not in ("Yes", "No"))
        for part, quote in zip(parts, carrying, strict=True):
            named = f"{part}, according to {quote.speaker} [{quote.number}]"
            assert any(said in told for said in (f"{part} [{quote.number}]", named))
    seconds = answer.seconds
    assert min(seconds.retrieve, seconds.read) >= 0.0
    assert seconds.total == pytest.approx(seconds.retrieve + seconds.read)


@pytest.mark.parametrize(
    ("question", "short", "quote"),
    [
        ("Who opened the bridge?", "Ann Lee", "Ann Lee opened the bridge in May 1999."),
        ("When was the bridge opened?", "May 1999", "Ann Lee opened the bridge in May 1999."),
        ("How much did it cost?", "$5 million", "It cost $5 million."),
        ("What is the tower made of?", None, "The tower is made of stone."),
        ("How did Bob paint the tower?", "by hand because the rain had washed it out",
         "Bob Ray painted the tower by hand because the rain had washed it out."),
        ("Why was the tower painted?", "because the rain had washed it out",
         "Bob Ray painted the tower by hand because the rain had washed it out."),
    ],
)  # fmt: skip
def test_an_answer(question: str, short: str | None, quote: str) -> None:
    answer = ask(question)
    assert (answer.question, answer.standalone) == (question, question)
    assert (answer.short, [citation.text for citation in answer.citations]) == (short, [quote])


def test_an_answer_whole() -> None:
    text = "The tower is old. Ann Lee opened the bridge."
    document = document_from_text(text, doc_id="0")
    answer = ask("Who opened the bridge?", text)
    assert answer == Answer(
        question="Who opened the bridge?",
        standalone="Who opened the bridge?",
        answered=True,
        short="Ann Lee",
        text="Ann Lee [1]",
        confidence=answer.confidence,
        reason=None,
        citations=(
            Citation(1, "0", text, "0", document.sha256, 18, 44, text[18:], highlight=(0, 7)),
        ),
        related=(),
        seconds=answer.seconds,
    )


@pytest.mark.parametrize(
    ("sentence", "short"), [("The bridge is red.", "Yes"), ("The bridge is not red.", "No")]
)
def test_yes_or_no(sentence: str, short: str) -> None:
    answer = ask("Is the bridge red?", sentence)
    assert (answer.short, answer.text) == (short, f"{short} [1]")
    assert answer.citations[0].highlight is None


def test_no_verdict_from_a_sentence_about_something_else() -> None:
    answer = ask("Did the mayor of Hamburg praise the old bridge?", "The bridge is red.")
    assert (answer.short, answer.text) == (None, "The bridge is red. [1]")


@pytest.mark.parametrize(
    ("question", "reason", "related"),
    [
        ("Who was it?", NOTHING_ASKED, ()),
        ("😀 ?", NOTHING_ASKED, ()),
        ("Who stole the zebra?", NOTHING_NEAR, ()),
        ("أين البيت؟", NOTHING_NEAR, ()),
        ("Who sold the tower?", NO_SENTENCE, ("The tower is made of stone.",)),
    ],
)
def test_a_refusal(question: str, reason: str, related: Sequence[str]) -> None:
    answer = ask(question, settings=NEVER)
    assert (answer.answered, answer.reason) == (False, reason)
    assert tuple(quote.text for quote in answer.related[:1]) == tuple(related)
    assert len(answer.related) == (3 if related else 0)
    assert [quote.highlight for quote in answer.related] == [None] * len(answer.related)


@pytest.mark.parametrize("settings", [Settings(), ALWAYS])
@pytest.mark.parametrize("question", ["Who was it?", "?"])
def test_without_a_word_to_look_for_nothing_is_answered(question: str, settings: Settings) -> None:
    answer = ask(question, settings=settings)
    assert (answer.answered, answer.confidence, answer.reason) == (False, 0.0, NOTHING_ASKED)


def test_an_empty_store_is_asked() -> None:
    with Chatbot(MemoryStore(EMBEDDER.dimension), EMBEDDER, settings=ALWAYS) as bot:
        answer = bot.ask("Who opened the bridge?")
    assert (answer.answered, answer.reason, answer.related) == (False, NOTHING_NEAR, ())


def test_the_threshold_decides() -> None:
    question = "Who opened the bridge?"
    found = ask(question).confidence
    assert 0.0 < found < 1.0
    at, above = Settings(threshold=found), Settings(threshold=math.nextafter(found, 1.0))
    assert [ask(question, settings=it).answered for it in (at, above)] == [True, False]
    assert [ask(question, settings=it).confidence for it in (at, above)] == [found, found]
    fitted = Settings(threshold=calibration("typed").threshold)
    assert ask(question).answered is ask(question, settings=fitted).answered


def test_the_fitted_threshold_is_the_default() -> None:
    for question in ("Who opened the bridge?", "Who stole the zebra?", "Is the tower red?"):
        answer = ask(question, settings=Settings())
        assert answer.answered is (answer.confidence >= calibration("typed").threshold)


def test_a_sentence_with_a_span_is_preferred_among_equals() -> None:
    text = "It was opened then. It was opened by her."
    bot, _ = chatbot(text, reader=Fixed({"It was opened by her.": (17, 20)}))
    with bot:
        assert bot.search("opened")[0].passage.ref.number == 0
        answer = bot.ask("opened")
    assert (answer.short, answer.citations[0].start) == ("her", 20)


class Fixed:
    """A reader whose spans are a table by how a unit ends; each scores 1."""

    titles = False
    verdicts = False
    name = "fixed"
    unit: Unit = "sentence"

    def __init__(self, spans: dict[str, tuple[int, int]]) -> None:
        self._spans = spans

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        del question
        found = []
        for unit in passages:
            spans = [
                Span(at + start, at + end, text[start:end], 1.0)
                for text, (start, end) in self._spans.items()
                if unit.endswith(text)
                for at in [len(unit) - len(text)]
            ]
            found.append(Reading(tuple(spans), 0.0))
        return tuple(found)


@pytest.mark.parametrize("mode", ["dense", "lexical", "hybrid"])
@pytest.mark.parametrize(("docs", "cited"), [(["0"], "0"), (["1"], "1"), (["0", "1"], "1")])
def test_modes_and_documents(mode: Mode, docs: list[str], cited: str) -> None:
    bot, store = chatbot("Ann saw a bridge from a boat.", "Bob opened the bridge.")
    with bot:
        answer = bot.ask("Who opened the bridge?", mode=mode, docs=docs)
        check(answer, store)
    assert [citation.doc_id for citation in answer.citations] == [cited]


def test_a_mistake_of_a_reader_is_not_hidden() -> None:
    class Broken(Fixed):
        def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
            raise KeyError(question, len(passages))

    bot, _ = chatbot(BRIDGE, reader=Broken({}))
    with bot, pytest.raises(KeyError, match="Who opened"):
        bot.ask("Who opened the bridge?")


# what speaks for an answer


def hit(number: int, *, score: float, similarity: float | None = None, coverage: float = 0) -> Hit:
    passage = Passage(Ref("0", "sentence", number), 0, 1, "x", number, number + 1)
    return Hit(passage, score, similarity, coverage, None, None)


def candidate(found: Hit, margin: float | None = None, agreement: float = 0.0) -> Candidate:
    if margin is None:
        return SentenceCandidate(found, found.passage, agreement=agreement)
    return SpanCandidate(found, found.passage, Span(0, 1, "x", margin), margin, agreement)


def test_evidence_by_hand() -> None:
    hits = [hit(0, score=0.9, similarity=0.5, coverage=0.75), hit(1, score=0.5), hit(2, score=0.2)]
    best = candidate(hits[0], 6.0, agreement=0.5)
    spans = [candidate(hits[1], 2.0), best, candidate(hits[0], 5.0), candidate(hits[2], -1.0)]
    wholes = [candidate(it) for it in hits]
    options: dict[str, Any] = {
        "typed": True,
        "open_ended": False,
        "contradicted": True,
        "weights": {"bridg": 0.75, "zebra": 0.25},
        "frequencies": {"bridg": 2, "zebra": 0},
    }
    found = asdict(evidence_of(best, [*spans, *wholes], **options))
    expected = {"score": 0.9, "similarity": 0.5, "coverage": 0.75, "oov_weight": 0.25,
                "span_score": 6.0,
                "margin": 6.0, "retrieval_lead": 0.9 - (0.5 + 0.2) / 2, "margin_gap": 4.0,
                "agreement": 0.5, "span": 1.0,
                "no_answer_type": 0.0, "open_ended": 0.0, "contradicted": 1.0}  # fmt: skip
    assert found == pytest.approx(expected)
    whole = asdict(evidence_of(wholes[1], [*spans, *wholes], **options))
    expected = {"span_score": 0.0, "margin": 6.0, "margin_gap": 0.0, "span": 0.0, "score": 0.5}
    assert {name: whole[name] for name in expected} == expected
    alone = asdict(
        evidence_of(wholes[1], wholes[1:2], **options | {"typed": False, "contradicted": False})
    )
    expected = {"similarity": 0.0, "retrieval_lead": 0.0, "margin": 0.0, "margin_gap": 0.0,
                "no_answer_type": 1.0,
                "contradicted": 0.0}  # fmt: skip
    assert {name: alone[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("reader", "unused"),
    [
        ("typed", {"margin", "margin_gap", "agreement", "open_ended", "contradicted"}),
        (EXTRACTIVE, {"span_score", "span", "oov_weight"}),
    ],
)
def test_confidence_is_the_logistic_of_the_fitted_weights(reader: str, unused: set[str]) -> None:
    model = json.loads(FILE.read_text(encoding="utf-8"))[reader]
    names = [field.name for field in fields(Evidence)]
    assert set(names) - set(model["weights"]) == unused
    values = {name: n / 10 for n, name in enumerate(names)}
    total = model["bias"] + sum(model["weights"][name] * values[name] for name in model["weights"])
    fitted = calibration(reader)
    found = confidence(Evidence(**values), fitted)
    assert found == pytest.approx(1 / (1 + math.exp(-total)))
    assert (fitted.threshold, fitted.margin, fitted.whole) == tuple(
        model[name] for name in ("threshold", "margin", "whole")
    )
    assert 0.0 < fitted.threshold < 1.0


def test_confidence_of_huge_margins_is_a_probability() -> None:
    fitted = Calibration(0.0, {"margin": 1.0}, 0.5, 0.0, 0.0)
    values = dict.fromkeys((field.name for field in fields(Evidence)), 0.0)
    found = [confidence(Evidence(**values | {"margin": m}), fitted) for m in (-1e6, 0.0, 1e6)]
    assert found == [0.0, 0.5, 1.0]


def test_a_reader_of_another_name_is_judged_as_extractive() -> None:
    assert calibration("my/model") == calibration(EXTRACTIVE) != calibration("typed")


def test_a_sentence_that_says_otherwise_is_shown_with_the_refusal() -> None:
    text = "The mill remains closed. The river is wide."
    bot, store = chatbot(text, settings=Settings(threshold=1.0))
    with bot:
        answer = bot.ask("When did the mill reopen?")
        check(answer, store)
        assert answer.reason == "a sentence contradicts what the question takes for granted."
        assert [quote.text for quote in answer.related] == ["The mill remains closed."]
        assert bot.ask("When was the mill closed?").reason == NO_SENTENCE
        assert (
            bot.ask("Is the mill open?").reason == NO_SENTENCE
        )  # asks whether, and takes nothing so


SAID = "“Rain closed the mill,” Ann Lee told us."


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (SAID, "What closed the mill?", "Rain, according to Ann Lee [1]"),
        ("Rain closed the mill, Ann Lee told us.", "What closed the mill?", "Rain [1]"),
        (SAID, "What closed the mill for Ann Lee?", "Rain [1]"),
        (SAID, "Did rain close the mill?", "Yes, according to Ann Lee [1]"),
    ],
)  # fmt: skip
def test_who_says_so(text: str, question: str, said: str) -> None:
    start = text.index("Rain")
    reader = Fixed({text: (start, start + len("Rain"))})
    bot, _ = chatbot(text, reader=reader, settings=Settings(threshold=0.0))
    with bot:
        assert bot.ask(question).text == said


def test_a_refusal_offers_questions_that_come_with_the_documents() -> None:
    examples = ("Who opened the bridge?", "What did it cost?", "Who painted?", "Is it red?")
    document = document_from_text(BRIDGE, doc_id="0", examples=examples)
    strict = Settings(reader="typed", threshold=1.0)
    with Chatbot.from_documents(document, embedder=EMBEDDER, settings=strict) as bot:
        # Those with most words of the question first, and never the question itself.
        found = bot.ask("What did the paint cost?").suggested
        assert found == ("What did it cost?", "Who painted?", "Who opened the bridge?")
        assert "Who painted?" not in bot.ask("who painted").suggested
    bot, _ = chatbot(BRIDGE, settings=strict)
    with bot:
        assert bot.ask("What did the paint cost?").suggested == ()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a, b", "c"], "a, b; and c"),
    ],
)
def test_several_parts_read_as_one(parts: list[str], said: str) -> None:
    assert enumerated(parts) == said


# any document, any question

WORDS = """
    Ann Lee Bob bridge tower opened painted May 1999 not never because by “red” red $5 million who
    when is no York in The the . , ? ! “ ” ’s U.S. \n \t é 😀 中文 العربية
""".split(" ")
documents = st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
questions = st.text(max_size=120) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@settings(max_examples=150)
@given(
    texts=st.lists(documents, min_size=1, max_size=2),
    question=questions,
    threshold=st.sampled_from([None, 0.0, 1.0]),
)
@example(["NO/0\r0"], "IS:0", None)  # one line says no, the other does not
def test_the_laws_hold(texts: list[str], question: str, threshold: float | None) -> None:
    try:
        bot, store = chatbot(*texts, settings=Settings(threshold=threshold))
    except DocumentError:
        return
    with bot:
        asked = bot._engine._clean(f"{question}?")  # never empty
        check(bot.ask(asked), store)
        talk = bot.conversation()
        for text in (asked, "Why?", "What did she do there?", asked):
            check(talk.ask(text), store)
