/// <reference lib="dom" />
import { openPicture } from "./picture.ts";

/** A picture that can be decoded again. */
interface Source {
  readonly id: number;
  readonly file: Blob;
}

/** How many decoded pictures are kept; 64 megapixels take 256 MB. */
const KEPT = 2;

/** Decoded pictures, the last two that were asked for. */
export interface Pictures {
  of(source: Source): Promise<ImageBitmap>;
  /** Lets go of one. */
  drop(id: number): void;
}

/** An empty shelf of pictures. */
export function createPictures(): Pictures {
  const kept = new Map<number, Promise<ImageBitmap>>();
  function drop(id: number): void {
    kept.get(id)?.then((bitmap) => bitmap.close(), () => {});
    kept.delete(id);
  }
  return {
    drop,
    of({ id, file }) {
      const picture = kept.get(id) ?? openPicture(file);
      kept.delete(id);
      kept.set(id, picture);
      for (const oldest of [...kept.keys()].slice(0, -KEPT)) drop(oldest);
      return picture;
    },
  };
}
