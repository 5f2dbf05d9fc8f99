"""Reads IBM's network of 2018 from its Keras file and runs it: the teacher, and the network to compare with.

It is the pre-activation bottleneck ResNet of the MAX-Breast-Cancer-Mitosis-Detector (Apache-2.0 repository,
https://github.com/IBM/MAX-Breast-Cancer-Mitosis-Detector): nine blocks, each with a convolution as its shortcut. The
conversion to ONNX folds nothing: NHWC input, one node for each Keras layer. TensorFlow's "same" padding at stride 2 on
an even size pads only bottom and right (`SAME_UPPER`).
"""

from pathlib import Path

import h5py
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

_STRIDES = (1, 1, 1, 2, 1, 1, 2, 1, 1)
_EPSILON = 1e-4


def _layer(group: h5py.Group) -> dict[str, np.ndarray]:
    """Returns the weights of one Keras layer by their short names, such as `kernel`."""
    names = [n.decode() if isinstance(n, bytes) else n for n in group.attrs["weight_names"]]
    return {n.rsplit("/", 1)[-1].removesuffix(":0"): np.asarray(group[n]) for n in names}


class _Graph:
    """Collects nodes and weights, in the order in which the image passes them."""

    def __init__(self, weights: h5py.Group) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: list[onnx.TensorProto] = []

    def add(self, op: str, inputs: list[str], **attributes: object) -> str:
        name = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def add_weights(self, name: str, value: np.ndarray) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def convolve(self, x: str, i: int, stride: int = 1) -> str:
        layer = _layer(self.weights[f"conv2d_{i}"])
        kernel = self.add_weights(f"kernel_{i}", layer["kernel"].transpose(3, 2, 0, 1))
        bias = self.add_weights(f"bias_{i}", layer["bias"])
        return self.add("Conv", [x, kernel, bias], strides=[stride, stride], auto_pad="SAME_UPPER")

    def activate(self, x: str, i: int) -> str:
        layer = _layer(self.weights[f"batch_normalization_{i}"])
        order = ("gamma", "beta", "moving_mean", "moving_variance")
        names = [self.add_weights(f"{name}_{i}", layer[name]) for name in order]
        return self.add("Relu", [self.add("BatchNormalization", [x, *names], epsilon=_EPSILON)])


def convert_to_onnx(hdf5: Path) -> bytes:
    """Returns the network as an ONNX file: `input`, `float32` RGB in -1..1 `[N, 64, 64, 3]`, to `logit` `[N, 1]`.

    Raises `OSError` if the Keras file is missing and `KeyError` if it holds another network.
    """
    with h5py.File(hdf5) as file:
        graph = _Graph(file["model_weights"])
        x = graph.convolve(graph.add("Transpose", ["input"], perm=[0, 3, 1, 2]), 1, stride=2)
        for block, stride in enumerate(_STRIDES):
            norm, conv = 3 * block + 1, 4 * block + 2
            y = graph.convolve(graph.activate(x, norm), conv, stride)
            y = graph.convolve(graph.activate(y, norm + 1), conv + 1)
            y = graph.convolve(graph.activate(y, norm + 2), conv + 2)
            x = graph.add("Add", [y, graph.convolve(x, conv + 3, stride)])
        pool = {"kernel_shape": [8, 8], "strides": [8, 8]}
        x = graph.convolve(graph.add("AveragePool", [graph.activate(x, 28)], **pool), 38)
        graph.nodes.append(helper.make_node("Flatten", [x], ["logit"], name="flatten"))
    io = [
        helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 64, 64, 3]),
        helper.make_tensor_value_info("logit", TensorProto.FLOAT, ["N", 1]),
    ]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "ibm", io[:1], io[1:], graph.tensors),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return model.SerializeToString()


class IbmTeacher:
    """Scores windows with IBM's network, run by native ONNX Runtime."""

    def __init__(self, hdf5: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(convert_to_onnx(hdf5), options)

    def logits(self, windows: np.ndarray) -> np.ndarray:
        """Returns the logits, `float32` `[n]`, of `uint8` RGB windows `[n, 64, 64, 3]`.

        They are what IBM's service computes before its sigmoid.
        """
        parts = []
        for i in range(0, len(windows), 64):
            pixels = windows[i : i + 64].astype(np.float32) / 127.5 - 1
            parts.append(self._session.run(None, {"input": pixels})[0][:, 0])
        return np.concatenate(parts)
