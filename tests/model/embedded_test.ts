import { equal, ok } from "node:assert/strict";
import manifest from "../../model/manifest.json" with { type: "json" };
import { readConfig } from "../../src/config.ts";
import { listLabeledPatches } from "../../src/evaluation/labeled_patches.ts";
import {
  auc,
  patchOperatingPointAt,
  patchOperatingPoints,
} from "../../src/evaluation/patch_metrics.ts";
import { averagePrecision } from "../../src/evaluation/precision_recall.ts";
import { loadClassifier } from "../../src/patch/load.ts";
import { predictPatches } from "../../src/patch/predict.ts";
import { shared, sharedTest } from "../optional.ts";

Deno.test("the README shows the probability of the sample that the manifest declares", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const [, shown] =
    /curl -F image=@model\/samples\/metaphase\.png[^{]*\{[^{]*\{ "probability": ([\d.]+)/
      .exec(readme) ?? [];
  const { image, probability, tolerance } = manifest.selfTest;
  equal(image, "samples/metaphase.png");
  ok(Math.abs(Number(shown) - probability) <= tolerance, `${shown} is not ${probability}`);
});

sharedTest(
  "the embedded model reaches the quality on eval64 that its manifest declares",
  async () => {
    const { patches } = await listLabeledPatches(`${shared}/patches/eval64`);
    const classifier = await loadClassifier(readConfig(() => undefined));
    const { quality, threshold } = classifier.bundle.manifest;
    const declared = quality.find(({ data }) => data.startsWith("eval64"));
    const files = await Promise.all(patches.map(({ path }) => Deno.readFile(path)));
    const probabilities = await predictPatches(classifier, files)
      .finally(() => classifier.engine.close());
    const scored = patches.map(({ isMitosis }, i) => ({
      isMitosis,
      probability: probabilities[i] ?? NaN,
    }));
    ok(declared, "the manifest's quality has an entry whose data begins with eval64");
    const points = patchOperatingPoints(scored);
    const at = patchOperatingPointAt(threshold, scored);
    const measured = {
      sensitivity: at.recall,
      falsePositiveRate: at.falsePositiveRate,
      averagePrecision: averagePrecision(points),
      auc: auc(points),
      f1: at.f1,
    };
    for (const [metric, value] of Object.entries(measured)) {
      const expected: number | undefined = declared[metric as keyof typeof measured];
      ok(expected !== undefined, `the manifest does not declare the ${metric}`);
      ok(
        Math.abs(value - expected) <= 0.0005,
        `${metric} is ${value}, the manifest says ${expected}`,
      );
    }
  },
);
