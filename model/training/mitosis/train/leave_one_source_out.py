"""Trains without each source in turn and tests on it: this predicts the quality at an unseen laboratory."""

from collections.abc import Callable

import numpy as np

from mitosis.data.patches import Patches
from mitosis.data.pool import Pool
from mitosis.data.sources import FOLDS
from mitosis.data.windows import Scorer
from mitosis.evaluate.compare_with_ibm import SourceScores, compare_by_source, test_rows
from mitosis.network.network import fold
from mitosis.network.predict import score_pool
from mitosis.train.loop import LearningCurve
from mitosis.train.recipe import LEAVE_ONE_SOURCE_OUT, train_without
from mitosis.views.views import Views


def leave_one_source_out(
    pool: Pool, views: Views, patches: Patches, ibm_logits: Scorer, log: Callable[[str], None]
) -> tuple[dict, dict[str, SourceScores], dict[str, LearningCurve]]:
    """Returns the figures and the scores of each source, and the learning curve of each training."""
    figures, scores, curves = {}, {}, {}
    for name, sources in FOLDS.items():

        def log_fold(line: str, name: str = name) -> None:
            log(f"without {name}: {line.strip()}")

        trained = train_without(sources, pool, views, patches, ibm_logits, LEAVE_ONE_SOURCE_OUT, log_fold)
        rows = test_rows(pool, np.isin(pool.source, sources))
        logits = score_pool(fold(trained.network), pool, rows)
        figures |= compare_by_source(pool, rows, logits, 0.0)
        for source in np.unique(pool.source[rows]):
            at = pool.source[rows] == source
            scores[str(source)] = pool.label[rows][at], logits[at], pool.ibm_logit[rows][at]
        curves[f"without {name}"] = trained.curve
    return figures, scores, curves
