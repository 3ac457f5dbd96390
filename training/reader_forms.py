"""The forms that a trained reader can ship in: a traced network, made smaller."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

FORMS = {
    "fp32": "32-bit weights, as trained",
    "fp16": "16-bit weights, computed in 32 bits",
    "int8": "8-bit weights and activations, per channel; 8-bit embeddings",
    "int7": "7-bit weights, for no sum saturates without VNNI; 8-bit activations and embeddings",
    "int8-matmul": "8-bit weights and activations, per channel; 32-bit embeddings",
    "int8-fp16": "8-bit weights and activations, per channel; 16-bit embeddings",
}


def convert(source: Path, target: Path, form: str) -> None:
    """Write the fp32 file `source` in another form."""
    if form == "fp32":
        shutil.copyfile(source, target)
        return
    if form == "fp16":
        _halve(source, target)
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic

    operators = ["MatMul", "Gather"] if form in ("int8", "int7") else ["MatMul"]
    quantize_dynamic(
        str(source),
        str(target),
        op_types_to_quantize=operators,
        per_channel=True,
        weight_type=QuantType.QInt8,
        # A processor without VNNI adds products of 8 bits in 16, which overflow and saturate.
        reduce_range=form == "int7",
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
