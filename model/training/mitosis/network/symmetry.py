"""Defines convolutions that give a turned or mirrored cell the same answer.

Group equivariant convolutions: Cohen and Welling 2016, ICML, arXiv:1602.07576; for histopathology Veeling et al. 2018,
MICCAI, arXiv:1806.03962. Each filter is learned once and used in all eight rotations and mirrorings of the square, and
the last layer sums over these. Written out (`filters`), they are ordinary convolutions with eight channels for each
learned filter.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Symmetry = tuple[int, bool]  # quarter turns, then whether to mirror
SYMMETRIES: tuple[Symmetry, ...] = tuple((k, mirrored) for mirrored in (False, True) for k in range(4))
ORDER = len(SYMMETRIES)


def turn(x: Tensor, symmetry: Symmetry) -> Tensor:
    """Returns `x` `[..., n, n]`, turned and then mirrored."""
    quarters, mirrored = symmetry
    turned = torch.rot90(x, quarters, (-2, -1))
    return turned.flip(-1) if mirrored else turned


def _inverse_times() -> tuple[tuple[int, ...], ...]:
    """Returns the table whose row g and column h hold the index of the symmetry (inverse of g) times h."""
    square = torch.arange(4).view(2, 2)
    turned = [turn(square, h) for h in SYMMETRIES]
    return tuple(
        tuple(
            next(i for i in range(ORDER) if torch.equal(turn(turned[i], SYMMETRIES[g]), turned[h]))
            for h in range(ORDER)
        )
        for g in range(ORDER)
    )


_INVERSE_TIMES = _inverse_times()


class SymmetricConv(nn.Module):
    """Convolves maps that have one channel for each filter and symmetry, without padding.

    `inputs` and `outputs` count filters, not channels. With `from_image` the input channels have no symmetries: they
    are colors. With `to_logits` the output channels have none: each is the same for every symmetry of the input, as
    long as strides divide all sides.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int = 1, from_image: bool = False, to_logits: bool = False
    ) -> None:
        super().__init__()
        input_symmetries = () if from_image or to_logits else (ORDER,)
        fan_in = inputs * (1 if from_image else ORDER) * kernel**2
        shape = (outputs, inputs, *input_symmetries, kernel, kernel)
        self.weight = nn.Parameter(torch.empty(shape).uniform_(-1, 1) / math.sqrt(fan_in))
        self.bias = nn.Parameter(torch.zeros(outputs)) if to_logits else None
        self.stride, self._from_image, self._to_logits = stride, from_image, to_logits

    def filters(self) -> Tensor:
        """Returns the weights of the ordinary convolution, `[output channels, input channels, k, k]`."""
        if self._from_image:
            return torch.stack([turn(self.weight, g) for g in SYMMETRIES], 1).flatten(0, 1)
        if self._to_logits:
            return torch.stack([turn(self.weight, h) for h in SYMMETRIES], 2).flatten(1, 2)
        seen = [turn(self.weight[:, :, list(row)], g) for g, row in zip(SYMMETRIES, _INVERSE_TIMES, strict=True)]
        return torch.stack(seen, 1).flatten(0, 1).flatten(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        filters = self.filters().contiguous(memory_format=torch.channels_last)
        return F.conv2d(x, filters, self.bias, self.stride)


class SymmetricNorm(nn.Module):
    """Normalizes batches with one scale and shift for each filter.

    Once trained, it uses statistics averaged over the eight symmetries of a filter.
    """

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
        """Returns what a trained norm multiplies each channel by, and what it adds, `[channels]` each."""
        scale = self.weight.repeat_interleave(ORDER) / torch.sqrt(self._shared(self.running_var) + self.eps)
        return scale, self.bias.repeat_interleave(ORDER) - self._shared(self.running_mean) * scale

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            scale, shift = self.scale_and_shift()
            return x * scale[:, None, None] + shift[:, None, None]
        weight, bias = self.weight.repeat_interleave(ORDER), self.bias.repeat_interleave(ORDER)
        return F.batch_norm(x, self.running_mean, self.running_var, weight, bias, True, self._momentum, self.eps)
