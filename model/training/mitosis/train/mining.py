"""Mines hard negatives: runs the network over whole images, and keeps what it wrongly takes for mitoses."""

import numpy as np
import torch
from torch.nn import functional as F

from mitosis.data.negatives import far_from_mitoses
from mitosis.data.patches import Patches
from mitosis.data.pool import Pool
from mitosis.data.windows import WINDOW, Scorer
from mitosis.network.architecture import STRIDE

_BORDER = 24  # px mirrored around a patch, so that places near its border are searched too
_MARGIN = 8  # px between a mined negative and the border of the slide
_MIN_LOGIT = -2.0  # maxima below are no false alarms
_MIN_DISTANCE = 3  # windows between two maxima


def _maxima(scores: torch.Tensor) -> torch.Tensor:
    """Returns the indices `[n, 3]` (image, row, column) of local maxima above -2 of maps `[n, 1, h, w]`."""
    highest = F.max_pool2d(scores, 2 * _MIN_DISTANCE - 1, 1, _MIN_DISTANCE - 1)
    return torch.nonzero(((scores == highest) & (scores > _MIN_LOGIT))[:, 0])


def _mine_patches(network: torch.nn.Module, patches: Patches, chosen: np.ndarray) -> list[tuple[int, int, int]]:
    """Returns rows (patch, x, y) far from all mitoses of the patch."""
    found = []
    for some in np.array_split(chosen, len(chosen) // 64 + 1):
        x = torch.from_numpy(patches.images[some]).permute(0, 3, 1, 2).float() / 127.5 - 1
        # This mirroring does not repeat the border pixel, unlike that of `cut_windows`; it only proposes places.
        scores = network(F.pad(x, (_BORDER,) * 4, mode="reflect"))[:, :1]
        for i, row, column in _maxima(scores).tolist():
            center = np.array([column, row]) * STRIDE + WINDOW // 2 - _BORDER
            bounds = patches.bounds[some[i]]
            inside = (center >= bounds[:2] + _MARGIN).all() and (center <= bounds[2:] - _MARGIN).all()
            if inside and len(far_from_mitoses(center[None], patches.mitoses(some[i]))):
                found.append((int(some[i]), int(center[0]), int(center[1])))
    return found


def _mine_fields(
    network: torch.nn.Module, pool: Pool, chosen: range, max_per_field: int, random: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Returns rows (image, x, y): the highest maxima of each field, searched from a random offset below 8 px."""
    found = []
    for image in chosen:
        x0, y0 = random.integers(0, STRIDE, 2)
        x = torch.from_numpy(pool.images[image][y0:, x0:].copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
        scores = network(x)[:, :1]
        places = _maxima(scores)
        order = torch.argsort(scores[0, 0, places[:, 1], places[:, 2]], descending=True)[:max_per_field]
        found += [
            (image, column * STRIDE + WINDOW // 2 + int(x0), row * STRIDE + WINDOW // 2 + int(y0))
            for _, row, column in places[order].tolist()
        ]
    return found


def mine_negatives(
    network: torch.nn.Module,
    pool: Pool,
    patches: Patches,
    chosen: np.ndarray,
    max_per_field: int,
    ibm_logits: Scorer,
    seed: int,
) -> Pool:
    """Returns the pool with what the network wrongly finds in the patches `chosen` and in all unannotated fields."""
    network.eval()
    with torch.inference_mode():
        rows = _mine_patches(network, patches, chosen)
        fields = range(len(patches.images), len(pool.images))
        rows += _mine_fields(network, pool, fields, max_per_field, np.random.default_rng(seed))
    known = set(zip(pool.image_index.tolist(), *pool.center.astype(int).T.tolist(), strict=True))
    new = np.array([row for row in rows if row not in known]).reshape(-1, 3).astype(int)
    if not len(new):
        return pool
    return pool.with_negatives(new[:, 0], new[:, 1:], ibm_logits)
