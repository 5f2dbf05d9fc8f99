import { mutate, type Random } from "./mutate.ts";

/** Second bytes of markers: frames, tables, scans, restarts, applications, and ones with no meaning. */
const MARKERS = [
  ...[0x00, 0x01, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc9, 0xcc, 0xd0, 0xd3, 0xd7, 0xd8, 0xd9, 0xda],
  ...[0xdb, 0xdc, 0xdd, 0xde, 0xe0, 0xe1, 0xee, 0xf7, 0xfe, 0xff],
];

/**
 * Changes a JPEG up to four times in ways that a JPEG can be wrong: markers, their lengths and their
 * parameters, and segments that are missing, repeated or exchanged. One change in three is blind, as by
 * {@linkcode mutate}.
 *
 * @param random Returns a whole number from 0 to `below` - 1.
 */
export function mutateJpeg(original: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(original);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const kind = random(6);
    if (kind < 2) bytes = mutate(bytes, random);
    else if (kind < 4) mutateMarker(bytes, random);
    else bytes = moveSegment(bytes, random);
  }
  return bytes;
}

/** Changes one marker in place, or one of the 20 bytes behind it: its length and its parameters. */
export function mutateMarker(bytes: Uint8Array, random: Random): void {
  const markers = markersOf(bytes);
  const at = markers[random(markers.length)];
  if (at === undefined) return;
  const target = random(4) === 0 ? at + 1 : at + 2 + random(20);
  if (target >= bytes.length) return;
  bytes[target] = target === at + 1 ? MARKERS[random(MARKERS.length)] ?? 0 : random(256);
}

/** Removes what stands between two markers, or puts it in front of a third. */
function moveSegment(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const markers = markersOf(bytes);
  const from = random(markers.length);
  const [start = 0, end = bytes.length] = [markers[from], markers[from + 1]];
  const segment = bytes.slice(start, end);
  const target = random(3) === 0 ? undefined : markers[random(markers.length)];
  const isMoved = target === undefined || random(2) === 0;
  const rest = isMoved ? [...bytes.slice(0, start), ...bytes.slice(end)] : [...bytes];
  if (target !== undefined) rest.splice(target, 0, ...segment);
  return new Uint8Array(rest);
}

/** Where FF and a byte from C0 on stand. */
function markersOf(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if ((bytes[at + 1] ?? 0) >= 0xc0 && bytes[at + 1] !== 0xff) found.push(at);
  }
  return found;
}
