"""Runs one training: rounds of batches, with hard negatives mined before each round but the first."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from mitosis.data.pool import Pool
from mitosis.data.windows import Scorer
from mitosis.network.network import Network
from mitosis.network.predict import score_pool
from mitosis.train.batches import Batches
from mitosis.train.loss import compute_loss
from mitosis.train.sampler import Sampler
from mitosis.train.settings import Settings
from mitosis.views.make_views import make_views
from mitosis.views.views import Views

# Convolutions run in bfloat16 on processors that have it: faster, and as accurate in the end.
_USES_BFLOAT16 = torch.ops.mkldnn._is_mkldnn_bf16_supported() and torch.cpu._is_avx512_bf16_supported()

# Windows seen, cross entropy, and share of negatives with p above 0.1, after each round.
LearningCurve = list[tuple[int, float, float]]


@dataclass
class Trained:
    """Holds the averaged network and its learning curve."""

    network: Network
    curve: LearningCurve


def _average_weights(averaged: Network, network: Network, keep: float) -> None:
    """Moves the averaged weights and statistics towards the present ones: keeps `keep` of the former."""
    with torch.no_grad():
        for mean, value in zip(averaged.state_dict().values(), network.state_dict().values(), strict=True):
            if mean.is_floating_point():
                mean.lerp_(value, 1 - keep)


def train(
    pool: Pool,
    views: Views,
    trainable: Callable[[Pool], np.ndarray],
    targets: Callable[[Pool], np.ndarray],
    mine: Callable[[Network, Pool, int], Pool],
    ibm_logits: Scorer,
    settings: Settings,
    log: Callable[[str], None],
) -> Trained:
    """Trains on the rows `trainable(pool)`, towards the probabilities `targets(pool)`.

    `views` are those of all rows of `pool`. `mine(network, pool, round)` returns the pool with further negatives, of
    which views are made and scored by `ibm_logits`. The returned weights are averaged exponentially over the steps
    (Polyak and Juditsky 1992, SIAM J Control Optim 30:838).
    """
    torch.manual_seed(settings.seed)
    network = Network(settings.layers)
    averaged = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    steps = settings.rounds * settings.batches_per_round
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, settings.learning_rate, total_steps=steps, pct_start=0.15)
    curve: LearningCurve = []
    started, step = time.monotonic(), 0
    for round_ in range(settings.rounds):
        seed = settings.seed * 1000 + round_
        if round_:
            known = len(pool.label)
            pool = mine(averaged, pool, round_)
            views = views.extended_with(make_views(pool, np.arange(known, len(pool.label)), ibm_logits, seed))
        sampler, hard_share = Sampler(pool, trainable(pool), settings), 1.0
        if round_:
            logits = score_pool(averaged, pool, sampler.negatives)
            hard_share = sampler.prefer_hard(logits, pool.ibm_logit[sampler.negatives])
        label, target = torch.from_numpy(pool.label), torch.from_numpy(targets(pool)).float()
        ibm_logit = torch.from_numpy(views.ibm_logit).clamp(-9, 6)
        network.train()
        total = 0.0
        batches = Batches(pool, views, sampler, settings, seed)
        loader = torch.utils.data.DataLoader(batches, batch_size=None, num_workers=1, prefetch_factor=8)
        for rows, chosen, x in loader:
            with torch.autocast("cpu", torch.bfloat16, enabled=_USES_BFLOAT16):
                outputs = network(x.contiguous(memory_format=torch.channels_last))
            loss, entropy = compute_loss(outputs, label[rows], target[rows], ibm_logit[chosen], settings)
            total += float(entropy)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            # At first the average follows faster, so that it forgets the random start.
            _average_weights(averaged, network, min(settings.weight_averaging, (1 + step) / (10 + step)))
        curve.append((step * settings.batch_size, total / settings.batches_per_round, hard_share))
        rate = curve[-1][0] / (time.monotonic() - started)
        log(
            f"  round {round_ + 1}/{settings.rounds}: loss {curve[-1][1]:.4f}, negatives {len(sampler.negatives)}, "
            f"hard {hard_share:.4f}, {rate:.0f} windows/s"
        )
    return Trained(averaged.eval(), curve)
