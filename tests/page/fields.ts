import { equal, ok } from "node:assert/strict";
import { decode } from "fast-png";
import { idat, iend, ihdr, pngOf } from "../png_writer.ts";
import { formWith, post, sample, type TestService } from "../service.ts";

/** Positions, in pixels, at which `model/samples/draw_field.ts` draws dividing cells in `field.png`. */
export const DRAWN_MITOSES: readonly (readonly [x: number, y: number])[] = [
  [875, 725],
  [432, 694],
  [928, 477],
  [717, 622],
  [329, 131],
  [585, 582],
  [78, 708],
  [879, 904],
  [888, 187],
];

/** Returns whether a position is less than 20 px (5 µm) from one of `places`. */
export function near(
  [x, y]: readonly [number, number],
  places: readonly (readonly [number, number])[],
): boolean {
  return places.some(([u, v]) => Math.hypot(u - x, v - y) < 20);
}

/**
 * Returns a threshold, a multiple of 0.01 as the slider needs, that all dividing cells of the sample field
 * reach and no other detection reaches. Fails if the model does not rank the dividing cells highest.
 */
export async function separatingThreshold({ request }: TestService): Promise<number> {
  const query = "threshold=0.01&mpp=0.25";
  const answer = await request(`/model/detect?${query}`, post(formWith(await sample("field"))));
  const { detections } = await answer.json() as {
    detections: { x: number; y: number; probability: number }[];
  };
  const drawn = detections.filter(({ x, y }) => near([x, y], DRAWN_MITOSES));
  equal(drawn.length, DRAWN_MITOSES.length, "each dividing cell is detected once");
  const others = detections.filter((detection) => !drawn.includes(detection));
  const lowestDrawn = Math.min(...drawn.map(({ probability }) => probability));
  const highestOther = Math.max(0, ...others.map(({ probability }) => probability));
  const threshold = Math.floor((lowestDrawn + highestOther) * 50) / 100;
  ok(
    threshold > highestOther && threshold <= lowestDrawn,
    `no threshold separates dividing cells from ${lowestDrawn} and others up to ${highestOther}`,
  );
  return threshold;
}

/** Returns the rows of the sample field, three bytes (RGB) for each pixel. */
async function sampleRows(): Promise<Uint8Array[]> {
  const { width, height, data } = decode(await sample("field"));
  return Array.from(
    { length: height },
    (_, y) => new Uint8Array(data.slice(y * width * 3, (y + 1) * width * 3)),
  );
}

/** Returns a PNG in which the sample field is repeated `times` across and down. */
export async function largeField(times: number): Promise<Uint8Array<ArrayBuffer>> {
  const rows = await sampleRows();
  const wide = rows.map((row) => {
    const repeated = new Uint8Array(row.length * times);
    for (let i = 0; i < times; i++) repeated.set(row, i * row.length);
    return repeated;
  });
  const side = rows.length * times;
  return pngOf(ihdr(side, side), idat(Array.from({ length: times }, () => wide).flat()), iend);
}

/**
 * Returns the upper left square of the sample field as an uncompressed little-endian TIFF (TIFF 6.0,
 * section 6).
 *
 * @param side Side of the square, in pixels.
 */
export async function tiffField(side: number): Promise<Uint8Array<ArrayBuffer>> {
  const rows = (await sampleRows()).slice(0, side);
  const entries: [tag: number, type: 3 | 4, count: number, value: number][] = [
    [256, 4, 1, side],
    [257, 4, 1, side],
    [258, 3, 3, 134],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, 140],
    [277, 3, 1, 3],
    [278, 4, 1, side],
    [279, 4, 1, side * side * 3],
  ];
  const file = new Uint8Array(140 + side * side * 3);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x002a4949, true);
  view.setUint32(4, 8, true);
  view.setUint16(8, entries.length, true);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + i * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, count, true);
    view.setUint32(at + 8, value, true);
  });
  [8, 8, 8].forEach((bits, i) => view.setUint16(134 + i * 2, bits, true));
  rows.forEach((row, y) => file.set(row.subarray(0, side * 3), 140 + y * side * 3));
  return file;
}
