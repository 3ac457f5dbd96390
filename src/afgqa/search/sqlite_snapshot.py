"""What an index on disk holds at one moment, read by a connection of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from afgqa.protocols import Ranked, Vectors
from afgqa.search import sqlite_rows as records
from afgqa.search.checksums import terms_checksum
from afgqa.search.sqlite_schema import damaged, translate_errors
from afgqa.search.ties import best, equal
from afgqa.search.vector_cache import FaissCache, search
from afgqa.types import UNITS, Document, Passage, Ref, Unit

__all__ = ["FileState", "SqliteSnapshot"]


@dataclass(slots=True)
class FileState:
    """What is known of one database file, which never changes; shared between its snapshots.

    `entries` are its documents and `terms` the checksums of its term indexes, as its seal says.
    `documents`, `refs` (of passages, by row number) and `checked` (units whose term index is as
    its checksum says) are what was read and found whole so far.
    """

    cache: FaissCache
    entries: dict[str, records.Entry]
    terms: dict[str, str]
    documents: dict[str, Document] = field(default_factory=dict)
    refs: dict[int, Ref] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)


class SqliteSnapshot:
    """A `Snapshot` of the index in `folder`, by a connection to a file that never changes.

    `state` is what is known of that file; what is read is added there. A document, a passage and
    the vectors of a document are compared with their checksums when they are read, the term index
    of a unit when it is first used; IndexDamagedError for what is not as it was written.
    """

    def __init__(
        self, db: sqlite3.Connection, folder: Path, *, dimension: int, state: FileState
    ) -> None:
        self._db = db
        self._folder = folder
        self._dimension = dimension
        self._state = state

    def dense(
        self, vector: Vectors, k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        with self._damage():
            index = self._state.cache.index(self._db, unit)
            ids = None if docs is None else records.ids(self._db, unit, docs)
        # More than asked for, so that equals at the end are cut in order of their name.
        more = k + 16
        nearest = search(index, vector, more, ids)
        while len(nearest) == more and equal(nearest[k - 1][1], nearest[-1][1]):
            more *= 4
            nearest = search(index, vector, more, ids)
        found = dict(nearest)
        refs = self._refs(unit, found)
        return best([refs[i] for i in found], list(found.values()), k)

    def lexical(
        self, terms: Sequence[str], k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        if not terms:  # which FTS5 does not take
            return ()
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))
        within = "" if docs is None else "AND p.doc_id IN (SELECT value FROM json_each(?))"
        self.check_terms(unit)
        rows = self._rows(
            f"SELECT p.id, -bm25(terms_{unit}) AS score "
            f"FROM terms_{unit} JOIN passages p ON p.id = terms_{unit}.rowid "
            f"WHERE terms_{unit} MATCH ? {within} "
            "ORDER BY round(score, 6) DESC, p.doc_id, p.unit, p.number LIMIT ?",
            query,
            *([] if docs is None else [json.dumps(list(docs))]),
            k,
        )
        refs = self._refs(unit, [row[0] for row in rows])
        return tuple((refs[row[0]], float(row[1])) for row in rows)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        self.check_terms("sentence")
        rows = self._rows(
            "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))",
            json.dumps(list(terms)),
        )
        found = dict(rows)
        return {term: found.get(term, 0) for term in terms}

    def fetch(self, refs: Sequence[Ref]) -> tuple[Passage, ...]:
        found: dict[Ref, Passage] = {}
        for unit in UNITS:
            wanted = [list(ref) for ref in refs if ref.unit == unit]
            rows = self._rows(
                f"SELECT p.{records.COLUMNS.replace(', ', ', p.')}, t.terms "
                "FROM json_each(?) j JOIN passages p "
                "ON p.doc_id = json_extract(j.value, '$[0]') "
                "AND p.unit = json_extract(j.value, '$[1]') "
                "AND p.number = json_extract(j.value, '$[2]') "
                f"JOIN terms_{unit} t ON t.rowid = p.id",
                json.dumps(wanted),
            )
            found.update((p.ref, p) for p in self._passages(rows))
        for ref in refs:
            if ref not in found and self._holds(ref):
                raise damaged(self._folder, f"what is stored of {ref.doc_id} has changed")
        return tuple(found[ref] for ref in refs)

    def overlapping(self, doc_id: str, unit: Unit, start: int, end: int) -> tuple[Passage, ...]:
        self._text(doc_id)
        found: list[Passage] = []
        with translate_errors(self._folder):
            # From the last that begins in time backwards: none ends before the one before it.
            for passage in self._passages(
                self._db.execute(
                    f"SELECT {records.COLUMNS}, terms FROM passages "
                    f"JOIN terms_{unit} t ON t.rowid = id "
                    "WHERE doc_id = ? AND unit = ? AND start < ? ORDER BY start DESC, number DESC",
                    (doc_id, unit, end),
                )
            ):
                if passage.end <= start or end <= start:
                    break
                found.append(passage)
        found.reverse()
        if found:
            self._check_order(found, Ref(doc_id, unit, found[0].ref.number), len(found))
        return tuple(found)

    def passages(self, doc_id: str, unit: Unit) -> tuple[Passage, ...]:
        self._text(doc_id)
        rows = self._rows(
            f"SELECT {records.COLUMNS}, terms FROM passages "
            f"JOIN terms_{unit} t ON t.rowid = id "
            "WHERE doc_id = ? AND unit = ? ORDER BY number",
            doc_id,
            unit,
        )
        found = tuple(self._passages(rows))
        first = found[0].ref.number if found else 0
        self._check_order(found, Ref(doc_id, unit, first), self._state.entries[doc_id].count(unit))
        return found

    def vectors(self, doc_id: str, unit: Unit) -> Vectors:
        self._text(doc_id)
        with self._damage():
            return records.read_vectors(self._db, doc_id, unit, self._dimension)

    def document(self, doc_id: str) -> Document:
        known = self._state.documents.get(doc_id)
        if known is None:
            if doc_id not in self._state.entries:
                raise KeyError(doc_id)
            with self._damage():
                known = records.read_document(self._db, doc_id)
            self._state.documents[doc_id] = known
        return known

    def documents(self) -> dict[str, str]:
        return {doc_id: entry.sha256 for doc_id, entry in self._state.entries.items()}

    def count(self, unit: Unit) -> int:
        return sum(entry.count(unit) for entry in self._state.entries.values())

    def _check_order(self, found: Sequence[Passage], first: Ref, count: int) -> None:
        """That these are the `count` passages that follow `first`, none of them missing."""
        wanted = [first._replace(number=first.number + n) for n in range(count)]
        if [passage.ref for passage in found] != wanted:
            raise damaged(self._folder, f"passages of {first.doc_id} are missing")

    def _holds(self, ref: Ref) -> bool:
        entry = self._state.entries.get(ref.doc_id)
        return entry is not None and 0 <= ref.number < entry.count(ref.unit)

    def _refs(self, unit: Unit, ids: Iterable[int]) -> dict[int, Ref]:
        """The names of passages by their row numbers."""
        refs = self._state.refs
        unknown = [number for number in ids if number not in refs]
        if unknown:
            with self._damage():
                refs |= records.read_refs(self._db, unit, unknown, self._state.entries)
        return refs

    @contextmanager
    def _damage(self) -> Iterator[None]:
        with translate_errors(self._folder):
            try:
                yield
            except (ValueError, KeyError, TypeError) as error:
                raise damaged(self._folder, error) from error

    def check_terms(self, *units: Unit) -> None:
        """Compare the term indexes of these units, or of all, with their checksums, once."""
        for unit in units or UNITS:
            if unit not in self._state.checked:
                with self._damage():
                    if terms_checksum(self._db, unit) != self._state.terms.get(unit):
                        raise ValueError("its term index has changed")
                self._state.checked.add(unit)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with translate_errors(self._folder):
            return self._db.execute(query, values).fetchall()

    def _passages(self, rows: Iterable[Any]) -> Iterator[Passage]:
        for row in rows:
            with self._damage():
                entry = self._state.entries[row[1]]
                passage = records.read_passage(row, entry, self._text(row[1]))
            yield passage

    def _text(self, doc_id: str) -> str:
        """The text of a document; KeyError as `document`."""
        return self.document(doc_id).text
