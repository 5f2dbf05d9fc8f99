import { deepEqual, equal, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Problem } from "../../../src/errors.ts";
import { decodeTiff } from "../../../src/image/tiff/decode.ts";
import { npmLibraries } from "../../../src/image/tiff/npm_libraries.ts";
import { checkerTest } from "../../optional.ts";

/**
 * Compares files that other programs wrote (`tests/image/corpus/make_tiffs.py`) with the pixels that other
 * decoders read from them. With `WRITE_DOCS=1`, the test rewrites the table of docs/tiff.md.
 */

/** A file of the corpus: the pixels that must be read, or the words that its refusal must contain. */
interface Entry {
  readonly file: string;
  /** The name of a file with the RGB bytes. */
  readonly pixels?: string;
  readonly width?: number;
  readonly height?: number;
  readonly tolerance?: number;
  readonly mpp?: number | null;
  readonly axes?: Readonly<Record<string, string>>;
  readonly refused?: readonly string[];
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const page = `${root}docs/tiff.md`;

checkerTest(
  "TIFFs of other programs are read to the pixel or refused by name",
  ["python", "tifffile", "imagecodecs"],
  async (python = "") => {
    const folder = await Deno.makeTempDir();
    try {
      const { success, stderr } = await new Deno.Command(python, {
        args: [`${root}tests/image/corpus/make_tiffs.py`, `${root}model/samples/field.png`, folder],
      }).output();
      ok(success, new TextDecoder().decode(stderr));
      const entries: Entry[] = JSON.parse(await Deno.readTextFile(`${folder}/manifest.json`));
      const faults: string[] = [];
      for (const entry of entries) {
        const fault = await faultOf(folder, entry);
        if (fault !== undefined) faults.push(`${entry.file}: ${fault}`);
      }
      deepEqual(faults, []);
      // There are about 200 more files where libtiff's tools and ImageMagick are installed.
      ok(entries.length > 600, `${entries.length} files`);
      const table = tableOf(entries);
      console.log(table);
      await checkPage(table);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** Returns what is wrong; nothing where a file is read right or refused as it must be. */
async function faultOf(folder: string, entry: Entry): Promise<string | undefined> {
  const bytes = await Deno.readFile(`${folder}/${entry.file}`);
  let image: Awaited<ReturnType<typeof decodeTiff>>;
  try {
    image = await decodeTiff(bytes, 1e6, npmLibraries);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) return `throws ${thrown}`;
    if (entry.refused === undefined) return `is refused: ${thrown.message}`;
    const { code, message } = thrown;
    if (code !== "image_unsupported") return `has ${code}`;
    return entry.refused.every((words) => message.includes(words)) ? undefined : message;
  }
  if (entry.refused !== undefined) return "is read";
  const { width, height, data, mpp } = image;
  if (width !== entry.width || height !== entry.height) return `has ${width} x ${height} pixels`;
  if (entry.mpp !== undefined && !(Math.abs((mpp ?? 0) - (entry.mpp ?? 0)) < 1e-6)) {
    return `has ${mpp} micrometers per pixel`;
  }
  const expected = await Deno.readFile(`${folder}/${entry.pixels}`);
  equal(data.length, expected.length);
  const difference = expected.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - (data[i] ?? 0))),
    0,
  );
  return difference > (entry.tolerance ?? 0) ? `differs by ${difference}` : undefined;
}

/** Counts the files of the matrix, which are all read right, by compression and the other axes. */
function tableOf(entries: readonly Entry[]): string {
  const matrix = entries.flatMap(({ axes }) => axes === undefined ? [] : [axes]);
  const values = (axis: string) => [...new Set(matrix.map((axes) => axes[axis] ?? ""))];
  const columns = ["layout", "depth", "kind"].flatMap((axis) =>
    values(axis).map((value) => ({
      title: value,
      has: (axes: Entry["axes"]) => axes?.[axis] === value,
    }))
  );
  const variants = ["predictor", "planar", "big-endian", "BigTIFF"].map((title) => ({
    title,
    has: (axes: Entry["axes"]) => axes?.variant?.includes(title) === true,
  }));
  const all = [...columns, ...variants, { title: "all", has: () => true }];
  const rows = values("compression").map((compression) => {
    const files = matrix.filter((axes) => axes.compression === compression);
    const cells = all.map(({ has }) => files.filter(has).length || "");
    return `| ${[compression, ...cells].join(" | ")} |`;
  });
  return [
    `| compression | ${all.map(({ title }) => title).join(" | ")} |`,
    `| --- |${" ---: |".repeat(all.length)}`,
    ...rows,
  ].join("\n");
}

/** Compares the table with that of the documentation, except for spaces. */
async function checkPage(table: string): Promise<void> {
  const text = await Deno.readTextFile(page);
  const [before, shown, after] = text.split(/(?:<!-- matrix -->|<!-- end of matrix -->)/);
  ok(shown !== undefined && before !== undefined && after !== undefined);
  if (Deno.env.get("WRITE_DOCS") === "1") {
    const marked = `<!-- matrix -->\n\n${table}\n\n<!-- end of matrix -->`;
    await Deno.writeTextFile(page, before + marked + after);
    return;
  }
  const plain = (text: string) => text.replaceAll(/ +|-{2,}/g, "").trim();
  equal(plain(shown), plain(table), "docs/tiff.md is not up to date: run with WRITE_DOCS=1");
}
