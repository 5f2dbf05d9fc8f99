"""Defines the network: a stack of unpadded symmetric convolutions with two logits.

A 64 x 64 patch gives a 1 x 1 map. A field gives, at every 8th px, what the window there would give alone: without
padding, no pixel outside of a window takes part in its answer.
"""

import torch
from torch import Tensor, nn

from mitosis.data.windows import WINDOW
from mitosis.network.architecture import Layer
from mitosis.network.symmetry import ORDER, SymmetricConv, SymmetricNorm

IMITATION_SCALE = 3.0  # the second logit imitates IBM's logit divided by this
# Share of the imitated logit in the exported one: on slides of unseen laboratories the two logits err on different
# look-alikes.
_IMITATION_SHARE = 0.5


class Network(nn.Module):
    """Maps `float32` RGB in -1..1, `[n, 3, h, w]`, to logits, `[n, 2, (h - 64) / 8 + 1, (w - 64) / 8 + 1]`.

    Channel 0 learns the labels that people gave. Channel 1 learns IBM's logit, in units of `IMITATION_SCALE`, so that
    the layers below learn what IBM's network knows of look-alikes.
    """

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        super().__init__()
        stack: list[nn.Module] = []
        side, inputs = WINDOW, 3
        for layer in layers:
            filters = layer.channels // ORDER
            stack += [
                SymmetricConv(inputs, filters, layer.kernel, layer.stride, from_image=not stack),
                SymmetricNorm(filters),
                nn.ReLU(inplace=True),
            ]
            side, inputs = (side - layer.kernel) // layer.stride + 1, filters
        self.body = nn.Sequential(*stack)
        self.head = SymmetricConv(inputs, 2, side, to_logits=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


def _ordinary_conv(filters: Tensor, bias: Tensor, stride: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(filters.shape[1], filters.shape[0], filters.shape[2], stride)
    conv.weight.data, conv.bias.data = filters.detach().contiguous(), bias.detach()
    return conv


def fold(network: Network) -> nn.Sequential:
    """Returns the network as ordinary convolutions and ReLUs, with one logit: `[n, 1, h, w]`.

    Symmetric filters are written out, batch norms are folded into the convolutions, and the last convolution gives
    the mean of the label's logit and the imitated one.
    """
    modules = list(network.body)
    folded: list[nn.Module] = []
    for conv, norm in zip(modules[::3], modules[1::3], strict=True):
        scale, shift = norm.scale_and_shift()
        folded += [_ordinary_conv(conv.filters() * scale[:, None, None, None], shift, conv.stride), nn.ReLU()]
    shares = torch.tensor([1 - _IMITATION_SHARE, _IMITATION_SHARE * IMITATION_SCALE])
    head = torch.einsum("k,kchw->chw", shares, network.head.filters())[None]
    return nn.Sequential(*folded, _ordinary_conv(head, (shares @ network.head.bias)[None])).eval()
