"""Writes the trained network as ONNX, and checks that ONNX Runtime computes the same."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

OPSET = 13
INPUT, OUTPUT = "input", "logit"
_MAX_DIFFERENCE = 1e-3


def write_onnx(network: nn.Sequential, file: Path) -> None:
    """Writes a folded network: `float32` RGB in -1..1 `[N, 3, H, W]` to logits `[N, 1, h, w]`.

    N, H and W are free; `h = floor((H - 64) / 8) + 1`, and likewise `w`.
    """
    nodes, tensors, x = [], [], INPUT
    for i, layer in enumerate(network):
        output = OUTPUT if i == len(network) - 1 else f"{type(layer).__name__.lower()}_{i}"
        if isinstance(layer, nn.Conv2d):
            names = [f"kernel_{i}", f"bias_{i}"]
            values = (layer.weight.detach().numpy(), layer.bias.detach().numpy())
            tensors += [numpy_helper.from_array(v, n) for v, n in zip(values, names, strict=True)]
            shape = {"kernel_shape": layer.kernel_size, "strides": layer.stride}
            nodes.append(helper.make_node("Conv", [x, *names], [output], name=output, **shape))
        else:
            nodes.append(helper.make_node("Relu", [x], [output], name=output))
        x = output
    graph = helper.make_graph(
        nodes,
        "mitosis",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["N", 3, "H", "W"])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["N", 1, "h", "w"])],
        tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, file)


class OnnxNetwork:
    """Runs an exported file by native ONNX Runtime on one thread."""

    def __init__(self, file: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(file, options)

    def map(self, pixels: np.ndarray) -> np.ndarray:
        """Returns the logits, `float32` `[n, h, w]`, of `uint8` RGB `[n, H, W, 3]`."""
        x = pixels.astype(np.float32).transpose(0, 3, 1, 2) / 127.5 - 1
        return self._session.run([OUTPUT], {INPUT: x})[0][:, 0]

    def logits(self, windows: np.ndarray) -> np.ndarray:
        """Returns the logits, `float32` `[n]`, of `uint8` RGB windows `[n, 64, 64, 3]`."""
        return self.map(windows)[:, 0, 0]


def check_export(network: nn.Sequential, file: Path, windows: np.ndarray) -> float:
    """Returns the largest difference in logits between PyTorch and the file on `uint8` windows `[n, 64, 64, 3]`.

    Raises `ValueError` if it is above 0.001.
    """
    x = torch.from_numpy(windows.astype(np.float32).transpose(0, 3, 1, 2) / 127.5 - 1)
    with torch.inference_mode():
        expected = network(x).flatten().numpy()
    difference = float(np.abs(expected - OnnxNetwork(file).logits(windows)).max())
    if difference > _MAX_DIFFERENCE:
        raise ValueError(
            f"{file.name} differs from PyTorch by {difference:.2g} in logits; at most {_MAX_DIFFERENCE} is allowed"
        )
    return difference
