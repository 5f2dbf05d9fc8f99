import { equal, ok } from "node:assert/strict";
import { fileErrorReason, problems } from "../src/errors.ts";

Deno.test("every problem has a 4xx or 5xx status and a unique title", () => {
  const titles = Object.values(problems).map(({ title }) => title);
  equal(new Set(titles).size, titles.length);
  for (const { status } of Object.values(problems)) ok(status >= 400 && status < 600);
});

Deno.test({
  name: "a full disk is told in plain words",
  ignore: Deno.build.os !== "linux",
  fn() {
    let thrown: unknown;
    try {
      // Writing to this device always fails as a full disk does.
      Deno.writeFileSync("/dev/full", new Uint8Array(1));
    } catch (error) {
      thrown = error;
    }
    equal(fileErrorReason(thrown), "the disk is full");
  },
});
