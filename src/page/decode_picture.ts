/// <reference lib="dom" />

/** The formats that can be opened, as the `accept` of a file input lists them. */
export const ACCEPTED_FILES = "image/png,image/jpeg,image/tiff,.tif,.tiff";

/** A file format that can be opened. */
export type FileFormat = "PNG" | "JPEG" | "TIFF";

/** Says why a file cannot be opened. The message is shown to the person. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/**
 * Decodes an image for display. The browser decodes PNG and JPEG. A Worker decodes TIFF with the modules
 * of the service.
 *
 * @throws {UnreadableError} If the file is empty, damaged, not supported or of another format.
 */
export async function decodePicture(file: Blob): Promise<ImageBitmap> {
  if (file.size === 0) throw new UnreadableError("The file is empty.");
  const format = await fileFormat(file);
  if (format === undefined) {
    throw new UnreadableError("The file is not a PNG, JPEG or TIFF; only these can be opened.");
  }
  try {
    if (format === "TIFF") return await decodeTiff(file);
    const picture = format === "JPEG" ? await prepareJpeg(file) : file;
    return await createImageBitmap(picture, { colorSpaceConversion: "none" });
  } catch (thrown) {
    if (thrown instanceof UnreadableError) throw thrown;
    throw new UnreadableError(`This ${format} is damaged or cut off, so it cannot be opened.`);
  }
}

/** Returns the format that the first bytes of a file show, or undefined if it cannot be opened. */
export async function fileFormat(file: Blob): Promise<FileFormat | undefined> {
  const [a, b, c, d] = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (a === 0x89 && b === 0x50 && c === 0x4e && d === 0x47) return "PNG";
  if (a === 0xff && b === 0xd8) return "JPEG";
  // 42 is TIFF, 43 is BigTIFF.
  if (a === 0x49 && b === 0x49 && (c === 0x2a || c === 0x2b)) return "TIFF";
  if (a === 0x4d && b === 0x4d && (d === 0x2a || d === 0x2b)) return "TIFF";
}

/**
 * Removes the APP1 segments of a JPEG, which hold Exif and XMP. Browsers rotate an image as its Exif
 * orientation says, but the service does not. Without these segments both see the same pixel at the same
 * position.
 *
 * @throws {Error} If the JPEG has no end-of-image marker. Some browsers would show the part that is there.
 */
async function prepareJpeg(file: Blob): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const kept: Blob[] = [];
  let start = 0;
  let at = 2;
  while (at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const end = at + 2 + view.getUint16(at + 2);
    if (bytes[at + 1] === 0xe1) {
      kept.push(file.slice(start, at));
      start = end;
    }
    at = end;
  }
  if (!hasEndOfImage(bytes, at)) throw new Error("The JPEG has no end-of-image marker.");
  return new Blob([...kept, file.slice(start)]);
}

/** Returns whether an end-of-image marker (FF D9) follows the start of the scan. */
function hasEndOfImage(bytes: Uint8Array, scanStart: number): boolean {
  let at = bytes.lastIndexOf(0xd9);
  while (at > scanStart && bytes[at - 1] !== 0xff) at = bytes.lastIndexOf(0xd9, at - 1);
  return at > scanStart;
}

/**
 * Decodes a TIFF in a Worker of its own.
 *
 * @throws {UnreadableError} With the message of the service's decoder, or if the Worker does not run.
 */
async function decodeTiff(file: Blob): Promise<ImageBitmap> {
  const address = new URL("app/page/tiff_worker.ts", document.baseURI);
  const worker = new Worker(address, { type: "module" });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<ImageBitmap>();
    worker.onmessage = ({ data }) =>
      data instanceof ImageBitmap ? resolve(data) : reject(new UnreadableError(data));
    worker.onerror = () =>
      reject(
        new UnreadableError(
          "The TIFF decoder of this page cannot be loaded or has stopped. Try again, and check that the " +
            "service is running.",
        ),
      );
    worker.postMessage(file);
    return await promise;
  } finally {
    worker.terminate();
  }
}

/** Encodes an opaque picture as PNG, which keeps every pixel. */
export async function pngOf(picture: ImageBitmap): Promise<Blob> {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  return await canvas.convertToBlob({ type: "image/png" });
}
