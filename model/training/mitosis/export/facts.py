"""Describes the exported file, measured by running the file itself."""

import hashlib
import platform
from pathlib import Path

import numpy as np
import torch

from mitosis.data.images import read_rgb
from mitosis.data.windows import WINDOW
from mitosis.evaluate.metrics import sigmoid
from mitosis.export.onnx_file import INPUT, OPSET, OUTPUT, OnnxNetwork
from mitosis.network.architecture import LAYERS, STRIDE, count_work


def describe(file: Path, threshold: float, temperature: float, bias: float, samples: Path) -> dict[str, object]:
    """Returns identity, input, output, threshold (a probability), calibration and self-checks of the ONNX file.

    The self-checks are the probabilities of a gray patch and of the PNG patches in the folder `samples`.
    """
    model = OnnxNetwork(file)
    parameters, work = count_work(LAYERS)
    checks = {"gray (all 128)": np.full((WINDOW, WINDOW, 3), 128, np.uint8)}
    checks |= {f.name: read_rgb(f) for f in sorted(samples.glob("*.png"))}
    return {
        "file": file.name,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "bytes": file.stat().st_size,
        "opset": OPSET,
        "parameters": parameters,
        "multiply_adds_per_patch": work,
        "input": {
            "name": INPUT,
            "dtype": "float32",
            "shape": ["N", 3, "H", "W"],
            "layout": "NCHW",
            "channels": "RGB",
            "normalization": "x / 127.5 - 1",
            "smallest": [WINDOW, WINDOW],
        },
        "output": {
            "name": OUTPUT,
            "dtype": "float32",
            "kind": "logit",
            "shape": ["N", 1, "(H - 64) / 8 + 1", "(W - 64) / 8 + 1"],
        },
        "fully_convolutional": {"receptive_field": WINDOW, "stride": STRIDE, "padding": 0},
        "microns_per_pixel": 0.25,
        "threshold": threshold,
        "calibration": {"temperature": temperature, "bias": bias, "folded": True},
        "self_checks": {name: float(sigmoid(model.logits(pixels[None])[0])) for name, pixels in checks.items()},
        "made_with": {"python": platform.python_version(), "torch": torch.__version__, "machine": platform.machine()},
    }
