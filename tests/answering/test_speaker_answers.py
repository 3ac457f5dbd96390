"""Who says it is asked for: the speaker, and not a name in what is said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from afgqa import Chatbot
from afgqa.answering.speaker_answers import answer_with_speaker
from afgqa.documents.loading import document_from_text
from afgqa.question.requests import asks_who_says
from afgqa.reading.candidates import SentenceCandidate, SpanCandidate
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.types import Hit, Passage, Reading, Ref, Span, Unit


@pytest.mark.parametrize(
    ("question", "verb"),
    [
        ("Who wants Leeds to help?", "wants"),
        ("Who has openly called for a new bridge?", "called"),
        ("who said it is safe", "said"),
        ("Who else doesn't doubt it, and who is calling for it?", "calling"),
        ("Which senior officer warned the town?", "warned"),
        ("A mayor doubted that it would hold. Who was it?", "doubted"),
        ("Who claimed that the bridge was safe?", "claimed"),
        ("Who was warned by the mayor?", "warned"),  # who warns is not said, so nothing moves
        ("Who did the mayor call?", None),
        ("Who called the mayor?", None),
        ("Who built the bridge?", None),
        ("What does the mayor want?", None),
        ("Who will ask?", None),
        ("Who thought of the bridge?", None),
        ("Who claimed the reward?", None),
        ("Who wants the job?", None),
        ("Who declared war?", None),
        ("Which secretary of state met Ann Lee?", None),
        ("A man was told to leave. Who was it?", None),
        ("A woman built the bridge that the town wanted. Who was it?", None),
    ],
)
def test_who_asks_for_a_speaker(question: str, verb: str | None) -> None:
    assert asks_who_says(question) == verb


BEFORE = "It rained. "


def chosen(text: str, said: str) -> SpanCandidate:
    """The last `said` of the text, which stands after another sentence in its document."""
    start = len(BEFORE)
    passage = Passage(Ref("0", "sentence", 1), start, start + len(text), text, 1, 2)
    at = text.rindex(said)
    hit = Hit(passage, 1.0, None, 1.0, None, None)
    return SpanCandidate(hit, passage, Span(at, at + len(said), said, 2.0), 2.0, 0.5)


@pytest.mark.parametrize(
    ("question", "text", "span", "who"),
    [
        ("Who wants Leeds to help?", "“Leeds should help,” Ann Lee said.", "Leeds", "Ann Lee"),
        ("Who thinks Bob left?", "Ann Lee said that Bob Ray left.", "Bob Ray", "Ann Lee"),
        ("Who said Bob left?", "“Bob left for good,” Ann Lee said.", "Bob", "Ann Lee"),
        ("Who fears York?", "“Leeds should fear York,” Lee said.", "York", "Lee"),
        ("Who wants York to help?", "“Leeds should help York,” Lee said.", "York", "Lee"),
        ("Who says York helped?", "“York helped,” Ann Lee told us.", "Ann Lee told us", "Ann Lee"),
        # Who does it in what is said, and what has no speaker, or is one.
        ("Who called for peace?", "Ann wrote that Bob Ray called for peace.", "Bob Ray", "Bob Ray"),
        ("Who believes it?", "“The town believed it all,” Ann said.", "The town", "The town"),
        ("Who denied the charge?", "According to Ann, Bob denied the charge.", "Bob", "Bob"),
        ("Who wants Leeds to help?", "Leeds must help, and Ann Lee knows.", "Leeds", "Leeds"),
        ("Who wants Leeds to help?", "“Leeds should help,” she said.", "Leeds", "Leeds"),
        ("Who wants Leeds to help?", "“Leeds should help,” Ann Lee said.", "Ann Lee", "Ann Lee"),
        ("Who should help?", "“Leeds should help,” Ann Lee said.", "Leeds", "Leeds"),
        ("Who was warned?", "“They warned Leeds,” Ann Lee said.", "Ann Lee", "Ann Lee"),
    ],
)
def test_the_speaker_is_the_answer(question: str, text: str, span: str, who: str) -> None:
    given, verb = chosen(text, span), asks_who_says(question)
    if verb is None:
        assert who == span
        return
    found = answer_with_speaker(verb, given, BEFORE + text)
    assert isinstance(found, SpanCandidate)
    assert found.span.text == who == text[found.span.start : found.span.end]
    assert (found.margin, found.passage) == (given.margin, given.passage)
    assert answer_with_speaker(verb, found, BEFORE + text) == found
    if who == "Lee":  # and not the beginning of Leeds
        assert found.span.start == text.index("Lee said")


def test_a_sentence_stays_one() -> None:
    given = chosen("“Leeds should help,” Ann Lee said.", "Leeds")
    whole = SentenceCandidate(given.hit, given.passage)
    assert answer_with_speaker("wants", whole, BEFORE + given.passage.text) == whole


class LeedsReader:
    """Marks "Leeds" wherever it stands."""

    titles = False
    verdicts = False
    name = "leeds"
    unit: Unit = "sentence"

    def read(self, _question: str, passages: Sequence[str], /) -> tuple[Reading, ...]:
        places = [(text.find("Leeds"), text) for text in passages]
        return tuple(
            Reading((Span(at, at + 5, "Leeds", 9.0),) if at >= 0 else (), 0.0) for at, _ in places
        )


def test_a_chatbot_answers_with_the_speaker() -> None:
    text = "“Leeds should help us with the bridge,” Ann Lee said. It was late."
    document = document_from_text(text, doc_id="bridge")
    with Chatbot.from_documents(document, embedder=HashingEmbedder(), reader=LeedsReader()) as bot:
        wants = bot.explain("Who wants Leeds to help with the bridge?").trace.choice
        other = bot.explain("Who should help with the bridge?").trace.choice
    found = [
        one.span.text if isinstance(one, SpanCandidate) else None
        for choice in (wants, other)
        for one in ([] if choice is None else [choice.candidate, choice.source])
    ]
    assert found == ["Ann Lee", "Leeds", "Leeds", "Leeds"]
