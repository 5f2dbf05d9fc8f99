/** The color of empty glass. */
const WHITE = 255;

/**
 * Returns the color of a partly transparent sample on white, the color of empty glass.
 *
 * @param sample 0 to `max`.
 * @param alpha Opacity, 0 to `max`.
 * @returns 0 to 255, rounded.
 */
export function layOnWhite(sample: number, alpha: number, max: number): number {
  const opacity = alpha / max;
  return Math.round((sample / max) * WHITE * opacity + WHITE * (1 - opacity));
}
