import { Problem } from "../errors.ts";
import type { Region } from "../image/region.ts";
import type { RgbImage } from "../image/rgb_image.ts";
import type { ByteSource } from "./bytes/byte_source.ts";
import type { TileLevel, TilePart } from "./pyramid.ts";
import { TileCache } from "./tile_cache.ts";

/** The color of empty glass. */
const WHITE = 255;

/** Maximum number of stored bytes that are read at once, before they are decoded. */
const BATCH_BYTES = 8 << 20;

/** A tile that has to be read. */
interface Wanted {
  readonly tile: number;
  readonly parts: readonly TilePart[];
}

/**
 * Reads regions of levels from their tiles. Caches decoded tiles, because neighboring regions share some.
 */
export class LevelReader {
  readonly #levels: readonly TileLevel[];
  readonly #cache: TileCache;
  /** Tiles that are being read, by {@linkcode keyOf}. */
  readonly #loading = new Map<string, Promise<RgbImage>>();

  /** @param maxCacheBytes Bytes of decoded tiles that are kept. */
  constructor(levels: readonly TileLevel[], maxCacheBytes: number) {
    this.#levels = levels;
    this.#cache = new TileCache(maxCacheBytes);
  }

  /**
   * Reads whole pixels of a level.
   *
   * @throws {Problem} that names the missing or damaged tile; the reason of `signal` when it aborts.
   */
  async read(number: number, region: Region, signal?: AbortSignal): Promise<RgbImage> {
    const level = this.#levels[number];
    if (level === undefined) throw new RangeError(`no level ${number}`);
    checkRegion(level, region);
    signal?.throwIfAborted();
    const data = new Uint8Array(region.width * region.height * 3);
    const image = { width: region.width, height: region.height, data };
    let remaining = tilesOf(level, region);
    while (remaining.length > 0) {
      /** Tiles that another call is reading. */
      const elsewhere: number[] = [];
      const wanted: Wanted[] = [];
      for (const tile of remaining) {
        const key = keyOf(number, tile);
        const known = this.#cache.get(key);
        if (known !== undefined) paintTile(image, region, level, tile, known);
        else if (this.#loading.has(key)) elsewhere.push(tile);
        else {
          const parts = nameTileInProblem(level, number, tile, () => level.partsOf(tile));
          if (parts === undefined) paintTile(image, region, level, tile, undefined);
          else wanted.push({ tile, parts });
        }
      }
      await this.#load(
        number,
        wanted,
        (tile, pixels) => paintTile(image, region, level, tile, pixels),
        signal,
      );
      remaining = await this.#await(
        number,
        elsewhere,
        (tile, pixels) => paintTile(image, region, level, tile, pixels),
        signal,
      );
    }
    return image;
  }

  /** Forgets all tiles. */
  clear(): void {
    this.#cache.clear();
  }

  /** Reads and decodes tiles in the order of the file. Other calls may wait for them meanwhile. */
  async #load(
    number: number,
    wanted: Wanted[],
    use: (tile: number, pixels: RgbImage) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const turns = new Map(wanted.map(({ tile }) => [tile, Promise.withResolvers<RgbImage>()]));
    for (const [tile, { promise }] of turns) {
      promise.catch(() => {});
      this.#loading.set(keyOf(number, tile), promise);
    }
    try {
      for (const batch of batchesOf(wanted)) {
        const stored = await readParts(batch.flatMap(({ parts }) => parts), signal);
        for (const { tile, parts } of batch) {
          signal?.throwIfAborted();
          const pixels = await this.#decode(number, tile, stored.splice(0, parts.length));
          const key = keyOf(number, tile);
          this.#cache.set(key, pixels);
          this.#loading.delete(key);
          turns.get(tile)?.resolve(pixels);
          use(tile, pixels);
        }
      }
    } catch (thrown) {
      for (const [tile, { promise, reject }] of turns) {
        const key = keyOf(number, tile);
        if (this.#loading.get(key) === promise) this.#loading.delete(key);
        reject(thrown);
      }
      throw thrown;
    }
  }

  async #decode(number: number, tile: number, parts: Uint8Array[]): Promise<RgbImage> {
    const level = this.#levels[number] as TileLevel;
    try {
      return await level.decode(tile, parts);
    } catch (thrown) {
      throw problemOfTile(thrown, level, number, tile);
    }
  }

  /**
   * Waits for tiles that another call reads.
   *
   * @returns The tiles that the other call could not read, for example because it was aborted.
   */
  async #await(
    number: number,
    tiles: readonly number[],
    use: (tile: number, pixels: RgbImage) => void,
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const failed: number[] = [];
    for (const tile of tiles) {
      const key = keyOf(number, tile);
      const pixels = await (this.#loading.get(key)?.catch(() => undefined) ?? this.#cache.get(key));
      signal?.throwIfAborted();
      if (pixels === undefined) failed.push(tile);
      else use(tile, pixels);
    }
    return failed;
  }
}

function keyOf(level: number, tile: number): string {
  return `${level}/${tile}`;
}

function checkRegion(level: TileLevel, { x, y, width, height }: Region): void {
  const whole = [x, y, width, height].every(Number.isInteger);
  const inside = x >= 0 && y >= 0 && width > 0 && height > 0 &&
    x + width <= level.width && y + height <= level.height;
  if (whole && inside) return;
  throw new RangeError(
    `region ${x},${y} ${width}x${height} does not lie within ${level.width} x ${level.height}`,
  );
}

/** Lists the numbers of the tiles that a region touches. */
function tilesOf(level: TileLevel, region: Region): number[] {
  const { tileWidth, tileHeight, width } = level;
  const across = Math.ceil(width / tileWidth);
  const tiles: number[] = [];
  const lastRow = Math.floor((region.y + region.height - 1) / tileHeight);
  const lastColumn = Math.floor((region.x + region.width - 1) / tileWidth);
  for (let row = Math.floor(region.y / tileHeight); row <= lastRow; row++) {
    for (let column = Math.floor(region.x / tileWidth); column <= lastColumn; column++) {
      tiles.push(row * across + column);
    }
  }
  return tiles;
}

/** Divides tiles into batches of at most `BATCH_BYTES`, in the order of the file. */
function batchesOf(wanted: readonly Wanted[]): Wanted[][] {
  const sorted = wanted.toSorted((a, b) => offsetOf(a) - offsetOf(b));
  const batches: Wanted[][] = [];
  let bytes = Infinity;
  for (const next of sorted) {
    const length = next.parts.reduce((sum, part) => sum + part.length, 0);
    if (bytes + length > BATCH_BYTES) {
      batches.push([]);
      bytes = 0;
    }
    bytes += length;
    batches.at(-1)?.push(next);
  }
  return batches;
}

function offsetOf({ parts }: Wanted): number {
  return parts[0]?.offset ?? 0;
}

/** Reads parts that may lie in several files. */
async function readParts(
  parts: readonly TilePart[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array[]> {
  const sources = new Set<ByteSource>(parts.map(({ source }) => source));
  const results: Uint8Array[] = new Array(parts.length);
  for (const source of sources) {
    const places = parts.flatMap((part, i) => part.source === source ? [i] : []);
    const read = await source.readMany(places.map((i) => parts[i] as TilePart), signal);
    places.forEach((place, i) => results[place] = read[i] as Uint8Array);
  }
  return results;
}

/** Copies the pixels that a tile and a region have in common; a tile without pixels is white. */
function paintTile(
  image: RgbImage,
  region: Region,
  { tileWidth, tileHeight, width }: TileLevel,
  tile: number,
  pixels: RgbImage | undefined,
): void {
  const across = Math.ceil(width / tileWidth);
  const left = (tile % across) * tileWidth;
  const top = Math.floor(tile / across) * tileHeight;
  const fromX = Math.max(region.x, left);
  const toX = Math.min(region.x + region.width, left + tileWidth);
  const toY = Math.min(region.y + region.height, top + tileHeight);
  for (let y = Math.max(region.y, top); y < toY; y++) {
    const to = ((y - region.y) * region.width + fromX - region.x) * 3;
    const length = (toX - fromX) * 3;
    if (pixels === undefined) {
      image.data.fill(WHITE, to, to + length);
      continue;
    }
    const from = ((y - top) * tileWidth + fromX - left) * 3;
    image.data.set(pixels.data.subarray(from, from + length), to);
  }
}

/** Calls a function. If it throws a problem, adds the name of the tile to it. */
function nameTileInProblem<T>(level: TileLevel, number: number, tile: number, run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    throw problemOfTile(thrown, level, number, tile);
  }
}

/** Adds the number and the position of the tile to a problem. */
function problemOfTile(thrown: unknown, level: TileLevel, number: number, tile: number): unknown {
  if (!(thrown instanceof Problem)) return thrown;
  const across = Math.ceil(level.width / level.tileWidth);
  const x = (tile % across) * level.tileWidth;
  const y = Math.floor(tile / across) * level.tileHeight;
  return new Problem(
    thrown.code,
    `Tile ${tile} of level ${number}, at pixel ${x}, ${y}, cannot be read. ${thrown.message}`,
    { cause: thrown },
  );
}
