"""One training: rounds of augmented batches, with the hard negatives sought again before each."""

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import augment
from metrics import sigmoid
from network import IMITATED, Layer, Network
from pool import Ask, Pool
from views import Views, make_views

# Convolutions in bfloat16 where the processor has them: faster, and as good.
_HALF = torch.ops.mkldnn._is_mkldnn_bf16_supported() and torch.cpu._is_avx512_bf16_supported()


@dataclass(frozen=True)
class Settings:
    """How long and how hard to train.

    `imitation` is the weight of IBM's logit as a second thing to learn, `likeness` that of negatives
    having it; `strength` is that of the change of stain.
    """

    layers: tuple[Layer, ...]
    rounds: int
    batches: int
    batch: int = 128
    rate: float = 4e-3
    decay: float = 0.01
    average: float = 0.999
    positives: float = 0.3
    imitation: float = 1.0
    likeness: float = 0.15
    strength: float = 0.6
    seed: int = 1


@dataclass
class Trained:
    """The averaged network and its learning curve: (images seen, loss, share of hard negatives)."""

    network: Network
    curve: list[tuple[int, float, float]]


def predict(network: torch.nn.Module, windows: np.ndarray) -> np.ndarray:
    """Logits `[n]` of `uint8` windows `[n, 64, 64, 3]`."""
    network.eval()
    parts = []
    with torch.inference_mode():
        for i in range(0, len(windows), 512):
            x = torch.from_numpy(windows[i : i + 512]).permute(0, 3, 1, 2).float() / 127.5 - 1
            parts.append(network(x)[:, 0].flatten())
    return torch.cat(parts).numpy()


def score_pool(network: torch.nn.Module, pool: Pool, rows: np.ndarray) -> np.ndarray:
    """Logits of the unaltered windows of some rows of the pool."""
    parts = [predict(network, pool.windows(r)) for r in np.array_split(rows, max(1, len(rows) // 1024))]
    return np.concatenate(parts)


def _slide_weights(slides: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Many mitoses of one slide count less than as many of several; AtNorM-MD names no slides."""
    _, inverse, counts = np.unique(slides, return_inverse=True, return_counts=True)
    return np.where(sources == "AtNorM-MD", 0.3, counts[inverse] ** -0.4)


class _Sampler:
    """Draws rows: mitoses by slide; negatives in part at random, in part by how hard they are."""

    def __init__(self, pool: Pool, rows: np.ndarray, settings: Settings) -> None:
        self.positive = rows[pool.label[rows] > 0.5]
        self.negative = rows[pool.label[rows] < 0.5]
        weight = _slide_weights(pool.slide[self.positive], pool.source[self.positive])
        self._positive_sum = np.cumsum(weight)
        self._negative_sum = np.arange(1.0, len(self.negative) + 1)
        self._settings = settings

    def mine(self, logits: np.ndarray, ibm: np.ndarray) -> float:
        """Prefer negatives that the network or IBM's scores high; returns the share above p = 0.1."""
        hard = sigmoid(logits + 1.5) + 0.3 * sigmoid(ibm + 1) + 0.003
        self._negative_sum = np.cumsum(0.4 / len(hard) + 0.6 * hard / hard.sum())
        return float((logits > -2.2).mean())

    def draw(self, random: np.random.Generator) -> np.ndarray:
        """The rows of one batch, mitoses first."""
        positives = round(self._settings.batch * self._settings.positives)
        parts = ((self.positive, self._positive_sum, positives),)
        parts += ((self.negative, self._negative_sum, self._settings.batch - positives),)
        return np.concatenate(
            [rows[np.searchsorted(sums, random.random(count) * sums[-1])] for rows, sums, count in parts]
        )


class _Batches(torch.utils.data.IterableDataset):
    """The altered views of one round, made by one process while another trains."""

    def __init__(self, pool: Pool, views: Views, sampler: _Sampler, settings: Settings, seed: int) -> None:
        self.pool, self.views, self.sampler, self.settings, self.seed = pool, views, sampler, settings, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Rows of the pool, views of them, and what these became: RGB in -1..1."""
        torch.set_num_threads(1)
        cv2.setNumThreads(0)
        random, noise = np.random.default_rng(self.seed), torch.Generator().manual_seed(self.seed)
        first, count = self.views.first, self.views.count
        for _ in range(self.settings.batches):
            rows = self.sampler.draw(random)
            chosen = first[rows] + (random.random(len(rows)) * count[rows]).astype(int)
            pixels = [augment.defocus(v, random) for v in self.views.pixels(chosen)]
            label = torch.from_numpy(self.pool.label[rows])
            density = augment.densities(np.stack(pixels))
            density = augment.restain(density, label, self.settings.strength, noise)
            yield torch.from_numpy(rows), torch.from_numpy(chosen), augment.expose(density, noise)


def _average(averaged: Network, network: Network, keep: float) -> None:
    with torch.no_grad():
        for mean, value in zip(averaged.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, 1 - keep)


def _loss(outputs: Tensor, label: Tensor, target: Tensor, ibm: Tensor, settings: Settings) -> tuple[Tensor, Tensor]:
    """What to minimise, and the cross entropy alone.

    IBM's logit is learnt most eagerly where it is high: the rest is glass and stroma.
    """
    logits, imitation = outputs.float().flatten(1).unbind(1)
    entropy = F.binary_cross_entropy_with_logits(logits, target)
    weight = 1 + 5 * torch.sigmoid(ibm / 1.5 + 1.5)
    imitated = F.smooth_l1_loss(imitation, ibm / IMITATED, reduction="none")
    negative = label < 0.5
    likeness = F.smooth_l1_loss(logits[negative] / IMITATED, ibm[negative].clamp(max=-0.5) / IMITATED)
    loss = entropy + settings.imitation * (imitated * weight).sum() / weight.sum() + settings.likeness * likeness
    return loss, entropy.detach()


def train(
    pool: Pool,
    views: Views,
    trainable: Callable[[Pool], np.ndarray],
    wanted: Callable[[Pool], np.ndarray],
    miner: Callable[[Network, Pool, int], Pool],
    ask: Ask,
    settings: Settings,
    log: Callable[[str], None],
) -> Trained:
    """Train on the rows that `trainable(pool)` names, towards the probabilities `wanted(pool)`.

    `views` are those of the rows of `pool`; `miner(network, pool, round)` adds negatives before each
    round but the first, of which IBM is asked by `ask`. The weights are averaged exponentially over
    the steps (Polyak and Juditsky 1992, SIAM J Control Optim 30:838).
    """
    torch.manual_seed(settings.seed)
    network = Network(settings.layers)
    averaged = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), settings.rate, weight_decay=settings.decay)
    steps = settings.rounds * settings.batches
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.rate, total_steps=steps, pct_start=0.15)
    curve: list[tuple[int, float, float]] = []
    started, step = time.monotonic(), 0
    for round_ in range(settings.rounds):
        seed = settings.seed * 1000 + round_
        if round_:
            known = len(pool.label)
            pool = miner(averaged, pool, round_)
            views = views.followed_by(make_views(pool, np.arange(known, len(pool.label)), ask, seed))
        sampler, hard = _Sampler(pool, trainable(pool), settings), 1.0
        if round_:
            hard = sampler.mine(score_pool(averaged, pool, sampler.negative), pool.ibm[sampler.negative])
        label, target = torch.from_numpy(pool.label), torch.from_numpy(wanted(pool)).float()
        ibm = torch.from_numpy(views.ibm).clamp(-9, 6)
        network.train()
        total = 0.0
        batches = _Batches(pool, views, sampler, settings, seed)
        loader = torch.utils.data.DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=8)
        for rows, chosen, x in loader:
            with torch.autocast("cpu", torch.bfloat16, enabled=_HALF):
                outputs = network(x.contiguous(memory_format=torch.channels_last))
            loss, entropy = _loss(outputs, label[rows], target[rows], ibm[chosen], settings)
            total += float(entropy)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            _average(averaged, network, min(settings.average, (1 + step) / (10 + step)))
        curve.append((step * settings.batch, total / settings.batches, hard))
        rate = curve[-1][0] / (time.monotonic() - started)
        log(
            f"  round {round_ + 1}/{settings.rounds}: loss {curve[-1][1]:.4f}, negatives {len(sampler.negative)}, "
            f"hard {hard:.4f}, {rate:.0f} windows/s"
        )
    return Trained(averaged.eval(), curve)
