/// <reference lib="dom" />
import type OpenSeadragon from "openseadragon";

/** Side of a tile, in pixels. */
const TILE_SIZE = 512;

/** OpenSeadragon's request for one tile. */
interface TileJob {
  readonly tile: { readonly level: number; readonly x: number; readonly y: number };
  finish(data: CanvasRenderingContext2D, request: undefined, type: "context2d"): void;
  fail(message: string, request: undefined): void;
}

/** Side of the pieces in which a level is halved, in pixels. */
const PIECE_SIZE = 1024;

/** A picture that tiles are cut from. */
type Level = ImageBitmap | HTMLCanvasElement;

/**
 * Cuts a decoded picture into tiles for the viewer, so that only the visible part is drawn. Each coarser
 * level has half the width and height of the next finer one, and is made from it when it is first needed.
 * All levels together take a third more memory than the picture alone.
 */
export function tileSource(picture: ImageBitmap): OpenSeadragon.TileSourceSpecifier {
  const { width, height } = picture;
  const maxLevel = Math.ceil(Math.log2(Math.max(width, height)));
  const levels = new Map<number, Promise<Level>>([[maxLevel, Promise.resolve(picture)]]);

  function levelPicture(level: number): Promise<Level> {
    let made = levels.get(level);
    if (made === undefined) {
      made = levelPicture(level + 1).then((finer) =>
        halve(
          finer,
          Math.ceil(width / 2 ** (maxLevel - level)),
          Math.ceil(height / 2 ** (maxLevel - level)),
        )
      );
      levels.set(level, made);
    }
    return made;
  }

  return {
    width,
    height,
    tileSize: TILE_SIZE,
    minLevel: Math.max(0, maxLevel - 6),
    maxLevel,
    getTileUrl: (level: number, x: number, y: number) => `${level}/${x}_${y}`,
    downloadTileStart(job: TileJob) {
      const { level, x, y } = job.tile;
      levelPicture(level).then(
        (image) => job.finish(cutTile(image, x * TILE_SIZE, y * TILE_SIZE), undefined, "context2d"),
      ).catch((thrown) => job.fail(String(thrown), undefined));
    },
    downloadTileAbort() {},
  } as unknown as OpenSeadragon.TileSourceSpecifier;
}

/**
 * Halves a picture piece by piece, so that a large one does not block the page. At this scale the browser's
 * bilinear filter is the mean of four pixels.
 */
async function halve(finer: Level, width: number, height: number): Promise<Level> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser has no canvas to draw on.");
  context.imageSmoothingQuality = "low";
  for (let y = 0; y < finer.height; y += PIECE_SIZE) {
    for (let x = 0; x < finer.width; x += PIECE_SIZE) {
      const [w, h] = [
        Math.min(PIECE_SIZE, finer.width - x),
        Math.min(PIECE_SIZE, finer.height - y),
      ];
      context.drawImage(finer, x, y, w, h, x / 2, y / 2, w / 2, h / 2);
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  return canvas;
}

function cutTile(image: Level, left: number, top: number): CanvasRenderingContext2D {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(TILE_SIZE, image.width - left);
  canvas.height = Math.min(TILE_SIZE, image.height - top);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("The browser has no canvas to draw on.");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, -left, -top);
  return context;
}
