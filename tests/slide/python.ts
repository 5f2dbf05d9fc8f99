import { ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";

/** A level as another program reads it. */
export interface ReferenceLevel {
  readonly width: number;
  readonly height: number;
  /** A file with its RGB bytes. */
  readonly pixels: string;
}

/** What OpenSlide reads of a slide, or why it does not. */
export interface OpenSlideAnswer {
  readonly levels?: readonly ReferenceLevel[];
  readonly mpp?: number | null;
  readonly error?: string;
}

const folder = fileURLToPath(new URL("corpus/", import.meta.url));

/** Runs a script of `tests/slide/corpus` and returns what it prints. */
export async function runScript(
  python: string,
  script: string,
  ...args: string[]
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [`${folder}${script}`, ...args],
  }).output();
  ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Reads slides with OpenSlide, which writes its pixels into `out`. */
export async function readWithOpenSlide(
  python: string,
  out: string,
  slides: readonly string[],
): Promise<OpenSlideAnswer[]> {
  const lines = await runScript(python, "openslide_levels.py", out, ...slides);
  return lines.trim().split("\n").map((line) => JSON.parse(line));
}

/** The mean of the absolute differences of two pictures. */
export function meanDifference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Infinity;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] as number) - (b[i] as number));
  return sum / a.length;
}
