"""The forms that a trained reader can ship in: a traced network, made smaller.

Eight bits hold all activations between two layers of a passage on one scale. What GELU leaves in a
feed-forward layer is near 0 for the most part, and large in a few places; on the scale of the
largest, small values have hardly a step left. "int8-bands" multiplies them in two bands, each with
a scale of its own: the part of every value up to `BAND`, and the rest, 0 for nearly all. The
weights are shared, so it costs a second multiplication and no space.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np

FORMS = {
    "fp32": "32-bit weights, as trained",
    "fp16": "16-bit weights, computed in 32 bits",
    "int8": "8-bit weights and activations, per channel; 8-bit embeddings",
    "int8-bands": "as int8; large activations of feed-forward layers multiplied apart",
    "int8-matmul": "8-bit weights and activations, per channel; 32-bit embeddings",
    "int8-fp16": "8-bit weights and activations, per channel; 16-bit embeddings",
}
# Of 0.5, 1, 2 and 4 the mean change of a logit was the smallest here, by a little.
BAND = 1.0


def convert(source: Path, target: Path, form: str) -> None:
    """Write the fp32 file `source` in another form."""
    if form == "fp32":
        shutil.copyfile(source, target)
        return
    if form == "fp16":
        _halve(source, target)
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic

    operators = ["MatMul", "Gather"] if form in ("int8", "int8-bands") else ["MatMul"]
    if form == "int8-bands":
        split_bands(source, target)
    quantize_dynamic(
        str(target if form == "int8-bands" else source),
        str(target),
        op_types_to_quantize=operators,
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    if form == "int8-fp16":
        _halve(target, target)


def _halve(source: Path, target: Path) -> None:
    """Store every large fp32 weight in 16 bits and widen it again when it is loaded."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(str(source))
    graph = model.graph
    casts = []
    for tensor in graph.initializer:
        if tensor.data_type == TensorProto.FLOAT and np.prod(tensor.dims) >= 1024:
            values = numpy_helper.to_array(tensor).astype(np.float16)
            name = tensor.name
            tensor.CopyFrom(numpy_helper.from_array(values, f"{name}.fp16"))
            casts.append(helper.make_node("Cast", [f"{name}.fp16"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(target))


def split_bands(source: Path, target: Path) -> None:
    """Multiply what comes out of each feed-forward layer's GELU in two bands."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(source))
    graph = model.graph
    for name, value in (("band.low", np.finfo(np.float32).min), ("band.high", BAND)):
        graph.initializer.append(numpy_helper.from_array(np.array(value, dtype=np.float32), name))
    nodes: list[Any] = []
    for node in graph.node:
        if not _is_output(node.name):
            nodes.append(node)
            continue
        # The low band keeps the name, by which `reader_weights` finds the weight.
        name, (values, weight), result = node.name, node.input, node.output[0]
        low, high = f"{name}.low", f"{name}.high"
        nodes += [
            helper.make_node("Clip", [values, "band.low", "band.high"], [low], f"{name}/Clip"),
            helper.make_node("Sub", [values, low], [high], f"{name}/Sub"),
            helper.make_node("MatMul", [low, weight], [f"{low}.product"], name),
            helper.make_node("MatMul", [high, weight], [f"{high}.product"], f"{name}/High"),
            helper.make_node("Add", [f"{low}.product", f"{high}.product"], [result], f"{name}/Add"),
        ]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(target))


def _is_output(name: str) -> bool:
    return name.endswith("/output/dense/MatMul") and "/attention/" not in name
