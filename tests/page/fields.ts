import { decode } from "fast-png";
import { idat, iend, ihdr, pngOf } from "../png_writer.ts";
import { sample } from "../service.ts";

/**
 * Where `model/samples/draw_field.ts` puts the seven dividing cells of `field.png`, in pixels, read
 * off the drawing by eye.
 */
export const DRAWN_MITOSES: readonly (readonly [x: number, y: number])[] = [
  [425, 768],
  [841, 235],
  [679, 250],
  [181, 820],
  [704, 825],
  [180, 388],
  [80, 780],
];

/** Rows of the sample field, RGB. */
async function sampleRows(): Promise<Uint8Array[]> {
  const { width, height, data } = decode(await sample("field"));
  return Array.from(
    { length: height },
    (_, y) => new Uint8Array(data.slice(y * width * 3, (y + 1) * width * 3)),
  );
}

/** The sample field, `times` across and down: a large field as PNG. */
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

/** The upper left of the sample field as an uncompressed little-endian TIFF (TIFF 6.0, section 6). */
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
