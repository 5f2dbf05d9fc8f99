"""Calibrates logits, so that a probability of 0.8 means a mitosis in eight of ten cases.

Mitoses and negatives count alike, so that 0.5 is where both are equally likely.
"""

import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from mitosis.evaluate.metrics import calibration_error, sigmoid


def fit_calibration(logits: np.ndarray, label: np.ndarray) -> tuple[float, float]:
    """Returns the temperature and bias of `logit / temperature + bias` (Platt 1999; Guo et al. 2017, ICML).

    Both arrays are `[n]`. The fit minimizes the cross entropy, with equal weight for mitoses and negatives.
    """
    z, y = torch.from_numpy(logits).double(), torch.from_numpy(label).double()
    weight = torch.where(y > 0.5, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    parameters = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([parameters], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scaled = z * torch.exp(-parameters[0]) + parameters[1]
        value = F.binary_cross_entropy_with_logits(scaled, y, weight, reduction="sum")
        value.backward()
        return value

    optimizer.step(loss)
    log_temperature, bias = parameters.detach().tolist()
    return float(np.exp(log_temperature)), bias


def cross_validated_error(
    logits: np.ndarray, label: np.ndarray, slides: np.ndarray, parts: int = 5
) -> tuple[float, np.ndarray]:
    """Returns the expected calibration error and its bins, with each slide calibrated by a fit to other slides.

    All arrays are `[n]`; the bins are those of `calibration_error`.
    """
    names, inverse = np.unique(slides, return_inverse=True)
    part = np.random.default_rng(0).permutation(len(names))[inverse] % parts
    probability = np.empty(len(logits))
    for p in range(parts):
        temperature, bias = fit_calibration(logits[part != p], label[part != p])
        probability[part == p] = sigmoid(logits[part == p] / temperature + bias)
    return calibration_error(probability, label)


def fold_calibration(network: nn.Sequential, temperature: float, bias: float) -> nn.Sequential:
    """Returns a network whose logits are `logit / temperature + bias`: its last convolution is scaled and shifted."""
    network = copy.deepcopy(network)
    head = network[-1]
    head.weight.data /= temperature
    head.bias.data = head.bias.data / temperature + bias
    return network
