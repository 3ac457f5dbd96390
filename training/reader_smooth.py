"""Even out a network's activations before its layers are computed in 8 bits.

One scale serves a whole activation in 8 bits, so a few channels with large values cost all others
their precision. Each input channel of a linear layer is divided by a factor and the weights that
it meets are multiplied by it: the same function, but both sides fit 8 bits better (Xiao et al.
2023, "SmoothQuant", equation 4). The division stays in the network as an operation of its own: two
of the four inputs of a layer also go around it, and one comes from a function that is not linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from reader_network import ReaderNetwork

MULTIPLIER = "input_multiplier"  # the buffer of a module whose input is multiplied by it
_SHARE = 0.8  # of the difficulty that moves from activations to weights
_SMALLEST = 1e-4  # a channel that is never used has no factor


def smooth(network: ReaderNetwork, inputs: Iterable[dict[str, torch.Tensor]]) -> None:
    """Rescale the linear layers of the body, a BERT or an MPNet, by what `inputs` do in them.

    The network is changed in place and left in evaluation mode. It is made to be traced: what
    multiplies the inputs is not saved with the weights. ValueError without inputs, and for a
    network that is evened out.
    """
    layers = list(_layers(network.body))
    if any(hasattr(module, MULTIPLIER) for module, _ in layers):
        raise ValueError("the model is evened out already")
    largest: list[torch.Tensor | None] = [None] * len(layers)

    def watch(number: int) -> Any:
        def note(_: Any, given: tuple[Any, ...]) -> None:
            seen = given[0].detach().abs().flatten(0, -2).amax(dim=0)
            before = largest[number]
            largest[number] = seen if before is None else torch.maximum(before, seen)

        return note

    hooks = [
        module.register_forward_pre_hook(watch(number)) for number, (module, _) in enumerate(layers)
    ]
    network.eval()
    with torch.no_grad():
        for given in inputs:
            network(given)
    for hook in hooks:
        hook.remove()
    for (module, linear), seen in zip(layers, largest, strict=True):
        if seen is None:
            raise ValueError("no inputs were given to even out the activations by")
        with torch.no_grad():
            weights = torch.stack([each.weight.abs().amax(dim=0) for each in linear]).amax(dim=0)
            factor = seen.clamp(min=_SMALLEST) ** _SHARE
            factor /= weights.clamp(min=_SMALLEST) ** (1 - _SHARE)
            for each in linear:
                each.weight *= factor
        module.register_buffer(MULTIPLIER, 1 / factor)
        module.register_forward_pre_hook(_multiply)


def _layers(body: Any) -> Iterator[tuple[Any, list[Any]]]:
    """Modules with the linear layers that read their input; three of attention share one."""
    for layer in body.encoder.layer:
        if body.config.model_type == "mpnet":
            heads = layer.attention.attn
            three, after = [heads.q, heads.k, heads.v], heads.o
        else:
            heads = layer.attention.self
            three, after = [heads.query, heads.key, heads.value], layer.attention.output.dense
        yield heads, three
        for module in (after, layer.intermediate.dense, layer.output.dense):
            yield module, [module]


def _multiply(module: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
    return (given[0] * getattr(module, MULTIPLIER), *given[1:])
