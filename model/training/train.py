"""One training: rounds of augmented batches, with the hard negatives sought again before each."""

import copy
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import augment
from network import IMITATED, Layer, Network
from pool import Pool

_LATER = 10
# Convolutions in bfloat16 where the processor has them: faster, and as good.
_HALF = torch.ops.mkldnn._is_mkldnn_bf16_supported() and torch.cpu._is_avx512_bf16_supported()


@dataclass(frozen=True)
class Settings:
    """How long and how hard to train.

    `shifts` are the largest displacements of negatives and of mitoses in px; `imitation` is the
    weight of IBM's logit as a second thing to learn, and `likeness` that of negatives having it.
    """

    layers: tuple[Layer, ...]
    rounds: int
    batches: int
    batch: int = 128
    rate: float = 4e-3
    decay: float = 0.01
    average: float = 0.999
    dropout: float = 0.0
    positives: float = 0.3
    imitation: float = 0.3
    likeness: float = 0.15
    strength: float = 0.6
    shifts: tuple[float, float] = (8.0, 5.0)
    zoom: float = 1.25
    seed: int = 1


@dataclass
class Trained:
    """The averaged network and its learning curve: (images seen, loss, share of hard negatives)."""

    network: Network
    curve: list[tuple[int, float, float]]


def predict(network: torch.nn.Module, windows: np.ndarray, turns: int = 1) -> np.ndarray:
    """Logits `[n]` of `uint8` windows `[n, 64, 64, 3]`, the mean over `turns` of the 8 symmetries."""
    network.eval()
    parts = []
    with torch.inference_mode():
        for i in range(0, len(windows), 512):
            x = torch.from_numpy(windows[i : i + 512]).permute(0, 3, 1, 2).float() / 127.5 - 1
            views = [
                torch.rot90(x, k % 4, (2, 3)).flip(3) if k > 3 else torch.rot90(x, k, (2, 3)) for k in range(turns)
            ]
            parts.append(torch.stack([network(v)[:, 0].flatten() for v in views]).mean(dim=0))
    return torch.cat(parts).numpy()


def score_pool(network: torch.nn.Module, pool: Pool, rows: np.ndarray, turns: int = 1) -> np.ndarray:
    """Logits of the unaltered windows of some rows of the pool."""
    parts = [predict(network, pool.windows(r), turns) for r in np.array_split(rows, max(1, len(rows) // 1024))]
    return np.concatenate(parts)


def _slide_weights(slides: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Many mitoses of one slide count less than as many of several; AtNorM-MD names no slides."""
    _, inverse, counts = np.unique(slides, return_inverse=True, return_counts=True)
    return np.where(sources == "AtNorM-MD", 0.3, counts[inverse] ** -0.4)


class _Sampler:
    """Draws rows: mitoses by slide, negatives half at random and half by how wrong the net is."""

    def __init__(self, pool: Pool, rows: np.ndarray, settings: Settings) -> None:
        self.positive = rows[pool.label[rows] > 0.5]
        self.negative = rows[pool.label[rows] < 0.5]
        weight = _slide_weights(pool.slide[self.positive], pool.source[self.positive])
        self.positive_share = weight / weight.sum()
        self.negative_share = np.full(len(self.negative), 1 / len(self.negative))
        self.framed = self.negative[pool.annotated[self.negative]]
        self.settings, self.random = settings, np.random.default_rng(settings.seed)

    def mine(self, logits: np.ndarray) -> float:
        """Prefer negatives that score high; returns the share of them above a probability of 0.1."""
        hard = torch.sigmoid(torch.from_numpy(logits) + 1.5).numpy() + 0.003
        self.negative_share = 0.4 / len(hard) + 0.6 * hard / hard.sum()
        self.negative_share /= self.negative_share.sum()
        return float((logits > -2.2).mean())

    def draw(self) -> np.ndarray:
        positives = round(self.settings.batch * self.settings.positives)
        return np.concatenate(
            [
                self.random.choice(self.positive, positives, p=self.positive_share),
                self.random.choice(self.negative, self.settings.batch - positives, p=self.negative_share),
            ]
        )

    def frames(self, pool: Pool, rows: np.ndarray) -> np.ndarray:
        """Each mitosis gets the borders of a chance negative: reflection must not tell them apart."""
        frames = pool.frames[pool.image[rows]].copy()
        other = self.random.choice(self.framed, len(rows))
        offset = np.tile(pool.centre[rows] - pool.centre[other], 2)
        borrowed = pool.frames[pool.image[other]] + offset
        inside = np.concatenate(
            [np.maximum(frames[:, :2], borrowed[:, :2]), np.minimum(frames[:, 2:], borrowed[:, 2:])], axis=1
        )
        return np.where(pool.label[rows, None] > 0.5, inside, frames)


class _Batches(torch.utils.data.IterableDataset):
    """The augmented batches of one round, made by one process while another trains."""

    def __init__(self, pool: Pool, sampler: _Sampler, settings: Settings, seed: int) -> None:
        self.pool, self.sampler, self.settings, self.seed = pool, sampler, settings, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        torch.set_num_threads(1)
        cv2.setNumThreads(0)
        self.sampler.random = np.random.default_rng(self.seed)
        noise = torch.Generator().manual_seed(self.seed)
        for _ in range(self.settings.batches):
            rows = self.sampler.draw()
            yield torch.from_numpy(rows), self._augment(rows, self.sampler.frames(self.pool, rows), noise)

    def _augment(self, rows: np.ndarray, frames: np.ndarray, noise: torch.Generator) -> Tensor:
        pool, settings, random = self.pool, self.settings, self.sampler.random
        shifts = settings.shifts
        windows = np.stack(
            [
                augment.defocus(
                    augment.resample(
                        pool.images[pool.image[r]],
                        frame,
                        pool.centre[r],
                        shifts[int(pool.label[r])],
                        settings.zoom,
                        random,
                    ),
                    random,
                )
                for r, frame in zip(rows, frames, strict=True)
            ]
        )
        density = augment.restain(
            augment.densities(windows), torch.from_numpy(pool.label[rows]), settings.strength, noise
        )
        return augment.expose(density, noise)


def _twice(batches: Iterable[tuple[Tensor, Tensor]]) -> Iterator[tuple[Tensor, Tensor]]:
    """Each batch, and again some batches later, turned and mirrored: half the augmentation."""
    waiting: deque[tuple[Tensor, Tensor]] = deque()
    for rows, x in batches:
        yield rows, x
        waiting.append((rows, torch.rot90(x, 1, (2, 3)) if len(waiting) % 2 else x.flip(3)))
        if len(waiting) > _LATER:
            yield waiting.popleft()
    yield from waiting


def _average(averaged: Network, network: Network, keep: float) -> None:
    with torch.no_grad():
        for mean, value in zip(averaged.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, 1 - keep)


def train(
    pool: Pool,
    trainable: Callable[[Pool], np.ndarray],
    wanted: Callable[[Pool], np.ndarray],
    miner: Callable[[Network, Pool, int], Pool],
    settings: Settings,
    log: Callable[[str], None],
) -> Trained:
    """Train on the rows that `trainable(pool)` names, towards the probabilities `wanted(pool)`.

    `miner(network, pool, round)` adds negatives before each round but the first. The weights are
    averaged exponentially over the steps (Polyak and Juditsky 1992, SIAM J Control Optim 30:838).
    """
    torch.manual_seed(settings.seed)
    network = Network(settings.layers, settings.dropout).to(memory_format=torch.channels_last)
    averaged = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), settings.rate, weight_decay=settings.decay)
    steps = 2 * settings.rounds * settings.batches
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.rate, total_steps=steps, pct_start=0.15)
    curve: list[tuple[int, float, float]] = []
    started, step = time.monotonic(), 0
    for round_ in range(settings.rounds):
        hard = 1.0
        if round_:
            pool = miner(averaged, pool, round_)
        sampler = _Sampler(pool, trainable(pool), settings)
        if round_:
            hard = sampler.mine(score_pool(averaged, pool, sampler.negative))
        target = torch.from_numpy(wanted(pool)).float()
        imitated = torch.from_numpy(pool.ibm_mean).float().clamp(-9, 6) / IMITATED
        network.train()
        total = 0.0
        batches = _Batches(pool, sampler, settings, settings.seed * 1000 + round_)
        loader = torch.utils.data.DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=8)
        for chosen, x in _twice(loader):
            with torch.autocast("cpu", torch.bfloat16, enabled=_HALF):
                outputs = network(x.contiguous(memory_format=torch.channels_last))
            logits, imitation = outputs.float().flatten(1).unbind(1)
            loss = F.binary_cross_entropy_with_logits(logits, target[chosen])
            total += float(loss.detach())
            ibm, negative = imitated[chosen], torch.from_numpy(pool.label)[chosen] < 0.5
            loss = loss + settings.imitation * F.smooth_l1_loss(imitation, ibm)
            likeness = F.smooth_l1_loss(logits[negative] / IMITATED, ibm[negative].clamp(max=-0.5))
            loss = loss + settings.likeness * likeness
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            _average(averaged, network, min(settings.average, (1 + step) / (10 + step)))
        curve.append((step * settings.batch, total / (2 * settings.batches), hard))
        rate = step * settings.batch / (time.monotonic() - started)
        log(
            f"  round {round_ + 1}/{settings.rounds}: loss {curve[-1][1]:.4f}, negatives {len(sampler.negative)}, "
            f"hard {hard:.4f}, {rate:.0f} windows/s"
        )
    return Trained(averaged.eval(), curve)
