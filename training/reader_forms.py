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


def saturates() -> bool:
    """Whether sums of 8-bit products overflow on this processor, as they do without VNNI.

    Where they do, the forms of 8 bits say something else than they should; int7 is exact.
    Told by sums of the largest products, two of which 16 bits cannot hold.
    """
    import onnxruntime
    from onnx import TensorProto, helper

    rows, columns = 64, 16  # as large as the kernels of a network want it
    weights = helper.make_tensor(
        "weights", TensorProto.INT8, [rows, columns], [127] * rows * columns
    )
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["inputs", "weights"], ["sums"])],
        "sums",
        [helper.make_tensor_value_info("inputs", TensorProto.UINT8, [1, rows])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [1, columns])],
        [weights],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (sums,) = session.run(None, {"inputs": np.full((1, rows), 255, np.uint8)})
    return bool((sums != 255 * 127 * rows).any())


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
