import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { calibrationBins, calibrationError } from "../../src/evaluation/calibration.ts";
import { failuresAt, gallery, type ScoredPatch } from "../../src/evaluation/gallery.ts";
import { sample } from "../service.ts";

const scored: ScoredPatch[] = [
  { path: "a/metaphase.png", probability: 0.2, isMitosis: true },
  { path: "a/anaphase.png", probability: 0.05, isMitosis: true },
  { path: "a/found.png", probability: 0.5, isMitosis: true },
  { path: "a/<interphase>.png", probability: 0.7, isMitosis: false },
  { path: "a/stroma.png", probability: 0.1, isMitosis: false },
];

Deno.test("misses and false alarms are sorted out, the worst first", () => {
  const { misses, falseAlarms } = failuresAt(0.5, scored);
  deepEqual(misses.map(({ path }) => path), ["a/anaphase.png", "a/metaphase.png"]);
  deepEqual(falseAlarms.map(({ path }) => path), ["a/<interphase>.png"]);
});

Deno.test("the sheet holds the very patches, their probabilities and names, and the worst 24 only", async () => {
  const png = await sample("anaphase");
  const asked: string[] = [];
  const read = (path: string) => {
    asked.push(path);
    return Promise.resolve(png);
  };
  const sheet = await gallery(failuresAt(0.5, scored), "a model & its data", read);
  deepEqual(asked, ["a/anaphase.png", "a/metaphase.png", "a/<interphase>.png"]);
  const [first = ""] = [...sheet.matchAll(/base64,([^"]+)/g)].map(([, data]) => data);
  deepEqual(new Uint8Array(Buffer.from(first, "base64")), png);
  match(sheet, />0\.050<[^]*anaphase\.png[^]*>0\.200<[^]*>0\.700<[^]*&lt;interphase&gt;/);
  match(sheet, /a model &amp; its data/);

  const many = Array.from({ length: 30 }, (_, i): ScoredPatch => ({
    path: `${i}.png`,
    probability: i / 100,
    isMitosis: true,
  }));
  const cut = await gallery(failuresAt(0.5, many), "", read);
  match(cut, /Misses: 30, the worst 24/);
  equal([...cut.matchAll(/<image /g)].length, 24);
  ok(!cut.includes(">0.240<"));
});

Deno.test("probabilities that are true have no calibration error, sure and wrong ones have all", () => {
  const four = [true, false, false, false].map((isMitosis) => ({ isMitosis, probability: 0.25 }));
  equal(calibrationError(calibrationBins(four)), 0);
  const wrong = [{ probability: 1, isMitosis: false }, { probability: 0, isMitosis: true }];
  equal(calibrationError(calibrationBins(wrong)), 1);
});
