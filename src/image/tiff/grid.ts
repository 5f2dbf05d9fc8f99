import type { Directory } from "./directory.ts";
import { corrupt, unsupported } from "./problems.ts";
import { Tag } from "./tags.ts";

/** Strips or tiles; a strip is a tile as wide as the picture. */
export interface Grid {
  readonly tiled: boolean;
  /** Pixels of a tile. */
  readonly width: number;
  readonly height: number;
  readonly across: number;
  readonly down: number;
}

/** A tile may be larger than the picture, up to so many pixels. */
const MAX_TILE_PIXELS = 2048 * 2048;

/** Tiles that any picture may have, and pixels that each further one stands for. */
const MAX_TILES = 65_536;
const MIN_PIXELS_PER_TILE = 4096;

/** The same where each is a picture of its own, JPEG or JPEG 2000, which takes longer to begin. */
const MAX_PICTURE_TILES = 16_384;

/**
 * Reads how a picture is cut, and checks it before memory is taken for any part.
 *
 * @param codecIsSlow Whether each part is a picture of its own, as with JPEG.
 * @throws {Problem} `image_corrupt`; `image_unsupported` for too many parts.
 */
export async function readGrid(
  page: Directory,
  width: number,
  height: number,
  codecIsSlow: boolean,
): Promise<Grid> {
  const tiled = page.has(Tag.TileWidth) && page.has(Tag.TileLength);
  const rows = await page.integer(Tag.RowsPerStrip) || height;
  const tileWidth = tiled ? await page.integer(Tag.TileWidth) ?? 0 : width;
  const tileHeight = tiled ? await page.integer(Tag.TileLength) ?? 0 : Math.min(rows, height);
  if (!(tileWidth > 0 && tileHeight > 0)) {
    throw corrupt(`its tiles have ${tileWidth} x ${tileHeight} pixels`);
  }
  const across = Math.ceil(width / tileWidth);
  const down = Math.ceil(height / tileHeight);
  const pixels = width * height;
  if (tileWidth * tileHeight > Math.max(MAX_TILE_PIXELS, pixels)) {
    throw corrupt(`its tiles of ${tileWidth} x ${tileHeight} pixels are far larger than it is`);
  }
  if (across * down * tileWidth * tileHeight > 4 * (pixels + MAX_TILE_PIXELS)) {
    throw corrupt(`its tiles of ${tileWidth} x ${tileHeight} pixels lie mostly outside of it`);
  }
  const maxTiles = codecIsSlow ? MAX_PICTURE_TILES : MAX_TILES;
  if (across * down > maxTiles + pixels / MIN_PIXELS_PER_TILE) {
    throw unsupported(
      `is cut into ${across * down} parts of ${tileWidth} x ${tileHeight} pixels, which are too ` +
        "many; save it in larger strips or tiles",
    );
  }
  return { tiled, width: tileWidth, height: tileHeight, across, down };
}
