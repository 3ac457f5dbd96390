"""The network that is trained: a pretrained body with a head for spans and one for verdicts.

One forward pass gives, for a question or a claim beside a passage, the logits of each token as the
first and the last of the answer (those of the first token, [CLS] or <s>, stand for no answer) and
three logits that say whether the passage leaves it open, affirms it or denies it. `VERDICTS` is
their order.

`hidden_states` runs the layers of MPNet (Song et al. 2020) in bf16 for training on a CPU: the same
values as transformers computes up to rounding, in half the time, for what is no matrix product is
computed in 16 bits too, query, key and value are one product, and the relative position bias,
which is not trained, is added once per batch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from torch.nn import functional

VERDICTS: Final = ("open", "yes", "no")
VERDICT_FILE: Final = "verdict.safetensors"


class Output(NamedTuple):
    """Logits in 32 bits: `start` and `end` of shape (batch, tokens), `verdict` (batch, 3)."""

    start: torch.Tensor
    end: torch.Tensor
    verdict: torch.Tensor


class ReaderNetwork(torch.nn.Module):
    """`qa` is a question-answering model of transformers; the verdict is read from its first token.

    With `bf16` the body computes in 16 bits, an MPNet by `hidden_states`; the heads always in 32.
    """

    def __init__(self, qa: Any, *, bf16: bool = False) -> None:
        super().__init__()
        self.qa = qa
        self.bf16 = bf16
        size = qa.config.hidden_size
        self.verdict = torch.nn.Sequential(
            torch.nn.Linear(size, size), torch.nn.Tanh(), torch.nn.Linear(size, len(VERDICTS))
        )

    @property
    def config(self) -> Any:
        return self.qa.config

    @property
    def body(self) -> Any:
        return self.qa.base_model

    def forward(self, batch: dict[str, torch.Tensor]) -> Output:
        if self.bf16 and self.config.model_type == "mpnet":
            hidden = hidden_states(self.body, batch["input_ids"], batch["attention_mask"])
        else:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
                hidden = self.body(**batch).last_hidden_state
        hidden = hidden.float()
        spans = self.qa.qa_outputs(hidden)
        return Output(spans[..., 0], spans[..., 1], self.verdict(hidden[:, 0]))


def hidden_states(body: Any, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The last hidden states of an MPNet body in bf16, shape (batch, tokens, channels).

    Dropout is not applied, and the relative position bias gets no gradient.
    """
    encoder, config = body.encoder, body.config
    heads, eps = config.num_attention_heads, config.layer_norm_eps
    x: torch.Tensor = body.embeddings(input_ids=ids).to(torch.bfloat16)
    batch, length, width = x.shape
    size = width // heads
    with torch.no_grad():
        bias = encoder.compute_position_bias(x)[:1]
        bias = bias + (1.0 - mask[:, None, None, :].float()) * -1e4
        bias = bias.to(torch.bfloat16).reshape(batch * heads, length, length)
    for layer in encoder.layer:
        attention = layer.attention
        three = (attention.attn.q, attention.attn.k, attention.attn.v)
        weight = torch.cat([part.weight.to(torch.bfloat16) for part in three])
        offset = torch.cat([part.bias.to(torch.bfloat16) for part in three])
        mixed = functional.linear(x, weight, offset).view(batch, length, 3, heads, size)
        query, key, value = mixed.permute(2, 0, 3, 1, 4).reshape(3, batch * heads, length, size)
        scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=size**-0.5)
        context = torch.bmm(scores.softmax(dim=-1), value)
        context = context.view(batch, heads, length, size).transpose(1, 2).reshape(x.shape)
        x = _normalised(_linear(attention.attn.o, context) + x, attention.LayerNorm, eps)
        inner = functional.gelu(_linear(layer.intermediate.dense, x))
        x = _normalised(_linear(layer.output.dense, inner) + x, layer.output.LayerNorm, eps)
    return x


def _linear(layer: Any, x: torch.Tensor) -> torch.Tensor:
    return functional.linear(x, layer.weight.to(torch.bfloat16), layer.bias.to(torch.bfloat16))


def _normalised(x: torch.Tensor, layer: Any, eps: float) -> torch.Tensor:
    weight, bias = (part.to(torch.bfloat16) for part in (layer.weight, layer.bias))
    return functional.layer_norm(x, x.shape[-1:], weight, bias, eps)


def save_heads(network: ReaderNetwork, folder: Path) -> None:
    """Write the verdict's head beside the model that transformers has saved in `folder`."""
    from safetensors.torch import save_file

    save_file(network.verdict.state_dict(), folder / VERDICT_FILE)


def load_heads(network: ReaderNetwork, folder: Path) -> None:
    """Take the verdict's head of `folder` if it has one; else it stays as it is."""
    from safetensors.torch import load_file

    if (folder / VERDICT_FILE).is_file():
        network.verdict.load_state_dict(load_file(folder / VERDICT_FILE))
