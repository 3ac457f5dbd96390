"""What a run, or a model, records of how it was trained."""

from __future__ import annotations

import json
from pathlib import Path

from afgqa.reading_models import MANIFEST


def trained(model: Path) -> list[str]:
    """The trainings behind a model's folder, a reader as it ships or the `model` of a run."""
    manifest = model / MANIFEST
    if manifest.is_file():
        return list(json.loads(manifest.read_text(encoding="utf-8")).get("trained", []))
    return trainings(model.parent)


def trainings(run: Path) -> list[str]:
    """How a run was trained, by its own records, after what it began with; none if it has none."""
    try:
        given = json.loads((run / "arguments.json").read_text(encoding="utf-8"))
        rows = (run / "log.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    last = json.loads(rows[-1])
    minutes = f"{last['minutes']:.0f} training minutes"
    if given["steps"] is None and last["minutes"] < given["minutes"] - 1:
        minutes += f" (begun for {given['minutes']:.0f}, resumed with a shortened schedule)"
    share = given.get("answerable", 1.0)
    kept = "" if share == 1 else f", {share:g} of the answerable questions in each pass"
    frozen = given.get("frozen", 0)
    left = "" if not frozen else f", without the embeddings and the lowest {frozen - 1} layers"
    files = ", ".join(Path(name).name for name in given["files"])
    return [
        *given.get("before", []),
        f"{files}: {last['step']} steps of {given['batch']} questions in {minutes} on two shared "
        f"cores; AdamW, rate {given['rate']:g}, layer decay {given['layer_decay']:g}, warm-up "
        f"{given['warmup']:g}, {given['schedule']} fall; average of the weights "
        f"{given['average']:g}{left}; windows of {', '.join(map(str, given['limits']))} tokens, "
        f"shifted {given['shift']:g}, negatives {given['negatives']:g}{kept}; "
        f"seed {given['seed']}; torch {given['torch']}.",
    ]
