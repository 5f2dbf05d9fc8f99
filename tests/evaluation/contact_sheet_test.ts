import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Buffer } from "node:buffer";
import {
  drawContactSheet,
  failuresAt,
  type ScoredPatch,
} from "../../src/evaluation/contact_sheet.ts";
import { sample } from "../service.ts";

const scored: ScoredPatch[] = [
  { path: "a/metaphase.png", probability: 0.2, isMitosis: true },
  { path: "a/anaphase.png", probability: 0.05, isMitosis: true },
  { path: "a/found.png", probability: 0.5, isMitosis: true },
  { path: "a/<interphase>.png", probability: 0.7, isMitosis: false },
  { path: "a/stroma.png", probability: 0.1, isMitosis: false },
];

Deno.test("failures are misses and false alarms, the worst first", () => {
  const { misses, falseAlarms } = failuresAt(0.5, scored);
  deepEqual(misses.map(({ path }) => path), ["a/anaphase.png", "a/metaphase.png"]);
  deepEqual(falseAlarms.map(({ path }) => path), ["a/<interphase>.png"]);
});

Deno.test("the sheet has the patches, their probabilities and names, of at most 24 misses", async () => {
  const png = await sample("anaphase");
  const filesRead: string[] = [];
  const read = (path: string) => {
    filesRead.push(path);
    return Promise.resolve(png);
  };
  const sheet = await drawContactSheet(failuresAt(0.5, scored), "a model & its data", read);
  deepEqual(filesRead, ["a/anaphase.png", "a/metaphase.png", "a/<interphase>.png"]);
  const [first = ""] = [...sheet.matchAll(/base64,([^"]+)/g)].map(([, data]) => data);
  deepEqual(new Uint8Array(Buffer.from(first, "base64")), png);
  match(sheet, />0\.050<[^]*anaphase\.png[^]*>0\.200<[^]*>0\.700<[^]*&lt;interphase&gt;/);
  match(sheet, /a model &amp; its data/);

  const many = Array.from({ length: 30 }, (_, i): ScoredPatch => ({
    path: `${i}.png`,
    probability: i / 100,
    isMitosis: true,
  }));
  const cut = await drawContactSheet(failuresAt(0.5, many), "", read);
  match(cut, /Misses: 30, the worst 24/);
  equal([...cut.matchAll(/<image /g)].length, 24);
  ok(!cut.includes(">0.240<"));
});
