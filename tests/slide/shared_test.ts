import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { openSlide, type Slide } from "../../src/slide/slide.ts";
import { shared, sharedPythonTest, sharedTest } from "../optional.ts";
import { meanDifference, readWithOpenSlide } from "./python.ts";

/** Slides of real scanners, and of one picture in every coding, which are not part of this repository. */
const slides = `${shared}/slides`;

/** Files that are read, with the mean difference to OpenSlide that is allowed. */
const READ: Readonly<Record<string, number>> = {
  "real/CMU-1-Small-Region.svs": 2,
  "real/TCGA-CR-7395-01A-01-TS1.svs": 3,
  "real/openslide-boxes.tiff": 0,
  "real/openslide-small.svs": 2,
  "real/highdicom-sm_image.dcm": 0,
  "real/openslide-boxes_0.dcm": 2,
  "codecs/jp2k-33003.svs": 3,
  "codecs/jp2k-33005.svs": 3,
  "codecs/jpeg-rgb.svs": 2,
  "codecs/jpeg-wholetiles.svs": 2,
  "codecs/jpeg-ycc.svs": 2,
  "codecs/lzw.svs": 0,
  "pyramid/slide-jpeg.tiff": 2,
  "pyramid/slide-ycc.svs": 2,
  "pyramid/slide.ome.tiff": 2,
};

/** Files that are refused: the code, and what the message says. */
const REFUSED: Readonly<Record<string, readonly [code: string, words: RegExp]>> = {
  "real/highdicom-sm_annotations.dcm": ["image_unsupported", /no DICOM whole-slide image/],
  "real/highdicom-sm_image_jpegls.dcm": ["image_unsupported", /JPEG-LS/],
  "real/histolab-broken.svs": ["image_unsupported", /unknown format/],
  "real/openslide-boxes_1.dcm": ["image_unsupported", /only: thumbnail/],
  "real/openslide-unopenable.tiff": ["image_unsupported", /compression 52479/],
  "real/openslide-unreadable.svs": ["image_corrupt", /Tile 0 of level 0/],
  "real/slideio-test3-DAPI-2-387.ndpi": ["image_unsupported", /Hamamatsu NDPI.*vips tiffsave/],
};

/** Width of the border that is compared by itself. */
const BORDER = 16;

sharedPythonTest(
  "slides of real scanners have the pixels that OpenSlide reads, at all levels and at their borders",
  ["openslide"],
  async (python) => {
    const folder = await Deno.makeTempDir();
    try {
      const files = Object.keys(READ);
      const answers = await readWithOpenSlide(python, folder, files.map((f) => `${slides}/${f}`));
      for (const [i, { levels = [], mpp, error }] of answers.entries()) {
        const file = files[i] ?? "";
        equal(error, undefined, file);
        const slide = await openSlide(`${slides}/${file}`);
        // OpenSlide takes 72 dots per inch for the scale of a slide.
        const isScale = typeof mpp === "number" && mpp < 2;
        ok(Math.abs((slide.mpp ?? 0) - (isScale ? mpp : 0)) < 1e-6, `${file} ${slide.mpp}`);
        for (const { width, height, pixels } of levels) {
          const differences = await differencesOf(slide, width, height, pixels);
          const largest = Math.max(...differences);
          ok(largest <= (READ[file] ?? 0), `${file} ${width} x ${height}: ${differences}`);
        }
        slide.close();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

sharedTest(
  "levels of an OME-TIFF in SubIFDs show the same as those of a plain pyramid",
  async () => {
    const [ome, plain] = [
      await openSlide(`${slides}/pyramid/slide.ome.tiff`),
      await openSlide(`${slides}/pyramid/slide-jpeg.tiff`),
    ];
    deepEqual(ome.levels, plain.levels);
    for (const [level, { width, height }] of ome.levels.entries()) {
      const region = { x: 0, y: 0, width, height };
      const [a, b] = [await ome.readLevel(level, region), await plain.readLevel(level, region)];
      ok(meanDifference(a.data, b.data) <= 0.5, `level ${level}`);
    }
    ome.close();
    plain.close();
  },
);

sharedTest("broken and unsupported slides are refused by name", async () => {
  for (const [file, [code, words]] of Object.entries(REFUSED)) {
    const reading = readAll(`${slides}/${file}`);
    await rejects(reading, (problem: { code: string; message: string }) => {
      equal(problem.code, code, file);
      match(problem.message, words, file);
      return true;
    });
  }
});

/** Runs a Python script once for each two arguments, in one process, because its imports take seconds. */
const RUN_FOR_EACH = `
import runpy, sys
script, *rest = sys.argv[1:]
for pair in zip(rest[::2], rest[1::2]):
    sys.argv = [script, *pair]
    runpy.run_path(script, run_name="__main__")
`;

sharedPythonTest(
  "DICOM that another program makes of a slide has the same pixels",
  ["wsidicomizer"],
  async (python) => {
    const made = await Deno.makeTempDir();
    try {
      const files = [
        "codecs/jpeg-rgb.svs",
        "codecs/jpeg-ycc.svs",
        "codecs/jp2k-33005.svs",
        "pyramid/slide-jpeg.tiff",
      ];
      const folderOf = (file: string) => `${made}/${file.replace("/", "-")}`;
      const pairs = files.flatMap((file) => [`${slides}/${file}`, folderOf(file)]);
      const { success, stderr } = await new Deno.Command(python, {
        args: ["-c", RUN_FOR_EACH, `${slides}/tools/make_dicom.py`, ...pairs],
      }).output();
      ok(success, new TextDecoder().decode(stderr));
      for (const file of files) {
        const folder = folderOf(file);
        const [source, dicom] = [await openSlide(`${slides}/${file}`), await openSlide(folder)];
        equal(dicom.levels.length, source.levels.length);
        for (const [level, { width, height }] of source.levels.entries()) {
          const region = { x: 0, y: 0, width, height };
          const pixels = (await source.readLevel(level, region)).data;
          const difference = meanDifference((await dicom.readLevel(level, region)).data, pixels);
          ok(difference <= 2, `${file} level ${level}: ${difference}`);
        }
        source.close();
        dicom.close();
      }
    } finally {
      await Deno.remove(made, { recursive: true });
    }
  },
);

async function readAll(path: string): Promise<void> {
  const slide = await openSlide(path);
  try {
    const { width, height } = slide;
    await slide.readLevel(0, { x: 0, y: 0, width, height });
  } finally {
    slide.close();
  }
}

/** The mean differences of a whole level, and of its right and lower border. */
async function differencesOf(
  slide: Slide,
  width: number,
  height: number,
  pixels: string,
): Promise<number[]> {
  const number = slide.levels.findIndex((level) =>
    level.width === width && level.height === height
  );
  ok(number >= 0, `no level of ${width} x ${height}`);
  const expected = await Deno.readFile(pixels);
  const regions = [
    { x: 0, y: 0, width, height },
    { x: Math.max(0, width - BORDER), y: 0, width: Math.min(BORDER, width), height },
    { x: 0, y: Math.max(0, height - BORDER), width, height: Math.min(BORDER, height) },
  ];
  const differences: number[] = [];
  for (const region of regions) {
    const { data } = await slide.readLevel(number, region);
    const wanted = new Uint8Array(data.length);
    for (let row = 0; row < region.height; row++) {
      const from = 3 * ((region.y + row) * width + region.x);
      wanted.set(expected.subarray(from, from + 3 * region.width), 3 * row * region.width);
    }
    differences.push(meanDifference(data, wanted));
  }
  return differences;
}
