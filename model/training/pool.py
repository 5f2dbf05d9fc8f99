"""The windows to learn from: every mitosis, and the nuclei that are none.

Negatives are nuclei at least 30 px from any annotated mitosis, places drawn at random, and nuclei
of fields without annotation. The last hold a few mitoses that nobody marked, so IBM's opinion
counts there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from data import PATCH, WINDOW, Field, Patches
from nuclei import find_nuclei

UNANNOTATED = "BreCaHAD"
Ask = Callable[[np.ndarray], np.ndarray]  # `uint8` windows `[n, 64, 64, 3]` to IBM's logits `[n]`
_CLEAR = 30  # px between a negative's centre and the nearest mitosis
_DARKEST = 8  # nuclei kept of each patch
_MARGIN = 10  # px between a negative's centre and the border of what was imaged


@dataclass
class Pool:
    """One row a window: its image, centre `(x, y)` there, label, source, slide and IBM's logit.

    `images` (`uint8` `[h, w, 3]`) and `frames` `[m, 4]` are indexed by `image`. Image i is patch i
    of the data set and row i its mitosis; whole fields follow.
    """

    images: list[np.ndarray]
    frames: np.ndarray
    image: np.ndarray
    centre: np.ndarray
    label: np.ndarray
    source: np.ndarray
    slide: np.ndarray
    ibm: np.ndarray

    @property
    def annotated(self) -> np.ndarray:
        """Whether a person looked for mitoses there."""
        return self.source != UNANNOTATED

    @property
    def unreflected(self) -> np.ndarray:
        """Whether the axis-parallel window lies inside what was imaged."""
        low, high = self.frames[self.image, :2], self.frames[self.image, 2:]
        half = WINDOW // 2
        return ((self.centre - half >= low) & (self.centre + half <= high)).all(axis=1)

    def windows(self, rows: np.ndarray) -> np.ndarray:
        """`uint8` `[n, 64, 64, 3]`, axis-parallel, reflected at the frames."""
        return cut_windows(self, self.image[rows], self.centre[rows])

    def with_negatives(self, image: np.ndarray, centre: np.ndarray, ask: Ask) -> "Pool":
        """This pool and further negatives."""
        first = {int(i): row for row, i in reversed(list(enumerate(self.image)))}
        like = np.array([first[int(i)] for i in image])
        return replace(
            self,
            image=np.concatenate([self.image, image]),
            centre=np.concatenate([self.centre, centre.astype(np.float32)]),
            label=np.concatenate([self.label, np.zeros(len(image), np.float32)]),
            source=np.concatenate([self.source, self.source[like]]),
            slide=np.concatenate([self.slide, self.slide[like]]),
            ibm=np.concatenate([self.ibm, ask(cut_windows(self, image, centre))]),
        )


def reflect(position: np.ndarray, low: int, high: int) -> np.ndarray:
    """Pixel indices folded back into `low <= index < high`, the border pixel doubled."""
    span = high - low
    folded = np.mod(position - low, 2 * span)
    return low + np.minimum(folded, 2 * span - 1 - folded)


def cut_windows(pool: Pool, image: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """`uint8` `[n, 64, 64, 3]` around centres in images of the pool, reflected at the frames."""
    offset = np.arange(-WINDOW // 2, WINDOW // 2)
    windows = np.empty((len(image), WINDOW, WINDOW, 3), np.uint8)
    for window, i, (x, y) in zip(windows, image, centre.astype(int), strict=True):
        x0, y0, x1, y1 = pool.frames[i].astype(int)
        rows, columns = reflect(y + offset, y0, y1), reflect(x + offset, x0, x1)
        window[:] = pool.images[i][rows[:, None], columns]
    return windows


def far(points: np.ndarray, mitoses: np.ndarray) -> np.ndarray:
    """The points that are far enough from all mitoses to be negatives."""
    distance = np.linalg.norm(points[:, None] - mitoses[None], axis=2)
    return points[distance.min(axis=1) >= _CLEAR]


def _from_patches(patches: Patches, random: np.random.Generator) -> list[tuple[int, int, int]]:
    rows = []
    for i, image in enumerate(patches.images):
        x0, y0, x1, y1 = patches.frames[i] + np.array([_MARGIN, _MARGIN, -_MARGIN, -_MARGIN])
        mitoses = np.array([(PATCH // 2, PATCH // 2), *patches.others[i]])
        anywhere = random.integers((x0, y0), (x1, y1), size=(2, 2))
        nuclei = find_nuclei(image)
        inside = (nuclei >= (x0, y0)).all(axis=1) & (nuclei < (x1, y1)).all(axis=1)
        points = np.concatenate([far(nuclei[inside], mitoses)[:_DARKEST], far(anywhere, mitoses)])
        rows += [(i, int(x), int(y)) for x, y in points]
    return rows


def _from_field(field: Field, most: int, random: np.random.Generator) -> np.ndarray:
    height, width = field.image.shape[:2]
    anywhere = random.integers((0, 0), (width, height), size=(most // 10, 2))
    return np.concatenate([find_nuclei(field.image)[:most], anywhere])


def build_pool(patches: Patches, fields: list[Field], ask: Ask, per_field: int, seed: int) -> Pool:
    """Collect all windows and ask IBM's network about each."""
    random = np.random.default_rng(seed)
    count = len(patches.images)
    surroundings = np.array(_from_patches(patches, random))
    points = [_from_field(f, per_field, random) for f in fields]
    image = np.concatenate(
        [
            np.arange(count),
            surroundings[:, 0],
            np.repeat(np.arange(count, count + len(fields)), [len(p) for p in points]),
        ]
    )
    centre = np.concatenate([np.full((count, 2), PATCH // 2), surroundings[:, 1:], *points])
    sizes = np.array([(0, 0, f.image.shape[1], f.image.shape[0]) for f in fields]).reshape(-1, 4)
    source = np.concatenate([patches.sources, [UNANNOTATED] * len(fields)])[image]
    slide = np.concatenate([patches.slides, [f.name for f in fields]])[image]
    pool = Pool(
        [*patches.images, *(f.image for f in fields)],
        np.concatenate([patches.frames, sizes]).astype(np.float32),
        image,
        centre.astype(np.float32),
        (np.arange(len(image)) < count).astype(np.float32),
        source,
        slide,
        np.zeros(len(image), np.float32),
    )
    rows = np.array_split(np.arange(len(image)), len(image) // 512 + 1)
    return replace(pool, ibm=np.concatenate([ask(pool.windows(r)) for r in rows]))
