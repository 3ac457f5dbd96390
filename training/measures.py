"""How many accepted answers are dropped because they measure something else than is asked.

    python training/measures.py SQUAD.json.gz ...

Of every answerable question of SQuAD files the first accepted answer is held against what the
question wants measured (`src/afgqa/question/expected_unit.py`). Each that would be dropped is
printed with its question: it should be none. Seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from reader_data import load

from afgqa.question.expected_unit import measure_asked


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+", help="SQuAD files, .json or .json.gz")
    for path in parser.parse_args(arguments).files:
        asked = [it for article in load(path) for it in article.questions if it.answers]
        wanted = [(it, measure) for it in asked if (measure := measure_asked(it.text)) is not None]
        dropped = [it for it, measure in wanted if not measure.allows(it.answers[0][0])]
        for it in dropped:
            print(f"{it.text} | {it.answers[0][0]}")
        print(
            f"{path.name}: {len(asked)} answers, {len(wanted)} to questions that want something "
            f"measured, {len(dropped)} dropped"
        )


if __name__ == "__main__":
    main()
