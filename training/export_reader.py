"""Write a trained reader as the files that ship, and measure what each form costs.

    python training/export_reader.py MODEL_OR_RUN --squad SQUAD.json.gz
        [--calibrate TRAIN.json.gz] [--form int8] [--out FOLDER]

MODEL_OR_RUN is a folder with a model and its tokenizer, or a training run that has one in
`model/`. Every form is measured on the same sample of questions, each beside its paragraph: EM
and F1, area under ROC where some have no answer, the largest and the mean change of a logit,
milliseconds for five passages of 128 tokens, and size. `--calibrate` evens the activations out
first, by some questions of a training file (`reader_smooth`). `--form` is written to the folder
with its manifest and model card; without `--out` nothing is written. About two minutes for 500
questions.
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import logging
import random
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from reader_card import card
from reader_data import load, plain
from reader_forms import FORMS, convert
from reader_network import ReaderNetwork
from reader_record import trainings
from reader_scores import Asked, marked, questions_of, spans_scores
from reader_smooth import smooth
from reader_weights import open_model

from afgqa.evaluation.selective_metrics import auc
from afgqa.reading.extractive import ExtractiveReader
from afgqa.reading.models import MANIFEST, OnnxModel

_CALIBRATING = 200  # questions
_BODIES = {
    "mpnet": "all-mpnet-base-v2, an MPNet of twelve (Apache-2.0)",
    "bert": "all-MiniLM-L6-v2, a BERT of six (Apache-2.0)",
}


def export(network: ReaderNetwork, path: Path) -> None:
    """Trace `network` into an ONNX file whose batch and length may vary."""
    import torch

    typed = getattr(network.config, "type_vocab_size", 1) > 1
    inputs = ["input_ids", "attention_mask", *(["token_type_ids"] if typed else [])]

    class Flat(torch.nn.Module):
        """The network with a tensor for each input: what is traced takes no dictionary."""

        def __init__(self) -> None:
            super().__init__()
            self.model = network

        def forward(self, *given: Any) -> tuple[Any, ...]:
            return tuple(self.model(dict(zip(inputs, given, strict=True))))

    ids = torch.randint(5, 50, (2, 40))
    example = (ids, torch.ones_like(ids), torch.zeros_like(ids))[: len(inputs)]
    outputs = ["start_logits", "end_logits", "verdict_logits"]
    axes = {name: {0: "batch", 1: "length"} for name in (*inputs, *outputs[:2])}
    with warnings.catch_warnings():
        # The tracer warns of branches on shapes, which are the same for every input; what it
        # made is compared with the model below.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Flat(),
            example,
            str(path),
            input_names=inputs,
            output_names=outputs,
            dynamic_axes={**axes, "verdict_logits": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


def write_manifest(folder: Path, form: str, trained: Sequence[str] = ()) -> None:
    """The SHA-256 of every file that is read at run time, and how the reader was trained."""
    names = ("config.json", "model.onnx", "tokenizer.json")
    sha256 = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    text = json.dumps(
        {"format": 2, "form": form, "sha256": sha256, "trained": [*trained]}, indent=2
    )
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def assemble(
    source: Path, network: Path, folder: Path, form: str, trained: Sequence[str] = ()
) -> None:
    """A folder as `afgqa` loads it: the network, the tokenizer, the configuration, the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(network, folder / "model.onnx")
    for name in ("config.json", "tokenizer.json"):
        shutil.copyfile(source / name, folder / name)
    write_manifest(folder, form, trained)


def measure(folder: Path, asked: Sequence[Asked], reference: list[Any]) -> dict[str, float]:
    """What one form is worth; `reference` is filled with the logits of the first form."""
    model = OnnxModel(folder, folder.name)
    reader = ExtractiveReader(model)
    found = marked(reader, asked)
    scores = {name: 100 * metric.value for name, metric in spans_scores(asked, found).items()}
    truth = np.array([bool(item.answers) for item in asked])
    if 0 < truth.sum() < len(truth):
        scores["AUC"] = auc(np.array([given.margin for given in found]), truth)
    pairs = [model.tokenizer.encode(item.question, item.paragraph) for item in asked[:50]]
    logits = [
        np.concatenate(model.logits(pair.ids[:256], pair.type_ids[:256])[:2]) for pair in pairs
    ]
    if not reference:
        reference += logits
    changes = np.concatenate([np.abs(a - b) for a, b in zip(logits, reference, strict=True)])
    # As in an answer: a question with five passages, 128 tokens together with it.
    pairs = [model.tokenizer.encode(asked[0].question, item.paragraph) for item in asked]
    cut = [
        item.paragraph[: pair.offsets[126][1]]
        for item, pair in zip(asked, pairs, strict=True)
        if len(pair) >= 128
    ]
    times = []
    for _ in range(20):
        begin = time.perf_counter()
        reader.read(asked[0].question, cut[:5])
        times.append(1000 * (time.perf_counter() - begin))
    return scores | {
        "largest change": float(changes.max()),
        "mean change": float(changes.mean()),
        "ms": statistics.median(times),
        "MB": (folder / "model.onnx").stat().st_size / 1e6,
    }


def described(network: ReaderNetwork) -> str:
    """What the network is, in words: its layers, its parameters and what its body was."""
    layers = network.config.num_hidden_layers
    millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    body = _BODIES.get(network.config.model_type, f"a {network.config.model_type}")
    return f"The lowest {layers} layers of {body}: {millions:.0f} million parameters"


def _calibrating(tokenizer: Any, squad: Path) -> Iterator[dict[str, Any]]:
    """Questions of a file with their paragraphs, as the network takes them."""
    asked = questions_of(load(squad))
    for item in random.Random(0).sample(asked, min(_CALIBRATING, len(asked))):
        yield dict(
            tokenizer(
                plain(item.question),
                item.paragraph,
                truncation="only_second",
                max_length=256,  # as the reader reads
                return_tensors="pt",
            )
        )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument(
        "--squad", type=Path, required=True, help="SQuAD 1.1 or 2.0 file to measure on"
    )
    parser.add_argument(
        "--calibrate", type=Path, help="SQuAD file, of training, to even out the activations by"
    )
    parser.add_argument("--limit", type=int, default=500, help="how many questions")
    parser.add_argument("--form", choices=FORMS, default="int8")
    parser.add_argument("--forms", nargs="*", choices=FORMS, default=list(FORMS), help="measured")
    parser.add_argument("--out", type=Path, help="where to write; nothing is written without")
    given = parser.parse_args(arguments)
    logging.getLogger().setLevel(logging.ERROR)  # the quantizer recommends a preprocessing pass
    source = given.model / "model" if (given.model / "model").is_dir() else given.model
    network, tokenizer = open_model(source)
    network.eval()
    if given.calibrate is not None:
        smooth(network, _calibrating(tokenizer, given.calibrate))
    asked = questions_of(load(given.squad))
    asked = random.Random(0).sample(asked, min(given.limit, len(asked)))
    results: dict[str, dict[str, float]] = {}
    reference: list[Any] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export(network, folder / "fp32.onnx")
        for form in dict.fromkeys(("fp32", *given.forms, given.form)):
            file = folder / f"{form}.onnx"
            if form != "fp32":
                convert(folder / "fp32.onnx", file, form)
            assemble(source, file, folder / form, form)
            results[form] = measure(folder / form, asked, reference)
            shown = ", ".join(f"{key} {value:.3f}" for key, value in results[form].items())
            print(f"{form}: {shown}", flush=True)
        if given.out is not None:
            trained = trainings(source)
            assemble(source, folder / f"{given.form}.onnx", given.out, given.form, trained)
            sample = f"{len(asked)} questions of {given.squad.name}"
            today = f"{datetime.date.today()}"
            by = given.calibrate and f"{_CALIBRATING} questions of {given.calibrate.name}"
            what = described(network)
            text = card(given.form, results, sample, trained, today, by, what)
            (given.out / "README.md").write_text(text, encoding="utf-8")
            print(f"{given.out}: {given.form}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
