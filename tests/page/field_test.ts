/// <reference lib="dom" />
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { browserTest } from "../optional.ts";
import { sample } from "../service.ts";
import { decode } from "fast-png";
import { DRAWN_MITOSES, largeField, near, separatingThreshold, tiffField } from "./fields.ts";
import { visit, type Visitor } from "./visitor.ts";

/** Returns the positions on the list, in pixels of the image. */
async function listedPlaces({ page }: Visitor): Promise<[number, number][]> {
  const texts = await page.locator(".candidate").allInnerTexts();
  return texts.map((text) => {
    const [, x, y] = /at (\d+), (\d+)/.exec(text) ?? [];
    return [Number(x), Number(y)];
  });
}

/** Moves the slider to a threshold. */
async function setThreshold({ page }: Visitor, threshold: number): Promise<void> {
  await page.getByRole("slider", { name: "Threshold" }).fill(String(threshold));
}

browserTest(
  "a field is searched, its threshold is changed, its candidates are reviewed, and it is exported",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    await visitor.drop({ name: "field.png", bytes: await sample("field"), type: "image/png" });
    await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
    const found = await listedPlaces(visitor);
    for (const place of DRAWN_MITOSES) ok(near(place, found), `${place} is not on the list`);

    const threshold = await separatingThreshold(visitor.service);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await setThreshold(visitor, threshold);
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length));
    await visitor.waitForCount("per mm², not final", "137.3"); // 9 in (1024 * 0.25 µm)² = 0.065536 mm²
    await setThreshold(visitor, 0.99);
    deepEqual(asked, [], "the threshold is applied in the browser");
    await setThreshold(visitor, threshold);

    await page.locator(".candidate").first().click();
    const [rejected = [0, 0]] = await listedPlaces(visitor);
    await page.getByRole("button", { name: "Reject" }).click();
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length - 1));

    await page.getByRole("button", { name: "Show all" }).click();
    await page.waitForTimeout(900);
    await page.getByRole("button", { name: "Add a mitosis by hand" }).click();
    const canvas = page.locator(".openseadragon-canvas").first();
    const box = await canvas.boundingBox();
    ok(box);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length));

    const geojson = JSON.parse(new TextDecoder().decode((await visitor.exportAs("GeoJSON")).bytes));
    const points: [number, number][] = geojson.features.map(
      ({ geometry }: { geometry: { coordinates: [number, number] } }) => geometry.coordinates,
    );
    equal(points.length, DRAWN_MITOSES.length);
    ok(!near(rejected, points), "the rejected candidate is not exported");
    const kept = DRAWN_MITOSES.filter((place) => !near(place, [rejected]));
    for (const place of kept) ok(near(place, points), `${place} is not in the GeoJSON`);
    ok(near([512, 512], points), "the mitosis that was added in the middle is exported");
    const byHand = geojson.features.find((feature: { properties: { name: string } }) =>
      feature.properties.name === "by hand"
    );
    deepEqual(
      byHand.properties.measurements,
      {},
      "a mitosis that was added by hand has no probability",
    );

    const csv = new TextDecoder().decode((await visitor.exportAs("CSV")).bytes).trim().split(
      "\r\n",
    );
    equal(csv.length, 1 + DRAWN_MITOSES.length);
    const midog = JSON.parse(
      new TextDecoder().decode((await visitor.exportAs("MIDOG JSON")).bytes),
    );
    equal(midog.points.length, DRAWN_MITOSES.length);
    const overlay = decode((await visitor.exportAs("Overlay PNG")).bytes);
    equal(overlay.width, 1024);
    ok(overlay.height > 1024, "the footer with the count is below the picture");
    deepEqual(visitor.consoleErrors, []);
    deepEqual(visitor.browser.refused, []);
  },
);

browserTest(
  "the first mitoses are shown while a long search runs, and cancelling stops the work in the service",
  async () => {
    await using visitor = await visit();
    const { page, service } = visitor;
    const runs = countRuns(service.classifier.engine);
    await visitor.drop({ name: "large.png", bytes: await largeField(3), type: "image/png" });
    const row = page.getByRole("button", { name: /^large\.png/ });
    await row.filter({ hasText: /[1-9]\d* mitoses so far/ }).waitFor({ timeout: 60_000 });
    ok(await page.locator(".candidate").count() > 0, "the first mitoses are on the list");
    const share = Number(/(\d+) %/.exec(await row.innerText())?.[1]);
    ok(share < 100, "the search is not done");
    await page.getByRole("button", { name: "Cancel large.png" }).click();
    await row.filter({ hasText: /cancelled/ }).waitFor();
    ok(runs() > 0);
    await page.waitForTimeout(500);
    const settled = runs();
    await page.waitForTimeout(1000);
    equal(runs(), settled, "the service continued to score after the cancellation");
    await page.getByRole("button", { name: "Search again" }).waitFor();
  },
);

/** Counts the calls of `engine.run` from now on, and returns a function that returns the count. */
function countRuns(engine: { run: (...given: never[]) => unknown }): () => number {
  const run = engine.run.bind(engine);
  let count = 0;
  engine.run = (...given: never[]) => {
    count++;
    return run(...given);
  };
  return () => count;
}

browserTest(
  "in a field of 4,096 px the median frame takes less than 40 ms while panning and zooming",
  async () => {
    await using visitor = await visit({ MAX_BODY_BYTES: String(2 ** 26) });
    const { page } = visitor;
    await visitor.drop({ name: "huge.png", bytes: await largeField(4), type: "image/png" });
    await page.getByRole("button", { name: /^huge\.png/ }).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Cancel huge.png" }).click();
    await page.locator(".openseadragon-canvas").first().waitFor();
    await page.getByText("Opening the image …").waitFor({ state: "detached" });
    await page.waitForTimeout(1000);
    const box = await page.locator(".openseadragon-canvas").first().boundingBox();
    ok(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const watch = await page.evaluateHandle(() => {
      const gaps: number[] = [];
      let last = performance.now();
      const frame = () => {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      return gaps;
    });
    for (let i = 0; i < 6; i++) {
      await page.mouse.wheel(0, i < 4 ? -240 : 240);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + 150 * (-1) ** i, box.y + box.height / 2, {
        steps: 12,
      });
      await page.mouse.up();
      await page.waitForTimeout(150);
    }
    const gaps = (await watch.jsonValue()).toSorted((a, b) => a - b);
    const [median = NaN, longest = NaN] = [gaps[Math.floor(gaps.length / 2)], gaps.at(-1)];
    console.log(
      `${gaps.length} frames: median ${median.toFixed(1)} ms, 95 % within ` +
        `${gaps[Math.floor(gaps.length * 0.95)]?.toFixed(1)} ms, longest ${longest.toFixed(0)} ms`,
    );
    ok(median < 40, `half of the frames take ${median} ms or more`);
  },
);

browserTest("a TIFF is shown and searched", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await visitor.drop({ name: "part.tif", bytes: await tiffField(480) });
  await visitor.waitForAnnouncement(/part\.tif: \d+ mitos/);
  ok(near([329, 131], await listedPlaces(visitor)));
  const picture = page.locator(".candidate canvas").first();
  await picture.waitFor();
  deepEqual(visitor.consoleErrors, []);
});

browserTest(
  "a search that the service does not answer fails with a message and can be repeated",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    await page.context().setOffline(true);
    await visitor.drop({ name: "field.png", bytes: await sample("field"), type: "image/png" });
    const told = page.getByRole("alert").filter({ hasText: "does not answer" });
    match(await told.innerText(), /Is it still running/);
    await page.context().setOffline(false);
    await page.getByRole("button", { name: "Search again" }).click();
    await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
  },
);
