"""What a run, or a model, records of how it was trained."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from reader_train import read_log

from afgqa.reading.models import MANIFEST

AVERAGE = "average.json"  # beside the `model` of `average_reader.py`


def trainings(model: Path) -> list[str]:
    """The trainings behind a model's folder in order, each in a sentence; none if none is recorded.

    The folder is a reader as it ships, whose manifest lists them, or the `model` of a run or of an
    average of runs.
    """
    run = model.parent
    for listing in (model / MANIFEST, run / AVERAGE):
        if listing.is_file():
            return list(json.loads(listing.read_text(encoding="utf-8")).get("trained", []))
    rows = read_log(run)
    if not rows or not (run / "arguments.json").is_file():
        return []
    given = json.loads((run / "arguments.json").read_text(encoding="utf-8"))
    # What no argument could change yet when an earlier run was recorded.
    given = {
        "before": [],
        "frozen": 0,
        "answerable": 1.0,
        "swaps": 0.0,
        "edits": 0.0,
        "polar": 0.0,
        "reworded": 0.0,
        "titled": 0.0,
        "verdicts_from": [],
        "framed": 0.0,
        "tables": 0,
        "statements": 0,
        "layers": None,
        "dropout": 0.0,
        "threads": "several",
    } | given
    last = rows[-1]
    minutes = f"{last['minutes']:.0f} training minutes"
    if given["steps"] is None and last["minutes"] < given["minutes"] - 1:
        ended = "resumed with a shortened schedule" if last["progress"] >= 1 else "stopped early"
        minutes += f" (begun for {given['minutes']:.0f}, {ended})"
    begun = ", from the default embedder's weights" if given["model"] is None else ""
    if given["layers"] is not None:
        begun = f", from the lowest {given['layers']} layers of {Path(given['model']).name}"
    files = ", ".join(Path(name).name for name in given["files"])
    return [
        *given["before"],
        f"{files}: {last['step']} steps of {given['batch']} questions in {minutes} on "
        f"{given['threads']} CPU threads{begun}; AdamW, {', '.join(_choices(given))}.",
    ]


def _choices(given: dict[str, Any]) -> list[str]:
    """What was chosen for a run, in words; what is off is left out."""
    frozen, share = given["frozen"], given["answerable"]
    return [
        f"rate {given['rate']:g}",
        f"layer decay {given['layer_decay']:g}",
        f"warm-up {given['warmup']:g}",
        f"{given['schedule']} fall",
        f"average of the weights {given['average']:g}",
        *([f"dropout {given['dropout']:g}"] if given["dropout"] else []),
        *([_left(frozen)] if frozen else []),
        f"windows of {' or '.join(map(str, given['limits']))} tokens",
        f"shifted {given['shift']:g}",
        f"negatives {given['negatives']:g}",
        *([f"swaps {given['swaps']:g}"] if given["swaps"] else []),
        *([f"edits {given['edits']:g}"] if given["edits"] else []),
        *([f"asked for yes or no {given['polar']:g}"] if given["polar"] else []),
        *([f"{given['reworded']:g} in other words"] if given["reworded"] else []),
        *([f"{given['titled']:g} after their title"] if given["titled"] else []),
        *([f"{given['tables']} questions about tables"] if given["tables"] else []),
        *([f"{given['statements']} about statements"] if given["statements"] else []),
        *([_verdicts(given)] if given["verdicts_from"] else []),
        *([f"{share:g} of the answerable questions in each pass"] if share < 1 else []),
        f"seed {given['seed']}",
        f"torch {given['torch']}",
    ]


def _verdicts(given: dict[str, Any]) -> str:
    names = [name.rpartition("/")[2] for name in given["verdicts_from"]]
    return f"verdicts (times, weight) from {', '.join(names)}, {given['framed']:g} of them framed"


def _left(frozen: int) -> str:
    layers = {1: "", 2: " and the lowest layer"}.get(frozen, f" and the lowest {frozen - 1} layers")
    return f"the embeddings{layers} left as they were"


def plot(folder: Path) -> None:
    """Draw `log.jsonl` as `log.png`, or say that this needs matplotlib."""
    if importlib.util.find_spec("matplotlib") is None:
        print("No plot: matplotlib is not installed. The log is complete.", file=sys.stderr)
        return
    figure = importlib.import_module("matplotlib.figure").Figure(figsize=(8, 6))
    upper, lower = figure.subplots(2, 1, sharex=True)
    rows = read_log(folder)
    for axes, event, names in (
        (upper, "loss", ["loss"]),
        (lower, "dev", ["EM", "F1", "AUC"]),
    ):
        for name in names:
            some = [row for row in rows if row["event"] == event and name in row]
            scale = 100 if name == "AUC" else 1
            axes.plot([r["step"] for r in some], [scale * r[name] for r in some], label=name)
        axes.legend()
    lower.set_xlabel("step")
    figure.savefig(folder / "log.png")
