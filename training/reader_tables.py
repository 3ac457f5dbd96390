"""Questions about tables: made-up tables in the form in which the product reads them.

No set of the training data has a table, and a reader of prose does not know that a figure belongs
to the header before it: "Shops 2023: 2; Shops 2024: 6". So tables are made here: rows and columns
of `tables.toml` are drawn at random, written as Markdown, and laid out by `afgqa.language.layout`
as any table is. The questions ask for a cell by its row and column, for the row in which a column
is largest or smallest, and for a row or a column that the table has not, which has no answer. The
claims say of a row its own cell, that of another one, or a cell of a row that is not there.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from reader_rows import NO, OPEN, YES, Row

from afgqa.language.layout import Layout, Unit, layout

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_ALONE = 0.3  # share of the questions beside a single row, as a sentence is read
_NEAR = 0.5  # share of the tables of which each further question is asked
FILE = Path(__file__).with_name("tables.toml")
_LEADS = (
    "",
    "The figures at a glance:",
    "The table shows all that is known:",
    "As of this spring:",
)
_CELLS = re.compile(r"(?P<what>year |time )?(?P<least>\d+) to (?P<most>\d+)(?P<unit> \w+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A header, how its cells are drawn, how one is asked for, and how it is said of a row.

    The keys of a column in `tables.toml`, where they are explained.
    """

    header: str
    cells: str | list[str]
    asked: list[str]
    claimed: str
    extremes: list[str] = field(default_factory=list)

    def draw(self, chance: random.Random) -> str:
        if isinstance(self.cells, list):
            return chance.choice(self.cells)
        form = _CELLS.fullmatch(self.cells)
        if form is None:
            raise ValueError(f"{FILE}: {self.cells!r} is none of the forms of cells that it names")
        number = chance.randint(int(form["least"]), int(form["most"]))
        if form["what"] == "time ":
            return f"{number}:{chance.choice(('00', '15', '30', '45'))}"
        return f"{number}" if form["what"] else f"{number:,}{form['unit'] or ''}"


@dataclass(frozen=True, slots=True)
class Kind:
    """What the rows of a table are: the first header, their names, and the columns there may be."""

    header: str
    title: str
    rows: list[str]
    columns: list[Column]


@cache
def kinds() -> tuple[Kind, ...]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Kind(it["header"], it["title"], it["rows"], [Column(**column) for column in it["column"]])
        for it in table["kind"]
    )


def table_rows(count: int, chance: random.Random) -> Iterator[Row]:
    """So many questions, each beside a table of its own or a part of one."""
    while count > 0:
        for row in _of_one_table(chance):
            yield row
            count -= 1
            if count == 0:
                return


def _of_one_table(chance: random.Random) -> Iterator[Row]:
    kind = chance.choice(kinds())
    names = chance.sample(kind.rows, len(kind.rows))
    held = names[: chance.randint(2, min(6, len(names) - 1))]
    columns = chance.sample(kind.columns, chance.randint(2, min(4, len(kind.columns))))
    cells = [[column.draw(chance) for column in columns] for _ in held]
    whole = layout(_markdown(kind, held, columns, cells, chance))
    first = next(n for n, block in enumerate(whole.blocks) if block.kind == "row")
    read = range(len(held))
    if chance.random() < _ALONE:
        read = range(row := chance.randrange(len(held)), row + 1)
    start, end = whole.sentences[first + read[0]][0], whole.sentences[first + read[-1]][1]
    unit = whole.unit(start, end)
    row = chance.choice(read)
    number, column = chance.choice([*enumerate(columns)])
    name, missing = held[row].lower(), names[-1].lower()
    span = _place(whole, unit, first + row, number + 1)
    yield Row(chance.choice(column.asked).format(row=name), unit.text, *span)
    if chance.random() < _NEAR:
        yield Row(chance.choice(column.asked).format(row=missing), unit.text, 0, 0)
    others = [it for it in kind.columns if it not in columns]
    if others and chance.random() < _NEAR:
        other = chance.choice(chance.choice(others).asked)
        yield Row(other.format(row=name), unit.text, 0, 0)
    if column.extremes and len(read) > 1 and chance.random() < _NEAR:
        figures = [_figure(cells[n][number]) for n in read]
        for wanted, form in zip((max(figures), min(figures)), column.extremes, strict=True):
            if figures.count(wanted) == 1:
                best = first + read[figures.index(wanted)]
                asked = form.format(key=kind.header.lower())
                yield Row(asked, unit.text, *_place(whole, unit, best, 0))
    right = cells[row][number].lower()
    wrong = sorted({line[number].lower() for line in cells} - {right})
    said = [(name, right, span, YES)] + [(name, it, span, NO) for it in wrong[:1]]
    for subject, cell, place, verdict in (*said, (missing, right, (0, 0), OPEN)):
        if chance.random() < _NEAR:
            claim = column.claimed.format(row=subject, cell=cell)
            yield Row(claim, unit.text, *place, verdict)


def _place(whole: Layout, unit: Unit, sentence: int, column: int) -> tuple[int, int]:
    """Where a cell stands in the unit; column 0 is the name of the row."""
    start, _ = whole.sentences[sentence]
    cells = whole.text[start : whole.sentences[sentence][1]].strip("|").split("|")
    start += 1 + sum(len(cell) + 1 for cell in cells[:column])
    start += len(cells[column]) - len(cells[column].lstrip())
    part = next(it for it in unit.slices if it.start == start)
    return part.here, part.here + part.end - part.start


def _markdown(
    kind: Kind,
    held: Sequence[str],
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    chance: random.Random,
) -> str:
    lines = [f"# {kind.title}\n"] if chance.random() < 0.7 else []
    if lead := chance.choice(_LEADS):
        lines.append(f"{lead}\n")
    lines.append("| " + " | ".join([kind.header, *(it.header for it in columns)]) + " |")
    lines.append("|---" * (len(columns) + 1) + "|")
    lines += [
        "| " + " | ".join([name, *line]) + " |" for name, line in zip(held, cells, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _figure(cell: str) -> float:
    return float(cell.split(" ")[0].replace(",", ""))
