"""How long to train, on what, and towards which answers."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

import mine
from data import Patches
from ibm import IbmTeacher
from metrics import sigmoid
from network import STUDENT, Network
from pool import Pool
from split import is_validation
from train import Settings, Trained, train
from views import Views

FINAL = Settings(STUDENT, rounds=8, batches=5000)
LEFT_OUT = replace(FINAL, rounds=4, batches=2000)
QUICK = replace(FINAL, rounds=1, batches=150, batch=64)
# How much IBM's opinion counts where a person looked for mitoses, and where nobody did.
_OPINION, _OPINION_UNANNOTATED = 0.3, 0.7


def wanted(pool: Pool) -> np.ndarray:
    """What to answer: 1 for mitoses; for others 0, softened by what IBM says."""
    opinion = np.where(pool.annotated, _OPINION, _OPINION_UNANNOTATED)
    return np.where(pool.label > 0.5, 1.0, opinion * sigmoid(pool.ibm)).astype(np.float32)


def train_without(
    pool: Pool,
    views: Views,
    patches: Patches,
    sources: tuple[str, ...],
    ibm: IbmTeacher,
    settings: Settings,
    log: Callable[[str], None],
) -> Trained:
    """Train on all slides but the validation slides and those of `sources`."""

    def trainable(p: Pool) -> np.ndarray:
        hidden = (is_validation(p.slide) & p.annotated) | np.isin(p.source, sources)
        return np.flatnonzero(~hidden)

    rows = trainable(pool)
    members = rows[rows < len(patches.images)]

    def miner(network: Network, p: Pool, round_: int) -> Pool:
        return mine.mine(network, p, patches, members, 60, ibm.logits, round_)

    return train(pool, views, trainable, wanted, miner, ibm.logits, settings, log)
