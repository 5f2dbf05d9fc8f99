import { equal, ok } from "node:assert/strict";
import manifest from "../../model/manifest.json" with { type: "json" };
import { readConfig } from "../../src/config.ts";
import { labeledPatches } from "../../src/evaluation/labeled_patches.ts";
import { auc, averagePrecision, curve, pointAt } from "../../src/evaluation/metrics.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { predictPatches } from "../../src/patch/predict.ts";
import { shared, sharedTest } from "../optional.ts";

Deno.test("the README shows the answer to the sample that the manifest has", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const [, shown] =
    /curl -F image=@model\/samples\/metaphase\.png[^{]*\{[^{]*\{ "probability": ([\d.]+)/
      .exec(readme) ?? [];
  const { image, probability, tolerance } = manifest.selfTest;
  equal(image, "samples/metaphase.png");
  ok(Math.abs(Number(shown) - probability) <= tolerance, `${shown} is not ${probability}`);
});

sharedTest(
  "what the manifest says of eval64 is what the embedded model reaches there",
  async () => {
    const patches = await labeledPatches(`${shared}/patches/eval64`);
    const classifier = await loadClassifier(readConfig(() => undefined));
    const { quality, threshold } = classifier.bundle.manifest;
    const stated = quality.find(({ data }) => data.startsWith("eval64"));
    const files = await Promise.all(patches.map(({ path }) => Deno.readFile(path)));
    const probabilities = await predictPatches(classifier, files)
      .finally(() => classifier.engine.close());
    const scored = patches.map(({ isMitosis }, i) => ({
      isMitosis,
      probability: probabilities[i] ?? NaN,
    }));
    ok(stated, "the manifest's quality has a line whose data is eval64");
    const points = curve(scored);
    const at = pointAt(threshold, scored);
    const measured = {
      sensitivity: at.sensitivity,
      falsePositiveRate: at.falsePositiveRate,
      averagePrecision: averagePrecision(points),
      auc: auc(points),
      f1: at.f1,
    };
    for (const [figure, value] of Object.entries(measured)) {
      const said: number | undefined = stated[figure as keyof typeof measured];
      ok(said !== undefined, `the manifest does not say the ${figure}`);
      ok(Math.abs(value - said) <= 0.0005, `${figure} is ${value}, the manifest says ${said}`);
    }
  },
);
