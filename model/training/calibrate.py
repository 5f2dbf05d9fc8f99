"""From logits to probabilities that mean what they say, and the threshold to ship."""

import numpy as np
import torch
from torch.nn import functional as F

import metrics
from metrics import sigmoid


def fit(logits: np.ndarray, label: np.ndarray) -> tuple[float, float]:
    """Temperature and bias of `logit / temperature + bias` (Platt 1999; Guo et al. 2017).

    Mitoses and others count alike, so that 0.5 is where both are equally likely.
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


def crossed_error(
    logits: np.ndarray, label: np.ndarray, slides: np.ndarray, parts: int = 5
) -> tuple[float, np.ndarray]:
    """Expected calibration error and its bins, each slide scaled by a fit to other slides."""
    names, inverse = np.unique(slides, return_inverse=True)
    part = np.random.default_rng(0).permutation(len(names))[inverse] % parts
    probability = np.empty(len(logits))
    for p in range(parts):
        temperature, bias = fit(logits[part != p], label[part != p])
        probability[part == p] = sigmoid(logits[part == p] / temperature + bias)
    return metrics.calibration(probability, label)
