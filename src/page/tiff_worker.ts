/// <reference lib="dom" />
/// <reference lib="webworker.importscripts" />

/** What is used of UTIF, which `importScripts` brings. */
declare const UTIF: {
  decode(file: ArrayBuffer): { width: number; height: number }[];
  decodeImage(file: ArrayBuffer, page: object): void;
  toRGBA8(page: object): Uint8Array<ArrayBuffer>;
};

importScripts("npm/pako.js", "npm/utif.js");

/** Decodes the first page of a TIFF; answers with an `ImageBitmap`, or with a text if it cannot. */
onmessage = async ({ data }: MessageEvent<Blob>) => {
  try {
    const file = await data.arrayBuffer();
    const [page] = UTIF.decode(file);
    if (page === undefined) throw new Error("the file has no page");
    UTIF.decodeImage(file, page);
    const pixels = new Uint8ClampedArray(UTIF.toRGBA8(page).buffer);
    const picture = await createImageBitmap(new ImageData(pixels, page.width, page.height));
    self.postMessage(picture, { transfer: [picture] });
  } catch (thrown) {
    self.postMessage(String(thrown));
  }
};
