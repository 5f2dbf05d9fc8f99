import { deepEqual } from "node:assert/strict";

Deno.test("only tests of another operating system are ignored without tests/optional.ts", async () => {
  const found: string[] = [];
  for (const path of await testFiles(new URL("./", import.meta.url))) {
    const lines = (await Deno.readTextFile(path)).split("\n");
    for (const line of lines) {
      const isIgnored = /\bignore\b\s*[:,]|\.ignore\(/.test(line);
      if (isIgnored && !line.includes("Deno.build.os")) found.push(`${path}: ${line.trim()}`);
    }
  }
  deepEqual(found, []);
});

/** Lists the files of tests below a folder. */
async function testFiles(folder: URL): Promise<URL[]> {
  const files: URL[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) files.push(...await testFiles(new URL(`${name}/`, folder)));
    else if (name.endsWith("_test.ts")) files.push(new URL(name, folder));
  }
  return files;
}
