"""The training loop: a schedule over steps or over minutes, checkpoints, and going on from one.

The loss is the cross-entropy of the answer's first and last token among the passage's tokens and
[CLS], which stands for "no answer" (Devlin et al. 2019, section 4.3).
"""

from __future__ import annotations

import json
import math
import shutil
import signal
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from reader_features import Features, batches, collate

_AVERAGED_EVERY = 5  # steps; averaging at each step would cost 2 % of the time


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train; `steps` or else `minutes` of training-step time is how long.

    `rate` is the learning rate of the top layer, each layer below has `layer_decay` times that
    of the one above. `average` is the decay per step of the exponential moving average of the
    weights that is saved and scored, 0 for none. `smoothing` is the share of the target spread
    over all places. From `frozen` 1 on the embeddings are not trained, nor the `frozen` - 1 layers
    next to them.
    """

    steps: int | None = None
    minutes: float = 80.0
    batch: int = 24
    rate: float = 1.5e-4
    layer_decay: float = 0.9
    warmup: float = 0.05
    schedule: str = "linear"
    weight_decay: float = 0.01
    clip: float = 1.0
    smoothing: float = 0.0
    average: float = 0.999
    frozen: int = 0
    bf16: bool = True
    seed: int = 0
    save_minutes: float = 5.0
    score_minutes: float = 10.0


class Run:
    """A training run and its folder: `checkpoint.pt`, `log.jsonl` and `model/` lie there."""

    def __init__(self, folder: Path, model: Any, tokenizer: Any, recipe: Recipe) -> None:
        self.folder, self.model, self.tokenizer, self.recipe = folder, model, tokenizer, recipe
        if recipe.frozen:
            model.base_model.embeddings.requires_grad_(False)
            for layer in model.base_model.encoder.layer[: recipe.frozen - 1]:
                layer.requires_grad_(False)
        self.step = 0
        self.seconds = 0.0
        self.optimizer = torch.optim.AdamW(_groups(model, recipe), fused=True)
        self.average = [p.detach().clone() for p in model.parameters()] if recipe.average else []

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
        batch, allowed, start, end = collate(features, rows, self.tokenizer.pad_token_id)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=recipe.bf16):
            output = self.model(**batch)
        loss = (
            _cross_entropy(output.start_logits.float(), start, allowed, recipe.smoothing)
            + _cross_entropy(output.end_logits.float(), end, allowed, recipe.smoothing)
        ) / 2
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), recipe.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()
        if self.average and (self.step + 1) % _AVERAGED_EVERY == 0:
            # At first the average follows fast, so that it forgets the untrained weights.
            decay = min(recipe.average, (self.step + 1) / (self.step + 10)) ** _AVERAGED_EVERY
            with torch.no_grad():
                torch._foreach_lerp_(self.average, list(self.model.parameters()), 1 - decay)
        return float(loss.detach())

    def averaged(self, use: Callable[[Any], Any]) -> Any:
        """What `use` makes of the model, with the averaged weights in it if there are any."""
        parameters = list(self.model.parameters())
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
    model.save_pretrained(new)
    tokenizer.save_pretrained(new)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def factor(progress: float, warmup: float, schedule: str) -> float:
    """The share of the peak learning rate at `progress` (0..1): a rise, then a fall to 0."""
    if progress < warmup:
        # A start above 0: by the clock the first step is at progress 0.
        return max(progress / warmup, 0.01)
    left = (1 - progress) / (1 - warmup)
    return left if schedule == "linear" else (1 - math.cos(math.pi * left)) / 2


def _cross_entropy(
    logits: torch.Tensor, target: torch.Tensor, allowed: torch.Tensor, smoothing: float
) -> torch.Tensor:
    logp = logits.masked_fill(~allowed, -torch.inf).log_softmax(dim=-1)
    loss = -logp.gather(1, target[:, None])[:, 0]
    if smoothing:
        spread = -logp.masked_fill(~allowed, 0.0).sum(dim=-1) / allowed.sum(dim=-1)
        loss = (1 - smoothing) * loss + smoothing * spread
    return loss.mean()


def _groups(model: Any, recipe: Recipe) -> list[dict[str, Any]]:
    """Parameters by layer and by whether weight decay is good for them, with their peak rates."""
    layers = model.config.num_hidden_layers
    groups: dict[tuple[int, bool], list[Any]] = {}
    for name, parameter in model.named_parameters():
        parts = name.split(".")
        depth = layers + 1
        if "embeddings" in parts:
            depth = 0
        elif "layer" in parts:
            depth = int(parts[parts.index("layer") + 1]) + 1
        decayed = parameter.ndim > 1
        if parameter.requires_grad:
            groups.setdefault((depth, decayed), []).append(parameter)
    return [
        {
            "params": parameters,
            "peak": recipe.rate * recipe.layer_decay ** (layers + 1 - depth),
            "weight_decay": recipe.weight_decay * decayed,
        }
        for (depth, decayed), parameters in groups.items()
    ]
