"""Lists the layers of the shipped network, and counts their parameters and work."""

from dataclasses import dataclass

from mitosis.data.windows import WINDOW

STRIDE = 8  # px between two answers of the network over a field


@dataclass(frozen=True)
class Layer:
    """Describes one convolution: kernel size, stride and output channels, eight for each filter."""

    kernel: int
    stride: int
    channels: int


# Chosen for speed in the WASM backend of onnxruntime-web: few and wide convolutions, each fused with its ReLU, and
# most of the work where maps are large enough for an efficient matrix product. Kernels and strides divide every side
# evenly, so that turning or mirroring a patch shifts nothing.
LAYERS = (
    Layer(4, 2, 16),
    Layer(3, 2, 24),
    Layer(3, 1, 24),
    Layer(3, 1, 32),
    Layer(3, 2, 48),
    Layer(3, 1, 96),
)


def count_work(layers: tuple[Layer, ...]) -> tuple[int, int]:
    """Returns the parameters, batch norms folded, and the multiply-adds of one 64 x 64 patch."""
    parameters = work = 0
    side, inputs = WINDOW, 3
    for layer in layers:
        side = (side - layer.kernel) // layer.stride + 1
        weights = layer.kernel**2 * inputs * layer.channels
        parameters += weights + layer.channels
        work += weights * side**2
        inputs = layer.channels
    return parameters + side**2 * inputs + 1, work + side**2 * inputs
