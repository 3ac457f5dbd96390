"""What a visitor can do on the page, without a browser: actions in, visits out."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afgqa.chatbot import Chatbot
from afgqa.documents.loading import document_from_text
from afgqa.errors import DocumentError
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.settings import Settings
from afgqa.ui.actions import Actions
from afgqa.ui.combined_bot import CombinedBot
from afgqa.ui.panes import talk_pane
from afgqa.ui.session import Session

YORK = "Ann Lee is the mayor of York. Ann Lee opened the bridge in May."
BATH = "Bob Ray is the mayor of Bath. Bob Ray opened the market in June."


@pytest.fixture
def bot() -> Iterator[Chatbot]:
    """A chatbot over one document, without a model; it answers whatever it can."""
    document = document_from_text(YORK, doc_id="york.txt", title="York")
    options = Settings(threshold=0.0, reader="typed", spelling=False)
    with Chatbot.from_documents(document, embedder=HashingEmbedder(), settings=options) as made:
        yield made


@pytest.fixture
def actions(bot: Chatbot, tmp_path: Path) -> Actions:
    return Actions(CombinedBot(bot), tmp_path / "feedback.jsonl")


def done(actions: Actions, session: Session, action: str, **given: Any) -> Session:
    """The session after an action that must succeed."""
    outcome = actions.do(session, {"action": action, **given})
    assert outcome.problem is None
    return outcome.session


def brought(actions: Actions, session: Session, name: str, text: str = BATH) -> Session:
    return done(actions, session, "bring", name=name, data=base64.b64encode(text.encode()).decode())


def shorts(session: Session) -> list[str | None]:
    return [it.turn.answer.short for it in session.asked]


def test_a_question_is_a_turn(actions: Actions) -> None:
    session = done(actions, Session(), "ask", question="Who is the mayor of York?")
    assert shorts(session) == ["Ann Lee"]
    assert session.turns[0].question == "Who is the mayor of York?"
    assert done(actions, session, "clear").asked == ()


def test_what_cannot_be_done_leaves_the_visit_as_it_was(actions: Actions) -> None:
    session = done(actions, Session(), "ask", question="Who is the mayor of York?")
    for given, problem in (
        ({}, "action must be text, not None."),
        ({"action": "fly"}, "Unknown action 'fly'."),
        ({"action": "ask"}, "question must be text, not None."),
        ({"action": "ask", "question": " "}, "The question is empty."),
        ({"action": "ask", "question": "Who?", "scope": 7}, "scope must be text, not 7."),
        ({"action": "ask", "question": "Who?", "scope": "x"}, "There is no document 'x'."),
        ({"action": "undo", "turn": 2}, "This answer no longer exists."),
        ({"action": "undo", "turn": True}, "This answer no longer exists."),
        ({"action": "explain", "turn": "1"}, "This answer no longer exists."),
        ({"action": "bring", "name": "a.txt", "data": "%"}, "a.txt was not uploaded completely."),
        ({"action": "bring", "name": "a.exe", "data": "YQ=="}, "a.exe is not a .txt, .md,"),
        ({"action": "remove", "doc": "york.txt"}, "'york.txt' is not one of your documents."),
        ({"action": "judge", "turn": 1, "verdict": "x"}, "'x' is not a verdict."),
        (
            {"action": "judge", "turn": 1, "verdict": "wrong answer", "sentences": [3]},
            "doc must be text, not None.",
        ),
        ({"action": "export", "form": "pdf"}, "Unknown format 'pdf'."),
    ):
        outcome = actions.do(session, given)
        assert outcome.session is session
        assert (outcome.problem or "").startswith(problem), given


def test_a_visitors_documents_are_asked_beside_the_others(actions: Actions, bot: Chatbot) -> None:
    session = brought(actions, Session(), "bath.txt")
    session = done(actions, session, "ask", question="Who is the mayor of Bath?")
    session = done(actions, session, "ask", question="Who is the mayor of York?")
    assert shorts(session) == ["Bob Ray", "Ann Lee"]
    scoped = done(actions, session, "ask", question="Who is the mayor?", scope="yours://bath.txt")
    assert scoped.asked[-1].turn.answer.citations[0].doc_id == "yours://bath.txt"
    assert [it.doc_id for it in bot.documents] == ["york.txt"]
    gone = done(actions, scoped, "remove", doc="yours://bath.txt")
    assert gone.asked == scoped.asked
    assert gone.added == ()
    assert shorts(done(actions, gone, "ask", question="Who is the mayor of York?"))[-1] == "Ann Lee"


def test_a_name_is_that_of_the_file_alone(actions: Actions) -> None:
    session = brought(actions, Session(), "..\\..\\secret/bath.txt")
    assert [name for name, _ in session.added] == ["yours://bath.txt"]


@pytest.mark.parametrize("name", ["a\0.txt", "a\ud800.txt", "a" * 300 + ".txt", "a\n.txt"])
def test_a_name_that_cannot_be_shown(actions: Actions, name: str) -> None:
    outcome = actions.do(Session(), {"action": "bring", "name": name, "data": "YQ=="})
    assert (outcome.problem or "").endswith("cannot be shown. Rename the file.")


def test_a_text_of_far_too_many_bytes_is_not_even_read(actions: Actions) -> None:
    data = base64.b64encode(b"\xff" * 900_000).decode()
    outcome = actions.do(Session(), {"action": "bring", "name": "long.txt", "data": data})
    assert (outcome.problem or "").startswith("long.txt has 900,000 bytes; the limit for a text")


def test_an_explanation_is_of_the_answer_that_stands(actions: Actions) -> None:
    session = brought(actions, Session(), "bath.txt")
    session = done(actions, session, "ask", question="Who is the mayor of Bath?")
    session = done(actions, session, "remove", doc="yours://bath.txt")
    outcome = actions.do(session, {"action": "explain", "turn": 1})
    assert (outcome.problem or "").startswith("The documents have changed since")


def test_how_much_one_visitor_may_bring(actions: Actions) -> None:
    session = Session()
    for number in range(20):
        session = brought(actions, session, f"{number}.txt", f"Shelf {number} is full.")
    data = base64.b64encode(b"One more.").decode()
    outcome = actions.do(session, {"action": "bring", "name": "more.txt", "data": data})
    assert outcome.problem == "You already have 20 files. Remove one first."
    long = base64.b64encode(b"A sentence of words. " * 10_000).decode()
    outcome = actions.do(Session(), {"action": "bring", "name": "long.txt", "data": long})
    assert outcome.problem == (
        "long.txt has 210,000 characters; the limit here is 200,000. Use `afgqa index` for longer "
        "texts."
    )
    half = base64.b64encode(b"A sentence of words. " * 6_000).decode()
    session = done(actions, Session(), "bring", name="half.txt", data=half)
    outcome = actions.do(session, {"action": "bring", "name": "other.txt", "data": half})
    assert "would have 252,000 characters; the limit is 200,000" in (outcome.problem or "")


def test_how_much_all_visitors_may_bring(actions: Actions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afgqa.ui.upload_limits._MOST_IN_ALL", 2 * len(BATH))
    one = brought(actions, Session(), "bath.txt")
    two = brought(actions, Session(), "bath.txt")
    three = {"action": "bring", "name": "b.txt", "data": base64.b64encode(BATH.encode()).decode()}
    assert "no room for more documents" in (actions.do(Session(), three).problem or "")
    done(actions, one, "remove", doc="yours://bath.txt")
    brought(actions, Session(), "bath.txt")
    assert two.own is not None


def test_a_long_text_is_refused_before_it_is_repaired(
    actions: Actions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def repair(_: str) -> None:
        raise AssertionError("this takes long")

    monkeypatch.setattr("afgqa.documents.loading.repair", repair)
    html = b"<p>" + "â€œSoâ€ ".encode() * 30_000 + b"</p>"
    for name in ("long.txt", "long.html"):
        data = base64.b64encode(html).decode()
        outcome = actions.do(Session(), {"action": "bring", "name": name, "data": data})
        assert "characters; the limit here is 200,000" in (outcome.problem or "")


def test_an_answer_is_worded_as_it_was_when_another_document_comes(
    bot: Chatbot, actions: Actions
) -> None:
    service = CombinedBot(bot)
    session = done(actions, Session(), "ask", question="?")
    before = talk_pane(service, session)
    assert "The article does not seem to say." in before
    session = brought(actions, session, "bath.txt")
    assert talk_pane(service, session) == before
    session = done(actions, session, "ask", question="?!")
    assert "The documents do not seem to say." in talk_pane(service, session)


def test_undo_asks_the_question_as_it_stands(actions: Actions) -> None:
    session = done(actions, Session(), "ask", question="Who is the mayor of York?")
    session = done(actions, session, "ask", question="What did she open?")
    assert session.turns[1].answer.standalone == "What did Ann Lee open?"
    undone = done(actions, session, "undo", turn=2)
    assert undone.turns[1].answer.standalone == "What did she open?"
    assert undone.asked[1].alone
    assert undone.asked[0] is session.asked[0]


def test_a_question_points_back_to_turns_of_its_document(actions: Actions) -> None:
    session = brought(actions, Session(), "bath.txt")
    session = done(actions, session, "ask", question="Who is the mayor of York?", scope="york.txt")
    session = done(actions, session, "ask", question="What did he open?", scope="yours://bath.txt")
    assert session.turns[1].answer.standalone == "What did he open?"


def test_a_page_that_remembers_asks_again(actions: Actions) -> None:
    asked = [
        {"question": "Who is the mayor of York?", "scope": None},
        {"question": "Who is the mayor of Bath?", "scope": "yours://bath.txt"},  # gone by now
        {"question": "What did she open?", "alone": True},
        "nonsense",
        {"question": 7},
    ]
    session = done(actions, Session(), "restore", asked=asked)
    assert [it.turn.question for it in session.asked] == [
        "Who is the mayor of York?",
        "What did she open?",
    ]
    assert session.asked[1].alone
    many = [{"question": f"Who is mayor number {n}?"} for n in range(40)]
    assert len(done(actions, Session(), "restore", asked=many).asked) == 30
    assert done(actions, session, "restore", asked="no list").asked == ()


def test_an_explanation_stays_with_its_turn(actions: Actions) -> None:
    session = done(actions, Session(), "ask", question="Who is the mayor of York?")
    explained = done(actions, session, "explain", turn=1)
    assert explained.asked[0].explanation is not None
    assert explained.asked[0].explanation.answer.short == "Ann Lee"
    later = done(actions, explained, "ask", question="Who opened the bridge?")
    assert later.asked[0] is explained.asked[0]


def test_a_verdict_keeps_the_history_of_a_follow_up(actions: Actions, tmp_path: Path) -> None:
    session = done(actions, Session(), "ask", question="Who is the mayor of York?")
    session = done(actions, session, "ask", question="What did she open?")
    session = done(actions, session, "ask", question="Who opened the bridge?")
    for turn in (2, 3):
        session = done(actions, session, "judge", turn=turn, verdict="right")
    kept = (tmp_path / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["history"] for line in kept] == [["Who is the mayor of York?"], []]


def test_nothing_is_kept_of_a_visitors_own_documents(actions: Actions, tmp_path: Path) -> None:
    session = brought(actions, Session(), "bath.txt")
    session = done(actions, session, "ask", question="Who is the mayor of Bath?")
    outcome = actions.do(session, {"action": "judge", "turn": 1, "verdict": "right"})
    assert (
        outcome.problem
        == "Feedback on your own documents is not recorded, because they are private."
    )
    sentences = [{"doc": "yours://bath.txt", "start": 0}]
    session = done(actions, session, "ask", question="Who is the mayor of York?")
    given = {"action": "judge", "turn": 2, "verdict": "wrong answer", "sentences": sentences}
    assert actions.do(session, given).problem == outcome.problem
    # A refusal may be about any of the documents.
    session = done(actions, session, "ask", question="Who is it?", alone=True)
    assert not session.turns[2].answer.answered
    given = {"action": "judge", "turn": 3, "verdict": "right"}
    assert actions.do(session, given).problem == outcome.problem
    assert not (tmp_path / "feedback.jsonl").exists()
    # Nor do they stand in the history of what is kept.
    session = done(actions, session, "ask", question="What did she open?")
    assert session.turns[3].answer.standalone == "What did Ann Lee open?"
    done(actions, session, "judge", turn=4, verdict="right")
    row = json.loads((tmp_path / "feedback.jsonl").read_text(encoding="utf-8"))
    assert row["history"] == ["Who is the mayor of York?"]


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_a_conversation_is_exported(actions: Actions, form: str) -> None:
    session = done(actions, Session(), "ask", question="Who is the mayor of York?")
    outcome = actions.do(session, {"action": "export", "form": form})
    assert outcome.download is not None
    assert "Ann Lee" in outcome.download.content
    assert actions.do(Session(), {"action": "export", "form": form}).problem is not None


def test_what_was_brought_is_let_go(actions: Actions) -> None:
    session = brought(actions, Session(), "bath.txt")
    own = session.own
    assert own is not None
    session.forget()
    Session().forget()
    with pytest.raises(Exception, match="closed"):
        own.documents  # noqa: B018
    with pytest.raises(DocumentError):
        CombinedBot(own).take_in(document_from_text("", doc_id="a"), None)
