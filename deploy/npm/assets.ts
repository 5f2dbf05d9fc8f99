import { readFile } from "node:fs/promises";

/** Reads a file of the package, in Node, Bun and Deno. */
export async function readAsset(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(name, import.meta.url)));
}
