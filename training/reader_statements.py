"""Questions and claims about made-up statements: who did it to whom, and whether it is said at all.

The data hold few sentences that differ in one small thing: "the Falcons beat Redmoor" and "were
beaten by", "has yet to be counted" and "has been counted", "managed to" and "tried to". So they
are made here from the forms of `statements.toml`, with names drawn from its lists. Beside a
sentence stands the claim, the claim with the two exchanged, and the claim with another name; and
questions for either name, which are those that "who beat whom" turns on. Half of the passages hold
the same said of two others, before it or behind it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from reader_data import plain
from reader_rows import NO, OPEN, YES, Row

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = Path(__file__).with_name("statements.toml")
_BESIDE = 0.5  # share of the passages that say the same of two others
_NEAR = 0.5  # share of the passages that each further question is asked of
_SWAPPED = {"no": NO, "not yes": OPEN + NO}


@dataclass(frozen=True, slots=True)
class Statement:
    """The keys of a statement in `statements.toml`, where they are explained."""

    a: str
    b: str
    claims: list[str]
    says: list[str]
    denies: list[str] = field(default_factory=list)
    opens: list[str] = field(default_factory=list)
    swapped: str | None = None
    who_a: list[str] = field(default_factory=list)
    who_b: list[str] = field(default_factory=list)


@cache
def statements() -> tuple[Mapping[str, list[str]], tuple[Statement, ...]]:
    """The lists of names, and what may be said of them."""
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return table["lists"], tuple(Statement(**it) for it in table["statement"])


def statement_rows(count: int, chance: random.Random) -> Iterator[Row]:
    """So many questions and claims, each beside one or two sentences."""
    while count > 0:
        for row in _of_one_passage(chance):
            yield row
            count -= 1
            if count == 0:
                return


def _of_one_passage(chance: random.Random) -> Iterator[Row]:
    lists, some = statements()
    what = chance.choice(some)
    a, other_a = chance.sample(lists[what.a], 2)
    b, other_b = chance.sample([it for it in lists[what.b] if it not in (a, other_a)], 2)
    forms = [(what.says, YES), (what.says, YES), (what.denies, NO), (what.opens, OPEN)]
    sentences, verdict = chance.choice([form for form in forms if form[0]])
    passage = sentence = _sentence(chance.choice(sentences), a, b)
    beside = chance.random() < _BESIDE
    if beside:
        further = _sentence(chance.choice(what.says), other_a, other_b)
        first, second = chance.sample((sentence, further), 2)
        passage = f"{first} {second}"

    def claim(a: str, b: str, verdict: int) -> Row:
        asked = chance.choice(what.claims).format(a=a, b=b)
        return Row(plain(asked), passage, -1, -1, verdict)

    yield claim(a, b, verdict)
    if verdict == YES:
        if what.swapped is not None:
            yield claim(b, a, _SWAPPED[what.swapped])
        if chance.random() < _NEAR:
            yield claim(a, other_b, OPEN + NO)
        if chance.random() < _NEAR:
            yield claim(other_a, b, OPEN + NO)
        for asked, said in ((what.who_a, a), (what.who_b, b)):
            named = [form for form in asked if "{" in form]
            if named and chance.random() < _NEAR:
                at = passage.lower().index(said.lower())
                question = chance.choice(named if beside else asked).format(a=a, b=b)
                yield Row(plain(question), passage, at, at + len(said))
            if named and not beside and chance.random() < _NEAR / 2:
                question = chance.choice(named).format(a=other_a, b=other_b)
                yield Row(plain(question), passage, 0, 0)


def _sentence(form: str, a: str, b: str) -> str:
    said = form.format(a=a, b=b)
    at = said.index("]") + 2 if said.startswith("[") else 0
    return said[:at] + said[at].upper() + said[at + 1 :]
