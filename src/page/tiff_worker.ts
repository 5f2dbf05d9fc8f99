/// <reference lib="dom" />
import { Problem } from "../errors.ts";
import { decodeTiff } from "../image/tiff/decode.ts";
import { pageLibraries } from "./tiff_libraries.ts";

/** Maximum number of pixels that a browser can draw, 16,384 x 16,384. The service has its own limit. */
const MAX_PIXELS = 268e6;

/**
 * Decodes a TIFF with the modules of the service. Answers with an `ImageBitmap`, or with a text that says
 * why the file cannot be opened.
 */
onmessage = async ({ data }: MessageEvent<Blob>) => {
  try {
    const file = new Uint8Array(await data.arrayBuffer());
    const { width, height, data: rgb } = await decodeTiff(file, MAX_PIXELS, pageLibraries);
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
      pixels[to] = rgb[from] as number;
      pixels[to + 1] = rgb[from + 1] as number;
      pixels[to + 2] = rgb[from + 2] as number;
      pixels[to + 3] = 255;
    }
    const picture = await createImageBitmap(new ImageData(pixels, width, height));
    self.postMessage(picture, { transfer: [picture] });
  } catch (thrown) {
    self.postMessage(
      thrown instanceof Problem
        ? thrown.message
        : "This TIFF is damaged or cut off, so it cannot be opened.",
    );
  }
};
