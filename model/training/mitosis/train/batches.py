"""Makes the batches of one round: draws rows, picks a view of each, and alters it."""

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from torch import Tensor

from mitosis.data.pool import Pool
from mitosis.train.sampler import Sampler
from mitosis.train.settings import Settings
from mitosis.views.augmentation import alter_sharpness, restain, to_noisy_rgb
from mitosis.views.optical_density import to_density
from mitosis.views.views import Views


class Batches(torch.utils.data.IterableDataset):
    """Iterates over the batches of one round; a `DataLoader` runs it in a process beside the training."""

    def __init__(self, pool: Pool, views: Views, sampler: Sampler, settings: Settings, seed: int) -> None:
        self._pool, self._views, self._sampler = pool, views, sampler
        self._settings, self._seed = settings, seed

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yields rows of the pool `int64` `[n]`, views `int64` `[n]`, and RGB in -1..1 `float32` `[n, 3, 64, 64]`."""
        torch.set_num_threads(1)
        cv2.setNumThreads(0)
        random, noise = np.random.default_rng(self._seed), torch.Generator().manual_seed(self._seed)
        first, count = self._views.first, self._views.count
        for _ in range(self._settings.batches_per_round):
            rows = self._sampler.draw(random)
            chosen = first[rows] + (random.random(len(rows)) * count[rows]).astype(int)
            pixels = [alter_sharpness(view, random) for view in self._views.pixels(chosen)]
            label = torch.from_numpy(self._pool.label[rows])
            density = restain(to_density(np.stack(pixels)), label, self._settings.stain_strength, noise)
            yield torch.from_numpy(rows), torch.from_numpy(chosen), to_noisy_rgb(density, noise)
