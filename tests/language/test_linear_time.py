"""What is done with a text takes time in proportion to it, whatever stands in it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from itertools import pairwise

import pytest
from hostile_texts import repeated, seconds

from afgqa.documents.repair import repair
from afgqa.language.abbreviation_expansions import abbreviations
from afgqa.language.clauses import cause_around, clauses, manner_around
from afgqa.language.document_date import document_date
from afgqa.language.enumerations import enumeration_start
from afgqa.language.glossary import meanings, reworded
from afgqa.language.grammar import depends_on_context, refers_back
from afgqa.language.layout import layout
from afgqa.language.negation import polarities
from afgqa.language.quantities import quantities
from afgqa.language.quotation_attribution import speaker_of
from afgqa.language.quotations import QUOTATION
from afgqa.language.relative_dates import relative_dates
from afgqa.language.sentences import LONGEST, split
from afgqa.language.spelling import corrected, words_of
from afgqa.language.tokens import terms
from afgqa.question.acronyms import initials_of
from afgqa.question.analysis import analyse
from afgqa.question.coreference import leans
from afgqa.types import Gloss

DAY = datetime.date(2022, 12, 21)
GLOSSARY = (
    Gloss("State Division", "State Department"),
    Gloss("a", "b"),
    Gloss("In Could", "In May"),
)


def read_whole(text: str) -> None:
    found = layout(text)
    for start, end in found.sentences[:: max(1, len(found.sentences) // 500)]:
        found.unit(start, end)
    layout.cache_clear()


def at_the_end(work: Callable[[str, int, int], object]) -> Callable[[str], object]:
    return lambda text: work(text, max(0, len(text) - 20), len(text))


# What is done with a whole text, or with a sentence of it.
WORK: dict[str, Callable[[str], object]] = {
    "split": split,
    "layout": read_whole,
    "repair": repair,
    "terms": terms,
    "abbreviations": abbreviations,
    "dates": document_date,
    "relative dates": lambda text: relative_dates(text, DAY, GLOSSARY),
    "quantities": quantities,
    "quotations": QUOTATION.findall,
    "glossary": lambda text: (meanings(text, GLOSSARY), reworded(text, GLOSSARY)),
    "speaker": at_the_end(speaker_of),
    "clauses": lambda text: list(clauses(text)),
    "cause": at_the_end(cause_around),
    "manner": at_the_end(manner_around),
    "list": at_the_end(enumeration_start),
    "grammar": lambda text: (refers_back(text), depends_on_context(text)),
    "negation": polarities,
    "words": words_of,
    "initials": lambda text: initials_of([text]),
}
UNITS = [
    *("Monday ", "in May 1999 ", "last week ", "1 ", "1,", "7.", "three ", "$5 ",),
    *("every Monday to ",),
    *(" ", "\n", "\t", " \n", "\r\n", "\n\n", ".", ". ", "? ", "... ", "…", "-", "--", "|",),
    *("a|", "a\tb\n",),
    *("a ", "A ", "Aa ", "aaaa", "A. ", "U.S. ", "Dr. ", "a, ", "a; ", "# a\n", "- a\n",),
    *("> ", "```\n",),
    *("(AB) ", "World Health Organization (WHO) ", "(", "[", "[3]", "“",),
    *("“a b c d” said Ann. ", '"', '"a" ',),
    *("Ann Lee ", "of the ", "quickly and ", "because ", "not ", "State Division ",),
    *("In  Could ", "a\u0301",),
    *("â€™", "Ã©", "\x85", "\ufeff", "\x07", "’", "中文。", "😀", "\ud83d", "&amp;", "<b>",),
    *("word " * 9 + "\n",),
]  # fmt: skip


@pytest.mark.parametrize("name", WORK)
def test_work_grows_with_the_text_alone(name: str) -> None:
    work, slow = WORK[name], []
    for unit in UNITS:
        if seconds(work, repeated(unit, 3000)) < 0.004:
            big = seconds(work, repeated(unit, 12_000))
            if big < 0.05:
                continue
        for _ in range(3):
            one = seconds(work, repeated(unit, 12_000), 2)
            four = seconds(work, repeated(unit, 48_000))
            if four < 9 * one or four < 0.05:
                break
        else:
            slow.append((unit, round(one, 4), round(four, 4)))
    assert slow == []


def test_the_days_of_84_kilobytes_are_found_at_once() -> None:
    text = "Monday " * 12_000
    assert len(relative_dates(text, DAY)) == 12_000
    assert seconds(lambda it: relative_dates(it, DAY), text) < 4


def test_a_text_on_one_line_is_read_in_bounded_sentences() -> None:
    text = "word, " * 100_000 + "x" * 10_000 + " " + "y " * 10_000
    spans = split(text)
    assert max(end - start for start, end in spans) <= LONGEST
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert [text[b - 1] for a, b in spans[:3]] == [","] * 3  # at the marks of clauses


@pytest.mark.parametrize(
    "unit",
    ["xkcdq ", "zzxq ", "he said it ", "Who is ", "' ", "after .--. '", "quote what x ha ", "! "],
)
def test_a_question_as_long_as_can_be_is_read_at_once(unit: str) -> None:
    question = repeated(unit, 1999)
    words = frozenset({"bridge", "opened", "lamp"})
    corrected(question, words)  # loads the words of English
    took = seconds(lambda it: (corrected(it, words), analyse(it), leans(it)), question)
    assert took < 2
