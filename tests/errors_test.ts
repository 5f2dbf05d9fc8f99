import { equal, ok } from "node:assert/strict";
import { problems } from "../src/errors.ts";

Deno.test("every problem has a 4xx or 5xx status and a unique title", () => {
  const titles = Object.values(problems).map(({ title }) => title);
  equal(new Set(titles).size, titles.length);
  for (const { status } of Object.values(problems)) ok(status >= 400 && status < 600);
});
