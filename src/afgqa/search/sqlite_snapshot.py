"""What an index on disk holds at one moment, read by a connection of its own."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from afgqa.protocols import Ranked, Vectors
from afgqa.search import sqlite_rows as records
from afgqa.search.ranking import best, equal
from afgqa.search.sqlite_schema import damaged, translate_errors
from afgqa.search.vector_cache import FaissCache, search
from afgqa.types import UNITS, Document, Passage, Ref, Unit

__all__ = ["SqliteSnapshot"]


class SqliteSnapshot:
    """A `Snapshot` of the index in `folder`, by a connection to a file that never changes.

    `known` are the documents that were read before; what is read is added there. A document is
    compared with its checksum when it is first read, and a passage is read after its document.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        folder: Path,
        *,
        dimension: int,
        cache: FaissCache,
        known: dict[str, Document],
    ) -> None:
        self._db = db
        self._folder = folder
        self._dimension = dimension
        self._cache = cache
        self._known = known

    def dense(
        self, vector: Vectors, k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        with translate_errors(self._folder):
            index = self._cache.index(self._db, unit)
            ids = None if docs is None else records.ids(self._db, unit, docs)
        # More than asked for, so that equals at the end are cut in order of their name.
        more = k + 16
        nearest = search(index, vector, more, ids)
        while len(nearest) == more and equal(nearest[k - 1][1], nearest[-1][1]):
            more *= 4
            nearest = search(index, vector, more, ids)
        found = dict(nearest)
        rows = self._rows(
            "SELECT id, doc_id, unit, number FROM passages "
            "WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(list(found)),
        )
        refs = {row[0]: Ref(*row[1:]) for row in rows}
        if refs.keys() != found.keys():
            raise damaged(self._folder, "passages are missing")
        return best([refs[i] for i in found], list(found.values()), k)

    def lexical(
        self, terms: Sequence[str], k: int, unit: Unit, docs: Sequence[str] | None = None
    ) -> Ranked:
        if not terms:  # which FTS5 does not take
            return ()
        query = " OR ".join(f'"{term}"' for term in dict.fromkeys(terms))
        within = "" if docs is None else "AND p.doc_id IN (SELECT value FROM json_each(?))"
        rows = self._rows(
            f"SELECT p.doc_id, p.unit, p.number, -bm25(terms_{unit}) AS score "
            f"FROM terms_{unit} JOIN passages p ON p.id = terms_{unit}.rowid "
            f"WHERE terms_{unit} MATCH ? {within} "
            "ORDER BY round(score, 6) DESC, p.doc_id, p.unit, p.number LIMIT ?",
            query,
            *([] if docs is None else [json.dumps(list(docs))]),
            k,
        )
        return tuple((Ref(*row[:3]), float(row[3])) for row in rows)

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
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
            if ref not in found:
                self.document(ref.doc_id)  # which tells of damage
        return tuple(found[ref] for ref in refs)

    def overlapping(self, doc_id: str, unit: Unit, start: int, end: int) -> tuple[Passage, ...]:
        self._text(doc_id)
        found: list[Any] = []
        with translate_errors(self._folder):
            # From the last that begins in time backwards: none ends before the one before it.
            for row in self._db.execute(
                f"SELECT {records.COLUMNS}, terms FROM passages "
                f"JOIN terms_{unit} t ON t.rowid = id "
                "WHERE doc_id = ? AND unit = ? AND start < ? ORDER BY start DESC, number DESC",
                (doc_id, unit, end),
            ):
                if row[5] <= start or end <= start:
                    break
                found.append(row)
        return tuple(self._passages(reversed(found)))

    def passages(self, doc_id: str, unit: Unit) -> tuple[Passage, ...]:
        self._text(doc_id)
        rows = self._rows(
            f"SELECT {records.COLUMNS}, terms FROM passages "
            f"JOIN terms_{unit} t ON t.rowid = id "
            "WHERE doc_id = ? AND unit = ? ORDER BY number",
            doc_id,
            unit,
        )
        return tuple(self._passages(rows))

    def vectors(self, doc_id: str, unit: Unit) -> Vectors:
        self._text(doc_id)
        with translate_errors(self._folder):
            return records.read_vectors(self._db, doc_id, unit, self._dimension)

    def document(self, doc_id: str) -> Document:
        if doc_id not in self._known:
            with translate_errors(self._folder):
                try:
                    self._known[doc_id] = records.read_document(self._db, doc_id)
                except (ValueError, TypeError) as error:
                    raise damaged(self._folder, error) from error
        return self._known[doc_id]

    def documents(self) -> dict[str, str]:
        return dict(self._rows("SELECT doc_id, sha256 FROM documents ORDER BY doc_id"))

    def count(self, unit: Unit) -> int:
        ((count,),) = self._rows("SELECT count(*) FROM passages WHERE unit = ?", unit)
        return int(count)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with translate_errors(self._folder):
            return self._db.execute(query, values).fetchall()

    def _passages(self, rows: Sequence[Any] | Iterator[Any]) -> Iterator[Passage]:
        for row in rows:
            yield records.read_passage(row, self._text(row[1]))

    def _text(self, doc_id: str) -> str:
        """The text of a document; KeyError as `document`."""
        known = self._known.get(doc_id)
        return (self.document(doc_id) if known is None else known).text
