/// <reference lib="dom" />
import { deepEqual, equal, ok } from "node:assert/strict";
import { browserTest } from "../../optional.ts";
import { sample } from "../../service.ts";
import { largeField, tiffField } from "../fields.ts";
import { visit, type Visitor } from "../visitor.ts";

/** Returns the value of a row in a section of the counting tab. */
async function valueIn({ page }: Visitor, section: string, row: string): Promise<string> {
  return await page.getByRole("region", { name: section }).getByRole("row", { name: row })
    .getByRole("cell").innerText();
}

/** Waits until a row in a section of the counting tab has this value. */
async function waitForValue(
  { page }: Visitor,
  section: string,
  row: string,
  value: string,
): Promise<void> {
  await page.getByRole("region", { name: section })
    .getByRole("row", { name: `${row} ${value}`, exact: true }).waitFor();
}

/** Returns the largest number of points in a circle whose center lies on a fine grid. */
function mostInCircle(points: readonly [number, number][], radius: number): number {
  let most = 0;
  for (let x = 0; x < 1024; x += 4) {
    for (let y = 0; y < 1024; y += 4) {
      const inside = points.filter(([u, v]) => Math.hypot(u - x, v - y) <= radius).length;
      most = Math.max(most, inside);
    }
  }
  return most;
}

browserTest(
  "mitoses are counted and scored in the hottest circle, in fields and rectangles, and over a case",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    await visitor.drop(
      { name: "first.png", bytes: await sample("field"), type: "image/png" },
      { name: "second.png", bytes: await largeField(1), type: "image/png" },
      { name: "third.tif", bytes: await tiffField(480) },
    );
    await visitor.waitForAnnouncement(/third\.tif: \d+ mitos/);
    const csv = new TextDecoder().decode((await visitor.exportAs("CSV")).bytes).trim();
    const points = csv.split("\r\n").slice(1).map((line): [number, number] => {
      const [x, y] = line.split(",").map(Number);
      return [x ?? NaN, y ?? NaN];
    });
    equal(points.length, 9);
    await page.getByRole("tab", { name: "Counting" }).click();
    await page.getByText("Confirm the scale to see the score.").first().waitFor();
    equal(await page.getByRole("row", { name: /^Score/ }).count(), 0, "no score before");
    await waitForValue(visitor, "In the whole picture", "Per mm², not final", "137.33");
    await page.getByRole("button", { name: "Confirm 0.25 µm/px" }).click();
    await waitForValue(visitor, "In the whole picture", "Per mm²", "137.33");

    await page.getByLabel("Circle, mm²").fill("0.02");
    await page.getByRole("button", { name: "Hottest circle" }).click();
    const area = "In the counting area";
    await page.getByRole("region", { name: area }).waitFor();
    const radius = Math.sqrt(0.02 / Math.PI) * 1000 / 0.25;
    const most = mostInCircle(points, radius);
    ok(most > 2 && most < 9, `${most}`);
    await waitForValue(visitor, area, "Mitoses", String(most));
    await waitForValue(visitor, area, "Score, CAP, per mm²", "3");

    await page.getByLabel("Fields", { exact: true }).fill("3");
    await page.getByLabel("of, mm").fill("0.1");
    await page.getByRole("button", { name: "Hottest fields" }).click();
    await page.getByRole("row", { name: /3 fields of 0.1 mm, bounds computed/ }).first().waitFor();
    await page.getByRole("button", { name: /^Undo/ }).click();
    await waitForValue(visitor, area, "Mitoses", String(most));

    // A rectangle between two places under the cross: from the middle to itself it has no area.
    await page.getByRole("button", { name: "Show all" }).click();
    await page.waitForTimeout(900);
    await page.getByRole("button", { name: "Draw rectangle" }).click();
    const box = await page.locator(".openseadragon-canvas").first().boundingBox();
    ok(box);
    // The whole picture fits: its sides are the shorter side of the viewer, minus nothing.
    await page.mouse.click(box.x + 4, box.y + 60);
    await page.waitForTimeout(400);
    await page.mouse.click(box.x + box.width - 4, box.y + box.height - 4);
    await page.getByRole("button", { name: "Draw rectangle", pressed: false }).waitFor();
    await page.getByRole("row", { name: "Area, mm² 0.02000" }).waitFor({ state: "detached" });
    const mm2 = Number(await valueIn(visitor, area, "Area, mm²"));
    ok(mm2 > 0.03 && mm2 <= 0.06554, `${mm2} mm²`);

    // The case: three fields, of which two have a scale that is not confirmed yet.
    await page.getByRole("button", { name: "Remove area" }).click();
    const total = "Total of the case";
    for (const name of ["second.png", "third.tif"]) {
      await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
      await page.getByRole("button", { name: "Confirm 0.25 µm/px" }).click();
    }
    const third = Number(await valueIn(visitor, "In the whole picture", "Mitoses"));
    await waitForValue(visitor, total, "Mitoses", String(9 + 9 + third));
    // (2 * 1024² + 480²) px at 0.25 µm/px
    await waitForValue(visitor, total, "Area, mm²", "0.1455");
    await page.getByRole("row", { name: "Score, CAP, per mm²" }).nth(1).waitFor();
    await page.getByRole("checkbox", { name: /^third\.tif/ }).uncheck();
    await waitForValue(visitor, total, "Mitoses", "18");
    deepEqual(visitor.consoleErrors, []);
  },
);
