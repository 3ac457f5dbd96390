"""What an answer is widened to: a whole list, the clause of a cause, what there is none of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afgqa.answering.span_expansion import expand_spans
from afgqa.question.analysis import analyse
from afgqa.question.requests import asks_for_several
from afgqa.reading.candidates import Candidate, SentenceCandidate, SpanCandidate
from afgqa.types import Hit, Passage, Ref, Span


def candidates(text: str, *spans: tuple[str, float]) -> list[Candidate]:
    """Spans of one sentence with their margins, and the sentence itself."""
    passage = Passage(Ref("0", "sentence", 0), 0, len(text), text, 0, 1)
    hit = Hit(passage, 1.0, None, 1.0, None, None)
    marked = [
        SpanCandidate(hit, passage, Span(at, at + len(said), said, margin), margin, 0.0)
        for said, margin in spans
        for at in [text.index(said)]
    ]
    return [*marked, SentenceCandidate(hit, passage)]


def answer(question: str, text: str, *spans: tuple[str, float]) -> str | None:
    """What is shown where the first of the spans was chosen."""
    given = candidates(text, *spans)
    (found,) = expand_spans(analyse(question), given[0], given)
    assert found.passage == given[0].passage
    if isinstance(found, SentenceCandidate):
        return None
    assert text[found.span.start : found.span.end] == found.span.text
    return found.span.text


MARKET = "Ann sells apples, ripe pears and, in May, plums, but no grapes."
APPLES = [("apples", 5.0), ("pears", 4.0)]
TOWNS = [("Bonn", 5.0), ("Rome", 4.0)]


@pytest.mark.parametrize(
    ("question", "text", "spans", "said"),
    [
        ("Which fruits does Ann sell?", MARKET, APPLES, "apples, ripe pears"),
        ("Which fruits does Ann sell?", MARKET, APPLES[::-1], "apples, ripe pears"),
        # What asks for one is given one, and what the reader doubts is no member.
        ("Which fruit does Ann sell?", MARKET, APPLES, "apples"),
        ("Which fruits does Ann sell?", MARKET, [("apples", 5.0), ("pears", -4.0)], "apples"),
        # Without a comma or a conjunction between them two spans are two answers.
        ("Name the two towns.", "From Bonn one goes to Rome.", TOWNS, "Bonn"),
        ("Name the two towns.", "Bonn, not Rome, is meant.", TOWNS, "Bonn"),
        ("Which towns are meant?", "Bonn as well as Rome.", TOWNS, "Bonn as well as Rome"),
        ("Which things go in?", "Take 500 grams of flour.", [("flour", 5.0)], "500 grams of flour"),
    ],
)  # fmt: skip
def test_all_members_of_a_list(
    question: str, text: str, spans: list[tuple[str, float]], said: str
) -> None:
    assert answer(question, text, *spans) == said


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("The road was shut because of deep snow in May.", "snow", "because of deep snow in May"),
        ("In May, fearing floods, they left.", "floods", "fearing floods"),
        ("It was shut because 1,000 trees fell.", "trees", "because 1,000 trees fell"),
        ("He went home to sleep well, and she stayed.", "sleep", "to sleep well"),
        ("The cold slows the yeast.", "slows the yeast", "slows the yeast"),
        ("He left since it rained; she came because it was dry.", "dry", "because it was dry"),
    ],
)
def test_the_clause_of_a_cause(text: str, span: str, said: str) -> None:
    assert answer("Why was that?", text, (span, 2.0)) == said
    assert answer("What was that?", text, (span, 2.0)) == span


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("They carry it in a sack to the mill, at night.", "in a sack", "in a sack to the mill"),
        (
            "She has quietly and quickly sold the house.",
            "sold",
            "quietly and quickly sold the house",
        ),
        ("He came by train; she walked.", "by train", "by train"),
        ("They bribed him with 1,000 francs.", "bribed him", "bribed him with 1,000 francs"),
        ("They left at 3:30 by bus.", "left", "left at 3:30 by bus"),
        ("His family sold the house.", "sold", "sold the house"),
        ("It is raised by lottery and the state pays.", "by lottery", "by lottery"),
        ("A storm broke the bridge.", "A storm", "A storm"),
        ("He carries it and sells it.", "carries it", "carries it and sells it"),
        ("It is only done by hand.", "done by hand", "done by hand"),
    ],
)
def test_the_clause_of_a_manner(text: str, span: str, said: str) -> None:
    assert answer("How was that done?", text, (span, 2.0)) == said
    assert answer("What was done?", text, (span, 2.0)) == span


@pytest.mark.parametrize(
    ("question", "text", "span", "said"),
    [
        ("Where does it rain?", "It rains in some parts of Wales.", "Wales", "some parts of Wales"),
        ("In which parts is it wet?", "In most of the West.", "West", "most of the West"),
        ("Where does it rain?", "It rains in the capital of Wales.", "Wales", "Wales"),
        ("What has many hills?", "It rains in some parts of Wales.", "Wales", "Wales"),
        ("What did Ann do?", "Ann shut the mill and emptied it in May, too.", "shut the mill",
         "shut the mill and emptied it in May"),
        ("What must one do?", "One has to wait and to ask again.", "wait", "wait and to ask again"),
        ("What did Ann do?", "Ann closed the mill and sold the house.", "closed the mill",
         "closed the mill and sold the house"),
        ("What did Ann do?", "Ann shut the mill and the inn.", "shut the mill", "shut the mill"),
        ("What did Ann do?", "Ann shut it and indeed nobody came.", "shut it", "shut it"),
        ("Where was the strike?", "Most workers of Leeds struck.", "Leeds", "Leeds"),
        ("What did Ann shut?", "Ann shut the mill and emptied it.", "the mill", "the mill"),
    ],
)  # fmt: skip
def test_part_of_a_place_and_all_that_is_done(
    question: str, text: str, span: str, said: str
) -> None:
    assert answer(question, text, (span, 2.0)) == said


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("It has “all that is needed.”", "“all that is needed", "“all that is needed.”"),
        ("It has “all that is needed.”", "all that is needed.”", "“all that is needed.”"),
        ("It has “all that is needed” now.", "“all that", "all that"),
        ("It has “all that is needed” now.", "needed”", "needed"),
        ("It is heavy (90 kg), they say.", "heavy (90 kg", "heavy (90 kg)"),
        ("It is heavy (90 kg), they say.", "90 kg", "90 kg"),
        ("a) one b) two (", "a)", "a"),
    ],
)
def test_no_mark_is_without_the_other(text: str, span: str, said: str) -> None:
    assert answer("What is it?", text, (span, 2.0)) == said


def test_a_preposition_of_all_members() -> None:
    text = "At dusk and at dawn they rise."
    times = [("dusk", 5.0), ("dawn", 4.0)]
    assert answer("At what times of day do they rise?", text, *times) == "At dusk and at dawn"
    assert answer("Which times are meant?", "At dusk and dawn.", *times) == "dusk and dawn"
    seas = "They sail to France and to see Spain."
    said = answer("Which countries are meant?", seas, ("France", 5.0), ("Spain", 4.0))
    assert said == "France and to see Spain"


def test_a_doubtful_cause_is_the_whole_sentence() -> None:
    assert answer("Why was that?", "The road was shut by snow.", ("snow", -0.1)) is None


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("No Danish ships have come.", "No", "No Danish ships"),
        ("And no U.S. ship has come.", "no", "no U.S. ship"),
        ("There came none.", "none", "none"),
        ("No fewer than nine came.", "nine", "nine"),
    ],
)
def test_what_there_is_none_of(text: str, span: str, said: str) -> None:
    assert answer("How many ships have come?", text, (span, 2.0)) == said


def test_a_whole_sentence_stays_one() -> None:
    given = candidates("Snow fell.")
    assert expand_spans(analyse("Why was that?"), given[0], given) == (given[0],)


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which groups does it want to see?", True),
        ("Which members of the house have called?", True),
        ("What were the main commitments of the town?", True),
        ("What temperatures do I set the oven to?", True),
        ("Name the two officers.", True),
        ("Which people came?", True),
        ("What kind of relations did they seek?", False),
        ("What holds a nest together?", False),
        ("What does the town want?", False),
        ("Which class is it?", False),
        ("She asked what it really means in practice.", False),
        ("Who opened the bridge?", False),
    ],
)
def test_what_asks_for_several(question: str, several: bool) -> None:
    assert asks_for_several(question) is several


def test_members_in_other_sentences() -> None:
    texts = [
        "Heat the oven to 250 degrees.",
        "Then turn it to 220 degrees.",
        "Bake for 20 minutes.",
    ]
    spans = [("250 degrees", 3.0), ("220 degrees", 5.0), ("20 minutes", 0.9)]
    start, given = 0, []
    for n, (text, (said, margin)) in enumerate(zip(texts, spans, strict=True)):
        passage = Passage(Ref("0", "sentence", n), start, start + len(text), text, n, n + 1)
        at = text.index(said)
        span = Span(at, at + len(said), said, margin)
        given.append(
            SpanCandidate(Hit(passage, 1.0, None, 1.0, None, None), passage, span, margin, 0.0)
        )
        start += len(text) + 1
    chosen = given[1]

    def shown(question: str) -> list[Candidate]:
        return [*expand_spans(analyse(question), chosen, given)]

    assert shown("Which temperatures do I need?") == [given[0], chosen]  # as the text goes
    assert shown("Which temperature do I need?") == [chosen]
    assert shown("What were the baker's exact words?") == [chosen]
    # Nothing is told twice, and what the reader doubts is not told.
    again = replace(given[0].hit.passage, start=start, end=start + 29, ref=Ref("0", "sentence", 3))
    given.append(replace(given[0], passage=again))
    given[0] = replace(given[0], margin=-2.0)
    assert shown("Which temperatures do I need?") == [chosen, given[3]]
    given.append(replace(given[3], passage=replace(again, start=start + 99, end=start + 128)))
    assert shown("Which temperatures do I need?") == [chosen, given[3]]
