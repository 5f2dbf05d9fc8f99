/// <reference lib="dom" />
import { decodePicture } from "./decode_picture.ts";

/** The id of a field, and the file that its picture is decoded from. */
interface Source {
  readonly id: number;
  readonly file: Blob;
}

/** Maximum number of pictures that are kept. A picture of 64 megapixels takes 256 MB. */
const MAX_KEPT = 2;

/** Keeps the decoded pictures of the fields that were requested last. */
export interface PictureCache {
  /**
   * Returns the picture of a field, and decodes it if it is not kept.
   *
   * @throws {UnreadableError} If the file cannot be decoded.
   */
  get(source: Source): Promise<ImageBitmap>;
  /** Keeps a picture that is decoded already. */
  put(id: number, picture: ImageBitmap): void;
  /** Frees the memory of the picture of the field with this id. */
  drop(id: number): void;
}

/** Creates an empty cache. */
export function createPictureCache(): PictureCache {
  const kept = new Map<number, Promise<ImageBitmap>>();
  function drop(id: number): void {
    kept.get(id)?.then((picture) => picture.close(), () => {});
    kept.delete(id);
  }
  function keep(id: number, picture: Promise<ImageBitmap>): void {
    kept.delete(id);
    kept.set(id, picture);
    for (const oldest of [...kept.keys()].slice(0, -MAX_KEPT)) drop(oldest);
  }
  return {
    drop,
    put: (id, picture) => keep(id, Promise.resolve(picture)),
    get({ id, file }) {
      const picture = kept.get(id) ?? decodePicture(file);
      keep(id, picture);
      picture.catch(() => {
        if (kept.get(id) === picture) kept.delete(id);
      });
      return picture;
    },
  };
}
