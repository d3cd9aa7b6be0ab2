"""onnxruntime: prediction with a model written by the onnx package; inputs and outputs bound, and plain run()."""

from worker import arguments, random_classes, refuse, serve

options = arguments()
if options.work == "train":
    refuse("onnxruntime predicts only")
if options.precision != "float":
    refuse("measured in float32 only")

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(1)
nodes, weights, rows = [], [], "x"
sizes = list(zip(options.layers[:-1], options.layers[1:]))
for i, (inputs, outputs) in enumerate(sizes):
    w = rng.normal(0, (2 / inputs) ** 0.5, (inputs, outputs)).astype(np.float32)
    weights += [numpy_helper.from_array(w, f"w{i}"), numpy_helper.from_array(np.zeros(outputs, np.float32), f"b{i}")]
    nodes.append(helper.make_node("Gemm", [rows, f"w{i}", f"b{i}"], [f"z{i}"]))
    kind = "Softmax" if i + 1 == len(sizes) else {"relu": "Relu", "tanh": "Tanh"}[options.activation]
    rows = "y" if kind == "Softmax" else f"a{i}"
    nodes.append(helper.make_node(kind, [f"z{i}"], [rows]))


def float_rows(name, columns):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [options.batch_size, columns])


graph = helper.make_graph(nodes, "mlp", [float_rows("x", options.layers[0])], [float_rows("y", options.layers[-1])],
                          weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)

settings = onnxruntime.SessionOptions()
settings.intra_op_num_threads = options.threads
settings.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model.SerializeToString(), settings, providers=["CPUExecutionProvider"])
x, _ = random_classes(options)
binding = session.io_binding()
binding.bind_cpu_input("x", x)
binding.bind_output("y")
serve("onnxruntime", onnxruntime.__version__,
      {"run": (lambda: session.run(None, {"x": x}), 1),
       "io binding": (lambda: session.run_with_iobinding(binding), 1)})
