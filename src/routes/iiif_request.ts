import { Problem } from "../errors.ts";
import type { Region, Size } from "../image/region.ts";
import {
  MAX_PICTURE_SIDE,
  type PictureFormat,
  type PictureRequest,
  pictureTypes,
} from "../slide_folder/draw_picture.ts";

/** The parts of the path of a picture in IIIF's Image API. */
export interface IiifPath {
  readonly region: string;
  readonly size: string;
  readonly rotation: string;
  /** Quality and format: `default.jpg`. */
  readonly file: string;
}

/**
 * Reads the path of a picture by IIIF's Image API 3, level 1 (https://iiif.io/api/image/3.0/).
 *
 * @param slide Size of the slide at full resolution.
 * @throws {Problem} `request_invalid`, naming the part and what it accepts.
 */
export function readIiifPath(
  { region: typedRegion, size: typedSize, rotation, file }: IiifPath,
  slide: Size,
): PictureRequest {
  const region = readRegion(typedRegion, slide);
  if (rotation !== "0") throw invalid("rotation", rotation, "0");
  const [, format] = /^(?:default|color)\.(jpg|png)$/.exec(file) ?? [];
  if (format === undefined) {
    throw invalid("file", file, `default.${Object.keys(pictureTypes).join(" or default.")}`);
  }
  return { region, size: readSize(typedSize, region), format: format as PictureFormat };
}

function readRegion(typed: string, { width, height }: Size): Region {
  if (typed === "full") return { x: 0, y: 0, width, height };
  if (typed === "square") {
    const side = Math.min(width, height);
    return { x: (width - side) >> 1, y: (height - side) >> 1, width: side, height: side };
  }
  const accepted = "full, square, or x,y,width,height in whole pixels of the slide";
  const numbers = /^(\d{1,9}),(\d{1,9}),(\d{1,9}),(\d{1,9})$/.exec(typed)?.slice(1).map(Number);
  if (numbers === undefined) throw invalid("region", typed, accepted);
  const [x = 0, y = 0, across = 0, down = 0] = numbers;
  const region = {
    x,
    y,
    width: Math.min(across, width - x),
    height: Math.min(down, height - y),
  };
  if (region.width > 0 && region.height > 0) return region;
  throw invalid("region", typed, `a region inside the ${width} x ${height} pixels of the slide`);
}

function readSize(typed: string, region: Region): Size {
  const max = Math.min(1, MAX_PICTURE_SIDE / Math.max(region.width, region.height));
  const scaled = (scale: number) => ({
    width: Math.max(1, Math.round(region.width * scale)),
    height: Math.max(1, Math.round(region.height * scale)),
  });
  if (typed === "max") return scaled(max);
  const accepted =
    `max, or w,h or w, or ,h in pixels; at most ${MAX_PICTURE_SIDE} and the region's own`;
  const [match, across = "", down = ""] = /^(\d{0,5}),(\d{0,5})$/.exec(typed) ?? [];
  if (match === undefined || match === ",") throw invalid("size", typed, accepted);
  const size = down === ""
    ? { ...scaled(Number(across) / region.width), width: Number(across) }
    : across === ""
    ? { ...scaled(Number(down) / region.height), height: Number(down) }
    : { width: Number(across), height: Number(down) };
  const fits = (wanted: number, own: number) =>
    wanted >= 1 && wanted <= Math.min(MAX_PICTURE_SIDE, own);
  if (fits(size.width, region.width) && fits(size.height, region.height)) return size;
  throw invalid("size", typed, accepted);
}

function invalid(part: string, received: string, accepted: string): Problem {
  return new Problem(
    "request_invalid",
    `The ${part} of the picture is '${received.slice(0, 80)}'; it must be ${accepted}.`,
  );
}
