import type { Region } from "../../src/image/region.ts";
import { tiffOf, type TiffOptions, type TiffPage } from "../tiff_writer.ts";

/** A slide drawn by a formula: no two tiles are alike, and each pixel tells its place and level. */
export function drawnPixel(level: number, x: number, y: number): [number, number, number] {
  return [(x * 7 + y * 3) & 255, (x >> 3 ^ y >> 2) & 255, (40 * level + (x * y >> 4)) & 255];
}

/** The pixels that a region of a drawn level has to have. */
export function drawnRegion(level: number, { x, y, width, height }: Region): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      data.set(drawnPixel(level, x + column, y + row), 3 * (row * width + column));
    }
  }
  return data;
}

/** One level of a drawn slide as a page of uncompressed tiles. */
export function drawnPage(
  level: number,
  width: number,
  height: number,
  tags: TiffPage["tags"] = {},
  side = 64,
): TiffPage {
  const strips: Uint8Array[] = [];
  for (let y = 0; y < height; y += side) {
    for (let x = 0; x < width; x += side) {
      strips.push(drawnRegion(level, { x, y, width: side, height: side }));
    }
  }
  return {
    strips,
    tags: {
      254: level === 0 ? 0 : 1,
      256: width,
      257: height,
      258: [8, 8, 8],
      259: 1,
      262: 2,
      277: 3,
      322: side,
      323: side,
      ...tags,
    },
  };
}

/** Aperio's description, with a scale of 0.25 micrometers a pixel. */
export const APERIO =
  "Aperio Image Library v12.0.0 \r\n500x300 [0,0 500x300] (64x64)|AppMag = 40|MPP = 0.25";

/** An SVS of three levels: 500 x 300, 250 x 150, 125 x 75. */
export function drawnSlide(options: TiffOptions = {}): Uint8Array<ArrayBuffer> {
  const description = { 270: APERIO };
  return tiffOf(
    [0, 1, 2].map((level) => drawnPage(level, 500 >> level, 300 >> level, description)),
    options,
  );
}

/** Writes a file that is removed in the end, and gives its path. */
export async function withFile(
  bytes: Uint8Array,
  name: string,
  run: (path: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/${name}`, bytes);
    await run(`${folder}/${name}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
