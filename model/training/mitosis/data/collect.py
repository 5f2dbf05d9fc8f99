"""Collects the pool: all mitoses, nuclei and random places far from them, and nuclei of unannotated fields."""

from dataclasses import replace

import numpy as np

from mitosis.data.fields import Field
from mitosis.data.negatives import choose_negatives, searchable_area
from mitosis.data.nuclei import find_nuclei
from mitosis.data.patches import PATCH, Patches
from mitosis.data.pool import UNANNOTATED, Pool
from mitosis.data.windows import Scorer

_RANDOM_PLACES = 2  # drawn in each patch


def _negatives_of_patches(patches: Patches, random: np.random.Generator) -> np.ndarray:
    """Returns rows (patch, x, y), `int` `[n, 3]`."""
    rows = []
    for i, image in enumerate(patches.images):
        area = searchable_area(patches.bounds[i])
        random_places = random.integers(area[:2], area[2:], size=(_RANDOM_PLACES, 2))
        negatives = choose_negatives(find_nuclei(image), random_places, area, patches.mitoses(i))
        rows += [(i, int(x), int(y)) for x, y in negatives]
    return np.array(rows)


def _negatives_of_field(field: Field, max_nuclei: int, random: np.random.Generator) -> np.ndarray:
    """Returns centers `(x, y)`, `int` `[n, 2]`: the darkest nuclei, and a tenth as many random places."""
    height, width = field.image.shape[:2]
    random_places = random.integers((0, 0), (width, height), size=(max_nuclei // 10, 2))
    return np.concatenate([find_nuclei(field.image)[:max_nuclei], random_places])


def collect_pool(
    patches: Patches, fields: list[Field], ibm_logits: Scorer, max_nuclei_per_field: int, seed: int
) -> Pool:
    """Collects all windows and scores each with IBM's network.

    `fields` are those of the unannotated source. They hold a few mitoses that nobody marked, so that training trusts
    IBM's logit more there than in patches.
    """
    random = np.random.default_rng(seed)
    count = len(patches.images)
    in_patches = _negatives_of_patches(patches, random)
    in_fields = [_negatives_of_field(f, max_nuclei_per_field, random) for f in fields]
    field_index = np.repeat(np.arange(count, count + len(fields)), [len(centers) for centers in in_fields])
    image_index = np.concatenate([np.arange(count), in_patches[:, 0], field_index])
    center = np.concatenate([np.full((count, 2), PATCH // 2), in_patches[:, 1:], *in_fields])
    field_bounds = np.array([(0, 0, f.image.shape[1], f.image.shape[0]) for f in fields]).reshape(-1, 4)
    pool = Pool(
        images=[*patches.images, *(f.image for f in fields)],
        bounds=np.concatenate([patches.bounds, field_bounds]).astype(np.float32),
        image_index=image_index,
        center=center.astype(np.float32),
        label=(np.arange(len(image_index)) < count).astype(np.float32),
        source=np.concatenate([patches.sources, [UNANNOTATED] * len(fields)])[image_index],
        slide=np.concatenate([patches.slides, [f.name for f in fields]])[image_index],
        ibm_logit=np.zeros(len(image_index), np.float32),
    )
    batches = np.array_split(np.arange(len(image_index)), len(image_index) // 512 + 1)
    return replace(pool, ibm_logit=np.concatenate([ibm_logits(pool.windows(rows)) for rows in batches]))
