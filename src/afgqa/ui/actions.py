"""What a visitor can do, as functions from a session and what came from the page to a session.

An action that cannot be done raises an AfgqaError and leaves the session as it was. What comes from
the page may be anything that JSON can hold, so every field is looked at before it is used.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, Final

from afgqa.answers import Answer, Citation, Turn
from afgqa.documents.formats import FORMATS
from afgqa.documents.loading import document_from_bytes
from afgqa.errors import AfgqaError, DocumentError, FeedbackError, InputError
from afgqa.evaluation.feedback import feedback_row, keep
from afgqa.exporting import as_html, as_json, as_markdown
from afgqa.ui.combined_bot import OWN, CombinedBot
from afgqa.ui.session import Asked, Session
from afgqa.ui.upload_limits import LONGEST_OWN

__all__ = ["Actions", "Download", "Outcome"]

Given = Mapping[str, Any]

_LONGEST_NAME: Final = 255  # characters, as file systems have it
_RESTORED: Final = 30  # turns; the oldest of a longer conversation are let go


@dataclass(frozen=True, slots=True)
class Download:
    """A file for the visitor to save."""

    name: str
    kind: str
    content: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action: the session by now, a file to save, or why it could not be done."""

    session: Session
    download: Download | None = None
    problem: str | None = None


class Actions:
    """The actions by their names; `feedback` is the file that keeps verdicts, None for none."""

    def __init__(self, service: CombinedBot, feedback: Path | None) -> None:
        self._desk = service
        self._feedback = feedback
        self._known: dict[str, Callable[[Session, Given], Session]] = {
            "ask": self._ask,
            "undo": self._undo,
            "explain": self._explain,
            "restore": self._restore,
            "clear": lambda session, _: replace(session, asked=()),
            "bring": self._bring,
            "remove": self._remove,
            "judge": self._judge,
        }

    def do(self, session: Session, given: Given) -> Outcome:
        """Do what `given["action"]` names."""
        try:
            name = _text(given, "action")
            if name == "export":
                return Outcome(session, download=_exported(session, _text(given, "form")))
            if name not in self._known:
                raise InputError(f"Unknown action {name!r:.80}.")
            return Outcome(self._known[name](session, given))
        except AfgqaError as error:
            return Outcome(session, problem=str(error))

    def _ask(self, session: Session, given: Given) -> Session:
        scope, alone = _scope(given), given.get("alone") is True
        question, before = _text(given, "question"), _before(session.asked, scope)
        answer = self._desk.ask(question, before, session.own, scope=scope, alone=alone)
        asked = self._turn_of(answer, session, scope, alone=alone)
        return replace(session, asked=(*session.asked, asked))

    def _turn_of(
        self, answer: Answer, session: Session, scope: str | None, *, alone: bool
    ) -> Asked:
        """The turn of an answer; private where the visitor's own documents had a part in it."""
        told = [citation.doc_id for citation in (*answer.citations, *answer.related)]
        # A refusal may be about any of the documents that were asked.
        private = any(name.startswith(OWN) for name in (*told, scope or "")) or (
            scope is None and not answer.answered and bool(session.added)
        )
        several = self._desk.count(session.own) > 1
        return Asked(Turn(answer.question, answer), scope, alone, several, private)

    def _undo(self, session: Session, given: Given) -> Session:
        """Ask a follow-up again as it stands."""
        number, asked = _turn(session, given)
        answer = self._desk.ask(asked.turn.question, (), session.own, scope=asked.scope, alone=True)
        return session.with_turn(number, self._turn_of(answer, session, asked.scope, alone=True))

    def _explain(self, session: Session, given: Given) -> Session:
        number, asked = _turn(session, given)
        answer = asked.turn.answer
        found = self._desk.explain(answer, session.own, scope=asked.scope)
        if (found.answer.short, found.answer.answered) != (answer.short, answer.answered):
            raise InputError("The documents have changed since this answer. Ask again.")
        return session.with_turn(number, replace(asked, explanation=found))

    def _restore(self, session: Session, given: Given) -> Session:
        """Ask again what a page remembers; what cannot be asked by now is left out."""
        restored = replace(session, asked=())
        for item in _list(given, "asked")[-_RESTORED:]:
            if isinstance(item, dict):
                try:
                    restored = self._ask(restored, item)
                except AfgqaError:
                    continue
        return restored

    def _bring(self, session: Session, given: Given) -> Session:
        """Take a file in, for this visitor alone."""
        name = PurePath(_text(given, "name").replace("\\", "/")).name
        if not name.isprintable() or len(name) > _LONGEST_NAME:
            raise DocumentError(f"The name {name!r:.80} cannot be shown. Rename the file.")
        try:
            raw = base64.b64decode(_text(given, "data"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise DocumentError(f"{name} was not uploaded completely. Send it again.") from error
        if PurePath(name).suffix.lower() not in FORMATS and len(raw) > 4 * LONGEST_OWN:
            # No text of so many bytes has so few characters; repairing it would take long.
            raise DocumentError(
                f"{name} has {len(raw):,} bytes; the limit for a text is {LONGEST_OWN:,} "
                "characters. Use `afgqa index` for longer ones."
            )
        own, document = self._desk.take_in(
            document_from_bytes(raw, doc_id=name, longest=LONGEST_OWN), session.own
        )
        when = datetime.datetime.now().strftime("%H:%M")
        return replace(session, own=own, added=(*session.added, (document.doc_id, when)))

    def _remove(self, session: Session, given: Given) -> Session:
        """Forget one of the visitor's documents; what was asked of it stays as it was answered."""
        name = _text(given, "doc")
        if session.own is None or not name.startswith(OWN):
            raise DocumentError(f"{name!r:.80} is not one of your documents.")
        self._desk.remove(name, session.own)
        return replace(session, added=tuple(it for it in session.added if it[0] != name))

    def _judge(self, session: Session, given: Given) -> Session:
        """Write a verdict down as a row of a question set."""
        number, asked = _turn(session, given)
        answer = asked.turn.answer
        if self._feedback is None:
            raise FeedbackError("This page does not record feedback.")
        verdict = _text(given, "verdict")
        sentences = tuple(self._sentence(session, it) for it in _list(given, "sentences"))
        if asked.private or any(it.doc_id.startswith(OWN) for it in sentences):
            raise FeedbackError(
                "Feedback on your own documents is not recorded, because they are private."
            )
        earlier = [it for it in session.asked[: number - 1] if not it.private]
        before = _before(earlier, asked.scope)
        row = feedback_row(
            answer,
            verdict,
            sentences=sentences,
            # A question that needs none is kept without a history.
            history=[it.question for it in before] * (answer.standalone != answer.question),
            doc_id=asked.scope,
        )
        keep(self._feedback, row)
        return session.with_turn(number, replace(asked, kept=f"Kept as “{verdict}”, thank you."))

    def _sentence(self, session: Session, item: object) -> Citation:
        """A sentence of the article that the page names by its document and its start."""
        given = item if isinstance(item, dict) else {}
        name, start = _text(given, "doc"), given.get("start")
        for document in self._desk.documents(session.own):
            if document.doc_id != name:
                continue
            for sentence in self._desk.sentences(name, session.own):
                if sentence.start == start:
                    return Citation(
                        1, name, document.title, document.source, document.sha256,
                        sentence.start, sentence.end, sentence.text,
                    )  # fmt: skip
        raise FeedbackError("The article has changed since the page was opened. Reload it.")


def _before(asked: Sequence[Asked], scope: str | None) -> tuple[Turn, ...]:
    """The turns that a question may point back to: those of the document that is asked."""
    return tuple(
        it.turn
        for it in asked
        if scope is None
        or it.scope == scope
        or scope in [citation.doc_id for citation in it.turn.answer.citations]
    )


def _exported(session: Session, form: str) -> Download:
    if not session.asked:
        raise InputError("There is no question yet. Ask one first.")
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    stem = f"afgqa-{now:%Y-%m-%d-%H%M}"
    if form == "markdown":
        return Download(f"{stem}.md", "text/markdown", as_markdown(session.turns, now))
    if form == "html":
        return Download(f"{stem}.html", "text/html", as_html(session.turns, now))
    if form == "json":
        content = json.dumps(as_json(session.turns, now), ensure_ascii=False, indent=2)
        return Download(f"{stem}.json", "application/json", f"{content}\n")
    raise InputError(f"Unknown format {form!r:.80}. Use markdown, html or json.")


def _turn(session: Session, given: Given) -> tuple[int, Asked]:
    """The turn that the page names, and its number."""
    number = given.get("turn")
    if type(number) is not int or not 1 <= number <= len(session.asked):
        raise InputError("This answer no longer exists. Reload the page.")
    return number, session.asked[number - 1]


def _scope(given: Given) -> str | None:
    """The one document to ask, None for all."""
    name = given.get("scope")
    return None if name is None or name == "" else _text(given, "scope")


def _text(given: Given, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise InputError(f"{name} must be text, not {value!r:.80}.")
    return value


def _list(given: Given, name: str) -> list[Any]:
    value = given.get(name)
    return value if isinstance(value, list) else []
