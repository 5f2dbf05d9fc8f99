"""Defines the loss: the label, the imitation of IBM's logit, and the likeness of negatives to it."""

import torch
from torch import Tensor
from torch.nn import functional as F

from mitosis.network.network import IMITATION_SCALE
from mitosis.train.settings import Settings


def compute_loss(
    outputs: Tensor, label: Tensor, target: Tensor, ibm_logit: Tensor, settings: Settings
) -> tuple[Tensor, Tensor]:
    """Returns the loss to minimize and, apart, the cross entropy of the first logit; scalars.

    `outputs` are the two logits of each window, `[n, 2, 1, 1]`; `label` 0 or 1, `target` the wanted probability and
    `ibm_logit` are `[n]`. The imitation weighs up to six times as much where IBM's logit is high, because low ones are
    background and stroma.
    """
    logits, imitation = outputs.float().flatten(1).unbind(1)
    entropy = F.binary_cross_entropy_with_logits(logits, target)
    weight = 1 + 5 * torch.sigmoid(ibm_logit / 1.5 + 1.5)
    imitation_loss = F.smooth_l1_loss(imitation, ibm_logit / IMITATION_SCALE, reduction="none")
    imitation_loss = (imitation_loss * weight).sum() / weight.sum()
    negative = label < 0.5
    drawn_to = ibm_logit[negative].clamp(max=-0.5)
    likeness_loss = F.smooth_l1_loss(logits[negative] / IMITATION_SCALE, drawn_to / IMITATION_SCALE)
    loss = entropy + settings.imitation_weight * imitation_loss + settings.likeness_weight * likeness_loss
    return loss, entropy.detach()
