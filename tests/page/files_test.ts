import { deepEqual, ok } from "node:assert/strict";
import { lazyModules, modules, tiffModules } from "../../src/page/files.ts";

Deno.test("every module that a module of the page imports is sent to the page", () => {
  const sent = new Map([...modules, ...lazyModules, ...tiffModules]);
  const missing: string[] = [];
  let imports = 0;
  for (const [path, text] of sent) {
    for (
      const [, specifier = ""] of text.matchAll(
        /(?:^(?:import|\} from|export .* from)\b(?! type)|\bimport\().*?"(\.[^"]+)"/gm,
      )
    ) {
      imports++;
      const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
      if (!sent.has(target)) missing.push(`${path} imports ${target}`);
    }
  }
  ok(imports > 100, `${imports} imports`);
  deepEqual(missing, []);
});
