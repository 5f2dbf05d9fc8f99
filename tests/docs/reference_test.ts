import { ok } from "node:assert/strict";
import { generatePages } from "../../docs/generate.ts";
import { root } from "./pages.ts";

Deno.test("the generated pages say what the tables of the program say", async () => {
  for (const { path, text } of await generatePages()) {
    const written = await Deno.readTextFile(`${root}docs/${path}`);
    ok(written === text, `docs/${path} is stale; run deno task docs`);
  }
});
