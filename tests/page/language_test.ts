/// <reference lib="dom" />
import { deepEqual, equal, ok } from "node:assert/strict";
import { formats } from "../../src/result/output/formats.ts";
import { fieldFormats } from "../../src/page/exports.ts";
import { lazyModules, modules } from "../../src/page/files.ts";
import german from "../../src/page/languages/de.ts";
import { CELL_CLASSES } from "../../src/page/review/decision.ts";
import { SHORTCUTS } from "../../src/page/shortcuts.ts";
import { browserTest } from "../optional.ts";
import { sample } from "../service.ts";
import { visit } from "./visitor.ts";

/** The modules of the page, without those of languages. */
const sources = [...modules, ...lazyModules]
  .filter(([path]) => path.startsWith("page/") && !path.includes("/languages/"))
  .map(([, text]) => text);

/** Returns the texts that the page translates where they are written as literals. */
function literalTexts(): string[] {
  const call = /\bt\(\s*((?:"(?:[^"\\]|\\.)*"\s*\+?\s*)+)/g;
  return sources.flatMap((source) =>
    [...source.matchAll(call)].map(([, literals = ""]) =>
      [...literals.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([text]) => JSON.parse(text)).join("")
    )
  );
}

Deno.test("every text of the page has a German one, with the same values", () => {
  const descriptions = fieldFormats.map((name) => formats[name].description);
  const meanings = SHORTCUTS.map(([, meaning]) => meaning);
  const texts = [...literalTexts(), ...descriptions, ...meanings, ...Object.keys(CELL_CLASSES)];
  ok(texts.length > 200, `${texts.length} texts`);
  deepEqual(texts.filter((text) => !(text in german)), []);
  const valuesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [english, translated] of Object.entries(german)) {
    deepEqual(valuesOf(translated), valuesOf(english), english);
  }
});

Deno.test("no German text is left whose English text the page no longer has", () => {
  const all = [...sources, JSON.stringify(formats)].join("\n").replaceAll(/"\s*\+\s*"/g, "");
  deepEqual(Object.keys(german).filter((text) => !all.includes(text)), []);
});

browserTest("the page is shown in German, and stays German after a reload", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await page.getByRole("combobox", { name: "Language" }).selectOption("de");
  await page.getByText("Ein Bild hier ablegen").waitFor();
  equal(await page.locator("html").getAttribute("lang"), "de");
  await page.reload();
  await page.getByRole("button", { name: /^Modell:/ }).waitFor();
  await visitor.drop({ name: "metaphase.png", bytes: await sample("metaphase") });
  await visitor.waitForAnnouncement(/Ausschnitte mit einer Mitose: 1 von 1/);
  await page.getByText("For research use only. Not for diagnostic use.").first().waitFor();
  deepEqual(visitor.consoleErrors, []);
});
