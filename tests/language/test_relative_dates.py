"""Dates that count from the day of a text: found, worked out where that day is known, shown."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from afgqa import Chatbot
from afgqa.answering.quotation_view import segments
from afgqa.answers import Citation
from afgqa.cli.text import answer_text
from afgqa.language.document_date import document_date
from afgqa.language.relative_dates import date_in_words, relative_dates
from afgqa.types import Gloss, RelativeDate

WEDNESDAY = datetime.date(2022, 12, 21)


@pytest.mark.parametrize(
    "text",
    [
        "Title\nDecember 21, 2022\nA sentence.",
        "Title\nPublished: 21 December 2022, 10:15 a.m. EST\nA sentence.",
        "---\ntitle: Title\ndate: 2022-12-21T08:00:00Z\n---\nA sentence.",
        "Title\nBy Ann Lee | Wednesday, Dec. 21, 2022\nA sentence.",
        "Title\n\nKABUL, Dec. 21, 2022 (Wire) — Officials met on Monday.",
        "Updated: January 3, 2023\nPublished: December 21st, 2022\nA sentence.",
    ],
)
def test_a_text_says_of_what_day_it_is(text: str) -> None:
    assert document_date(text) == WEDNESDAY


@pytest.mark.parametrize(
    "text",
    [
        "The treaty was signed on December 21, 2022, in Kabul.",
        "December 21, 2022 was a cold day.",
        "Title\n31 February 2022\nA sentence.",
        "A sentence.\n" * 20 + "December 21, 2022\n",
        "No day at all.",
    ],
)
def test_a_date_that_a_text_tells_of_is_not_its_own(text: str) -> None:
    assert document_date(text) is None


@pytest.mark.parametrize(
    ("text", "phrase", "date"),
    [
        ("They met on Monday in Kabul.", "Monday", "2022-12-19"),
        ("They met on Wednesday.", "Wednesday", "2022-12-21"),
        ("They met last Wednesday.", "last Wednesday", "2022-12-14"),
        ("He came to Monday's briefing.", "Monday", "2022-12-19"),
        ("They will meet on Monday.", "Monday", None),
        ("They meet next Friday.", "next Friday", None),
        ("It rained yesterday.", "yesterday", "2022-12-20"),
        ("He left the day before yesterday.", "the day before yesterday", "2022-12-19"),
        ("He came earlier this month.", "earlier this month", "2022-12"),
        ("Sales fell last month.", "last month", "2022-11"),
        ("Sales fell last year.", "last year", "2021"),
        ("It opened last week.", "last week", "2022-12-12/2022-12-18"),
        ("It snowed last winter.", "last winter", None),
        ("Over the past 12 months it grew.", "the past 12 months", "2021-12/2022-12"),
        ("It grew over the past year.", "the past year", "2021-12/2022-12"),
        ("In the last three days it grew.", "the last three days", "2022-12-18/2022-12-21"),
        ("It closed two years ago.", "two years ago", "2020"),
        ("It closed 120 years ago.", "120 years ago", "1902"),
        ("It left the party last week.", "last week", "2022-12-12/2022-12-18"),
        ("They met and this month they parted.", "this month", "2022-12"),
        ("It closed a few years ago.", "a few years ago", None),
        ("It closed in September.", "September", "2022-09"),
        ("He spoke on December 7.", "December 7", "2022-12-07"),
        ("He spoke on 28 December.", "28 December", "2021-12-28"),
        ("In 2019 they met in March.", "March", None),
    ],
)
def test_a_relative_date_is_worked_out_where_it_can_be(
    text: str, phrase: str, date: str | None
) -> None:
    start = text.index(phrase)
    assert relative_dates(text, WEDNESDAY) == (RelativeDate(start, start + len(phrase), date),)


@pytest.mark.parametrize(
    "text",
    [
        "It opens every Monday.",
        "It opens on Mondays.",
        "It opens Monday to Friday.",
        "They met on Monday, December 19, 2022.",
        "They met on December 19, 2022.",
        "They met in December 2022.",
        "You may go, and march on.",
        "It lasted two years.",
        "“We met on Monday,” he said.",
        "It was painted 17000 years ago.",
        "It was painted 17,000 years ago, or 2.5 years ago.",
        "It was 3,100 years ago.",
        "It was twenty-five years ago, or one hundred and five years ago.",
        "It was 800000 days ago, and so it was for the last 999999 weeks.",
    ],
)
def test_other_dates_are_left_alone(text: str) -> None:
    assert relative_dates(text, WEDNESDAY) == ()


def test_without_the_day_of_the_text_nothing_is_worked_out() -> None:
    text = "They met on Tuesday and in June."
    assert relative_dates(text) == (RelativeDate(12, 19, None),)


def test_dates_are_read_with_the_glossary() -> None:
    glossary = (Gloss("Final 12 months", "Last year"), Gloss("In Could", "In May"))
    assert relative_dates("Final 12 months it grew.", WEDNESDAY, glossary) == (
        RelativeDate(0, 15, "2021"),
    )
    assert relative_dates("In Could it grew.", WEDNESDAY, glossary) == (
        RelativeDate(0, 8, "2022-05"),
    )


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2022-12-07", "7 December 2022"),
        ("2022-12", "December 2022"),
        ("2022", "2022"),
        ("2021-12/2022-12", "December 2021 to December 2022"),
    ],
)
def test_a_date_in_words(date: str, words: str) -> None:
    assert date_in_words(date) == words


def test_what_a_date_comes_to_stands_after_the_answer_that_holds_it() -> None:
    def cited(date: str | None, highlight: tuple[int, int] | None) -> Citation:
        text = "They met on Tuesday in Kabul."
        dates = (RelativeDate(12, 19, date),)
        return Citation(1, "d", "d", "d", "0" * 64, 0, 29, text, highlight, dates=dates)

    def shown(citation: Citation) -> str:
        return "|".join(segment.shown for segment in segments(citation))

    inside = "They met |on Tuesday|(20 December 2022, inferred)| in Kabul."
    assert shown(cited("2022-12-20", (9, 19))) == inside
    beside = "They met on Tuesday|(20 December 2022, inferred)| in |Kabul|."
    assert shown(cited("2022-12-20", (23, 28))) == beside
    assert shown(cited(None, (23, 28))) == "They met on Tuesday in |Kabul|."
    open_ = "They met |on Tuesday|(relative to when the text was written)| in Kabul."
    assert shown(cited(None, (9, 19))) == open_


@pytest.mark.model
def test_an_answer_says_what_day_it_means(tmp_path: Path) -> None:
    text = (
        "Envoys meet in Doha\nDecember 21, 2022\n\n"
        "The envoys of both countries met in Doha on Monday. They spoke about the border.\n"
        "The minister resigned earlier this month."
    )
    (tmp_path / "news.txt").write_text(text, encoding="utf-8")
    with Chatbot.from_documents(tmp_path, index=tmp_path / "index") as bot:
        answer = bot.ask("On which day of the week did the envoys of both countries meet?")
        assert "(19 December 2022, inferred) [1]" in answer.text
        assert answer.citations[0].dates[0].date == "2022-12-19"
        assert "Inferred from the date of the text." in answer_text(answer)
        answer = bot.ask("When did the minister resign?")
        assert "earlier this month (December 2022, inferred) [1]" in answer.text


@pytest.mark.model
def test_the_date_line_is_not_the_day_of_what_is_told(tmp_path: Path) -> None:
    told = "The envoys of both countries met in Doha on Monday."
    text = f"Envoys meet in Doha\nDecember 21, 2022\n\n{told}"
    (tmp_path / "news.txt").write_text(text, encoding="utf-8")
    with Chatbot.from_documents(tmp_path) as bot:
        answer = bot.ask("When did the envoys meet in Doha?")
    assert "(19 December 2022, inferred) [1]" in answer.text
