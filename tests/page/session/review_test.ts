/// <reference lib="dom" />
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Locator } from "npm:playwright-core@1.65.1";
import { browserTest } from "../../optional.ts";
import { sample } from "../../service.ts";
import { near } from "../fields.ts";
import { visit, type Visitor } from "../visitor.ts";

const MITOSES = 9;

/** Drops the sample field and waits until it is searched. */
async function openField(visitor: Visitor): Promise<void> {
  await visitor.drop({ name: "field.png", bytes: await sample("field"), type: "image/png" });
  await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
}

function line({ page }: Visitor, index: number): Locator {
  return page.locator(`#candidates [aria-posinset="${index}"]`);
}

async function textOf(visitor: Visitor, title: string): Promise<string> {
  return new TextDecoder().decode((await visitor.exportAs(title)).bytes);
}

browserTest(
  "decisions survive undo, a reload, another scale, a session file and QuPath's GeoJSON",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    await openField(visitor);
    await visitor.waitForCount("mitoses", String(MITOSES));

    // A key decides, and selects the next candidate without a decision.
    await line(visitor, 1).click();
    await page.keyboard.press("r");
    await visitor.waitForCount("mitoses", String(MITOSES - 1));
    equal(await line(visitor, 2).getAttribute("aria-selected"), "true");
    await page.keyboard.press("a");
    await line(visitor, 2).filter({ hasText: "accepted" }).waitFor();
    await page.keyboard.press("r");
    await visitor.waitForCount("mitoses", String(MITOSES - 2));
    await page.keyboard.press("Control+z");
    await visitor.waitForCount("mitoses", String(MITOSES - 1));
    await page.keyboard.press("Control+Shift+Z");
    await visitor.waitForCount("mitoses", String(MITOSES - 2));
    await page.getByRole("button", { name: /^Undo/ }).click();
    await visitor.waitForCount("mitoses", String(MITOSES - 1));

    // A mark on a cell that is found selects it. A mark elsewhere adds one.
    await page.getByRole("button", { name: "Show all" }).click();
    await line(visitor, 4).click();
    const place = /at (\d+), (\d+)/.exec(await line(visitor, 4).innerText()) ?? [];
    await page.waitForFunction(() => document.querySelector(".openseadragon-canvas") !== null);
    await page.waitForTimeout(800);
    await page.keyboard.press("n");
    await page.getByRole("button", { name: "Add at the cross" }).click();
    await visitor.waitForAnnouncement(/on the list already/);
    await visitor.waitForCount("mitoses", String(MITOSES - 1));
    equal(await line(visitor, 4).getAttribute("aria-selected"), "true");
    await page.getByRole("button", { name: "Show all" }).click();
    await page.waitForTimeout(800);
    await page.keyboard.press("n");
    await page.getByRole("button", { name: "Add at the cross" }).click();
    await visitor.waitForCount("mitoses", String(MITOSES));
    await page.getByRole("textbox", { name: "Note" }).fill("blurred");
    await page.keyboard.press("Tab");

    // Exports have the status, the note and, on request, what was rejected.
    equal(JSON.parse(await textOf(visitor, "GeoJSON")).features.length, MITOSES);
    await page.getByRole("tab", { name: "Export" }).click();
    await page.getByRole("checkbox", { name: "Include rejected cells" }).check();
    const geojson = JSON.parse(await textOf(visitor, "GeoJSON"));
    const classes = geojson.features.map((
      { properties }: { properties: { classification: { name: string } } },
    ) => properties.classification.name);
    deepEqual(classes.filter((name: string) => name === "Not mitosis").length, 1);
    deepEqual(classes.filter((name: string) => name === "Mitosis").length, MITOSES);
    const csv = await textOf(visitor, "CSV");
    match(csv, /,assumed,false,0\.965,added,,,blurred\r\n/);
    match(csv, /,false,0\.25,assumed,false,0\.965,rejected,,,\r\n$/);

    // A reload forgets the picture, and the browser keeps the decisions under its checksum.
    await page.getByRole("button", { name: "Session", exact: true }).click();
    await page.getByLabel("Reviewer").fill("A. Reader");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save session" }).click(),
    ]);
    const session = await Deno.readTextFile(await download.path());
    ok(!/iVBOR|base64/.test(session));
    await page.keyboard.press("Escape");
    await page.reload();
    await openField(visitor);
    await visitor.waitForCount("mitoses", String(MITOSES));
    equal(await page.locator("#candidates .rejected").count(), 1);
    ok((await line(visitor, 1).innerText()).includes("blurred"));

    // A search at another scale keeps every decision at its place.
    await page.getByLabel("Micrometers per pixel").fill("0.26");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Search again at this scale" }).click();
    await page.locator(".scale-note").getByText("0.26 µm/px (entered)").waitFor();
    equal(await page.locator("#candidates .rejected").count(), 1);
    equal(await page.locator("#candidates .accepted").count(), 2);
    await page.getByLabel("Micrometers per pixel").fill("");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Search again at this scale" }).click();
    await page.locator(".scale-note").getByText("0.25 µm/px (assumed)").waitFor();

    // Another browser: nothing is kept there. The session brings the decisions.
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await openField(visitor);
    equal(await page.locator("#candidates .rejected").count(), 0);
    await visitor.drop({ name: "a.json", bytes: new TextEncoder().encode(session) });
    await page.locator("#candidates .rejected").waitFor();
    await visitor.waitForCount("mitoses", String(MITOSES));

    // QuPath: the point at `place` was reclassified, and one mitosis was deleted.
    const [, x = 0, y = 0] = place.map(Number);
    const corrected = geojson.features
      .map((feature: { geometry: { coordinates: [number, number] }; properties: object }) =>
        near(feature.geometry.coordinates, [[x, y]])
          ? { ...feature, properties: { classification: { name: "Not mitosis" } } }
          : feature
      )
      .slice(1);
    await visitor.drop({
      name: "field.geojson",
      bytes: new TextEncoder().encode(JSON.stringify(corrected)),
    });
    await page.getByText("Cells that count as mitoses here and are not in the file: 1.").waitFor();
    await page.getByRole("button", { name: "Reject them" }).click();
    await visitor.waitForCount("mitoses", String(MITOSES - 2));

    // A second session is compared: of the cells that both decided about, one was rejected in QuPath.
    await visitor.drop({ name: "b.json", bytes: new TextEncoder().encode(session) });
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("heading", { name: "The session of A. Reader" }).waitFor();
    // Both rejected one cell and accepted one. Only here the cell at `place` was rejected; only there is the
    // mitosis that was added by hand and deleted in QuPath.
    for (
      const row of [
        "Cells that both decided about 2",
        "Same verdict 2",
        "Cohen's kappa 1.00",
        "Decided only here 1",
        "Decided only in the second session 1",
      ]
    ) await dialog.getByRole("row", { name: row }).waitFor();
    deepEqual(visitor.consoleErrors, []);
  },
);
