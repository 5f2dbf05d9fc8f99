/** The color of empty glass. */
const WHITE = 255;

/**
 * Lays a sample of the given opacity on white, the color of empty glass.
 *
 * @param sample 0 to `largest`.
 * @param alpha Its opacity, 0 to `largest`.
 * @returns 0 to 255, rounded.
 */
export function layOnWhite(sample: number, alpha: number, largest: number): number {
  const opacity = alpha / largest;
  return Math.round((sample / largest) * WHITE * opacity + WHITE * (1 - opacity));
}
