import type { Directory } from "./directory.ts";
import { corrupt, unsupported } from "./problems.ts";
import { Tag } from "./tags.ts";

/** How a page is divided into strips or tiles. A strip is treated as a tile as wide as the page. */
export interface Grid {
  readonly tiled: boolean;
  /** Pixels of a strip or tile. */
  readonly width: number;
  readonly height: number;
  /** Number of strips or tiles across and down. */
  readonly columns: number;
  readonly rows: number;
}

/** A tile may be larger than the picture, up to this many pixels. */
const MAX_TILE_PIXELS = 2048 * 2048;

/** Maximum number of strips or tiles; a large picture may have one more per 4,096 pixels. */
const MAX_TILES = 65_536;
const PIXELS_PER_FURTHER_TILE = 4096;

/** The same for JPEG and JPEG 2000, whose decoders take longer to start. */
const MAX_CODEC_TILES = 16_384;

/**
 * Reads how a page is divided, and checks it before memory is allocated.
 *
 * @param hasSlowCodec Whether each strip or tile is a JPEG or JPEG 2000.
 * @throws {Problem} `image_corrupt`; `image_unsupported` for too many strips or tiles.
 */
export async function readGrid(
  page: Directory,
  width: number,
  height: number,
  hasSlowCodec: boolean,
): Promise<Grid> {
  const tiled = page.has(Tag.TileWidth) && page.has(Tag.TileLength);
  const rowsPerStrip = await page.integer(Tag.RowsPerStrip) || height;
  const tileWidth = tiled ? await page.integer(Tag.TileWidth) ?? 0 : width;
  const tileHeight = tiled
    ? await page.integer(Tag.TileLength) ?? 0
    : Math.min(rowsPerStrip, height);
  if (!(tileWidth > 0 && tileHeight > 0)) {
    throw corrupt(`its tiles have ${tileWidth} x ${tileHeight} pixels`);
  }
  const columns = Math.ceil(width / tileWidth);
  const rows = Math.ceil(height / tileHeight);
  const pixels = width * height;
  if (tileWidth * tileHeight > Math.max(MAX_TILE_PIXELS, pixels)) {
    throw corrupt(`its tiles of ${tileWidth} x ${tileHeight} pixels are far larger than it is`);
  }
  if (columns * rows * tileWidth * tileHeight > 4 * (pixels + MAX_TILE_PIXELS)) {
    throw corrupt(`its tiles of ${tileWidth} x ${tileHeight} pixels lie mostly outside of it`);
  }
  const maxTiles = (hasSlowCodec ? MAX_CODEC_TILES : MAX_TILES) + pixels / PIXELS_PER_FURTHER_TILE;
  if (columns * rows > maxTiles) {
    throw unsupported(
      `has ${columns * rows} strips or tiles of ${tileWidth} x ${tileHeight} pixels; at most ` +
        `${Math.floor(maxTiles)} are accepted, save it in larger ones`,
    );
  }
  return { tiled, width: tileWidth, height: tileHeight, columns, rows };
}
