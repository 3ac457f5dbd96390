"""What it costs that a question is asked in other words: F1 on paraphrased SQuAD questions.

    python training/paraphrased.py FILE [--reader NAME]

FILE has paragraphs, each with questions as they were asked and as others put them ("orig" and
"para" in their ids). The gold paragraph is given. With 95 % intervals: F1 of both, and the mean of
what is lost, paragraph by paragraph. Two minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from reader_data import load
from reader_scores import Asked, marked

from afgqa.evaluation.measures import Metric, f1, mean
from afgqa.protocols import Reader
from afgqa.reading.models import load_reader

_FORMS = {"orig": "as asked", "para": "in other words"}


def scores(path: Path, reader: Reader) -> dict[str, Metric]:
    """F1 of the questions in both forms, and what is lost in a paragraph that has both."""
    asked: dict[str, list[Asked]] = {form: [] for form in _FORMS}
    for article in load(path):
        for question in article.questions:
            form = next((form for form in _FORMS if form in question.id), None)
            if form is not None and question.answers:
                answers = tuple(dict.fromkeys(text for text, _ in question.answers))
                paragraph = article.paragraphs[question.paragraph]
                asked[form].append(Asked(question.text, paragraph, answers, article.title))
    values: dict[str, dict[str, list[float]]] = {form: defaultdict(list) for form in _FORMS}
    for form, some in asked.items():
        for item, found in zip(some, marked(reader, some), strict=True):
            values[form][item.paragraph].append(f1(found.text, item.answers))
    found_scores = {
        _FORMS[form]: mean([it for some in by.values() for it in some])
        for form, by in values.items()
    }
    lost = [
        float(np.mean(values["orig"][paragraph]) - np.mean(values["para"][paragraph]))
        for paragraph in values["orig"]
        if paragraph in values["para"]
    ]
    return found_scores | {"lost": mean(lost)}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--reader", help="as Settings.reader names one (the reader that ships)")
    options = parser.parse_args(arguments)
    for name, metric in scores(options.file, load_reader(options.reader)).items():
        print(f"{name}: {metric.value:.3f} ({metric.low:.3f} to {metric.high:.3f}), n {metric.n}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
