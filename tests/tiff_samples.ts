import { zstdCompressSync } from "node:zlib";
import { readSeeds } from "./fuzz/seeds.ts";
import { tiffOf, type TiffOptions, type TiffPage } from "./tiff_writer.ts";

/** A gray picture of 16 x 16 pixels as a JPEG 2000 code stream without loss, by OpenJPEG 2.5.4. */
const JPEG_2000 = Uint8Array.fromBase64(
  "/0//UQApAAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAABBwEB/1IADAAAAAEAAQQEAAH/XAAHQEBISFD/" +
    "ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAAClAAH/k8fUYAQuziV4IG7mJe+pPwuI" +
    "FP0HyEdV6FxBK7YWYxgkqOLr268js+2Q+oSBP5GFaiPYf8D5D0D5EcA+FkA2x5d2xetVI7dLTwiQJJcCstvavSdGdrKM" +
    "FlA+Py8Z3d4yXtZtG79x6/HFhS7KLw/mGzXyjJ+cI+xY4LGO4tku70ZTPHX7FrIe5S+cqZutRadwOhHx833gwpL/2Q==",
);

/** Creates TIFFs that together need every library for unpacking. */
export async function tiffSamples(): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  const { jpeg } = await readSeeds();
  const samples = Uint8Array.from({ length: 768 }, (_, i) => i);
  const deflated = new Blob([samples]).stream().pipeThrough(new CompressionStream("deflate"));
  const rgb = { 256: 16, 257: 16, 258: [8, 8, 8], 259: 1, 262: 2, 277: 3, 278: 16 };
  const page = (tags: TiffPage["tags"], strip: Uint8Array, options?: TiffOptions) =>
    tiffOf([{ tags: { ...rgb, ...tags }, strips: [strip] }], options);
  return new Map([
    ["BigTIFF", page({}, samples, { big: true, bigEndian: true })],
    ["Deflate", page({ 259: 8 }, new Uint8Array(await new Response(deflated).arrayBuffer()))],
    ["ZSTD", page({ 259: 50_000 }, new Uint8Array(zstdCompressSync(samples)))],
    ["JPEG", page({ 256: 64, 257: 64, 278: 64, 259: 7, 262: 6 }, jpeg)],
    ["JPEG 2000", page({ 258: 8, 259: 34712, 262: 1, 277: 1 }, JPEG_2000)],
  ]);
}
