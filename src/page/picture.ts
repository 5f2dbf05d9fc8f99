/// <reference lib="dom" />

/** Formats that can be opened, as the file chooser wants them. */
export const ACCEPTED = "image/png,image/jpeg,image/tiff,.tif,.tiff";

/** Reason why a file cannot be opened, in words for the person. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/**
 * Decodes an image for display; the browser does PNG and JPEG, a Worker TIFF.
 *
 * @throws {UnreadableError} What the file is not, and what can be opened.
 */
export async function openPicture(file: Blob): Promise<ImageBitmap> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const format = formatOf(head);
  if (file.size === 0) throw new UnreadableError("The file is empty.");
  if (format === undefined) {
    throw new UnreadableError("This is not an image that can be read here: PNG, JPEG or TIFF.");
  }
  try {
    if (format === "TIFF") return await openTiff(file);
    const upright = format === "JPEG" ? await withoutOrientation(file) : file;
    return await createImageBitmap(upright, { colorSpaceConversion: "none" });
  } catch (thrown) {
    if (thrown instanceof UnreadableError) throw thrown;
    throw new UnreadableError(`This ${format} is damaged or cut off, so it cannot be opened.`);
  }
}

function formatOf([a, b, c, d]: Uint8Array): "PNG" | "JPEG" | "TIFF" | undefined {
  if (a === 0x89 && b === 0x50 && c === 0x4e && d === 0x47) return "PNG";
  if (a === 0xff && b === 0xd8) return "JPEG";
  // 42 is TIFF, 43 BigTIFF.
  if (a === 0x49 && b === 0x49 && (c === 0x2a || c === 0x2b)) return "TIFF";
  if (a === 0x4d && b === 0x4d && (d === 0x2a || d === 0x2b)) return "TIFF";
}

/**
 * The JPEG without its Exif part. Browsers turn a picture as its camera says, the service does not;
 * without it both mean the same pixel by the same place.
 */
async function withoutOrientation(file: Blob): Promise<Blob> {
  const bytes = new DataView(await file.slice(0, 1 << 18).arrayBuffer());
  let at = 2;
  while (at + 4 < bytes.byteLength && bytes.getUint8(at) === 0xff) {
    const marker = bytes.getUint8(at + 1);
    const end = at + 2 + bytes.getUint16(at + 2);
    if (marker === 0xe1) return new Blob([file.slice(0, at), file.slice(end)]);
    if (marker === 0xda) break;
    at = end;
  }
  return file;
}

/**
 * Decodes a TIFF in a Worker, which is loaded when the first TIFF comes.
 *
 * @throws {UnreadableError} In the service's words.
 */
async function openTiff(file: Blob): Promise<ImageBitmap> {
  const address = new URL("app/page/tiff_worker.ts", document.baseURI);
  const worker = new Worker(address, { type: "module" });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<ImageBitmap>();
    worker.onmessage = ({ data }) =>
      data instanceof ImageBitmap ? resolve(data) : reject(new UnreadableError(data));
    worker.onerror = reject;
    worker.postMessage(file);
    return await promise;
  } finally {
    worker.terminate();
  }
}

/** The picture as a PNG, pixel for pixel. */
export async function pngOf(
  picture: ImageBitmap,
  { width, height }: { width: number; height: number } = picture,
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  return await canvas.convertToBlob({ type: "image/png" });
}
