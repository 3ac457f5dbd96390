"""Train the reader, an extractive question-answering model, and measure it.

    python training/reader.py train SQUAD.json.gz ... --out RUN [--minutes M]
    python training/reader.py train --resume --out RUN
    python training/reader.py evaluate [MODEL] --squad-1.1 FILE --squad-2.0 FILE

The default embedder's weights, or those of a reader, are fine-tuned on SQuAD-style files;
`training/README.md` says how.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from reader_data import hold_out, load, without
from reader_network import ReaderNetwork
from reader_passes import FEATURES, Mixture, passes_of
from reader_recipe import Recipe
from reader_record import plot, trainings
from reader_scores import (
    Asked,
    marked,
    predict,
    questions_of,
    refusing_scores,
    spans_scores,
)
from reader_train import Run
from reader_weights import open_model

from afgqa.evaluation.measures import Metric
from afgqa.evaluation.selective_metrics import auc
from afgqa.reading.models import load_reader
from afgqa.search.embedders import default_files

_DEV_SHARE = 0.05  # of the training articles, held out for the scores during training
_DEV_SEED = 0  # the same in every training, whatever its own seed: one may go on from another


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when done, 143 when SIGTERM stopped a training that can be resumed."""
    given = _parser().parse_args(arguments)
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return int(given.run(given))


# Fields of a recipe that are numbers, in the order of the help.
_NUMBERS = (
    "batch", "rate", "layer_decay", "warmup", "weight_decay", "clip", "smoothing", "average",
    "verdicts", "seed", "save_minutes", "score_minutes",
)  # fmt: skip
_RECORD = "arguments.json"  # in a run's folder


def train(given: argparse.Namespace) -> int:
    out: Path = given.out
    if given.resume:
        given = _resumed(given)
    elif (out / "checkpoint.pt").exists() or not given.files:
        raise SystemExit(
            f"{out} holds a run: give --resume to go on with it, or another --out."
            if given.files
            else "There is nothing to train on: give SQuAD-style files, or --resume."
        )
    else:
        _record(given)
    source = default_files() if given.model is None else Path(given.model)
    recipe = Recipe(**{field.name: getattr(given, field.name) for field in fields(Recipe)})
    mixture = Mixture(**{field.name: getattr(given, field.name) for field in fields(Mixture)})
    torch.manual_seed(recipe.seed)
    model, tokenizer = open_model(
        source, dropout=given.dropout, layers=given.layers, bf16=recipe.bf16
    )
    articles = without(
        [article for path in given.files for article in load(path)],
        [article.title for path in given.without for article in load(Path(path))],
    )
    held = hold_out(articles, _DEV_SHARE, _DEV_SEED)
    vectors = None if given.vectors is None else Path(given.vectors)
    passes = passes_of(out / FEATURES, without(articles, held), tokenizer, mixture, vectors)
    dev = questions_of([article for article in articles if article.title in held])
    dev = random.Random(recipe.seed).sample(dev, min(given.dev, len(dev)))
    run = Run(out, model, tokenizer, recipe)
    if given.resume:
        run.load()
    window = max(given.limits)
    done = run.train(passes, lambda model: _dev_scores(model, tokenizer, dev, window))
    plot(out)
    if not done:
        print(f"Stopped at step {run.step}; --resume goes on from there.", file=sys.stderr)
    return 0 if done else 143


def _resumed(given: argparse.Namespace) -> argparse.Namespace:
    """The arguments as they were recorded; a resumed run may be made longer or shorter."""
    recorded = json.loads((given.out / _RECORD).read_text(encoding="utf-8"))
    lengths = {"minutes": given.minutes, "steps": given.steps}
    changed = lengths if any(value is not None for value in lengths.values()) else {}
    given = argparse.Namespace(**{**vars(given), **recorded, **changed})
    given.files = [Path(name) for name in given.files]
    return given


def _record(given: argparse.Namespace) -> None:
    """Begin the run's folder, and write down every choice and the hashes of the data."""
    given.out.mkdir(parents=True, exist_ok=True)
    for left in (FEATURES, "log.jsonl"):  # of a run that ended before its first checkpoint
        (given.out / left).unlink(missing_ok=True)
    if given.model is not None:
        given.model = given.model.resolve()
    if given.minutes is None:
        given.minutes = Recipe().minutes
    given.verdicts_from = [
        str(Path(name.partition(":")[0]).resolve()) + "".join(name.partition(":")[1:])
        for name in given.verdicts_from
    ]
    kept = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in vars(given).items()
        if name not in ("run", "resume", "out", "files", "without")
    }
    kept["files"] = [str(path.resolve()) for path in given.files]
    kept["without"] = [str(path.resolve()) for path in given.without]
    kept["sha256"] = [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (*given.files, *given.without)
    ]
    kept["torch"], kept["threads"] = torch.__version__, torch.get_num_threads()
    kept["before"] = [] if given.model is None else trainings(given.model)
    text = json.dumps(kept, indent=2) + "\n"
    (given.out / _RECORD).write_text(text, encoding="utf-8")


def _dev_scores(
    model: ReaderNetwork, tokenizer: Any, dev: Sequence[Asked], window: int
) -> dict[str, float]:
    """EM and F1 of the held-out answerable questions, and AUC against the unanswerable ones."""
    found = predict(model, tokenizer, dev, window=window)
    values = {
        name: round(100 * metric.value, 2) for name, metric in spans_scores(dev, found).items()
    }
    truth = np.array([bool(item.answers) for item in dev])
    if not truth.all():
        values["AUC"] = round(auc(np.array([given.margin for given in found]), truth), 4)
    return values


def evaluate(given: argparse.Namespace) -> int:
    reader = load_reader(given.model)
    result: dict[str, Any] = {}
    for name, path, score in (
        ("SQuAD 1.1", given.squad_11, spans_scores),
        ("SQuAD 2.0", given.squad_20, refusing_scores),
    ):
        if path is None:
            continue
        asked = questions_of(load(path))
        if given.limit is not None:
            asked = random.Random(0).sample(asked, min(given.limit, len(asked)))
        begin = time.perf_counter()
        found = marked(reader, asked)
        took = 1000 * (time.perf_counter() - begin) / len(asked)
        print(f"{name}: {len(asked)} questions, {took:.1f} ms each")
        result[name] = {}
        for what, value in score(asked, found).items():
            if isinstance(value, Metric):
                result[name][what] = [value.value, value.low, value.high, value.n]
                value = (
                    f"{100 * value.value:.1f}  [{100 * value.low:.1f}, {100 * value.high:.1f}]"
                    f"  n = {value.n}"
                )
            else:
                result[name][what] = value
                value = f"{value:.3f}"
            print(f"  {what:<22}{value}")
    if given.out is not None:
        given.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True)
    new = commands.add_parser("train", help="train a reader, or go on with a run")
    new.set_defaults(run=train)
    _add_run(new)
    _add_rows(new)
    _add_recipe(new)
    measure = commands.add_parser("evaluate", help="measure a model on gold paragraphs")
    measure.set_defaults(run=evaluate)
    add = measure.add_argument
    add("model", nargs="?", help="as Settings.reader names one (the reader that ships)")
    add("--squad-1.1", dest="squad_11", type=Path, metavar="FILE")
    add("--squad-2.0", dest="squad_20", type=Path, metavar="FILE")
    add("--limit", type=int, help="so many questions of each file, drawn at random")
    add("--out", type=Path, help="the figures as JSON: value, interval, questions")
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    """The files, the folder, and what the training starts from."""
    add = parser.add_argument
    add("files", type=Path, nargs="*", help="SQuAD 1.1 or 2.0 files, .json or .json.gz")
    add("--out", type=Path, required=True, help="the run's folder; the model is in its model/")
    add("--resume", action="store_true", help="go on from the checkpoint, arguments as they were")
    add(
        "--without", type=Path, nargs="+", default=[], metavar="FILE",
        help="files that are measured: no article of the same title is trained on",
    )  # fmt: skip
    add("--model", type=Path, help="weights to start from (the default embedder's): a folder")
    add("--layers", type=int, metavar="N", help="of a deeper body, take the N lowest layers (all)")
    add("--vectors", type=Path, metavar="NPZ", help="keep what is embedded there, or take it")
    add("--dev", type=int, default=1000, help="held-out questions for the scores (1000)")


def _add_rows(parser: argparse.ArgumentParser) -> None:
    """What a pass is drawn from."""
    add = parser.add_argument
    add("--passes", type=int, default=2, help="cut windows anew so many times (2)")
    add("--limits", type=int, nargs="+", default=[96, 128, 160], help="tokens of a window")
    add("--shift", type=float, default=0.3, help="share of windows with a random beginning (0.3)")
    add(
        "--answerable", type=float, default=1.0,
        help="share of the answerable questions in a pass, drawn anew for each (1.0)",
    )  # fmt: skip
    add("--negatives", type=float, default=0.15, help="mined, per answerable question (0.15)")
    add("--swaps", type=float, default=0.0, help="with a word exchanged, per answerable one (0.0)")
    add("--edits", type=float, default=0.0, help="edited as people did, per answerable one (0.0)")
    add("--polar", type=float, default=0.0, help="asked for yes or no, of those that can be (0.0)")
    add("--reworded", type=float, default=0.0, help="share asked in other words (0.0)")
    add(
        "--verdicts-from", nargs="+", default=[], metavar="FILE[:N[:W]]",
        help="yes-no questions and claims; N times in each pass, with weight W in the loss",
    )  # fmt: skip
    add("--titled", type=float, default=0.0, help="after their article's title, share (0.0)")
    add("--framed", type=float, default=0.0, help="short ones of them in a frame, share (0.0)")
    add("--tables", type=int, default=0, help="questions about made-up tables, in each pass (0)")
    add("--statements", type=int, default=0, help="the same about made-up statements (0)")


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    """How long it trains, and how."""
    recipe = Recipe()
    add = parser.add_argument
    add("--steps", type=int, help="train so many steps instead of minutes")
    add("--minutes", type=float, help=f"train so many minutes of step time ({recipe.minutes:.0f})")
    add("--dropout", type=float, default=0.0)
    for name in _NUMBERS:
        value = getattr(recipe, name)
        add(f"--{name.replace('_', '-')}", type=type(value), default=value, help=f"({value})")
    add("--schedule", choices=["linear", "cosine"], default=recipe.schedule)
    add(
        "--frozen", type=int, choices=range(99), default=0, metavar="N",
        help="so many of the lowest parts stay as they are: embeddings, then layer by layer (0)",
    )  # fmt: skip
    add("--fp32", dest="bf16", action="store_false", help="no bf16 autocast")


if __name__ == "__main__":
    sys.exit(main())
