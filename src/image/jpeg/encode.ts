import createEncoder from "@jsquash/jpeg/codec/enc/mozjpeg_enc.js";
import wasm from "@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm" with { type: "bytes" };
import type { RgbImage } from "../rgb_image.ts";

/** YCbCr, in MozJPEG's numbering of color spaces. */
const YCBCR = 3;

/** Settings of MozJPEG for a baseline JPEG. Its slow optimizations would save little. */
const OPTIONS = {
  quality: 85,
  baseline: true,
  arithmetic: false,
  progressive: false,
  optimize_coding: true,
  smoothing: 0,
  color_space: YCBCR,
  quant_table: 0,
  trellis_multipass: false,
  trellis_opt_zero: false,
  trellis_opt_table: false,
  trellis_loops: 1,
  auto_subsample: true,
  chroma_subsample: 2,
  separate_chroma_quality: false,
  chroma_quality: 75,
};

type Encoder = Awaited<ReturnType<typeof createEncoder>>;

/** The encoder of this thread. Its memory grows with the largest picture. The callers limit the size. */
let encoder: Promise<Encoder> | undefined;

/** Encodes a picture as a JPEG of quality 85 with MozJPEG as WebAssembly (`@jsquash/jpeg`). */
export async function encodeJpeg({ width, height, data }: RgbImage): Promise<Uint8Array> {
  const { encode } = await (encoder ??= createEncoder({
    noInitialRun: true,
    print: () => {},
    printErr: () => {},
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), imports);
      done(instance);
      return instance.exports;
    },
  }));
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    rgba[to] = data[from] as number;
    rgba[to + 1] = data[from + 1] as number;
    rgba[to + 2] = data[from + 2] as number;
  }
  // Copies the result, because it is a view of memory that the next call overwrites.
  return encode(rgba, width, height, OPTIONS).slice();
}
