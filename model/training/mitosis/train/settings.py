"""Holds the settings of one training."""

from dataclasses import dataclass

from mitosis.network.architecture import Layer


@dataclass(frozen=True)
class Settings:
    """Says how long and how to train.

    rounds: hard negatives are mined before each round but the first.
    weight_averaging: the share of the averaged weights kept at each step (exponential moving average).
    mitosis_share: of each batch.
    imitation_weight: weight of the loss of the second logit, which imitates IBM's.
    likeness_weight: weight of the loss that draws the first logit of negatives to IBM's.
    stain_strength: how much stains are altered, 0..1.
    """

    layers: tuple[Layer, ...]
    rounds: int
    batches_per_round: int
    batch_size: int = 128
    learning_rate: float = 4e-3
    weight_decay: float = 0.01
    weight_averaging: float = 0.999
    mitosis_share: float = 0.3
    imitation_weight: float = 1.0
    likeness_weight: float = 0.15
    stain_strength: float = 0.6
    seed: int = 1
