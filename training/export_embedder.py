"""Write the default embedder as an ONNX graph without weights, which it takes from its package.

    python training/export_embedder.py [--out FOLDER]

The graph of all-MiniLM-L6-v2 (a BERT of six layers, mean pooling, unit length) is written node by
node. Its weights are not copied: each one is named with its place in `model.safetensors` of the
pinned package, where ONNX Runtime finds it. Written to `src/afgqa/models/embedder/model.onnx`; the
same file each time. `tests/search/test_onnx_embedder.py` compares it with sentence-transformers.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from afgqa.search.embedders import default_files
from afgqa.search.onnx_embedder import GRAPH

_OPSET = 20  # the first with Gelu
_WEIGHTS = "model.safetensors"


class Graph:
    """The nodes and constants of a graph as they are added; every method names what it makes."""

    def __init__(self, weights: Path) -> None:
        with weights.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            self._header: dict[str, Any] = json.loads(file.read(length))
        self._begin = 8 + length
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def weight(self, name: str) -> str:
        """A weight of the package's file, by its name there."""
        if name not in self.constants:
            told = self._header[name]
            if told["dtype"] != "F32":
                raise ValueError(f"{name} has type {told['dtype']}, not F32")
            first, last = told["data_offsets"]
            tensor = TensorProto(
                name=name,
                data_type=TensorProto.FLOAT,
                dims=told["shape"],
                data_location=TensorProto.EXTERNAL,
            )
            place = {"location": _WEIGHTS, "offset": self._begin + first, "length": last - first}
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
            self.constants[name] = tensor
        return name

    def constant(self, name: str, value: Any) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def linear(self, inputs: str, name: str) -> str:
        turned = self.add("Transpose", self.weight(f"{name}.weight"), perm=[1, 0])
        return self.add("Add", self.add("MatMul", inputs, turned), self.weight(f"{name}.bias"))

    def normal(self, inputs: str, name: str, epsilon: float) -> str:
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", inputs, scale, bias, axis=-1, epsilon=epsilon)


def build(folder: Path) -> onnx.ModelProto:
    """The graph of the BERT model in `folder`, as sentence-transformers would run it."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    graph = Graph(folder / _WEIGHTS)
    epsilon = float(config["layer_norm_eps"])
    mask = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    away = graph.add("Sub", graph.constant("one", np.float32(1)), mask)
    away = graph.add("Mul", away, graph.constant("lowest", np.float32(-1e9)))
    away = graph.add("Unsqueeze", away, graph.constant("heads", np.array([1, 2])))
    hidden = _embedded(graph, epsilon)
    for layer in range(config["num_hidden_layers"]):
        hidden = _layer(graph, f"encoder.layer.{layer}", hidden, away, config)
    graph.nodes.append(helper.make_node("Identity", [hidden], ["tokens"]))
    graph.nodes.append(helper.make_node("Identity", [_pooled(graph, hidden, mask)], ["vectors"]))
    size = int(config["hidden_size"])
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "length"])
                for name in ("input_ids", "attention_mask")
            ],
            [
                helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", size]),
                helper.make_tensor_value_info(
                    "tokens", TensorProto.FLOAT, ["texts", "length", size]
                ),
            ],
            list(graph.constants.values()),
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        producer_name="afgqa",
    )
    model.ir_version = 10
    return model


def _embedded(graph: Graph, epsilon: float) -> str:
    """The embeddings of the tokens, of their places, and of the one kind of text."""
    length = graph.add("Shape", "input_ids", start=1, end=2)
    places = graph.add(
        "Slice",
        graph.weight("embeddings.position_embeddings.weight"),
        graph.constant("zero", np.array([0])),
        length,
        graph.constant("axis", np.array([0])),
    )
    kind = graph.add(
        "Gather",
        graph.weight("embeddings.token_type_embeddings.weight"),
        graph.constant("first", np.array(0)),
        axis=0,
    )
    words = graph.add("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    total = graph.add("Add", graph.add("Add", words, kind), places)
    return graph.normal(total, "embeddings.LayerNorm", epsilon)


def _layer(graph: Graph, name: str, hidden: str, away: str, config: dict[str, Any]) -> str:
    heads, size = int(config["num_attention_heads"]), int(config["hidden_size"])
    epsilon = float(config["layer_norm_eps"])
    split = graph.constant("split", np.array([0, 0, heads, size // heads]))

    def part(which: str, order: list[int]) -> str:
        whole = graph.linear(hidden, f"{name}.attention.self.{which}")
        return graph.add("Transpose", graph.add("Reshape", whole, split), perm=order)

    query, key, value = (
        part("query", [0, 2, 1, 3]),
        part("key", [0, 2, 3, 1]),
        part("value", [0, 2, 1, 3]),
    )
    root = graph.constant("root", np.float32((size // heads) ** -0.5))
    scores = graph.add("Add", graph.add("Mul", graph.add("MatMul", query, key), root), away)
    mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
    joined = graph.add(
        "Reshape",
        graph.add("Transpose", mixed, perm=[0, 2, 1, 3]),
        graph.constant("join", np.array([0, 0, size])),
    )
    attended = graph.add("Add", graph.linear(joined, f"{name}.attention.output.dense"), hidden)
    attended = graph.normal(attended, f"{name}.attention.output.LayerNorm", epsilon)
    wide = graph.add("Gelu", graph.linear(attended, f"{name}.intermediate.dense"))
    output = graph.add("Add", graph.linear(wide, f"{name}.output.dense"), attended)
    return graph.normal(output, f"{name}.output.LayerNorm", epsilon)


def _pooled(graph: Graph, hidden: str, mask: str) -> str:
    """The mean over the tokens of each text, of length 1."""
    axis = graph.constant("tokens' axis", np.array([1]))
    weights = graph.add("Unsqueeze", mask, graph.constant("last axis", np.array([2])))
    total = graph.add("ReduceSum", graph.add("Mul", hidden, weights), axis, keepdims=0)
    mean = graph.add("Div", total, graph.add("ReduceSum", weights, axis, keepdims=0))
    return graph.add("LpNormalization", mean, axis=-1, p=2)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=GRAPH, help="the file to write")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(build(default_files()).SerializeToString(deterministic=True))
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
