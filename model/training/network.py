"""The networks: stacks of unpadded convolutions, each seeing exactly 64 px at every 8th.

A 64 x 64 patch gives a 1 x 1 map; a field gives in one pass what all its windows would give alone,
because no pixel outside a window, nor any padding, takes part in its answer. Kernels and strides
divide every side evenly, so that turning or mirroring a patch shifts nothing and changes nothing.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from data import WINDOW
from symmetry import ORDER, SymmetricConv, SymmetricNorm

STRIDE = 8
IMITATED = 3.0
# How much of the shipped logit is what the network thinks that IBM's would say: on slides of unseen
# laboratories the two err on different look-alikes.
SHARE_IMITATED = 0.5


@dataclass(frozen=True)
class Layer:
    """One convolution: kernel size, stride and channels, eight for each filter."""

    kernel: int
    stride: int
    channels: int


# Chosen by time in onnxruntime-web's WASM backend (see README.md): few, wide, each fused with its
# ReLU; the work lies where maps are large enough for its matrix product to be efficient.
STUDENT = (
    Layer(4, 2, 16),
    Layer(3, 2, 24),
    Layer(3, 1, 24),
    Layer(3, 1, 32),
    Layer(3, 2, 48),
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
            filters = layer.channels // ORDER
            stack += [
                SymmetricConv(inputs, filters, layer.kernel, layer.stride, of_image=not stack),
                SymmetricNorm(filters),
                nn.ReLU(inplace=True),
            ]
            side, inputs = (side - layer.kernel) // layer.stride + 1, filters
        self.body = nn.Sequential(*stack)
        self.head = SymmetricConv(inputs, 2, side, of_answer=True)

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


def _plain(filters: Tensor, bias: Tensor, stride: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(filters.shape[1], filters.shape[0], filters.shape[2], stride)
    conv.weight.data, conv.bias.data = filters.detach().contiguous(), bias.detach()
    return conv


def fold(network: Network) -> nn.Sequential:
    """Both logits in one, without symmetries and batch norms: convolution, ReLU, ..., convolution."""
    modules = list(network.body)
    folded: list[nn.Module] = []
    for conv, norm in zip(modules[::3], modules[1::3], strict=True):
        scale, shift = norm.scale_and_shift()
        folded += [_plain(conv.filters() * scale[:, None, None, None], shift, conv.stride), nn.ReLU()]
    shares = torch.tensor([1 - SHARE_IMITATED, SHARE_IMITATED * IMITATED])
    head = torch.einsum("k,kchw->chw", shares, network.head.filters())[None]
    return nn.Sequential(*folded, _plain(head, (shares @ network.head.bias)[None])).eval()
