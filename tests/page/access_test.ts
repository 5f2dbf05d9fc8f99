/// <reference lib="dom" />
import axe from "npm:axe-core@4.14.1/axe.min.js" with { type: "text" };
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Page } from "npm:playwright-core@1.65.1";
import { browserTest } from "../optional.ts";
import { researchUseOnly } from "../../src/research_use.ts";
import { sample } from "../service.ts";
import { DRAWN_MITOSES, separatingThreshold } from "./fields.ts";
import { visit } from "./visitor.ts";

/** Returns the serious and critical violations that axe-core finds, each as `rule: element`. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    return (await axe.run()).violations;
  });
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

browserTest(
  "axe-core finds no serious violation on the page, in the light and the dark theme",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    const found: string[] = [];
    const check = async (state: string) => {
      for (const scheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        found.push(...(await violations(page)).map((text) => `${state}, ${scheme}: ${text}`));
      }
    };
    await check("empty");
    await visitor.drop(
      { name: "metaphase.png", bytes: await sample("metaphase") },
      { name: "stroma.png", bytes: await sample("stroma") },
      { name: "field.png", bytes: await sample("field") },
      { name: "notes.txt", bytes: new TextEncoder().encode("nothing") },
    );
    await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
    await check("gallery");
    await page.getByRole("button", { name: "Explain metaphase.png" })
      .click();
    await page.getByText(/Covering the most orange place/).waitFor();
    await check("explanation");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^field\.png/ }).click();
    await page.locator(".candidate").first().click();
    await check("field");
    await page.getByRole("tab", { name: "Counting" }).click();
    await page.getByRole("heading", { name: "Total of the case" }).waitFor();
    await check("counting");
    await page.keyboard.press("g");
    await page.getByRole("listbox", { name: "Candidates to review" }).waitFor();
    await check("review");
    await page.getByRole("button", { name: "Report" }).click();
    await page.locator('.report[data-status="ready"]').waitFor();
    await check("report");
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await page.getByRole("button", { name: "Session", exact: true }).click();
    await page.getByRole("button", { name: "Save session" }).waitFor();
    await check("session");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Model/ }).click();
    await page.getByRole("heading", { name: /^Measured quality/ }).waitFor();
    await check("model card");
    deepEqual(found, []);
  },
);

browserTest(
  "samples are opened, and candidates reviewed and added, with the keyboard alone",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    const tabTo = async (name: string | RegExp) => {
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press("Tab");
        const text = await page.evaluate(() => {
          const focused = document.activeElement;
          return focused?.getAttribute("aria-label") ?? focused?.textContent ?? "";
        });
        if (typeof name === "string" ? text === name : name.test(text)) return;
      }
      throw new Error(`Tab does not reach ${name}`);
    };
    await tabTo("Try the synthetic samples");
    await page.keyboard.press("Enter");
    await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
    await tabTo(/^field\.png/);
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Viewer of field.png" }).waitFor();
    await tabTo("Candidates, the most probable first");
    await page.keyboard.press("ArrowDown");
    const selected = page.getByRole("option", { selected: true });
    await selected.locator(".number", { hasText: /^2$/ }).waitFor();
    const { service } = visitor;
    const change = await separatingThreshold(service) -
      service.classifier.bundle.manifest.threshold;
    for (let i = 0; i < Math.round(Math.abs(change) * 200); i++) {
      await page.keyboard.press(change > 0 ? "]" : "[");
    }
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length));
    await page.keyboard.press("r");
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length - 1));
    await selected.locator(".number", { hasText: /^3$/ }).waitFor();
    await page.keyboard.press("Control+z");
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length));
    await tabTo("Show all");
    await page.keyboard.press("Enter");
    await page.waitForTimeout(1000);
    await page.keyboard.press("n");
    await page.getByRole("button", { name: "Add at the cross" }).waitFor();
    await page.keyboard.press("Enter");
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length + 1));
    await page.keyboard.press("r");
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length));
  },
);

browserTest(
  "at phone width nothing is wider than the page, and the research-use sentence is visible",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    await page.setViewportSize({ width: 360, height: 740 });
    await visitor.drop(
      { name: "metaphase.png", bytes: await sample("metaphase") },
      { name: "field.png", bytes: await sample("field") },
    );
    await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
    const overflow = () =>
      page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
    equal(await overflow(), 0, "gallery");
    await page.getByRole("button", { name: /^field\.png/ }).click();
    await page.locator(".candidate").first().click();
    equal(await overflow(), 0, "field");
    ok(await page.getByText(researchUseOnly).first().isVisible());
  },
);

browserTest(
  "the page with its viewer takes less than 300 kB and sends no request to another server",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    let bytes = 0;
    const files = new Set<string>();
    session.on("Network.responseReceived", ({ requestId, response }) => {
      if (new URL(response.url).pathname.startsWith("/app")) files.add(requestId);
    });
    session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (files.has(requestId)) bytes += encodedDataLength;
    });
    await page.reload({ waitUntil: "networkidle" });
    await page.getByRole("button", { name: /^Model:/ }).waitFor();
    const start = bytes;
    console.log(`the page at its start: ${files.size} files, ${start} bytes as sent`);
    ok(files.size > 20 && start < 150_000, `${start} bytes`);
    await visitor.drop({ name: "field.png", bytes: await sample("field") });
    await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
    console.log(`the page and its viewer: ${files.size} files, ${bytes} bytes as sent`);
    ok(files.size > 20 && bytes < 300_000, `${bytes} bytes`);
    deepEqual(visitor.browser.refused, []);
    deepEqual(visitor.consoleErrors, []);
  },
);
