import { ok } from "node:assert/strict";
import { Problem } from "../../src/errors.ts";
import { openSlide } from "../../src/slide/slide.ts";
import { pythonTest } from "../optional.ts";
import { randomFrom } from "../random.ts";
import { runScript } from "../slide/python.ts";
import { mutate } from "./mutate.ts";

/** How many; the whole of it takes some seconds. */
const COUNT = Number(Deno.env.get("FUZZ_COUNT") ?? 600);

/** A slide that takes longer hangs. */
const LONGEST_MS = 5_000;

/** Bytes at the beginning of a DICOM file that are changed: its header and the first frames. */
const HEADER_BYTES = 3000;

/** Small slides in each way of finding frames. */
const DICOM = ["jpeg", "jpeg-rgb", "j2k", "native", "planar", "sparse", "fragments"]
  .map((name) => `dicom-${name}/2.dcm`);

/** TIFFs, of which the pages at the end are changed. */
const TIFFS = ["jpeg-rgb.svs", "33005.svs", "slide-big.ome.tif", "pyramid-big-endian.tif"];

pythonTest(
  `${COUNT} mutated slides are read or give a problem, in time`,
  ["tifffile", "imagecodecs", "pydicom", "PIL"],
  async (python) => {
    const folder = await Deno.makeTempDir();
    try {
      await runScript(python, "make_slides.py", folder);
      const files = [...DICOM, ...TIFFS];
      const originals = await Promise.all(files.map((file) => Deno.readFile(`${folder}/${file}`)));
      await Deno.mkdir(`${folder}/mutant`);
      const random = randomFrom(20_261_125);
      let slowest = 0;
      for (let i = 0; i < COUNT; i++) {
        const file = random(files.length);
        const original = originals[file] ?? new Uint8Array(1);
        const isDicom = file < DICOM.length;
        const at = isDicom ? HEADER_BYTES : Math.max(0, original.length - HEADER_BYTES);
        const parts = [original.subarray(0, at), original.subarray(at)];
        parts[isDicom ? 0 : 1] = mutate(parts[isDicom ? 0 : 1] ?? original, random);
        await Deno.writeFile(`${folder}/mutant/slide`, new Blob(parts.map(copy)).stream());
        const start = performance.now();
        await readAll(`${folder}/mutant/slide`);
        slowest = Math.max(slowest, performance.now() - start);
      }
      ok(slowest < LONGEST_MS, `a slide took ${slowest} ms`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}

/** Reads all levels; only a problem of the table may be thrown. */
async function readAll(path: string): Promise<void> {
  try {
    const slide = await openSlide(path);
    try {
      for (const [level, { width, height }] of slide.levels.entries()) {
        if (width * height > 4e6) continue;
        await slide.readLevel(level, { x: 0, y: 0, width, height });
      }
    } finally {
      slide.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
  }
}
