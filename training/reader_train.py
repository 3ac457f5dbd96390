"""The training loop: over steps or over minutes, with checkpoints, and going on from one."""

from __future__ import annotations

import json
import shutil
import signal
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from reader_features import Features, batches, collate
from reader_network import save_heads
from reader_recipe import Recipe, factor, loss_of, parameter_groups

_AVERAGED_EVERY = 5  # steps; averaging at each step would cost 2 % of the time


class Run:
    """A training run and its folder: `checkpoint.pt`, `log.jsonl` and `model/` lie there."""

    def __init__(self, folder: Path, model: Any, tokenizer: Any, recipe: Recipe) -> None:
        self.folder, self.model, self.tokenizer, self.recipe = folder, model, tokenizer, recipe
        if recipe.frozen:
            model.body.embeddings.requires_grad_(False)
            for layer in model.body.encoder.layer[: recipe.frozen - 1]:
                layer.requires_grad_(False)
        self.step = 0
        self.seconds = 0.0
        self.optimizer = torch.optim.AdamW(parameter_groups(model, recipe), fused=True)
        self.trained = [p for p in model.parameters() if p.requires_grad]
        self.average = [p.detach().clone() for p in self.trained] if recipe.average else []

    def train(
        self, passes: Sequence[Features], score: Callable[[Any], dict[str, float]] | None = None
    ) -> bool:
        """Train to the end of the schedule; whether it was reached, or SIGTERM came before.

        Each pass over the data takes the next of `passes`. `score` is called with the model now
        and then and at the end; what it returns is logged. A checkpoint is saved on SIGTERM.
        """
        seen: set[int] = set()
        kinds = (signal.SIGTERM, signal.SIGCONT)
        before = [signal.signal(kind, lambda number, _: seen.add(number)) for kind in kinds]
        try:
            return self._train(passes, score, seen)
        finally:
            for kind, handler in zip(kinds, before, strict=True):
                signal.signal(kind, handler)

    def _train(
        self,
        passes: Sequence[Features],
        score: Callable[[Any], dict[str, float]] | None,
        signals: set[int],
    ) -> bool:
        recipe = self.recipe
        saved = scored = shown = self.seconds
        losses: deque[float] = deque(maxlen=100)
        took: deque[float] = deque(maxlen=100)
        self.model.train()
        for features, rows in batches(passes, recipe.batch, seed=recipe.seed, skip=self.step):
            progress = self.progress()
            if progress >= 1 or signal.SIGTERM in signals:
                break
            signals.discard(signal.SIGCONT)
            begin = time.monotonic()
            losses.append(self._one(features, rows, progress))
            elapsed = time.monotonic() - begin
            # Time in which the process was stopped (SIGSTOP, SIGCONT) is no training time.
            if signal.SIGCONT in signals and took:
                elapsed = min(elapsed, statistics.median(took))
            took.append(elapsed)
            self.step += 1
            self.seconds += elapsed
            if self.seconds - shown >= 20 or self.step == 1:
                shown = self.seconds
                loss, pace = statistics.fmean(losses), statistics.fmean(took)
                self.log(event="loss", loss=round(loss, 4), ms=round(1000 * pace))
            if self.seconds - saved >= 60 * recipe.save_minutes:
                saved = self.seconds
                self.save()
            if score is not None and self.seconds - scored >= 60 * recipe.score_minutes:
                scored = self.seconds
                self.log(event="dev", **self.averaged(score))
        self.save()
        if signal.SIGTERM in signals:
            return False
        if score is not None:
            self.log(event="dev", **self.averaged(score))
        return True

    def progress(self) -> float:
        """How much of the schedule is done, 0..1."""
        if self.recipe.steps is not None:
            return self.step / self.recipe.steps
        return self.seconds / (60 * self.recipe.minutes)

    def _one(self, features: Features, rows: list[int], progress: float) -> float:
        recipe = self.recipe
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor(progress, recipe.warmup, recipe.schedule)
        typed = "token_type_ids" in self.tokenizer.model_input_names
        batch = collate(features, rows, self.tokenizer.pad_token_id, typed=typed)
        loss = loss_of(self.model(batch.input), batch, recipe)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.trained, recipe.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()
        if self.average and (self.step + 1) % _AVERAGED_EVERY == 0:
            # At first the average follows fast, so that it forgets the untrained weights.
            decay = min(recipe.average, (self.step + 1) / (self.step + 10)) ** _AVERAGED_EVERY
            with torch.no_grad():
                torch._foreach_lerp_(self.average, self.trained, 1 - decay)
        return float(loss.detach())

    def averaged(self, use: Callable[[Any], Any]) -> Any:
        """What `use` makes of the model, with the averaged weights in it if there are any."""
        parameters = self.trained
        kept = [p.detach().clone() for p in parameters]
        with torch.no_grad():
            if self.average:
                torch._foreach_copy_(parameters, self.average)
            try:
                return use(self.model)
            finally:
                torch._foreach_copy_(parameters, kept)
                self.model.train()

    def save(self) -> None:
        """Write the checkpoint and the model, each at once or not at all."""
        state = {
            "step": self.step,
            "seconds": self.seconds,
            "model": self.model.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "random": torch.get_rng_state(),
        }
        new = self.folder / "checkpoint.pt.new"
        torch.save(state, new)
        new.replace(self.folder / "checkpoint.pt")
        self.averaged(lambda model: save_model(model, self.tokenizer, self.folder / "model"))

    def load(self) -> None:
        """Go on from the checkpoint; what was logged after it is forgotten."""
        state = torch.load(self.folder / "checkpoint.pt", weights_only=True)
        self.step, self.seconds = state["step"], state["seconds"]
        self.model.load_state_dict(state["model"])
        self.average = state["average"]
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"])
        log = self.folder / "log.jsonl"
        kept = [row for row in read_log(self.folder) if row["step"] <= self.step]
        log.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")

    def log(self, **values: Any) -> None:
        """A line in `log.jsonl` and on standard error."""
        row = {
            "step": self.step,
            "minutes": round(self.seconds / 60, 2),
            "progress": round(self.progress(), 4),
            **values,
        }
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(" ".join(f"{key} {value}" for key, value in row.items()), file=sys.stderr, flush=True)


def read_log(folder: Path) -> list[dict[str, Any]]:
    path = folder / "log.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines]


def save_model(model: Any, tokenizer: Any, folder: Path) -> None:
    """Save model and tokenizer, whole or not at all."""
    new, old = folder.with_name("model.new"), folder.with_name("model.old")
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    model.qa.save_pretrained(new)
    save_heads(model, new)
    tokenizer.save_pretrained(new)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
