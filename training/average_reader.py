"""Average the weights of several trainings of the reader.

    python training/average_reader.py RUN RUN ... [--shares S S ...] --out OUT

Trainings that go on from the same weights lie in one basin of the loss: the mean of where they
ended is often better than each of them, at the price of one (Wortsman et al. 2022, "Model soups").
Each RUN is a run of `training/reader.py` or of this program. OUT gets `model/`, from which
`export_reader.py` and `reader.py train --model OUT/model` go on, and `average.json`, which says
what was averaged.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from reader_record import AVERAGE, trainings
from safetensors.torch import load_file, save_file


def averaged(
    weights: Sequence[dict[str, torch.Tensor]], shares: Sequence[float]
) -> dict[str, torch.Tensor]:
    """The weighted mean of each tensor, in 32 bits; ValueError if names or shapes differ."""
    shapes = [{name: it.shape for name, it in given.items()} for given in weights]
    if any(given != shapes[0] for given in shapes):
        raise ValueError("The models are not of one shape: only trainings of one can be averaged.")
    return {
        name: torch.stack(
            [share * given[name].float() for given, share in zip(weights, shares, strict=True)]
        ).sum(0)
        for name in weights[0]
    }


def told(runs: Sequence[Path], shares: Sequence[float]) -> list[str]:
    """The trainings behind all runs, each once, and a sentence on what was averaged."""
    behind = [trainings(run / "model") for run in runs]
    before = list(dict.fromkeys(line for lines in behind for line in lines))
    parts = []
    for lines, share in zip(behind, shares, strict=True):
        what = f"what number {before.index(lines[-1]) + 1} left" if lines else "unknown weights"
        parts.append(f"{share:.3g} of {what}")
    return [*before, f"No training: an average of the weights, {' and '.join(parts)}."]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--shares", type=float, nargs="+", help="one for each run (equal shares)")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    shares = given.shares or [1 / len(given.runs)] * len(given.runs)
    if len(shares) != len(given.runs) or abs(sum(shares) - 1) > 1e-6:
        parser.error("--shares: one for each run, and 1 in all")
    model = given.out / "model"
    model.mkdir(parents=True, exist_ok=True)
    for path in sorted((given.runs[0] / "model").iterdir()):
        if path.suffix == ".safetensors":  # the weights, and those of the verdict's head
            weights = [load_file(run / "model" / path.name) for run in given.runs]
            save_file(averaged(weights, shares), model / path.name, metadata={"format": "pt"})
        else:
            shutil.copyfile(path, model / path.name)
    record = {"shares": shares, "trained": told(given.runs, shares)}
    (given.out / AVERAGE).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
