"""A reader's verdict on an answer becomes a row of a question set, which `afgqa eval` accepts.

The row holds what the verdict says is right: the question with the answer that was good, with the
sentence that should have been cited, or with no answer where it should have been refused. A second
verdict on the same question takes the place of the first.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from afgqa.answers import Answer, Citation
from afgqa.atomic_files import write_atomically
from afgqa.errors import FeedbackError

__all__ = ["VERDICTS", "feedback_row", "keep"]

Row = dict[str, Any]
VERDICTS: Final = ("right", "wrong answer", "wrong citation", "should refuse")

_LONGEST: Final = 16 << 20  # bytes of a file of verdicts, some ten thousand
_LOCK = threading.Lock()  # of this process; rows of two servers belong in two files


def feedback_row(
    answer: Answer,
    verdict: str,
    *,
    sentences: Sequence[Citation] = (),
    history: Sequence[str] = (),
    doc_id: str | None = None,
) -> Row:
    """The row that a verdict on `answer`, one of `VERDICTS`, makes of its question.

    `sentences` are those that carry the right answer, needed where the answer or its citation was
    wrong; `history` are the questions before it, oldest first; `doc_id` is the one document that
    was asked. FeedbackError where the verdict lacks a sentence, or cannot be.
    """
    if verdict not in VERDICTS:
        raise FeedbackError(f"{verdict!r:.80} is not a verdict. Use one of {', '.join(VERDICTS)}.")
    if verdict == "should refuse" and not answer.answered:
        raise FeedbackError(
            "The question was refused. Mark that as correct, or choose the correct sentence."
        )
    if verdict == "wrong citation" and not answer.answered:
        raise FeedbackError("Nothing was cited. Choose the sentence that answers the question.")
    if verdict in ("wrong answer", "wrong citation") and not sentences:
        raise FeedbackError("Choose the correct sentence in the article first.")
    answerable = answer.answered if verdict == "right" else verdict != "should refuse"
    agreed = [it for it in answer.citations if it.number != answer.otherwise]
    evidence = (agreed if verdict == "right" else sentences) if answerable else ()
    known = answerable and verdict != "wrong answer" and answer.short is not None
    asked = json.dumps([answer.question, list(history), doc_id], ensure_ascii=False)
    return {
        "id": f"feedback-{hashlib.sha256(asked.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}",
        "question": answer.question,
        "kind": "feedback",
        "answerable": answerable,
        "answers": [answer.short] if known else [],
        "evidence": [
            {"doc_id": it.doc_id, "start": it.start, "end": it.end, "text": it.text}
            for it in evidence
        ],
        "history": list(history),
        "doc_id": doc_id,
    }


def keep(path: Path, row: Row) -> None:
    """Write the row into a file of rows, in the place of an earlier one with its id.

    The file is exchanged in one step, so that it is whole whatever happens. FeedbackError when it
    cannot be read or written; then it is as it was.
    """
    with _LOCK:
        try:
            if path.exists() and path.stat().st_size > _LONGEST:
                raise ValueError(f"it is longer than {_LONGEST:,} bytes")
            before = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
            kept = [line for line in before if line.strip() and json.loads(line)["id"] != row["id"]]
            lines = [*kept, json.dumps(row, ensure_ascii=False)]
            data = ("\n".join(lines) + "\n").encode()
            if len(data) > _LONGEST:
                raise ValueError(f"it would be longer than {_LONGEST:,} bytes")
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, data)
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise FeedbackError(
                f"The feedback was not saved: {path} cannot be read or written as a question set "
                f"({error}). Repair or move that file."
            ) from error
