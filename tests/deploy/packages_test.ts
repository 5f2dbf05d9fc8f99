import { deepEqual, match, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import denoJson from "../../deno.json" with { type: "json" };
import { readPackages } from "../../deploy/packages.ts";
import { run } from "./container/root.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const lock: { specifiers: Record<string, string>; npm: Record<string, unknown> } = JSON.parse(
  await Deno.readTextFile(`${root}deno.lock`),
);
const sources = (await run("git", "-C", root, "ls-files", "*.ts")).trim().split("\n");

/** Returns the npm packages that files import with their version: `pngjs@7.0.0`. */
async function inlinePackages(files: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const file of files) {
    const text = await Deno.readTextFile(root + file);
    const imports = text.matchAll(/(?:\bfrom |\bimport\(|@ts-types=)"npm:(@?[^@"]+@[^/"]+)[/"]/g);
    for (const [, name = ""] of imports) found.add(name);
  }
  return found;
}

Deno.test("deno.lock has the packages of the program and no others, so that the first start is short", async () => {
  const { all, reached } = await readPackages(root);
  deepEqual(
    [...all.keys()].filter((key) => !reached.has(key)),
    [],
    "run `deno task lock`; packages of tests belong into tests/deno.lock",
  );
  const count = Object.keys(lock.npm).length;
  ok(count <= 80, `${count} packages are downloaded at the first start; at most 80 are wanted`);
  deepEqual(
    Object.keys(lock.specifiers).sort(),
    Object.values(denoJson.imports)
      .map((specifier) => specifier.replace(/^npm:\/(.*)\/$/, "npm:$1"))
      .filter((specifier, at, list) => list.indexOf(specifier) === at)
      .sort(),
  );
});

Deno.test("packages that only tests and measurements need are named there, each at one version", async () => {
  const isProgram = (file: string) => /^(main\.ts|src\/)/.test(file);
  deepEqual([...await inlinePackages(sources.filter(isProgram))], []);
  const inline = await inlinePackages(sources.filter((file) => !isProgram(file)));
  const names = [...inline].map((one) => one.replace(/@[^@]+$/, ""));
  deepEqual(names.toSorted(), [...new Set(names)].sort(), "a package is imported at two versions");
  ok(inline.size >= 8);
  const locked = JSON.parse(await Deno.readTextFile(`${root}tests/deno.lock`)).specifiers;
  for (const one of inline) {
    match(one, /@\d+\.\d+\.\d+$/);
    ok(`npm:${one}` in locked, `${one} is not in tests/deno.lock: run \`deno task lock\``);
  }
});

Deno.test("install scripts are refused by name, so that the first start prints no warning about them", () => {
  const withScripts = Object.entries(lock.npm)
    .filter(([, one]) => (one as { scripts?: boolean }).scripts === true)
    .map(([key]) => `npm:${key.replace(/(.)@.*$/, "$1")}`);
  deepEqual(denoJson.allowScripts, { allow: [], deny: withScripts.sort() });
});
