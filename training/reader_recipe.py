"""How to train: the choices, the schedule, the loss, and what each layer learns by.

The loss is the cross-entropy of the answer's first and last token among the passage's tokens and
[CLS], which stands for "no answer" (Devlin et al. 2019, section 4.3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from reader_features import Batch
from reader_network import Output


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train; `steps` or else `minutes` of training-step time is how long.

    `rate` is the learning rate of the top layer, each layer below has `layer_decay` times that
    of the one above. `average` is the decay per step of the exponential moving average of the
    weights that is saved and scored, 0 for none. `smoothing` is the share of the target spread
    over all places, `verdicts` how much a verdict costs beside a span. From `frozen` 1 on the
    embeddings are not trained, nor the `frozen` - 1 layers next to them.
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
    verdicts: float = 1.0
    average: float = 0.999
    frozen: int = 0
    bf16: bool = True
    seed: int = 0
    save_minutes: float = 5.0
    score_minutes: float = 10.0


def factor(progress: float, warmup: float, schedule: str) -> float:
    """The share of the peak learning rate at `progress` (0..1): a rise, then a fall to 0."""
    if progress < warmup:
        # A start above 0: by the clock the first step is at progress 0.
        return max(progress / warmup, 0.01)
    left = (1 - progress) / (1 - warmup)
    return left if schedule == "linear" else (1 - math.cos(math.pi * left)) / 2


def loss_of(output: Output, batch: Batch, recipe: Recipe) -> torch.Tensor:
    """The weighted mean over the rows of what span and verdict cost.

    Of a span, half of what its first and last token cost; nothing where nobody marked it. A verdict
    costs the cross-entropy of all verdicts that are right together; nothing where none is known.
    """
    spans = (
        cross_entropy(output.start, batch.start, batch.allowed, recipe.smoothing)
        + cross_entropy(output.end, batch.end, batch.allowed, recipe.smoothing)
    ) / 2
    right = output.verdict.masked_fill(~batch.verdict, -torch.inf).logsumexp(dim=-1)
    verdicts = torch.where(batch.verdict.any(dim=-1), output.verdict.logsumexp(dim=-1) - right, 0.0)
    return ((spans + recipe.verdicts * verdicts) * batch.weight).mean()


def cross_entropy(
    logits: torch.Tensor, target: torch.Tensor, allowed: torch.Tensor, smoothing: float
) -> torch.Tensor:
    """Per row, of the `target` among the places `allowed`; 0 where the target is -1."""
    logp = logits.masked_fill(~allowed, -torch.inf).log_softmax(dim=-1)
    loss = -logp.gather(1, target.clamp(min=0)[:, None])[:, 0]
    if smoothing:
        spread = -logp.masked_fill(~allowed, 0.0).sum(dim=-1) / allowed.sum(dim=-1)
        loss = (1 - smoothing) * loss + smoothing * spread
    return loss * (target >= 0)


def parameter_groups(model: Any, recipe: Recipe) -> list[dict[str, Any]]:
    """Parameters by layer and by whether weight decay is good for them, with their peak rates."""
    layers = model.config.num_hidden_layers
    groups: dict[tuple[int, bool], list[Any]] = {}
    for name, parameter in model.named_parameters():
        parts = name.split(".")
        depth = layers + 1
        if "embeddings" in parts or "relative_attention_bias" in parts:
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
