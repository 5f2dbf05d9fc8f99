"""Trains by the recipe of the shipped network: its settings, targets, and rows to train on."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mitosis.data.patches import Patches
from mitosis.data.pool import Pool
from mitosis.data.split import trainable_patches, trainable_rows
from mitosis.data.windows import Scorer
from mitosis.network.architecture import LAYERS
from mitosis.network.network import Network
from mitosis.train.loop import Trained, train
from mitosis.train.mining import mine_negatives
from mitosis.train.settings import Settings
from mitosis.train.targets import target_probabilities
from mitosis.views.views import Views

FINAL = Settings(LAYERS, rounds=8, batches_per_round=5000)
LEAVE_ONE_SOURCE_OUT = replace(FINAL, rounds=4, batches_per_round=2000)
QUICK = replace(FINAL, rounds=1, batches_per_round=150, batch_size=64)
_MAX_MINED_PER_FIELD = 60  # in each round


def train_without(
    left_out: tuple[str, ...],
    pool: Pool,
    views: Views,
    patches: Patches,
    ibm_logits: Scorer,
    settings: Settings,
    log: Callable[[str], None],
) -> Trained:
    """Trains on all slides but the validation slides and those of the sources `left_out`."""
    mined_patches = trainable_patches(pool, len(patches.images), left_out)

    def trainable(current: Pool) -> np.ndarray:
        return trainable_rows(current, left_out)

    def mine(network: Network, current: Pool, round_: int) -> Pool:
        return mine_negatives(network, current, patches, mined_patches, _MAX_MINED_PER_FIELD, ibm_logits, round_)

    return train(pool, views, trainable, target_probabilities, mine, ibm_logits, settings, log)
