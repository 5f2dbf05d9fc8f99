/** The number of rotations and reflections of a square. The first one leaves the picture unchanged. */
export const ORIENTATIONS = 8;

/**
 * Rotates and reflects windows for test-time augmentation (D. Tellez et al., IEEE Trans. Med. Imaging 37
 * (2018) 2126-2136, use the same eight orientations). A mitosis has no preferred orientation, so that
 * differences between the scores are noise.
 *
 * @param windows uint8 `[n, side, side, 3]`.
 * @param orientation 0 to 7: the lowest two bits count quarter turns, the third one reflects.
 */
export function oriented(windows: Uint8Array, side: number, orientation: number): Uint8Array {
  if (orientation === 0) return windows;
  const turned = new Uint8Array(windows.length);
  const pixels = side * side;
  for (let n = 0; n < windows.length / (pixels * 3); n++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [fromX, fromY] = source(x, y, side - 1, orientation);
        const from = (n * pixels + fromY * side + fromX) * 3;
        const to = (n * pixels + y * side + x) * 3;
        turned[to] = windows[from] as number;
        turned[to + 1] = windows[from + 1] as number;
        turned[to + 2] = windows[from + 2] as number;
      }
    }
  }
  return turned;
}

function source(x: number, y: number, last: number, orientation: number): [number, number] {
  const column = orientation & 4 ? last - x : x;
  switch (orientation & 3) {
    case 1:
      return [y, last - column];
    case 2:
      return [last - column, last - y];
    case 3:
      return [last - y, column];
    default:
      return [column, y];
  }
}
