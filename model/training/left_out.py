"""Leave-one-source-out: the figures that predict what an unseen laboratory will get."""

from collections.abc import Callable

import numpy as np

import evaluate
from data import FOLDS, Patches
from ibm import IbmTeacher
from network import fold
from pool import Pool
from recipe import LEFT_OUT, train_without
from train import score_pool
from views import Views


def leave_out(
    pool: Pool, views: Views, patches: Patches, ibm: IbmTeacher, log: Callable[[str], None]
) -> tuple[dict, dict, dict]:
    """Train without each source in turn: figures, curves to draw and learning curves."""
    figures, drawn, curves = {}, {}, {}
    for name, sources in FOLDS.items():

        def log_fold(line: str, name: str = name) -> None:
            log(f"without {name}: {line.strip()}")

        trained = train_without(pool, views, patches, sources, ibm, LEFT_OUT, log_fold)
        rows = evaluate.test_rows(pool, np.isin(pool.source, sources))
        logits = score_pool(fold(trained.network), pool, rows)
        figures |= evaluate.by_source(pool, rows, logits, 0.0)
        for s in np.unique(pool.source[rows]):
            at = pool.source[rows] == s
            drawn[str(s)] = pool.label[rows][at], logits[at], pool.ibm[rows][at]
        curves[f"without {name}"] = trained.curve
    return figures, drawn, curves
