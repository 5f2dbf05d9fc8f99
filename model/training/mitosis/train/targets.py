"""Sets the probability that the network is trained to answer for each window."""

import numpy as np

from mitosis.data.pool import Pool
from mitosis.evaluate.metrics import sigmoid

# How much IBM's probability counts for negatives, where people marked mitoses and where nobody did.
_IBM_WEIGHT, _IBM_WEIGHT_UNANNOTATED = 0.3, 0.7


def target_probabilities(pool: Pool) -> np.ndarray:
    """Returns 1 for mitoses and a share of IBM's probability for negatives, `float32` `[n]`."""
    weight = np.where(pool.annotated, _IBM_WEIGHT, _IBM_WEIGHT_UNANNOTATED)
    return np.where(pool.label > 0.5, 1.0, weight * sigmoid(pool.ibm_logit)).astype(np.float32)
