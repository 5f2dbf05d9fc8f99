/// <reference lib="dom" />
import { deepEqual, equal, match } from "node:assert/strict";
import { deflateSync, zstdCompressSync } from "node:zlib";
import { decodeTiff } from "../../src/image/tiff/decode.ts";
import { npmLibraries } from "../../src/image/tiff/npm_libraries.ts";
import { seeds } from "../fuzz/seeds.ts";
import { browserTest } from "../optional.ts";
import { tiffOf, type TiffOptions, type TiffPage } from "../tiff_writer.ts";
import { visit } from "./visitor.ts";

/** A gray picture of 16 x 16 pixels as a JPEG 2000 code stream without loss, by OpenJPEG 2.5.4. */
const JPEG_2000 = Uint8Array.fromBase64(
  "/0//UQApAAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAABBwEB/1IADAAAAAEAAQQEAAH/XAAHQEBISFD/" +
    "ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAClAAH/k8fUYAQuziV4IG7mJe+pPwuI" +
    "FP0HyEdV6FxBK7YWYxgkqOLr268js+2Q+oSBP5GFaiPYf8D5D0D5EcA+FkA2x5d2xetVI7dLTwiQJJcCstvavSdGdrKM" +
    "FlA+Py8Z3d4yXtZtG79x6/HFhS7KLw/mGzXyjJ+cI+xY4LGO4tku70ZTPHX7FrIe5S+cqZutRadwOhHx833gwpL/2Q==",
);

const samples = Uint8Array.from({ length: 60 }, (_, i) => i * 4);
const rgb = { 256: 5, 257: 4, 258: [8, 8, 8], 259: 1, 262: 2, 277: 3, 278: 4 };

/** Files that between them need every package. */
async function files(): Promise<[name: string, page: TiffPage, options?: TiffOptions][]> {
  const { jpeg } = await seeds();
  return [
    ["BigTIFF", { tags: rgb, strips: [samples] }, { big: true, bigEndian: true }],
    ["Deflate", { tags: { ...rgb, 259: 8 }, strips: [new Uint8Array(deflateSync(samples))] }],
    ["ZSTD", {
      tags: { ...rgb, 259: 50_000 },
      strips: [new Uint8Array(zstdCompressSync(samples))],
    }],
    [
      "JPEG",
      { tags: { ...rgb, 256: 64, 257: 64, 278: 64, 259: 7, 262: 6 }, strips: [jpeg] },
    ],
    [
      "JPEG 2000",
      {
        tags: { ...rgb, 256: 16, 257: 16, 278: 16, 258: 8, 259: 34712, 262: 1, 277: 1 },
        strips: [JPEG_2000],
      },
    ],
  ];
}

browserTest(
  "the page decodes each TIFF to the service's pixels, or refuses it in its words",
  async () => {
    await using visitor = await visit();
    /** The RGBA of a file as the page opens it, or why it does not. */
    const opened = (file: Uint8Array) =>
      visitor.page.evaluate(async (base64) => {
        const address = new URL("app/page/picture.ts", document.baseURI).href;
        const { openPicture } = await import(address);
        try {
          const picture: ImageBitmap = await openPicture(
            new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]),
          );
          const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
          canvas?.drawImage(picture, 0, 0);
          const data = canvas?.getImageData(0, 0, picture.width, picture.height).data ?? [];
          return { width: picture.width, rgba: [...data] };
        } catch (thrown) {
          return { refused: String(thrown) };
        }
      }, file.toBase64());
    for (const [name, page, options] of await files()) {
      const file = tiffOf([page], options);
      const { width, data } = await decodeTiff(file, 1e6, npmLibraries);
      const shown = await opened(file);
      equal(shown.refused, undefined, name);
      equal(shown.width, width, name);
      deepEqual(shown.rgba?.filter((_, i) => i % 4 < 3), [...data], name);
    }
    const cmyk = tiffOf([{ tags: { ...rgb, 262: 5 }, strips: [samples] }]);
    match((await opened(cmyk)).refused ?? "", /The TIFF is CMYK/);
    deepEqual(visitor.complaints, []);
  },
);
