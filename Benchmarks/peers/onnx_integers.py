"""Computes Notch's integer layers again in ONNX Runtime and counts the numbers that differ.

    integer-cases 100 | python3 Benchmarks/peers/onnx_integers.py

Run by hand through `make check-onnx`, which makes the environment first. The cases are random
layers of Notch with their inputs and outputs: QLinearConv and QLinearMatMul in the family .float of
requantization, QuantizeLinear and DequantizeLinear. Prints a table in Markdown; exits with 1 where
a number differs.
"""

import json
import sys

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper

TYPES = {
    "uint8": TensorProto.UINT8, "int8": TensorProto.INT8,
    "uint16": TensorProto.UINT16, "int16": TensorProto.INT16,
    "uint4": TensorProto.UINT4, "int4": TensorProto.INT4,
}
OPSET = 21


def tensor(name, kind, shape, values):
    """A constant of a graph."""
    return helper.make_tensor(name, kind, shape, values)


def run(nodes, constants, inputs, output):
    """What a graph gives: inputs by name as (array, type), output as (name, type)."""
    graph = helper.make_graph(
        nodes, "case",
        [helper.make_tensor_value_info(n, t, list(a.shape)) for n, (a, t) in inputs.items()],
        [helper.make_tensor_value_info(output[0], output[1], None)], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 10
    options = onnxruntime.SessionOptions()
    # As the operators say it, without a pattern being replaced by another.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {n: a for n, (a, _) in inputs.items()})[0]


def scalar_or_list(values):
    return [] if len(values) == 1 else [len(values)]


def layer_constants(case, weights, weight_shape):
    return [
        tensor("xs", TensorProto.FLOAT, [], case["inputScale"]),
        tensor("xz", TensorProto.UINT8, [], case["inputZeroPoint"]),
        tensor("w", TensorProto.INT8, weight_shape, weights),
        tensor("ws", TensorProto.FLOAT, [len(case["weightScales"])], case["weightScales"]),
        tensor("wz", TensorProto.INT8, [len(case["weightScales"])],
               [0] * len(case["weightScales"])),
        tensor("ys", TensorProto.FLOAT, [], case["outputScale"]),
        tensor("yz", TensorProto.UINT8, [], case["outputZeroPoint"]),
    ]


def convolution(case):
    x = numpy.array(case["input"], numpy.uint8).reshape(case["inputShape"])
    constants = layer_constants(case, case["weights"], case["weightShape"])
    names = ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz"]
    if case.get("bias") is not None:
        constants.append(tensor("b", TensorProto.INT32, [len(case["bias"])], case["bias"]))
        names.append("b")
    node = helper.make_node(
        "QLinearConv", names, ["y"], strides=[case["stride"]] * 2,
        dilations=[case["dilation"]] * 2, group=case["groups"],
        auto_pad="SAME_UPPER" if case["padding"] == "same" else "VALID",
        kernel_shape=case["weightShape"][2:])
    return run([node], constants, {"x": (x, TensorProto.UINT8)}, ("y", TensorProto.UINT8))


def matrix(case):
    x = numpy.array(case["input"], numpy.uint8).reshape(case["inputShape"])
    weights = numpy.array(case["weights"], numpy.int8).reshape(case["weightShape"]).T
    constants = layer_constants(case, weights.flatten().tolist(), list(weights.shape))
    node = helper.make_node(
        "QLinearMatMul", ["x", "xs", "xz", "w", "ws", "wz", "ys", "yz"], ["y"])
    return run([node], constants, {"x": (x, TensorProto.UINT8)}, ("y", TensorProto.UINT8))


def grid_constants(case):
    shape = scalar_or_list(case["inputScale"])
    return [
        tensor("s", TensorProto.FLOAT, shape, case["inputScale"]),
        tensor("z", TYPES[case["type"]], shape, case["inputZeroPoint"]),
    ]


def attributes(case):
    return {} if case["axis"] < 0 else {"axis": case["axis"]}


def quantizing(case):
    x = numpy.array(case["input"], numpy.float32).reshape(case["inputShape"])
    nodes = [helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"], **attributes(case))]
    # Four-bit codes have no type in numpy: they are cast to int32 in the graph.
    nodes.append(helper.make_node("Cast", ["q"], ["y"], to=TensorProto.INT32))
    return run(nodes, grid_constants(case), {"x": (x, TensorProto.FLOAT)},
               ("y", TensorProto.INT32))


def dequantizing(case):
    codes = tensor("q", TYPES[case["type"]], case["inputShape"], [int(v) for v in case["input"]])
    nodes = [helper.make_node("DequantizeLinear", ["q", "s", "z"], ["y"], **attributes(case))]
    return run(nodes, grid_constants(case) + [codes], {}, ("y", TensorProto.FLOAT))


OPERATORS = {
    "QLinearConv": convolution, "QLinearMatMul": matrix,
    "QuantizeLinear": quantizing, "DequantizeLinear": dequantizing,
}


def main():
    rows, refused = {}, {}
    for case in json.load(sys.stdin):
        kind = case["kind"]
        key = (kind, case["type"] or "uint8 by int8")
        try:
            got = OPERATORS[kind](case)
        except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented as error:
            refused[key] = str(error).splitlines()[0]
            continue
        expected = numpy.array(case["output"]).reshape(case["outputShape"])
        # Codes and float32 numbers are exact in float64.
        different = numpy.abs(got.astype(numpy.float64).reshape(expected.shape) - expected)
        count, numbers, wrong, largest = rows.get(key, (0, 0, 0, 0.0))
        rows[key] = (count + 1, numbers + expected.size, wrong + int((different > 0).sum()),
                     max(largest, float(different.max(initial=0))))
    print("# Integer layers against ONNX Runtime")
    print()
    print(
        f"Random cases computed again by ONNX Runtime {onnxruntime.__version__} "
        f"(ONNX {onnx.__version__}); written by `make check-onnx`.")
    print()
    print("| operator | codes | cases | numbers | differ | largest difference |")
    print("|---|---|---:|---:|---:|---:|")
    for (kind, codes), (count, numbers, wrong, largest) in sorted(rows.items()):
        print(f"| {kind} | {codes} | {count} | {numbers:,} | {wrong} | {largest:g} |")
    for (kind, codes), reason in sorted(refused.items()):
        print(f"| {kind} | {codes} | not offered by ONNX Runtime: {reason[:60]} | | | |")
    raise SystemExit(1 if any(row[2] for row in rows.values()) else 0)


if __name__ == "__main__":
    main()
