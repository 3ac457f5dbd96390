"""What odd phrases mean: read, found, put in their place, and led back to the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from corpus import EMBEDDER, document, fill
from hypothesis import given
from hypothesis import strategies as st

from afgqa.answering.citations import cite
from afgqa.answering.quotation_view import Segment, glossed, segments
from afgqa.answers import Citation
from afgqa.chatbot import Chatbot
from afgqa.documents.loading import load_documents
from afgqa.errors import DocumentError
from afgqa.language.glossary import counts, meanings, parse, reworded
from afgqa.reading.typed_reader import TypedReader
from afgqa.reading.units import read_units
from afgqa.search.memory_store import MemoryStore
from afgqa.settings import Settings
from afgqa.types import Gloss, Meaning, Reading, Ref, Span, Unit

GLOSSARY = (
    Gloss("State Division", "State Department"),
    Gloss("Division", "Department"),
    Gloss("In Could", "In May", "the month"),
)
TEXT = "In Could, the State Division spoke. Divisions of a Division never do."


def test_parse() -> None:
    text = '# odd\n"State Division" = "State Department"\n" Division " = {means = " Department"}\n'
    text += '"In Could" = {means = "In May", note = "the month"}\n'
    assert parse(text, "x") == GLOSSARY
    assert parse("", "x") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"a" = ', "g.toml is not TOML: .* Write one entry per line"),
        ('"a" = "b"\n"a" = "c"', "g.toml is not TOML"),
        ('"a" = ""', "g.toml: the entry 'a' is ''. Give its meaning as a string"),
        ('"a" = 3', "the entry 'a' is 3"),
        ('" " = "b"', "the entry ' ' is 'b'"),
        ('"a" = {note = "b"}', "the entry 'a' is"),
        ('"a" = {means = "b", more = "c"}', "the entry 'a' is"),
        ('[a]\n"b" = "c"', "the entry 'a' is"),
        ('"a" = "b"\n" a " = "c"', "g.toml: the entry 'a' occurs 2 times. Keep one."),
    ],
)
def test_a_glossary_that_is_wrong(text: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        parse(text, "g.toml")


def test_meanings_are_of_whole_words_and_of_the_longest_phrase() -> None:
    assert meanings(TEXT, GLOSSARY) == (
        Meaning(0, 8, "In May", "the month"),
        Meaning(14, 28, "State Department"),
        Meaning(51, 59, "Department"),
    )
    assert meanings(TEXT, ()) == ()
    assert counts(TEXT, (*GLOSSARY, Gloss("tea", "coffee"))) == {
        "State Division": 1, "Division": 1, "In Could": 1, "tea": 0,
    }  # fmt: skip


def test_a_line_may_break_inside_a_phrase() -> None:
    assert meanings("the State\n  Division", GLOSSARY) == (Meaning(4, 20, "State Department"),)
    assert counts("the State\n  Division", GLOSSARY)["State Division"] == 1


def test_reworded_and_back() -> None:
    said = reworded(TEXT, GLOSSARY)
    assert said.text == "In May, the State Department spoke. Divisions of a Department never do."

    def back(text: str) -> str:
        start = said.text.index(text)
        first, last = said.back(start, start + len(text))
        return TEXT[first:last]

    assert back("Department") == "State Division"  # never a part of a phrase
    assert back("the State") == "the State Division"
    assert back("May, the") == "In Could, the"
    assert back("spoke") == "spoke"
    assert back("never do.") == "never do."
    assert back(said.text) == TEXT
    assert reworded("", GLOSSARY).text == ""


@given(
    words=st.lists(st.sampled_from("State Division In Could spoke".split()), min_size=1),
    cut=st.tuples(st.integers(0, 60), st.integers(1, 60)),
)
def test_every_span_leads_back_into_the_text(words: list[str], cut: tuple[int, int]) -> None:
    text = " ".join(words)
    said = reworded(text, GLOSSARY)
    start = min(cut[0], len(said.text) - 1)
    end = min(start + cut[1], len(said.text))
    first, last = said.back(start, end)
    assert 0 <= first < last <= len(text)
    # What the span holds lies in what it leads back to, once that is reworded too.
    assert said.text[start:end] in reworded(text[first:last], GLOSSARY).text


# -- beside a document, in the index ------------------------------------------------------------


def test_a_glossary_lies_beside_its_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    assert load_documents([tmp_path])[0].glossary == ()
    (tmp_path / "a.glossary.toml").write_text('"Division" = "Department"')
    (made,) = load_documents([tmp_path])
    assert (made.text, made.glossary) == (TEXT, (Gloss("Division", "Department"),))
    (tmp_path / "a.glossary.toml").write_text("Division")
    with pytest.raises(DocumentError, match=r"a\.glossary\.toml is not TOML"):
        load_documents([tmp_path])


def test_both_wordings_are_searched_and_a_change_is_noticed(tmp_path: Path) -> None:
    text, side = tmp_path / "a.txt", tmp_path / "a.glossary.toml"
    text.write_text("The State Division painted a bridge. The lamp is red.")
    side.write_text('"State Division" = "Foreign Office"')
    settings = Settings(threshold=0.0)
    with Chatbot.from_documents(
        text, index=tmp_path / "index", embedder=EMBEDDER, settings=settings, reader=TypedReader()
    ) as bot:
        for name in ("Foreign Office", "State Division"):
            answer = bot.ask(f"What did the {name} paint?")
            assert answer.citations[0].text == "The State Division painted a bridge."
            assert "State Division [Foreign Office] painted" in answer.text
        assert [d.glossary for d in bot.documents] == [(Gloss("State Division", "Foreign Office"),)]
        side.write_text(f"{side.read_text()}\n# nothing is said here\n")
        assert not bot.changes()
        side.write_text('"State Division" = "Ministry"')
        assert bot.changes().changed == ("a.txt",)


class Marking:
    """Marks one word wherever it is read."""

    titles = False
    verdicts = False
    name = "marking"
    unit: Unit = "chunk"

    def __init__(self, word: str) -> None:
        self._word = word
        self.seen: list[str] = []

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        del question
        self.seen += passages
        found = []
        for passage in passages:
            at = passage.find(self._word)
            spans = (Span(at, at + len(self._word), self._word, 1.0),) if at >= 0 else ()
            found.append(Reading(spans, 0.0))
        return tuple(found)


def test_a_reader_sees_the_meaning_and_marks_the_phrase() -> None:
    made = MemoryStore(EMBEDDER.dimension)
    fill(made, [replace(document(TEXT, "a.txt"), glossary=GLOSSARY)])
    (first,) = made.fetch([Ref("a.txt", "sentence", 0)])
    reader = Marking("Department")
    (reading,) = read_units(reader, "Who?", [first], {"a.txt": made.document("a.txt")})
    assert reader.seen == ["In May, the State Department spoke."]
    assert reading.spans == (Span(14, 28, "State Division", 1.0),)
    shown = cite(made.document("a.txt"), first, 1, reading.spans[0])
    assert shown.text == first.text
    assert shown.glosses == (
        Meaning(0, 8, "In May", "the month"), Meaning(14, 28, "State Department"),
    )  # fmt: skip
    terms = set(first.terms)
    assert {"state", "divis", "depart"} <= terms


# -- as it is shown -----------------------------------------------------------------------------


def test_pieces() -> None:
    text = "In Could, the State Division spoke."
    citation = Citation(1, "a", "a", "a", "0", 0, 35, text, (10, 28), meanings(text, GLOSSARY))
    assert segments(citation) == (
        Segment("In Could"),
        Segment("In May", "gloss", "the month"),
        Segment(", "),
        Segment("the State Division", "highlighted"),
        Segment("State Department", "gloss"),
        Segment(" spoke."),
    )
    plain = Citation(1, "a", "a", "a", "0", 0, 35, text)
    assert segments(plain) == (Segment(text),)
    assert glossed(text, meanings(text, GLOSSARY)) == (
        "In Could [In May], the State Division [State Department] spoke."
    )
