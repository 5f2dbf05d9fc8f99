import { Buffer } from "node:buffer";
import { deflateSync, zstdCompressSync } from "node:zlib";
import { tiffSamples } from "../tiff_samples.ts";
import { type TagValue, tiffOf, type TiffOptions } from "../tiff_writer.ts";

/**
 * 16 x 16 RGB pixels, the numbers 0, 5, … 235 over and over, compressed with LZW by libtiff's rules
 * (imagecodecs 2026.3.6).
 */
const LZW = Uint8Array.fromBase64(
  "gAAAoKB4UDIeEYoFoyG48IJGJZQKpaL5kNJuOZ4PqCQ6MSKWTagUqqV60XK+YbIZrSa7ccLmdcCgkGhEKhkOiESikWjE" +
    "ajkekEikkmlEqlkumEygsHhMLhsPiMTisXjMbjsfkMjksnlMrlsvmMDpc1p04qM7qk+q9BrVErtHsFKmlNm9QnVT" +
    "ntWoFZodco1fpNiuc2p85qU8qs/rFCrdFr1IsMzpmEs13xFqveMt1/yFyydlu2HtN6xdtv2PuOCz91w1ovOKtl9x" +
    "1wwOSsmss94xNrvmNt+AyNjumF3OX0mx32c1O24eV0Wv3ma0+04OD0Gt3WY0uy3+d1W34mW0ew3ub1G14WU0Ou3e" +
    "Z02z4Ge8HO9na5Hm6kBA",
);

/** An RGB picture of 16 x 16 pixels as a JPEG 2000 code stream without loss, by OpenJPEG 2.5.4. */
const JPEG_2000 = Uint8Array.fromBase64(
  "/0//UQAvAAAAAAAQAAAAEAAAAAAAAAAAAAAAEAAAABAAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEBAQQEAAH/XAAH" +
    "QEBISFD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAADGAAH/k9+BsBIrZcr0" +
    "e0372DapQYhZkLo1jtn5m/DqsDpN2aDqrQMfl8fUAwvVSM9E4etWG1kRavO9m01wX8+0kCd1ZoqfHKW9uo86r1sz" +
    "/JdCkHT3om9RLmHe9kjLuFHDWHbsB9+BMCd1ZoqfHKW9uo86r1sz/JdCkHT3om9RLmHe9kjLuFHDWHbsB/9/wHwi" +
    "QPkDADahhD89pjQv+VPA+QJA+QIANqGZzz5ioq/B84SD5wo2oZnPPmKisD//2Q==",
);

/** The same picture as a progressive JPEG and as one with restart markers, 4:2:0, by Pillow. */
const [PROGRESSIVE, RESTARTS] = [
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNy" +
  "wtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09P" +
  "T09PT09PT09PT09PT09PT09PT09PT0//wgARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABAX/xA" +
  "AUAQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIQAxAAAAGS5bj/xAAWEAADAAAAAAAAAAAAAAAAAAAAAgP/2gAIAQEA" +
  "AQUCWYkxJizP/8QAFREBAQAAAAAAAAAAAAAAAAAABAD/2gAIAQMBAT8BMm//xAAVEQEBAAAAAAAAAAAAAAAAAAABAP" +
  "/aAAgBAgEBPwEb/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQAGPwIf/8QAFRABAQAAAAAAAAAAAAAAAAAAAGH/" +
  "2gAIAQEAAT8hmiim/9oADAMBAAIAAwAAABAD/8QAFhEAAwAAAAAAAAAAAAAAAAAAACEx/9oACAEDAQE/EJs//8QAFB" +
  "EBAAAAAAAAAAAAAAAAAAAAAP/aAAgBAgEBPxB//8QAFRABAQAAAAAAAAAAAAAAAAAAADH/2gAIAQEAAT8QmRIkz//Z",
  "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNy" +
  "wtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09P" +
  "T09PT09PT09PT09PT09PT09PT09PT0//wAARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAABQb/xA" +
  "AYEAACAwAAAAAAAAAAAAAAAAAABAUiMf/EABQBAQAAAAAAAAAAAAAAAAAAAAD/xAAYEQADAQEAAAAAAAAAAAAAAAAA" +
  "AgUhMf/dAAQAAf/aAAwDAQACEQMRAD8Ak1IzKjicZlRZOMyo4pGZUI4mU+af/9k=",
].map((text) => Uint8Array.fromBase64(text));

/** Color JPEGs of 16 x 16 pixels, 4:2:0: progressive, and with restart markers. */
export const COLOR_JPEGS: readonly Uint8Array[] = [PROGRESSIVE, RESTARTS].filter((jpeg) =>
  jpeg !== undefined
);

type Tags = Readonly<Record<number, TagValue>>;

/**
 * Small TIFFs of every compression that is read, in strips and tiles, interleaved and planar, of every
 * kind of sample, in both byte orders, and BigTIFF. They are small so that a random change often meets
 * a tag.
 */
export async function tiffSeeds(): Promise<Uint8Array[]> {
  const gray: Tags = { 256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 277: 1, 278: 8 };
  const rgb: Tags = { 256: 16, 257: 16, 258: [8, 8, 8], 259: 1, 262: 2, 277: 3, 278: 16 };
  const plane = Uint8Array.from({ length: 64 }, (_, i) => i * 4);
  const pixels = Uint8Array.from({ length: 768 }, (_, i) => i);
  const one = (tags: Tags, strip: Uint8Array, options?: TiffOptions) =>
    tiffOf([{ tags, strips: [strip] }], options);
  const deflated = new Uint8Array(deflateSync(pixels));
  const zstd = new Uint8Array(zstdCompressSync(pixels));
  const literal = Buffer.concat([...pixels].map((value) => Buffer.from([0, value])));
  const description = "ImageJ=1.54f\nimages=3\nchannels=3\nmode=composite\nunit=um\n";
  const resolution = { type: 5, values: [4, 1] };
  const jpegs = COLOR_JPEGS.map((jpeg) => one({ ...rgb, 259: 7, 262: 6 }, jpeg));
  return [
    ...(await tiffSamples()).values(),
    one({ ...rgb, 259: 5 }, LZW),
    one({ ...rgb, 259: 5, 317: 2 }, LZW, { bigEndian: true }),
    one({ ...rgb, 256: 8, 258: [16, 16, 16], 259: 8, 317: 2 }, deflated, { big: true }),
    one({ ...rgb, 259: 50_000, 317: 2 }, zstd, { big: true }),
    one({ ...rgb, 259: 32773 }, literal),
    one({ ...gray, 259: 32773 }, new Uint8Array([0xc1, 7])),
    tiffOf([{
      tags: { ...rgb, 284: 2, 259: 8 },
      strips: [0, 256, 512].map((at) => new Uint8Array(deflateSync(pixels.subarray(at, at + 256)))),
    }]),
    one({ ...rgb, 256: 12, 258: [8, 8, 8, 8], 277: 4, 338: 2 }, pixels),
    ...jpegs,
    one({ ...rgb, 259: 33003 }, JPEG_2000),
    one({ ...rgb, 322: 16, 323: 16, 259: 33005 }, JPEG_2000, { bigEndian: true }),
    tiffOf([0, 1, 2].map((i) => ({
      tags: { ...gray, ...(i === 0 ? { 270: description } : {}), 282: resolution, 283: resolution },
      strips: [plane],
    }))),
    tiffOf([
      { tags: { ...gray, 254: 1 }, strips: [plane], subIfds: [{ tags: gray, strips: [plane] }] },
      { tags: { ...gray, 322: 4, 323: 4, 254: 1 }, strips: [plane, plane, plane, plane] },
    ], { bigEndian: true }),
    one({ ...gray, 258: 4, 262: 3, 320: { type: 3, values: Array(48).fill(999) } }, plane),
    one({ ...gray, 258: 32, 339: 3, 340: 0, 341: 1 }, new Uint8Array(256)),
  ];
}
