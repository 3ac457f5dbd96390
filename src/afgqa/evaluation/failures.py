"""Which questions of a run went wrong, and in which order they are worth looking at."""

from __future__ import annotations

from collections.abc import Sequence

from afgqa.evaluation.rows import Row

__all__ = ["worst"]


def worst(rows: Sequence[Row]) -> list[Row]:
    """What is not right, the surest first."""
    return sorted((row for row in rows if not row.scores["right"]), key=lambda row: -_sureness(row))


def _sureness(row: Row) -> float:
    """How sure the run was of what it did: a refusal is the surer the lower its confidence."""
    return row.confidence if row.answered else 1 - row.confidence
