"""A chatbot whose answers are a table, so that a reader of a test can see what it will say.

It has the surface of `afgqa.chatbot.Chatbot`; no model, no index, no clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from afgqa.answering.citation_verification import Cited, Verification, verify
from afgqa.answers import Answer, Citation, Seconds, Turn
from afgqa.errors import QuestionError
from afgqa.language.sentences import split
from afgqa.types import Document, Hit, Mode, Passage, Ref, Run, Sentence

TIME = Seconds(retrieve=0.001, read=0.04, total=0.041)


def document(
    text: str,
    *,
    doc_id: str = "tea",
    title: str = "Tea",
    source: str = "tea.txt",
    examples: tuple[str, ...] = (),
) -> Document:
    """A document whose text needed no repair."""
    runs = (Run(0, len(text), 0, len(text), True),)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(doc_id, title, source, sha256, text, runs, examples)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, numbered from 0."""
    return tuple(
        Sentence(number, start, end, text[start:end])
        for number, (start, end) in enumerate(split(text))
    )


def cite(of: Document, *numbers: int, short: str | None = None) -> tuple[Citation, ...]:
    """Citations of whole sentences, numbered from 1, with `short` marked where it stands."""
    found = []
    for number, at in enumerate(numbers, start=1):
        it = sentences(of.text)[at]
        first = it.text.find(short) if short else -1
        highlight = (first, first + len(short)) if short and first >= 0 else None
        found.append(
            Citation(
                number, of.doc_id, of.title, of.source, of.sha256, it.start, it.end, it.text,
                highlight,
            )
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True)
class FakeBot:
    """`answers` gives the short answer and the sentences of the first document that carry it.

    Whatever is not in the table is refused, with its first two sentences as the nearest.
    """

    documents: tuple[Document, ...]
    answers: Mapping[str, tuple[str | None, tuple[int, ...]]]

    @property
    def hashes(self) -> dict[str, str]:
        return {it.doc_id: it.sha256 for it in self.documents}

    def sentences(self, doc_id: str) -> tuple[Sentence, ...]:
        return next(sentences(it.text) for it in self.documents if it.doc_id == doc_id)

    def ask(self, question: str) -> Answer:
        return self.conversation().ask(question)

    def search(self, query: str, *, k: int = 5, mode: Mode = "hybrid") -> tuple[Hit, ...]:
        """The first `k` sentences with scores 1, 1/2, 1/3, ...; found as `mode` says."""
        if not query.strip():
            raise QuestionError("the query is empty; type a few words")
        of = self.documents[0]
        return tuple(
            Hit(
                Passage(
                    Ref(of.doc_id, "sentence", it.number), it.start, it.end, it.text,
                    it.number, it.number + 1,
                ),
                1 / rank, None, 0.0,
                rank if mode == "dense" else None, None if mode == "dense" else rank,
            )
            for rank, it in enumerate(sentences(of.text)[:k], start=1)
        )  # fmt: skip

    def verify(self, citations: Iterable[Citation | Cited]) -> tuple[Verification, ...]:
        return verify(citations, self.documents)

    def conversation(self, turns: Sequence[Turn] = ()) -> FakeConversation:
        return FakeConversation(self, tuple(turns))


@dataclass
class FakeConversation:
    """A follow-up with "she" is searched with the last short answer in its place."""

    bot: FakeBot
    turns: tuple[Turn, ...] = ()

    def ask(
        self, question: str, *, docs: Sequence[str] | None = None, alone: bool = False
    ) -> Answer:
        if not question.strip():
            raise QuestionError("the question is empty; type a question")
        assert docs is None, "this chatbot has one document"
        last = self.turns[-1].answer.short if self.turns and not alone else None
        standalone = question.replace(" she ", f" {last} ") if last else question
        of = self.bot.documents[0]
        if standalone in self.bot.answers:
            short, numbers = self.bot.answers[standalone]
            cited = cite(of, *numbers, short=short)
            text = short or " ".join(it.text for it in cited)
            answer = Answer(question, standalone, True, short, text, 0.97, None, cited, (), TIME)
        else:
            reason = "No sentence of the article answers this question."
            near = cite(of, *range(len(sentences(of.text)))[:2])
            answer = Answer(question, standalone, False, None, reason, 0.04, reason, (), near, TIME)
        self.turns = (*self.turns, Turn(question, answer))
        return answer
