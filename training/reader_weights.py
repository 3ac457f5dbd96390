"""Opens a model to train or to go on training: as transformers saves it, or a reader as it ships.

What ships is smaller than what was trained: 8-bit integers with a scale, or 16-bit floats. The
difference is a noise on each weight, small where activations are large, which further training
takes back. What `reader_smooth` multiplied the input of a layer by goes into its weights again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from reader_network import ReaderNetwork, load_heads
from reader_smooth import MULTIPLIER

from afgqa.reading.models import MANIFEST, OnnxModel

_SPECIAL_TOKENS = {f"{name}_token": f"[{name.upper()}]" for name in "cls sep pad unk mask".split()}
_MODULE = re.compile(r"^/model/(?P<path>.+)/MatMul(?:_quant)?$")
_QUANTIZED = "_quantized"
_HALF = ".fp16"
_PREFIX = "model."
_TURNED = "_Transposed"


def open_model(
    source: Path, *, dropout: float = 0.0, layers: int | None = None, bf16: bool = False
) -> tuple[ReaderNetwork, Any]:
    """The network and the tokenizer of a folder, one as it was trained or one as it ships.

    Of a deeper body the lowest `layers` are taken. Heads that the folder lacks are drawn at random.
    """
    # Imported here: it takes seconds.
    from transformers import (
        AutoConfig,
        AutoModelForQuestionAnswering,
        AutoTokenizer,
        PreTrainedTokenizerFast,
    )

    chosen: dict[str, Any] = {
        "attn_implementation": "eager",
        "hidden_dropout_prob": dropout,
        "attention_probs_dropout_prob": dropout,
    }
    if layers is not None:
        chosen["num_hidden_layers"] = layers
    if (source / MANIFEST).is_file():  # a reader as it ships; its files are compared with it
        path = OnnxModel(source, str(source)).path
        config = AutoConfig.from_pretrained(source, local_files_only=True, **chosen)
        model = AutoModelForQuestionAnswering.from_config(  # type: ignore[no-untyped-call]
            config, dtype=torch.float32
        )
        network = ReaderNetwork(model, bf16=bf16)
        state = widen(path)
        # One that was traced before there were verdicts has the names of its question answering.
        if not any(name.startswith("qa.") for name in state):
            state = {f"qa.{name}": tensor for name, tensor in state.items()}
        missing = network.load_state_dict(state, strict=False).missing_keys
        if any(name.startswith("qa.") for name in missing):
            raise ValueError(f"{path} lacks {', '.join(missing)}")
        tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_file=str(source / "tokenizer.json"),
            model_input_names=["input_ids", "token_type_ids", "attention_mask"],
            **_SPECIAL_TOKENS,
        )
        return network, tokenizer
    model = AutoModelForQuestionAnswering.from_pretrained(
        source, local_files_only=True, dtype=torch.float32, **chosen
    )
    network = ReaderNetwork(model, bf16=bf16)
    load_heads(network, source)
    return network, AutoTokenizer.from_pretrained(source, local_files_only=True)


def widen(path: Path) -> dict[str, torch.Tensor]:
    """The state dictionary of a network that `training/export_reader.py` wrote in any form.

    The names are those of the model before it was traced. ValueError for a file that holds no
    weights under such names.
    """
    import onnx

    graph = onnx.load(str(path)).graph
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    state = {}
    for name in dict.fromkeys(map(_plain, stored)):
        if name.startswith(_PREFIX) and not name.endswith(f".{MULTIPLIER}"):
            values = _widened(stored, name)
            # The quantizer turns round the matrix of a layer that reads a single row.
            turned = name.endswith(_TURNED)
            state[name.removeprefix(_PREFIX).removesuffix(_TURNED)] = values.T if turned else values
    # A linear layer's matrix is traced transposed, under a number; its operation keeps the path of
    # the modules that were called, and what is asked through another's attribute is none of them.
    for node in graph.node:
        module = _MODULE.match(node.name)
        matrix = _plain(node.input[1]) if module else ""
        if module and _known(stored, matrix) and not matrix.startswith(_PREFIX):
            name = module["path"].replace("/", ".")
            name = name if f"{name}.bias" in state else f"qa.{name}"
            state[f"{name}.weight"] = _widened(stored, matrix).T * _multiplier(stored, name)
    if not state:
        raise ValueError(f"{path} was not written by training/export_reader.py: no weight is known")
    return {name: torch.from_numpy(np.array(row, order="C")) for name, row in state.items()}


def _multiplier(stored: dict[str, Any], module: str) -> NDArray[np.float32]:
    """What the input of a linear layer was multiplied by, per channel; 1 if by nothing."""
    for reader in (module, module.rpartition(".")[0]):  # three layers of attention share one
        if _known(stored, name := f"{_PREFIX}{reader}.{MULTIPLIER}"):
            return _widened(stored, name)
    return np.ones(1, dtype=np.float32)


def _known(stored: dict[str, Any], name: str) -> bool:
    return any(name + end in stored for end in ("", _QUANTIZED, _HALF))


def _plain(name: str) -> str:
    return re.sub(rf"(?:{_QUANTIZED}|_scale|_zero_point|{re.escape(_HALF)})$", "", name)


def _widened(stored: dict[str, Any], name: str) -> NDArray[np.float32]:
    if name + _QUANTIZED in stored:
        scale, zero = stored[f"{name}_scale"], stored[f"{name}_zero_point"]
        # Per channel, the scale belongs to the last axis.
        steps = stored[name + _QUANTIZED].astype(np.float32) - zero.astype(np.float32)
        return np.asarray(steps * scale, dtype=np.float32)
    return np.asarray(stored[name if name in stored else name + _HALF], dtype=np.float32)
