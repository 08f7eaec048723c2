"""The article's network in ONNX Runtime, float32 and int8 (QDQ, static, calibrated on 512 images).

    python Benchmarks/peers/onnx_work.py float-images|integer-images|integer-image [runs]

Images are in batches of 1000, or one alone. Prints `seconds N`, the median.
"""

import logging
import os
import sys
import tempfile

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader, QuantFormat, QuantType, quantize_static)
from onnxruntime.quantization.shape_inference import quant_pre_process

from work import images, report


def model():
    random = numpy.random.default_rng(1)

    def weights(name, *sizes):
        bound = (6 / numpy.prod(sizes[1:])) ** 0.5
        values = random.uniform(-bound, bound, sizes).astype(numpy.float32)
        return numpy_helper.from_array(values, name)

    def zeros(name, size):
        return numpy_helper.from_array(numpy.zeros(size, numpy.float32), name)

    nodes = [
        helper.make_node("Conv", ["x", "w1", "b1"], ["c1"], kernel_shape=[3, 3]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["p1"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Conv", ["p1", "w2", "b2"], ["c2"], kernel_shape=[3, 3]),
        helper.make_node("Relu", ["c2"], ["r2"]),
        helper.make_node("Flatten", ["r2"], ["f"]),
        helper.make_node("Gemm", ["f", "w3", "b3"], ["y"], transB=1),
    ]
    graph = helper.make_graph(
        nodes, "article",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 28, 28])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 10])],
        [weights("w1", 32, 1, 3, 3), zeros("b1", 32), weights("w2", 64, 32, 3, 3),
         zeros("b2", 64), weights("w3", 10, 7744), zeros("b3", 10)])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    made.ir_version = 9
    onnx.checker.check_model(made)
    return made


class Calibration(CalibrationDataReader):
    def __init__(self):
        self.batches = iter(numpy.split(images("train")[:512], 8))

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {"x": batch}


def main():
    work = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        path, small = os.path.join(folder, "a.onnx"), os.path.join(folder, "b.onnx")
        onnx.save(model(), path)
        if work != "float-images":
            quant_pre_process(path, path)
            quantize_static(
                path, small, Calibration(), quant_format=QuantFormat.QDQ, per_channel=False,
                activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
            path = small
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    test = images("t10k")
    if work == "integer-image":
        one = test[:1].copy()
        report(lambda: session.run(None, {"x": one}), times=2000, runs=runs)
    else:
        batches = numpy.split(test, 10)
        report(lambda: [session.run(None, {"x": batch}) for batch in batches], runs=runs)


if __name__ == "__main__":
    main()
