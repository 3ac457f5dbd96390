"""Questions without an answer, made as people made theirs.

Many an unanswerable question of SQuAD 2.0 (Rajpurkar et al. 2018) is an answerable one of the same
paragraph with a word exchanged. Which word for which is found by comparing them, and then done to
other questions, where the new word fits beside its neighbours. Names and figures are left to
`reader_swaps.py`, which takes those of the article. None of the bounds below was tuned: they were
set by reading what came of some dozens of questions.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from reader_data import Article, plain
from reader_rows import Count, Row, place, windows_with

from afgqa.language.tokens import normalize, terms

Words = tuple[str, ...]

_WORD = re.compile(r"[\w'’-]+|[^\w\s]")
LETTERS = re.compile(r"[A-Za-z]+")
_ALIKE = 0.6  # share of two questions' words that are the same, in order: they differ by an edit
_SEEN = 1  # times that a word must stand beside its new neighbour in the articles to fit there
_EDGE = "|"  # what stands before the first word and after the last
_ORDER = frozenset(("before", "after"))  # function words whose exchange changes what is asked


@dataclass(frozen=True, slots=True)
class Edits:
    """What people exchanged for what, and how often each two words are neighbours in the articles.

    `origins` are the ids of the answerable questions that people's unanswerable ones are edits of.
    """

    exchanges: Mapping[str, Sequence[str]]
    neighbours: Mapping[tuple[str, str], int]
    origins: frozenset[str]


def learned(articles: Iterable[Article]) -> Edits:
    """The edits that turn an answerable question into an unanswerable one of the same paragraph.

    Each unanswerable question is compared with the most alike answerable one. Where they differ in
    one place it is an edit; where that is one word, and the paragraphs do not mostly write it
    large, it is an exchange, and counts in both directions.
    """
    answerable: dict[str, list[tuple[str, Words]]] = defaultdict(list)
    unanswerable: list[tuple[str, Words]] = []
    small: Counter[str] = Counter()
    neighbours: Counter[tuple[str, str]] = Counter()
    for article in articles:
        for paragraph in article.paragraphs:
            neighbours.update(_pairs(_words(paragraph)))
            for word in LETTERS.findall(paragraph):
                small[word.lower()] += 1 if word.islower() else -1
        for question in article.questions:
            paragraph, words = article.paragraphs[question.paragraph].strip(), _words(question.text)
            if question.answers:
                answerable[paragraph].append((question.id, words))
                neighbours.update(_pairs(words))
            else:
                unanswerable.append((paragraph, words))
    found: dict[str, dict[str, None]] = defaultdict(dict)  # in the order of the data
    origins = set()
    for paragraph, words in unanswerable:
        origin, edit = _edit(answerable.get(paragraph, ()), words)
        if edit is None:
            continue
        origins.add(origin)
        if [len(part) for part in edit] != [1, 1]:
            continue
        ((old,), (new,)) = edit
        if all(small[word] >= 0 and word.isalpha() and tells(word) for word in (old, new)):
            found[old][new] = found[new][old] = None
    exchanges = {old: tuple(news) for old, news in found.items()}
    return Edits(exchanges, neighbours, frozenset(origins))


def _words(text: str) -> Words:
    return tuple(_WORD.findall(plain(text)))


def _pairs(words: Words) -> Iterator[tuple[str, str]]:
    return zip((_EDGE, *words), (*words, _EDGE), strict=True)


def tells(word: str) -> bool:
    """Whether a word says something: no function word, but for those of order."""
    return word in _ORDER or bool(terms(word))


def _edit(
    questions: Iterable[tuple[str, Words]], words: Words
) -> tuple[str, tuple[Words, Words] | None]:
    """The id of the most alike question, with the words that only it has and those in their place.

    No words (None) where the two differ in more than one place, or no question is alike.
    """
    name, changes = "", None
    best = _ALIKE
    for other, theirs in questions:
        matcher = SequenceMatcher(None, theirs, words, autojunk=False)
        if (alike := matcher.ratio()) >= best:
            best, name = alike, other
            changes = [
                (theirs[a:b], words[c:d])
                for kind, a, b, c, d in matcher.get_opcodes()
                if kind != "equal"
            ]
    return name, changes[0] if changes is not None and len(changes) == 1 else None


def edited(
    article: Article,
    edits: Edits,
    share: float,
    limits: Sequence[int],
    count: Count,
    chance: random.Random,
) -> Iterator[Row]:
    """A `share` of the answerable questions with a word exchanged, beside their window.

    One in which no exchange fits is left out.
    """
    for question in article.questions:
        if not question.answers or chance.random() >= share:
            continue
        paragraph = article.paragraphs[question.paragraph]
        start, end = place(question, paragraph)
        holding = windows_with(paragraph, start, end, chance.choice(limits), count)
        text = plain(question.text)
        held = set(normalize(" ".join(answer for answer, _ in question.answers)).split())
        ways = [
            text[:at] + new + text[to:]
            for at, to, new in fitting(text, edits.exchanges, edits.neighbours)
            if new not in held
        ]
        if holding and ways:
            a, b = chance.choice(holding)
            yield Row(chance.choice(ways), paragraph[a:b], 0, 0)


def fitting(
    question: str, exchanges: Mapping[str, Iterable[str]], neighbours: Mapping[tuple[str, str], int]
) -> Iterator[tuple[int, int, str]]:
    """Where a word of a plain question can be exchanged, and for what: (start, end, new word).

    The new one has stood beside both its neighbours before, and is not in the question yet.
    """
    found = list(_WORD.finditer(question))
    words = [word.group() for word in found]
    around = zip((_EDGE, *words[:-1]), found, (*words[1:], _EDGE), strict=True)
    for before, word, after in around:
        for new in exchanges.get(word.group(), ()):
            fits = min(neighbours.get(pair, 0) for pair in ((before, new), (new, after)))
            if fits >= _SEEN and new not in words:
                yield *word.span(), new
