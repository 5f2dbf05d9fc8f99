import { equal, ok, rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Problem } from "../../src/errors.ts";
import { decodeField } from "../../src/image/decode_field.ts";
import { checkerTest } from "../optional.ts";

/** A file that another program wrote, and the size that it has. */
interface Case {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly by: string;
  /** Largest difference of a sample: programs round transparency in different ways. */
  readonly offBy: number;
  /** The code of the problem, for a file that must be refused. */
  readonly code?: string;
}

const script = fileURLToPath(new URL("corpus/make_png_jpeg.py", import.meta.url));

checkerTest(
  "PNGs and JPEGs of Pillow, libjpeg-turbo and ImageMagick are read as those read them, or refused",
  ["python"],
  async (python) => {
    const folder = await Deno.makeTempDir();
    try {
      const { code, stderr } = await new Deno.Command(python, { args: [script, folder] }).output();
      equal(code, 0, new TextDecoder().decode(stderr));
      const cases: Case[] = JSON.parse(await Deno.readTextFile(`${folder}/expected.json`));
      const programs = new Set(cases.map(({ by }) => by));
      console.log(`${cases.length} files, pixels by ${[...programs].filter(Boolean).join("; ")}`);
      ok(cases.length >= 80);
      for (const each of cases) await check(folder, each);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

async function check(folder: string, { file, width, height, offBy, code }: Case): Promise<void> {
  const bytes = await Deno.readFile(`${folder}/${file}`);
  if (code !== undefined) {
    await rejects(decodeField(bytes, 1e6), (thrown) => {
      ok(thrown instanceof Problem, `${file}: ${thrown}`);
      equal(thrown.code, code, `${file}: ${thrown.message}`);
      return true;
    }, file);
    return;
  }
  const image = await decodeField(bytes, 1e6).catch((thrown: unknown) => {
    throw new Error(`${file}: ${thrown}`);
  });
  equal(`${image.width} x ${image.height}`, `${width} x ${height}`, file);
  const pixels = await Deno.readFile(`${folder}/${file}.rgb`);
  equal(image.data.length, pixels.length, file);
  const worst = pixels.reduce((w, v, i) => Math.max(w, Math.abs(v - (image.data[i] ?? NaN))), 0);
  ok(worst <= offBy, `${file} is off by ${worst}`);
}
