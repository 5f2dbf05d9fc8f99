import { deepEqual, ok } from "node:assert/strict";
import { Problem } from "../../src/errors.ts";
import { openSlide, type Slide } from "../../src/slide/slide.ts";
import { pythonTest } from "../optional.ts";
import { meanDifference, readWithOpenSlide, type ReferenceLevel, runScript } from "./python.ts";

/**
 * Slides that Python programs wrote (`tests/slide/corpus/make_slides.py`), against the pixels that other
 * decoders read out of them.
 */

/** A slide of the corpus: what is to be read out of it, or how it has to be refused. */
interface Entry {
  readonly location: string;
  readonly levels?: readonly ReferenceLevel[];
  readonly tolerance?: number;
  readonly mpp?: number;
  readonly format?: string;
  readonly refused?: { readonly code: string; readonly words: readonly string[] };
}

const folder = await Deno.makeTempDir();
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** The corpus, once it is being written to `folder`. */
let written: Promise<string> | undefined;

pythonTest(
  "slides of other programs are read to the pixel or refused by name",
  ["tifffile", "imagecodecs", "pydicom", "PIL"],
  (python) =>
    withCorpus(python, async (entries, folder) => {
      const faults: string[] = [];
      for (const entry of entries) {
        const fault = await faultOf(entry, folder);
        if (fault !== undefined) faults.push(`${entry.location}: ${fault}`);
      }
      deepEqual(faults, []);
      ok(entries.length > 50, `${entries.length} slides`);
    }),
);

pythonTest(
  "slides have the pixels that OpenSlide reads, at all levels",
  ["tifffile", "imagecodecs", "pydicom", "PIL", "openslide"],
  (python) =>
    withCorpus(python, async (entries, folder) => {
      const files = entries.flatMap(({ location, levels }) =>
        levels === undefined || location.endsWith(".dcm")
          ? []
          : [`${folder}/${location}${location.startsWith("dicom-") ? "/0.dcm" : ""}`]
      ).filter((file) => !file.includes("concatenation"));
      const answers = await readWithOpenSlide(python, `${folder}/openslide`, files);
      const faults: string[] = [];
      let read = 0;
      for (const [i, { levels }] of answers.entries()) {
        const file = files[i] ?? "";
        if (levels === undefined) continue;
        read++;
        const slide = await openSlide(file);
        for (const reference of levels) {
          const difference = await differenceAt(slide, reference, "");
          const allowed = slide.format.includes("2000") ? 3 : 2;
          if (!(difference <= allowed)) faults.push(`${file} ${reference.width}: ${difference}`);
        }
        slide.close();
      }
      deepEqual(faults, []);
      // It does not read big-endian pyramids, gray, separate planes, and fragments without a table.
      ok(read >= 19, `OpenSlide reads ${read} of ${files.length} slides`);
    }),
);

async function withCorpus(
  python: string,
  run: (entries: readonly Entry[], folder: string) => Promise<void>,
): Promise<void> {
  written ??= runScript(python, "make_slides.py", folder);
  await written;
  await run(JSON.parse(await Deno.readTextFile(`${folder}/manifest.json`)), folder);
}

/** What is wrong with how a slide is read; nothing where all is right. */
async function faultOf(entry: Entry, folder: string): Promise<string | undefined> {
  const { levels = [], refused, tolerance = 0 } = entry;
  let slide: Slide | undefined;
  try {
    slide = await openSlide(`${folder}/${entry.location}`);
    if (refused !== undefined) {
      await readAll(slide);
      return "is read";
    }
    const sizes = (levels: readonly { width: number; height: number }[]) =>
      levels.map(({ width, height }) => `${width} x ${height}`).join(", ");
    if (sizes(slide.levels) !== sizes(levels)) return `has levels ${sizes(slide.levels)}`;
    if (Math.abs((slide.mpp ?? 0) - (entry.mpp ?? 0)) > 1e-6) return `has scale ${slide.mpp}`;
    if (slide.format !== entry.format) return `is ${slide.format}`;
    if (/SECRET/.test(JSON.stringify(slide))) return "tells of the patient";
    for (const reference of levels) {
      const difference = await differenceAt(slide, reference, `${folder}/`);
      if (!(difference <= tolerance)) return `level of ${reference.width} differs by ${difference}`;
    }
  } catch (thrown) {
    if (!(thrown instanceof Problem)) return `throws ${thrown}`;
    const { code, message } = thrown;
    if (code !== refused?.code) return `is refused: ${code} ${message}`;
    if (!refused.words.every((word) => message.includes(word))) return message;
  } finally {
    slide?.close();
  }
}

async function readAll(slide: Slide): Promise<void> {
  for (const [level, { width, height }] of slide.levels.entries()) {
    await slide.readLevel(level, { x: 0, y: 0, width, height });
  }
}

/** The mean difference of a level to another program's pixels, or that of its right and lower border. */
async function differenceAt(
  slide: Slide,
  { width, height, pixels }: ReferenceLevel,
  folder: string,
): Promise<number> {
  const level = slide.levels.findIndex((level) => level.width === width && level.height === height);
  if (level < 0) return Infinity;
  const { data } = await slide.readLevel(level, { x: 0, y: 0, width, height });
  const expected = await Deno.readFile(folder + pixels);
  return meanDifference(data, expected);
}
