import type { Point } from "../../src/image/region.ts";
import { pictureSource } from "../../src/image/pixel_source.ts";
import type { RgbImage } from "../../src/image/rgb_image.ts";
import type { Slide } from "../../src/slide/slide.ts";
import { drawnField } from "../search/field_picture.ts";

/** A slide of one picture in memory, with levels that are each a fourth of the one before. */
export function memorySlide(
  image: RgbImage,
  options: { readonly mpp?: number; readonly levels?: number; readonly identity?: string } = {},
): Slide {
  const { mpp, levels = 2, identity = "memory" } = options;
  const sources = Array.from({ length: levels }, (_, i) => {
    const picture = shrink(image, 4 ** i);
    return { source: pictureSource(picture), downsample: 4 ** i };
  });
  return {
    width: image.width,
    height: image.height,
    mpp,
    format: "in memory",
    levels: sources.map(({ source: { width, height }, downsample }) => (
      { width, height, downsample, tileWidth: 256, tileHeight: 256 }
    )),
    identity,
    readLevel(level, region, signal) {
      const { source } = sources[level] ?? {};
      if (source === undefined) throw new RangeError(`no level ${level}`);
      return source.read(region, 1, signal);
    },
    close() {},
  };
}

/** Takes one pixel of each square. */
function shrink({ width, height, data }: RgbImage, by: number): RgbImage {
  const [w, h] = [Math.floor(width / by), Math.floor(height / by)];
  const small = new Uint8Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = (y * by * width + x * by) * 3;
      small.set(data.subarray(from, from + 3), (y * w + x) * 3);
    }
  }
  return { width: w, height: h, data: small };
}

/** A picture of one color. */
export function plainPicture(width: number, height: number, color: readonly number[]): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = color[i % 3] ?? 0;
  return { width, height, data };
}

/** Draws a picture into another. */
export function paste(into: RgbImage, picture: RgbImage, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
    into.data.set(row, ((top + y) * into.width + left) * 3);
  }
}

/** The gray of empty glass. */
export const GLASS = [243, 243, 242] as const;

/** Where the tissue of {@linkcode drawnSlide} lies. */
export const TISSUE = { x: 600, y: 500, width: 1600, height: 1100 } as const;

/** The centers of the mitoses of {@linkcode drawnSlide}: two on borders of tiles, one at the tissue's edge. */
export const MITOSES: readonly Point[] = [
  { x: 900, y: 800 },
  { x: 1024, y: 1024 },
  { x: 1536, y: 700 },
  { x: 2000, y: 1500 },
  { x: 660, y: 1400 },
];

/** A picture of glass with drawn tissue on it, in which drawn mitoses are. */
export async function drawnSlide(): Promise<RgbImage> {
  const slide = plainPicture(2600, 2000, GLASS);
  const inTissue = MITOSES.map(({ x, y }) => ({ x: x - TISSUE.x, y: y - TISSUE.y }));
  paste(slide, await drawnField(TISSUE.width, TISSUE.height, inTissue), TISSUE.x, TISSUE.y);
  return slide;
}
