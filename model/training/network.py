"""The networks: stacks of unpadded convolutions, each seeing exactly 64 px at every 8th.

A 64 x 64 patch gives a 1 x 1 map; a field gives in one pass what all its windows would give alone,
because no pixel outside a window, nor any padding, takes part in its answer. Kernels and strides
divide every side evenly, so that turning or mirroring a patch shifts nothing.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from data import WINDOW

STRIDE = 8
IMITATED = 3.0
# How much of the shipped logit is what the network thinks that IBM's would say: on slides of unseen
# laboratories the two err on different look-alikes.
SHARE_IMITATED = 0.5


@dataclass(frozen=True)
class Layer:
    """One convolution: kernel size, stride and channels."""

    kernel: int
    stride: int
    channels: int


# Chosen by time in onnxruntime-web's WASM backend (see README.md): few, wide, each fused with its
# ReLU; the work lies where maps are large enough for its matrix product to be efficient.
STUDENT = (
    Layer(4, 2, 16),
    Layer(3, 2, 24),
    Layer(3, 1, 28),
    Layer(3, 1, 28),
    Layer(3, 2, 56),
    Layer(3, 1, 96),
)


class Network(nn.Module):
    """Float32 RGB `[n, 3, h, w]` in -1..1 to `[n, 2, (h - 64) / 8 + 1, (w - 64) / 8 + 1]`.

    Channel 0 is the logit of a mitosis as people label them. Channel 1 imitates IBM's logit (in
    units of `IMITATED`), so that the layers below learn what IBM knows of look-alikes.
    """

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        super().__init__()
        stack: list[nn.Module] = []
        side, inputs = WINDOW, 3
        for layer in layers:
            stack += [
                nn.Conv2d(inputs, layer.channels, layer.kernel, layer.stride, bias=False),
                nn.BatchNorm2d(layer.channels),
                nn.ReLU(inplace=True),
            ]
            side, inputs = (side - layer.kernel) // layer.stride + 1, layer.channels
        self.body = nn.Sequential(*stack)
        self.head = nn.Conv2d(inputs, 2, side)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


def count_work(layers: tuple[Layer, ...]) -> tuple[int, int]:
    """Parameters (batch norms folded) and multiply-adds of one 64 x 64 patch."""
    parameters = work = 0
    side, inputs = WINDOW, 3
    for layer in layers:
        side = (side - layer.kernel) // layer.stride + 1
        weights = layer.kernel**2 * inputs * layer.channels
        parameters += weights + layer.channels
        work += weights * side**2
        inputs = layer.channels
    return parameters + side**2 * inputs + 1, work + side**2 * inputs


def fold(network: Network) -> nn.Sequential:
    """Both logits in one, without batch norms: convolution, ReLU, ..., convolution."""
    modules = list(network.body)
    folded: list[nn.Module] = []
    for conv, norm in zip(modules[::3], modules[1::3], strict=True):
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        plain = nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, conv.stride)
        plain.weight.data = (conv.weight * scale[:, None, None, None]).detach()
        plain.bias.data = (norm.bias - norm.running_mean * scale).detach()
        folded += [plain, nn.ReLU()]
    head = nn.Conv2d(network.head.in_channels, 1, network.head.kernel_size)
    shares = torch.tensor([1 - SHARE_IMITATED, SHARE_IMITATED * IMITATED])
    head.weight.data = torch.einsum("k,kchw->chw", shares, network.head.weight.detach())[None]
    head.bias.data = (shares @ network.head.bias.detach())[None]
    return nn.Sequential(*folded, head).eval()
