"""Convolutions to which a turned or mirrored cell is the same cell.

Group equivariant convolutions (Cohen and Welling 2016, ICML, arXiv:1602.07576; for histopathology
Veeling et al. 2018, MICCAI, arXiv:1806.03962). Each filter is learnt once and used in all eight
rotations and mirrors of the square; what the last layer adds up is the same for all of them. They
are ordinary convolutions once `filters` are written out: eight times the channels of what is learnt.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Symmetry = tuple[int, bool]  # quarter turns, then whether mirrored
SYMMETRIES: tuple[Symmetry, ...] = tuple((k, mirrored) for mirrored in (False, True) for k in range(4))
ORDER = len(SYMMETRIES)


def turn(x: Tensor, symmetry: Symmetry) -> Tensor:
    """`x` `[..., n, n]`, turned and mirrored."""
    quarters, mirrored = symmetry
    turned = torch.rot90(x, quarters, (-2, -1))
    return turned.flip(-1) if mirrored else turned


def _differences() -> tuple[tuple[int, ...], ...]:
    """Row g, column h: which symmetry follows g to make h of it, seen from g (the inverse of g, times h)."""
    square = torch.arange(4).view(2, 2)
    turned = [turn(square, h) for h in SYMMETRIES]
    return tuple(
        tuple(
            next(i for i in range(ORDER) if torch.equal(turn(turned[i], SYMMETRIES[g]), turned[h]))
            for h in range(ORDER)
        )
        for g in range(ORDER)
    )


_DIFFERENCES = _differences()


class SymmetricConv(nn.Module):
    """Unpadded convolution of maps that have one channel for each filter and symmetry.

    `inputs` and `outputs` count filters, not channels. Of an image the input channels have no
    symmetry (`of_image`); of an answer the output channels have none (`of_answer`): it is the same
    for every symmetry of the input, as long as strides divide all sides.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, of_image: bool = False, of_answer: bool = False
    ) -> None:
        super().__init__()
        among = () if of_image or of_answer else (ORDER,)
        fan_in = inputs * (1 if of_image else ORDER) * kernel**2
        shape = (outputs, inputs, *among, kernel, kernel)
        self.weight = nn.Parameter(torch.empty(shape).uniform_(-1, 1) / math.sqrt(fan_in))
        self.bias = nn.Parameter(torch.zeros(outputs)) if of_answer else None
        self.stride, self._of_image, self._of_answer = stride, of_image, of_answer

    def filters(self) -> Tensor:
        """The weights of the ordinary convolution `[output channels, input channels, k, k]`."""
        if self._of_image:
            return torch.stack([turn(self.weight, g) for g in SYMMETRIES], 1).flatten(0, 1)
        if self._of_answer:
            return torch.stack([turn(self.weight, h) for h in SYMMETRIES], 2).flatten(1, 2)
        seen = [turn(self.weight[:, :, list(row)], g) for g, row in zip(SYMMETRIES, _DIFFERENCES, strict=True)]
        return torch.stack(seen, 1).flatten(0, 1).flatten(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        filters = self.filters().contiguous(memory_format=torch.channels_last)
        return F.conv2d(x, filters, self.bias, self.stride)


class SymmetricNorm(nn.Module):
    """Batch norm with one scale and shift a filter; the statistics in use are those over its symmetries."""

    def __init__(self, filters: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(filters))
        self.bias = nn.Parameter(torch.zeros(filters))
        self.register_buffer("running_mean", torch.zeros(filters * ORDER))
        self.register_buffer("running_var", torch.ones(filters * ORDER))
        self.eps, self._momentum = 1e-5, 0.1

    def _shared(self, statistic: Tensor) -> Tensor:
        return statistic.view(-1, ORDER).mean(dim=1).repeat_interleave(ORDER)

    def scale_and_shift(self) -> tuple[Tensor, Tensor]:
        """What the norm multiplies each channel by, and what it adds."""
        scale = self.weight.repeat_interleave(ORDER) / torch.sqrt(self._shared(self.running_var) + self.eps)
        return scale, self.bias.repeat_interleave(ORDER) - self._shared(self.running_mean) * scale

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            scale, shift = self.scale_and_shift()
            return x * scale[:, None, None] + shift[:, None, None]
        weight, bias = self.weight.repeat_interleave(ORDER), self.bias.repeat_interleave(ORDER)
        return F.batch_norm(x, self.running_mean, self.running_var, weight, bias, True, self._momentum, self.eps)
