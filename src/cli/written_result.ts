import { Problem } from "../errors.ts";
import type { FormatName } from "../result/output/formats.ts";
import { readProvenance } from "../result/output/writers.ts";
import { differences, type Provenance, sha256Of } from "../result/provenance.ts";
import { readFile } from "./read_file.ts";
import { writeFile } from "../files/write_file.ts";

/** Ending of the file that has the provenance of a result whose format has no place for it. */
const SIDECAR = ".provenance.json";

/**
 * Compares the result at a path with the one that is wanted.
 *
 * @returns How they differ; an empty list if the wanted result is already there; undefined if nothing is
 * there.
 */
export async function compareResult(
  path: string,
  format: FormatName,
  wanted: Provenance,
): Promise<string[] | undefined> {
  const isFile = await Deno.stat(path).then(({ isFile }) => isFile, () => false);
  if (!isFile) return undefined;
  const bytes = await readFile(path);
  if (bytes.length === 0) return ["it is empty"];
  if (!needsSidecar(format)) return differences(readProvenance(format, bytes), wanted);
  const text = await Deno.readTextFile(path + SIDECAR).catch(() => "{}");
  const sidecar = parseSidecar(text);
  if (sidecar?.sha256 !== await sha256Of(bytes)) return ["its provenance is missing"];
  return differences(sidecar.provenance, wanted);
}

/**
 * Writes a result, and its provenance beside it where the format has no place for it.
 *
 * @returns The paths that were written.
 * @throws {Problem} `file_unwritable`.
 */
export async function writeResultFile(
  path: string,
  format: FormatName,
  bytes: Uint8Array,
  provenance: Provenance,
): Promise<string[]> {
  await writeFile(path, bytes);
  const isFile = await Deno.stat(path).then(({ isFile }) => isFile, () => false);
  if (!needsSidecar(format) || !isFile) return [path];
  const sha256 = await sha256Of(bytes.slice());
  const sidecar = { ...provenance, result: { sha256, bytes: bytes.length } };
  await writeFile(path + SIDECAR, JSON.stringify(sidecar, null, 1) + "\n");
  return [path, path + SIDECAR];
}

function needsSidecar(format: FormatName): boolean {
  return format === "csv" || format === "midog";
}

function parseSidecar(
  text: string,
): { readonly sha256: unknown; readonly provenance: unknown } | undefined {
  try {
    const provenance = JSON.parse(text);
    return { sha256: provenance?.result?.sha256, provenance };
  } catch {
    return undefined;
  }
}

/** Returns the refusal to replace the result of something else. */
export function overwriteRefused(path: string, changes: readonly string[]): Problem {
  return new Problem(
    "file_unwritable",
    `'${path}' is there and differs: ${changes.join(", ")}. Without --no-overwrite it is replaced.`,
  );
}
