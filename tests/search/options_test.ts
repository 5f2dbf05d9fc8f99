import { deepEqual, equal } from "node:assert/strict";
import { parseDetectQuery, resolveOptions } from "../../src/search/options.ts";

Deno.test("an option that is empty or blank counts as left out, and is never 0", () => {
  const typed = { threshold: "", mpp: " ", suppression: "", stride: "\t", keep: "", tta: "" };
  const read = parseDetectQuery(typed);
  deepEqual(read.data, {});
  equal(resolveOptions(read.data ?? {}, { threshold: 0.965 }).threshold, 0.965);
});

Deno.test("a threshold of 0 can be typed", () => {
  equal(parseDetectQuery({ threshold: "0" }).data?.threshold, 0);
});

Deno.test("a value that an option does not accept is refused, and the error names the option", () => {
  for (
    const [name, value] of [
      ["threshold", "1.5"],
      ["threshold", "high"],
      ["mpp", "0"],
      ["mpp", "NaN"],
      ["suppression", "-1"],
      ["stride", "2.5"],
      ["tta", "3"],
      ["keep", "perhaps"],
    ] as const
  ) {
    const { success, error } = parseDetectQuery({ [name]: value });
    equal(success, false, `${name}=${value}`);
    deepEqual(error?.issues[0]?.path, [name]);
  }
});
