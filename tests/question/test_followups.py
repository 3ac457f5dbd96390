"""Follow-ups made standalone: a table of cases, and what never changes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.answers import Answer, Citation, Seconds, Turn
from afgqa.chatbot import Chatbot
from afgqa.documents.loading import document_from_text
from afgqa.errors import QuestionError
from afgqa.question.followups import standalone
from afgqa.question.names import Mention, mentions
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.settings import Settings

CITED = (Citation(1, "a", "a", "a", "0", 0, 1, "x"),)


def turn(question: str, short: str | None = None, searched: str | None = None) -> Turn:
    """A turn that was answered with `short`, or refused."""
    refused = short is None
    answer = Answer(
        question=question,
        standalone=question if searched is None else searched,
        answered=not refused,
        short=short,
        text="",
        confidence=0.9,
        reason="why not" if refused else None,
        citations=() if refused else CITED,
        related=(),
        seconds=Seconds(0, 0, 0),
    )
    return Turn(question, answer)


MAYOR = turn("Who is the mayor of York?", "Ann Lee")
TRIP = turn("Where did Lee travel in September?", "Austria")
TREATY = turn("When did the United States and the Celts sign their treaty?", "May 1999")
YORK = turn("Where is York?", "England")
NATO = turn("What is NATO?")
RED = turn("Is the bridge red?", "No")
CELTS = turn("What do the Celts want?")
ENVOYS = turn("How many U.S. envoys work in York?", "three")

# turns before, question, what it is searched as
CASES: list[tuple[list[Turn], str, str]] = [
    # one person
    ([MAYOR], "What did she say?", "What did Ann Lee say?"),
    ([MAYOR], "She said what?", "Ann Lee said what?"),
    ([MAYOR], "What is her job?", "What is Ann Lee’s job?"),
    ([MAYOR], "Who elected her?", "Who elected Ann Lee?"),
    ([MAYOR], "Who gave a flower to her in May?", "Who gave a flower to Ann Lee in May?"),
    ([MAYOR], "Who saw her when she left?", "Who saw Ann Lee when Ann Lee left?"),
    ([MAYOR], "What made her leave?", "What made Ann Lee leave?"),
    ([MAYOR], "Was the idea hers?", "Was the idea Ann Lee’s?"),
    ([MAYOR], "Did the Celts meet her?", "Did the Celts meet Ann Lee?"),
    ([MAYOR], "What was the reason for her visit?", "What was the reason for Ann Lee’s visit?"),
    ([TRIP], "What did he say?", "What did Lee say?"),  # not Austria, not September
    ([MAYOR, RED], "Did she see the bridge?", "Did Ann Lee see the bridge?"),
    ([MAYOR, TRIP], "What did he say?", "What did Lee say?"),  # the latest
    # one name for one person: the second pronoun is somebody else
    ([MAYOR], "Why did she call him?", "Why did Ann Lee call him?"),
    # several
    ([CELTS], "Do they have a king?", "Do the Celts have a king?"),
    ([CELTS], "Where do they live?", "Where do the Celts live?"),
    ([CELTS], "What did Ann offer them?", "What did Ann offer the Celts?"),
    ([CELTS], "What is their language?", "What is the Celts’ language?"),
    ([CELTS], "Did Ann accept their offer?", "Did Ann accept the Celts’ offer?"),
    ([TREATY], "Who are they?", "Who are the United States and the Celts?"),
    ([ENVOYS], "Where do they live?", "Where do U.S. envoys live?"),
    # a thing, where the question before was about nothing else
    ([YORK], "How big is it?", "How big is York?"),
    ([YORK], "What is its population?", "What is York’s population?"),
    ([NATO], "Who leads it?", "Who leads NATO?"),
    # a place
    ([TRIP], "What did he do there?", "What did Lee do in Austria?"),
    ([TRIP], "When did he return from there?", "When did Lee return from Austria?"),
    ([TRIP], "Who was there?", "Who was in Austria?"),
    ([TRIP], "Are there any lakes there?", "Are there any lakes in Austria?"),
    ([turn("Who came to York in May?")], "Who lives there?", "Who lives in York?"),
    # what could be anything borrows the question before
    ([RED], "Who built it?", "Who built the bridge?"),
    ([MAYOR, RED], "Did she see it?", "Did Ann Lee see the bridge?"),
    ([TREATY], "Is it in force?",
     "Is it in force: When did the United States and the Celts sign their treaty (May 1999)?"),
    ([RED], "Who are they?", "Who are they: Is the bridge red?"),
    ([RED], "Who lives there?", "Who lives there: Is the bridge red?"),
    ([RED], "Who met him?", "Who met him: Is the bridge red?"),
    # what was borrowed begins with a capital, and is no name
    ([turn("Why?", "rust", "Why: Is the bridge red?")], "Did they paint it?",
     "Did they paint the bridge: Is the bridge red (rust)?"),
    ([MAYOR], "Why is that?", "Why is that: Who is the mayor of York (Ann Lee)?"),
    ([RED], "What does this mean?", "What does this mean: Is the bridge red?"),
    ([RED], "What happened after that?", "What happened after that: Is the bridge red?"),
    ([RED], "What happened in that year?", "What happened in that year: Is the bridge red?"),
    ([RED], "Why did those plans fail?", "Why did those plans fail: Is the bridge red?"),
    # bare questions
    ([RED], "Why?", "Why: Is the bridge red?"),
    ([RED], "why not", "Why not: Is the bridge red?"),
    ([RED], "But why?", "Why: Is the bridge red?"),
    ([RED], "So how?", "How: Is the bridge red?"),
    ([MAYOR], "Since when?", "Since when: Who is the mayor of York (Ann Lee)?"),
    ([MAYOR], "Who else?", "Who else: Who is the mayor of York (Ann Lee)?"),
    ([RED], "With whom?", "With whom: Is the bridge red?"),
    ([RED], "How many?", "How many: Is the bridge red?"),
    ([RED], "And then?", "And then: Is the bridge red?"),
    ([RED], "And?", "And: Is the bridge red?"),
    # fragments vary the question before
    ([TRIP], "And in October?", "Where did Lee travel in October?"),
    ([TRIP], "In October?", "Where did Lee travel in October?"),
    ([TRIP], "What about Bob?", "Where did Bob travel in September?"),
    # What is named in full is asked about by itself.
    ([TRIP], "And what about the old harbour master?", "What about the old harbour master?"),
    ([TRIP], "How about the train to Rome?", "What about the train to Rome?"),
    ([TRIP], "and Bob?", "Where did Bob travel in September?"),
    ([CELTS], "And their enemies?", "What do the Celts want (The Celts’ enemies)?"),
    ([CELTS], "What about them?", "What do the Celts want (The Celts)?"),
    # a little word in front says nothing by itself
    ([TRIP], "So how did he travel?", "How did Lee travel?"),
]  # fmt: skip

# Questions that need nothing from the turns before.
UNTOUCHED: list[tuple[list[Turn], str]] = [
    ([MAYOR], "Who killed Julius Caesar?"),
    ([MAYOR], "And what did Bob say?"),
    ([MAYOR], "What did Bob say about his base?"),
    ([MAYOR], "Did Bob say he would come?"),
    ([CELTS], "When did the United States and the Picts sign their treaty?"),
    ([CELTS], "Do Romans like their emperor?"),
    ([CELTS], "Did the wall fall because it was weak?"),
    ([CELTS], "What did the minister say when he resigned?"),
    ([CELTS], "Did York lose its wall?"),
    ([YORK], "Is it true that Rome fell?"),
    ([YORK], "Is it likely to rain?"),
    ([YORK], "Why is it that Rome fell?"),
    ([YORK], "What time is it in Rome?"),
    ([YORK], "Does the IT sector grow?"),
    ([YORK], "Is there a treaty?"),
    ([YORK], "Why are there two bridges?"),
    ([YORK], "Were there many ships?"),
    ([YORK], "Who said that the talks failed?"),
    ([YORK], "Did Ann say that Rome fell?"),
    ([YORK], "What is this article about?"),
    ([YORK], "How many people died this year?"),
    ([YORK], "So far, how many people came?"),
    ([YORK], "What is a so-called emirate?"),
    ([YORK], "Who wrote the other book about theirs-and-ours?"),
    ([YORK], "In which year did the Romans leave the islands of the north?"),
    ([YORK], "Tell me more."),
    ([YORK], "WHAT DID THEY SAY?"),  # shouted: too little to go by
    ([YORK], "?"),
]


@pytest.mark.parametrize(("turns", "question", "expected"), CASES, ids=[case[1] for case in CASES])
def test_follow_up(turns: list[Turn], question: str, expected: str) -> None:
    assert standalone(question, turns) == expected


@pytest.mark.parametrize(("turns", "question"), UNTOUCHED, ids=[case[1] for case in UNTOUCHED])
def test_what_needs_nothing_is_left_alone(turns: list[Turn], question: str) -> None:
    assert standalone(question, turns) == question


@pytest.mark.parametrize("question", [case[1] for case in CASES])
def test_the_first_question_is_never_rewritten(question: str) -> None:
    assert standalone(question, ()) == question


def test_a_chain_of_follow_ups_does_not_grow() -> None:
    turns, searched = [TRIP], []
    for question in ("And in October?", "And in November?", "Why?", "When?", "What about Bob?"):
        searched.append(standalone(question, turns))
        turns.append(turn(question, "a reason", searched[-1]))
    assert searched == [
        "Where did Lee travel in October?",
        "Where did Lee travel in November?",
        "Why did Lee travel in November?",
        "When did Lee travel in November?",
        "When did Bob travel in November?",
    ]


def test_a_question_with_its_own_colon_is_kept() -> None:
    before = turn("Tell me: is it red?", "Yes")
    assert standalone("Why?", [before]) == "Why: Tell me: is it red?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Did Ann Lee see the Celts in York?",
         [Mention("Ann Lee", "", ""), Mention("the Celts", "see", ""), Mention("York", "in", "")]),
        ("What do U.S. envoys of al-Hadi say?",
         [Mention("U.S.", "do", "envoys"), Mention("al-Hadi", "of", "")]),
        ("Is Ann’s base in May on Monday?", [Mention("Ann", "", "")]),
        ("When did Will arrive?", [Mention("Will", "did", "")]),
        ("Why: What did Ann do?", [Mention("Ann", "did", "")]),
        ("Who is J. K. Rowling?", [Mention("J. K. Rowling", "is", "")]),
        ("Has France had the Bank of England?",
         [Mention("France", "", ""), Mention("the Bank of England", "had", "")]),
        ("Ann?", []),
        ("", []),
    ],
)  # fmt: skip
def test_mentions(question: str, expected: list[Mention]) -> None:
    assert mentions(question) == expected


@pytest.mark.parametrize(
    ("mention", "person", "many"),
    [
        (Mention("Ann Lee", "did", ""), True, False),
        (Mention("Dr. Lee", "did", ""), True, False),
        (Mention("J. K. Rowling", "is", ""), True, False),
        (Mention("U.S.", "did", ""), False, False),
        (Mention("the Celts", "did", ""), False, True),
        (Mention("the Alps", "in", ""), False, False),
        (Mention("York", "in", ""), False, False),
        (Mention("NATO", "did", ""), False, False),
        (Mention("Roman", "do", "soldiers"), False, True),
    ],
)
def test_what_a_mention_may_be(mention: Mention, person: bool, many: bool) -> None:
    assert (mention.person, mention.many) == (person, many)


# in a conversation

TEXT = """Ann Lee is the mayor of York. Ann Lee opened the bridge in May.
Bob Ray painted the tower in June because it was grey."""


def talk_of(*questions: str) -> list[Answer]:
    embedder = HashingEmbedder()
    document = document_from_text(TEXT, doc_id="a")
    options = Settings(threshold=0.0)
    with Chatbot.from_documents(document, embedder=embedder, settings=options) as bot:
        talk = bot.conversation()
        answers = [talk.ask(question) for question in questions]
        assert [it.question for it in talk.turns] == [it.question for it in answers]
        assert [it.answer for it in talk.turns] == answers
    return answers


def test_a_conversation_keeps_the_raw_question_and_searches_the_standalone_one() -> None:
    answers = talk_of("Who is the mayor of York?", "  What did she\nopen? ", "When?")
    assert [(it.question, it.standalone) for it in answers] == [
        ("Who is the mayor of York?", "Who is the mayor of York?"),
        ("What did she open?", "What did Ann Lee open?"),
        ("When?", "When: What did Ann Lee open?"),
    ]
    assert [it.short for it in answers] == ["Ann Lee", None, "May"]
    assert answers[1].citations[0].text == "Ann Lee opened the bridge in May."


def test_a_conversation_goes_on_from_given_turns() -> None:
    document = document_from_text(TEXT, doc_id="a")
    with Chatbot.from_documents(document, embedder=HashingEmbedder()) as bot:
        first = bot.conversation()
        first.ask("Who is the mayor of York?")
        second = bot.conversation(first.turns)
        assert second.ask("What did she open?").standalone == "What did Ann Lee open?"
        assert (len(first.turns), len(second.turns)) == (1, 2)


@pytest.mark.parametrize("question", ["", " ", "a" * 2001, "\0"])
def test_what_cannot_be_asked_leaves_the_conversation_as_it_was(question: str) -> None:
    document = document_from_text(TEXT, doc_id="a")
    with Chatbot.from_documents(document, embedder=HashingEmbedder()) as bot:
        talk = bot.conversation()
        talk.ask("Who is the mayor of York?")
        before = talk.turns
        with pytest.raises(QuestionError):
            talk.ask(question)
        assert talk.turns == before


# any text

WORDS = "What did she her him it they their there the Ann Celts and in that U.S. ?".split()
texts = st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@given(question=texts, before=texts, short=st.none() | texts)
def test_any_follow_up_becomes_some_question(question: str, before: str, short: str | None) -> None:
    turns = [turn(before, short)]
    first = standalone(question, turns)
    assert first == standalone(question, turns)
    assert len(first) <= len(question) * (2 + len(before) + len(short or "")) + len(before) + 99
    assert bool(first) or not question


@pytest.mark.parametrize(
    "unit", ["the a it ", "A it ", "it ", "their ", "Aa ", "that ", "a-", "(", ": ", "’s ", "and "]
)
def test_long_follow_ups_take_little_time(unit: str) -> None:
    question = (unit * 2000)[:2000]
    began = time.process_time()
    standalone(question, [turn(question, question)])
    standalone("Did they see it there?", [turn(question, question)])
    assert time.process_time() - began < 2.0


def test_a_bare_question_word_is_about_what_was_done() -> None:
    met = turn("Who did Lee meet?", "the mayor of York")
    assert standalone("When?", [met]) == "When did Lee meet the mayor of York?"
    assert standalone("And why?", [met]) == "Why did Lee meet the mayor of York?"
    assert standalone("Where?", [turn("What does Lee sell?")]) == "Where: What does Lee sell?"
    hot = turn("How hot must the oven be?", "250 degrees")
    assert standalone("For how long?", [hot]) == "For how long must the oven be hot?"
    assert standalone("Since when?", [met]) == "Since when did Lee meet the mayor of York?"
    # Who met Lee is no answer to when Lee was met.
    assert standalone("When?", [turn("Who met Lee?", "Bob")]) == "When: Who met Lee (Bob)?"


def test_a_pronoun_stands_for_no_answer_that_is_no_name() -> None:
    turns = [turn("Who did Ann Lee call?", "most of the local people")]
    assert standalone("Was she invited?", turns) == "Was Ann Lee invited?"
