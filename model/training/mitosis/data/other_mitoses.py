"""Finds further mitoses in a patch by comparing it with the other patches of its slide.

Each patch is annotated with the mitosis in its middle only. Where two mitoses lie close together, their patches
overlap, and each shows the mitosis of the other. Such a mitosis must not become a negative.
"""

import numpy as np

_BLOCK = 8  # px: side of the compared blocks


def hash_blocks(images: np.ndarray, size: int = _BLOCK) -> np.ndarray:
    """Returns a polynomial hash, modulo 2**64, of each `size` x `size` block of pixels.

    `images` is `uint8` `[n, h, w, 3]`; the result is `uint64` `[n, h - size + 1, w - size + 1]`, indexed by the upper
    left corner of the block.
    """
    pixels = images.astype(np.uint64) @ np.array([1, 257, 66049], np.uint64)
    for axis, factor in ((1, 6364136223846793005), (2, 1442695040888963407)):
        length, weight = pixels.shape[axis] - size + 1, 1
        total = np.zeros_like(np.take(pixels, range(length), axis=axis))
        for offset in range(size):
            total += np.take(pixels, range(offset, offset + length), axis=axis) * np.uint64(weight)
            weight = weight * factor % 2**64
        pixels = total
    return pixels


def find_other_mitoses(images: np.ndarray, groups: np.ndarray) -> list[list[tuple[int, int]]]:
    """Returns, for each patch, the centers `(x, y)` of annotated mitoses of other patches of its group.

    The 8 x 8 pixels in the middle of every patch are looked up, by their hash, in all patches of the same group.
    `images` is `uint8` `[n, 128, 128, 3]`; `groups` `[n]` names the slide of each.
    """
    others: list[list[tuple[int, int]]] = [[] for _ in images]
    half = _BLOCK // 2
    middle_row, middle_column = (side // 2 - half for side in images.shape[1:3])
    for group in np.unique(groups):
        members = np.flatnonzero(groups == group)
        blocks = hash_blocks(images[members])
        centers = blocks[:, middle_row, middle_column]
        for i, y, x in np.argwhere(np.isin(blocks, centers)):
            if blocks[i, y, x] != centers[i]:
                others[members[i]].append((int(x) + half, int(y) + half))
    return others
