/// <reference lib="dom" />
import { decodePicture } from "./decode_picture.ts";

/** A field whose file can be decoded again. */
interface Source {
  readonly id: number;
  readonly file: Blob;
}

/** Number of decoded pictures that are kept; one of 64 megapixels takes 256 MB. */
const MAX_KEPT = 2;

/** Keeps the decoded pictures that were asked for last. */
export interface PictureCache {
  /** Returns the picture of a field, and decodes it if it is not kept. */
  get(source: Source): Promise<ImageBitmap>;
  /** Frees the memory of a picture. */
  drop(id: number): void;
}

/** Creates an empty cache. */
export function createPictureCache(): PictureCache {
  const kept = new Map<number, Promise<ImageBitmap>>();
  function drop(id: number): void {
    kept.get(id)?.then((picture) => picture.close(), () => {});
    kept.delete(id);
  }
  return {
    drop,
    get({ id, file }) {
      const picture = kept.get(id) ?? decodePicture(file);
      kept.delete(id);
      kept.set(id, picture);
      picture.catch(() => {
        if (kept.get(id) === picture) kept.delete(id);
      });
      for (const oldest of [...kept.keys()].slice(0, -MAX_KEPT)) drop(oldest);
      return picture;
    },
  };
}
