import type { RgbImage } from "../image/rgb_image.ts";

/** Keeps up to `maxBytes` of decoded tiles. Drops the least recently used ones first. */
export class TileCache {
  readonly #maxBytes: number;
  readonly #tiles = new Map<string, RgbImage>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): RgbImage | undefined {
    const tile = this.#tiles.get(key);
    if (tile === undefined) return undefined;
    // Moves the tile to the end, because a Map keeps the order of insertion.
    this.#tiles.delete(key);
    this.#tiles.set(key, tile);
    return tile;
  }

  set(key: string, tile: RgbImage): void {
    if (this.#tiles.has(key)) return;
    this.#tiles.set(key, tile);
    this.#bytes += tile.data.length;
    for (const [oldest, { data }] of this.#tiles) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#tiles.delete(oldest);
      this.#bytes -= data.length;
    }
  }

  clear(): void {
    this.#tiles.clear();
    this.#bytes = 0;
  }
}
