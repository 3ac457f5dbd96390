"""Fit how probable an answer is: logistic models over `afgqa.answering.confidence.Evidence`.

    python training/confidence.py SQUAD_2.0_DEV.json.gz [--paraphrased FILE] [--own SET ...]
        [--reader NAME] [--out FILE] [--limit N]

Every question is asked of its whole article. Positives are answerable questions, those of
`--paraphrased` in the words of others among them; negatives are the unanswerable ones (near misses
written to look answerable) and questions of other articles of the same half (off topic). Half of
the articles fit, the other half are reported. First the weight of a span's margin beside retrieval,
and what stands for the margin of a whole sentence, are chosen by the mean of F1 and first citation
over the answerable questions. Then the logistic model is fitted, classes weighted to the shares in
`SHARES` (`confidence_fit.py`). The report (`confidence_report.py`): area under ROC against each
kind of negative, expected calibration error, refusals in both directions, each with its interval;
and the same of models that have only one of the signals in `SIGNALS`.

A reader that judges sentences gets a second model, "judged", fitted alike on questions for yes or
no that are made of the answerable ones (`reader_polar.py`); near misses are then the same questions
asked of the article without the paragraph that answers them. How probable a yes or no must be to be
said is `SURE`; the report has the lowest probability from which on no more than one in twenty of
what is said of these questions is wrong.

SQuAD's questions are written by people who see the text, in its words. So sets of our own take part
too (`--own`), and each is reported by what is fitted without it. The threshold refuses 5 % of the
answerable questions, those of our own sets and the others counted alike.

The names of the articles that took part in the fit are written beside it: `training/ablation.py`
leaves them out. `--reader` is "typed", or a reader as `Settings.reader` names it. On two cores
about 3 minutes for 20 questions of each label and article.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from answer_questions import own_examples, polar_examples, reworded_examples
from answer_rows import Row, collect
from confidence_fit import (
    JUDGED,
    NAMES,
    SURE,
    WHOLES,
    choices,
    choosing,
    fit,
    margins_of,
    matrix,
    model_of,
    sure,
)
from confidence_report import SIGNALS, left_out, plot, report, separation
from reader_data import fitting_half

from afgqa.answering.confidence import EXTRACTIVE, FILE, TYPED
from afgqa.answering.pipeline import judges
from afgqa.evaluation.question_sets import Example, load_questions
from afgqa.protocols import Reader
from afgqa.reading.models import DEFAULT_READER, load_reader
from afgqa.reading.typed_reader import TypedReader
from afgqa.types import Document


def fitted(
    train: Sequence[Row],
    held: Sequence[Row],
    own: Sequence[Sequence[Row]],
    kind: str,
    plotted: Path | None = None,
) -> dict[str, object]:
    """What is fitted on `train` and on our `own` sets, with the report of the rows `held` out."""
    every = [*train, *(row for some in own for row in some)]
    picked = choosing(every, WHOLES[kind])
    names = NAMES[kind]
    model, threshold, _ = model_of(train, own, picked, names)
    chosen = choices(held, picked)
    p_held = model.predict_proba(matrix(chosen, names))[:, 1]
    result: dict[str, object] = {
        "bias": round(float(model.intercept_[0]), 3),
        "weights": dict(zip(names, model.coef_[0].round(3).tolist(), strict=True)),
        "threshold": threshold,
        "margin": picked.margin,
        "whole": picked.whole,
    }
    if kind != JUDGED:
        result |= {"margins": asdict(margins_of(every))}
    if kind == JUDGED:
        result |= {"sure": SURE}
    result |= {"held-out half": report(held, chosen, p_held, threshold)}
    if own:
        result |= {"own sets, each left out of the fit": left_out(train, own, picked, names)}
    if kind == JUDGED:
        result |= {"held-out verdicts": sure(held, chosen, p_held, threshold)}
    else:
        result |= {
            "one signal alone": {
                signal: separation(held, fit(train, choices(train, picked), some), chosen, some)
                for signal, some in SIGNALS.items()
            }
        }
    if plotted is not None:
        plot(held, p_held, threshold, plotted)
    return result


def main(given: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("squad", type=Path, help="SQuAD 2.0 dev, .json or .json.gz")
    parser.add_argument("--paraphrased", type=Path, help="rewordings of its questions")
    parser.add_argument(
        "--own", nargs="*", default=[], metavar="QUESTIONS:TEXT", help="sets of our own"
    )
    parser.add_argument("--reader", help='"typed", or a model by name or path; else the default')
    parser.add_argument("--out", type=Path, default=FILE, help="the part of this reader is written")
    parser.add_argument("--limit", type=int, default=60, help="questions per label and article")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw how often it comes true")
    arguments = parser.parse_args(given)
    asked = load_questions(arguments.squad)
    documents = {document.doc_id: document for document in asked.documents}
    reader = load_reader(arguments.reader)
    kind = TYPED if isinstance(reader, TypedReader) else EXTRACTIVE
    fitting = fitting_half(documents)

    def half(here: bool, examples: Sequence[Example], *, hidden: bool = False) -> list[Row]:
        """Each half by itself: what is off topic in one is never a question of the other."""
        part: dict[str, Document] = {
            name: document for name, document in documents.items() if (name in fitting) is here
        }
        return collect(part, examples, reader, arguments.limit, foreign=True, hidden=hidden)

    own = []
    for named in arguments.own:
        document, some = own_examples(*map(Path, named.split(":")))
        own.append(collect({document.doc_id: document}, some, reader, None, foreign=False))
    examples = [*asked.examples]
    if arguments.paraphrased is not None:
        examples += reworded_examples(arguments.paraphrased, documents)
    train, held = (_of(half(here, examples), reader, judged=False) for here in (True, False))
    ours = [_of(some, reader, judged=False) for some in own]
    result = fitted(train, held, ours, kind, arguments.plot)
    result |= {"fitted on": sorted(fitting)}
    if reader.verdicts:
        polar = [*polar_examples(arguments.squad, asked.examples)]
        train, held = (half(here, polar, hidden=True) for here in (True, False))
        ours = [_of(some, reader, judged=True) for some in own]
        result |= {JUDGED: fitted(train, held, ours, JUDGED)}
    table = json.loads(arguments.out.read_text("utf-8")) if arguments.out.exists() else {}
    table[EXTRACTIVE if reader.name == DEFAULT_READER else reader.name] = result
    arguments.out.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def _of(rows: Sequence[Row], reader: Reader, *, judged: bool) -> list[Row]:
    """Those for whose questions the reader judges whole sentences, or the others."""
    return [row for row in rows if judges(reader, row.question) is judged]


if __name__ == "__main__":
    main()
