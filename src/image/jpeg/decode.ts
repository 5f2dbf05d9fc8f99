import createDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import wasm from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm" with { type: "bytes" };
import { Problem } from "../../errors.ts";
import type { RgbImage } from "../rgb_image.ts";
import { readJpegHeader } from "./header.ts";

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Decodes a JPEG, baseline or progressive, grey or colour, to 8-bit RGB (MozJPEG as WebAssembly,
 * which comes with the program: no file is read). A rotation in its metadata is not applied: places
 * refer to the pixels as they are stored.
 *
 * It allocates what the header declares: look at {@linkcode readJpegHeader} first.
 *
 * @throws {Problem} as {@linkcode readJpegHeader}, and for pixels that end early or are damaged.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<RgbImage> {
  const { width, height } = readJpegHeader(bytes);
  compiled ??= WebAssembly.compile(wasm);
  const complaints: string[] = [];
  const module = await compiled;
  // An instance of its own for every picture: the memory of an instance grows and never shrinks.
  const decoder = await createDecoder({
    noInitialRun: true,
    printErr: (line: string) => complaints.push(line),
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  });
  let rgba: Uint8ClampedArray | undefined;
  try {
    rgba = decoder.decode(bytes, false)?.data;
  } catch {
    rgba = undefined;
  }
  const [complaint] = complaints;
  if (complaint !== undefined || rgba === undefined) throw problemOf(complaint ?? "no pixels");
  return { width, height, data: withoutAlpha(rgba) };
}

function problemOf(complaint: string): Problem {
  if (/premature end/i.test(complaint)) {
    return new Problem(
      "image_truncated",
      "The pixels of the JPEG end too early; send the whole file.",
    );
  }
  return new Problem("image_corrupt", `The JPEG is damaged: the decoder says '${complaint}'.`);
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array(rgba.length / 4 * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] as number;
    rgb[to + 1] = rgba[from + 1] as number;
    rgb[to + 2] = rgba[from + 2] as number;
  }
  return rgb;
}
