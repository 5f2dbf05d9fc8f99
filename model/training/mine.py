"""Hard negatives: where the network, run over whole images, finds mitoses that are none."""

import numpy as np
import torch
from torch.nn import functional as F

from data import PATCH, WINDOW, Patches
from network import STRIDE
from pool import Ask, Pool, far

_BORDER = 24  # px of reflection around a patch, so that places near its border are sought too
_SUSPICIOUS = -2.0  # logit: lower maxima are no trouble
_APART = 3  # windows between two maxima


def _maxima(scores: torch.Tensor) -> torch.Tensor:
    """Indices `[n, 3]` (image, row, column) of suspicious local maxima of maps `[n, 1, h, w]`."""
    highest = F.max_pool2d(scores, 2 * _APART - 1, 1, _APART - 1)
    return torch.nonzero(((scores == highest) & (scores > _SUSPICIOUS))[:, 0])


def _mine_patches(network: torch.nn.Module, patches: Patches, members: np.ndarray) -> list[tuple[int, int, int]]:
    found = []
    for some in np.array_split(members, len(members) // 64 + 1):
        x = torch.from_numpy(patches.images[some]).permute(0, 3, 1, 2).float() / 127.5 - 1
        scores = network(F.pad(x, (_BORDER,) * 4, mode="reflect"))[:, :1]
        for i, row, column in _maxima(scores).tolist():
            centre = np.array([column, row]) * STRIDE + WINDOW // 2 - _BORDER
            frame = patches.frames[some[i]]
            inside = (centre >= frame[:2] + 8).all() and (centre <= frame[2:] - 8).all()
            mitoses = np.array([(PATCH // 2, PATCH // 2), *patches.others[some[i]]])
            if inside and len(far(centre[None], mitoses)):
                found.append((int(some[i]), int(centre[0]), int(centre[1])))
    return found


def _mine_fields(
    network: torch.nn.Module, pool: Pool, members: range, most: int, random: np.random.Generator
) -> list[tuple[int, int, int]]:
    found = []
    for image in members:
        x0, y0 = random.integers(0, STRIDE, 2)
        x = torch.from_numpy(pool.images[image][y0:, x0:].copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
        scores = network(x)[:, :1]
        places = _maxima(scores)
        order = torch.argsort(scores[0, 0, places[:, 1], places[:, 2]], descending=True)[:most]
        found += [
            (image, column * STRIDE + WINDOW // 2 + int(x0), row * STRIDE + WINDOW // 2 + int(y0))
            for _, row, column in places[order].tolist()
        ]
    return found


def mine(
    network: torch.nn.Module,
    pool: Pool,
    patches: Patches,
    members: np.ndarray,
    per_field: int,
    ask: Ask,
    seed: int,
) -> Pool:
    """The pool with what the network wrongly finds in patches `members` and in all fields."""
    network.eval()
    with torch.inference_mode():
        rows = _mine_patches(network, patches, members)
        fields = range(len(patches.images), len(pool.images))
        rows += _mine_fields(network, pool, fields, per_field, np.random.default_rng(seed))
    known = set(zip(pool.image.tolist(), *pool.centre.astype(int).T.tolist(), strict=True))
    new = np.array([row for row in rows if row not in known]).reshape(-1, 3).astype(int)
    if not len(new):
        return pool
    return pool.with_negatives(new[:, 0], new[:, 1:], ask)
