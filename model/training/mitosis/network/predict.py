"""Runs a PyTorch network on windows."""

import numpy as np
import torch

from mitosis.data.pool import Pool

_BATCH = 512


def predict(network: torch.nn.Module, windows: np.ndarray) -> np.ndarray:
    """Returns the first logit, `float32` `[n]`, of `uint8` windows `[n, 64, 64, 3]`."""
    network.eval()
    parts = []
    with torch.inference_mode():
        for i in range(0, len(windows), _BATCH):
            x = torch.from_numpy(windows[i : i + _BATCH]).permute(0, 3, 1, 2).float() / 127.5 - 1
            parts.append(network(x)[:, 0].flatten())
    return torch.cat(parts).numpy()


def score_pool(network: torch.nn.Module, pool: Pool, rows: np.ndarray) -> np.ndarray:
    """Returns the logits, `float32` `[len(rows)]`, of the unaltered windows of some rows, cut a thousand at a time."""
    parts = [predict(network, pool.windows(r)) for r in np.array_split(rows, max(1, len(rows) // 1024))]
    return np.concatenate(parts)
