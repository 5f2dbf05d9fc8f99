/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** A Worker of bench/tiff.ts: reads one TIFF after the other with the reader that it is asked for. */
import { Tiff, TiffTag } from "npm:@cogeotiff/core@9.5.0";
import { fromArrayBuffer } from "npm:geotiff@3.0.5";
import { decodeTiff } from "../src/image/tiff/decode.ts";
import { npmLibraries } from "../src/image/tiff/npm_libraries.ts";

/** A file, and the 8-bit RGB pixels that an independent decoder reads out of it. */
export interface TiffFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly pixels: Uint8Array;
  readonly tolerance: number;
  /** Whether the file is of the matrix: gray, RGB, RGBA with separate alpha, or a palette. */
  readonly isMatrix: boolean;
}

/** How a reader fared with a file. "read" says that it did not throw; its pixels were not compared. */
export interface Outcome {
  readonly kind: "right" | "read" | "wrong" | "throws" | "hangs";
  /** The message of the error, or the largest difference. */
  readonly detail: string;
}

const readers: Record<string, (file: TiffFile) => Promise<Uint8Array | undefined>> = {
  service: async ({ bytes }) => (await decodeTiff(bytes, 1e8, npmLibraries)).data,
  geotiff: readWithGeotiff,
  cogeotiff: readWithCogeotiff,
};

// geotiff prints lines of its own about damaged LZW.
console.log = () => {};

self.onmessage = async ({ data: { reader, file } }: MessageEvent) => {
  self.postMessage(await outcomeOf(reader, file));
};

async function outcomeOf(reader: string, file: TiffFile): Promise<Outcome> {
  try {
    const pixels = await readers[reader]?.(file);
    if (pixels === undefined) return { kind: "read", detail: "" };
    const worst = file.pixels.reduce(
      (max, value, i) => Math.max(max, Math.abs(value - (pixels[i] ?? NaN))),
      pixels.length === file.pixels.length ? 0 : NaN,
    );
    if (worst <= file.tolerance) return { kind: "right", detail: "" };
    return { kind: "wrong", detail: `differs by ${worst}` };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { kind: "throws", detail: message.slice(0, 60) };
  }
}

/**
 * Reads the samples of the first page and makes them RGB by the rules of docs/tiff.md. geotiff's own
 * `readRGB` divides 16 bits by 256 and knows no opacity, so that it would seem wrong more often.
 */
async function readWithGeotiff(
  { bytes, isMatrix }: TiffFile,
): Promise<Uint8Array | undefined> {
  const image = await (await fromArrayBuffer(bytes.buffer)).getImage();
  const samples = await image.readRasters({ interleave: true }) as unknown as Uint16Array;
  if (!isMatrix) return undefined;
  const tag = (name: string): Promise<number | number[] | undefined> =>
    image.fileDirectory.loadValue(name as "BitsPerSample") as Promise<number | undefined>;
  const [bits, photometric] = [image.getBitsPerSample(), await tag("PhotometricInterpretation")];
  const count = image.getSamplesPerPixel();
  const colorMap = photometric === 3 ? await tag("ColorMap") as number[] : [];
  const extra = await tag("ExtraSamples") as ArrayLike<number> | undefined;
  const max = 2 ** bits - 1;
  const rgb = new Uint8Array(samples.length / count * 3);
  for (let pixel = 0; pixel < samples.length / count; pixel++) {
    const sampleAt = (sample: number) => samples[pixel * count + sample] ?? 0;
    for (let c = 0; c < 3; c++) {
      rgb[3 * pixel + c] = photometric === 3
        ? (colorMap[c * 2 ** bits + sampleAt(0)] ?? 0) >> 8
        : toByte(sampleAt(count < 3 ? 0 : c), extra?.[0] === 2 ? sampleAt(count - 1) : max, max);
    }
  }
  return rgb;
}

function toByte(sample: number, alpha: number, max: number): number {
  const opacity = alpha / max;
  return Math.floor(255 * (sample / max * opacity + 1 - opacity) + 0.5);
}

/** Reads the packed bytes of every strip or tile; the package leaves unpacking to others. */
async function readWithCogeotiff({ name, bytes }: TiffFile): Promise<undefined> {
  const tiff = await Tiff.create({
    url: new URL(`memory:${encodeURIComponent(name)}`),
    metadata: { size: bytes.length },
    fetch: (offset, length) =>
      Promise.resolve(
        bytes.slice(offset, length === undefined ? undefined : offset + length).buffer,
      ),
  });
  const [image] = tiff.images;
  if (image === undefined) throw new Error("no image");
  await image.fetch(TiffTag.JpegTables);
  const { x: across, y: down } = image.isTiled() ? image.tileCount : { x: 0, y: 0 };
  for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) await image.getTile(x, y);
  if (!image.isTiled()) { for (let i = 0; i < image.stripCount; i++) await image.getStrip(i); }
}
