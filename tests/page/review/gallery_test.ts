/// <reference lib="dom" />
import { deepEqual, ok } from "node:assert/strict";
import { browserTest } from "../../optional.ts";
import { sample } from "../../service.ts";
import { visit } from "../visitor.ts";

/** Returns a session that rejects this many places of the sample field, on a grid. */
async function sessionOf(count: number): Promise<Uint8Array> {
  const bytes = await sample("field");
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const across = Math.ceil(Math.sqrt(count));
  const decisions = Array.from({ length: count }, (_, i) => ({
    x: (i % across) * 1024 / across,
    y: Math.floor(i / across) * 1024 / across,
    verdict: "rejected",
    probability: 0.5,
  }));
  const session = {
    format: "mitosis-detector-session",
    version: 1,
    reviewer: "",
    case: "",
    threshold: 0.965,
    pictures: [{ name: "field.png", sha256, review: { decisions } }],
  };
  return new TextEncoder().encode(JSON.stringify(session));
}

browserTest(
  "candidates are reviewed in the gallery with one key each, also 20,000 of them",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    await visitor.drop({ name: "field.png", bytes: await sample("field"), type: "image/png" });
    await visitor.waitForAnnouncement(/field\.png: 9 mitoses/);
    await page.getByRole("slider", { name: "Threshold" }).fill("0.97");
    await page.getByRole("slider", { name: "Threshold" }).fill("0.965");
    await page.locator("output[for=threshold]", { hasText: /^0\.965$/ }).waitFor();

    await page.keyboard.press("g");
    const cards = page.locator(".card-option");
    const shows = (count: number) =>
      page.waitForFunction(
        (count) => document.querySelectorAll(".card-option").length === count,
        count,
      );
    await page.getByText("0 of 9 reviewed").waitFor();
    await shows(9);
    await page.getByRole("listbox", { name: "Candidates to review" }).focus();
    for (const key of ["a", "r", "a"]) await page.keyboard.press(key);
    await page.getByText("3 of 9 reviewed").waitFor();
    deepEqual(
      await cards.evaluateAll((all) => all.slice(0, 4).map((card) => card.className.split(" ")[2])),
      ["accepted", "rejected", "accepted", "undecided"],
    );
    const show = page.getByRole("combobox", { name: /^Show/ });
    await show.selectOption("unreviewed");
    await shows(6);
    await page.getByRole("listbox", { name: "Candidates to review" }).focus();
    await page.keyboard.press("a");
    await page.getByText("4 of 9 reviewed").waitFor();
    await shows(5);
    await page.keyboard.press("Control+z");
    await page.getByText("3 of 9 reviewed").waitFor();
    await show.selectOption("rejected");
    await shows(1);
    await show.selectOption("every");
    await page.getByRole("combobox", { name: /^Sort by/ }).selectOption("place");

    await visitor.drop({ name: "many.json", bytes: await sessionOf(20_000) });
    await page.getByRole("button", { name: "Replace my decisions by these" }).click();
    await show.selectOption("rejected");
    const list = page.getByRole("listbox", { name: "Candidates to review" });
    await list.locator('[aria-setsize="20000"]').first().waitFor();
    ok(await cards.count() < 200, "only the visible cards are drawn");
    await list.focus();
    await page.keyboard.press("End");
    await list.locator('[aria-posinset="20000"][aria-selected="true"]').waitFor();
    const frames = await list.evaluate(async (element) => {
      const gaps: number[] = [];
      for (let i = 0; i < 40; i++) {
        element.scrollTop -= 3000;
        const start = performance.now();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        gaps.push(performance.now() - start);
      }
      return gaps.toSorted((a, b) => a - b);
    });
    const median = frames[20] ?? NaN;
    console.log(`20,000 candidates: median ${median.toFixed(0)} ms for a scrolled frame`);
    ok(median < 200, `${median} ms`);
    await page.keyboard.press("a");
    await page.getByText(/^19999 of 200\d\d reviewed$|^20000 of 200\d\d reviewed$/).first()
      .waitFor();
    await page.getByRole("button", { name: "Show the image" }).click();
    await page.getByRole("region", { name: "Viewer of field.png" }).waitFor();
    deepEqual(visitor.consoleErrors, []);
  },
);
