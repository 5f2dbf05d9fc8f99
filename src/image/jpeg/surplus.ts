import type { Surplus } from "./libjpeg_warnings.ts";
import { isRestart, MARKER, segmentsOf } from "./segments.ts";

/**
 * Removes surplus bytes behind a complete scan or restart interval. libjpeg prints the marker behind them,
 * but not the place. If the marker occurs several times, the caller has to try each place: the message
 * disappears only at the right one.
 *
 * @param jpeg A checked JPEG without bytes between its segments.
 * @returns One JPEG per place, in the order of the file, at most `maxPlaces`.
 */
export function withoutSurplus(
  jpeg: Uint8Array,
  { count, marker }: Surplus,
  maxPlaces: number,
): Uint8Array[] {
  return placesOf(jpeg, marker).filter(({ start, end }) => end - start > count)
    .slice(0, maxPlaces).map(({ end }) => {
      const shorter = new Uint8Array(jpeg.length - count);
      shorter.set(jpeg.subarray(0, end - count));
      shorter.set(jpeg.subarray(end), end - count);
      return shorter;
    });
}

/** Returns the scans and restart intervals that end at the marker: their first offset and their end. */
function placesOf(jpeg: Uint8Array, marker: number): { start: number; end: number }[] {
  const places: { start: number; end: number }[] = [];
  let ended: { start: number; end: number } | undefined;
  for (const segment of segmentsOf(jpeg)) {
    if (ended !== undefined && segment.marker === marker) places.push(ended);
    ended = undefined;
    if (segment.marker !== MARKER.SOS) continue;
    const start = segment.pixels.byteOffset - jpeg.byteOffset;
    ended = { start, end: start + segment.pixels.length };
    if (!isRestart(marker)) continue;
    for (let at = start; at >= 0 && at < ended.end; at = jpeg.indexOf(0xff, at + 1)) {
      if (jpeg[at] === 0xff && jpeg[at + 1] === marker) places.push({ start, end: at });
    }
  }
  return places;
}
