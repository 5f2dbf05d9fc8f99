import { deepEqual, equal } from "node:assert/strict";
import { describeScale, scaleOf } from "../../src/page/scale.ts";

const size = { width: 100, height: 100 };

Deno.test("the scale of a result and its origin are those that the service states", () => {
  const scale = scaleOf({ ...size, mpp: 0.2528, mppOrigin: "file", fileMpp: 0.2528 }, undefined);
  deepEqual(scale, { mpp: 0.2528, origin: "file", fileMpp: 0.2528 });
  equal(describeScale(scale), "0.2528 µm/px (from the file)");
});

Deno.test("a scale whose origin the service does not state was entered, or else assumed", () => {
  equal(describeScale(scaleOf({ ...size, mpp: 0.5 }, 0.5)), "0.5 µm/px (entered)");
  equal(describeScale(scaleOf({ ...size, mpp: 0.25 }, undefined)), "0.25 µm/px (assumed)");
});
