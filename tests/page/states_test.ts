/// <reference lib="dom" />
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { Locator } from "npm:playwright-core@1.65.1";
import { browserTest } from "../optional.ts";
import { openBrowser } from "../browser.ts";
import { listen, sample } from "../service.ts";
import { DRAWN_MITOSES, largeField, separatingThreshold } from "./fields.ts";
import { visit, type Visitor } from "./visitor.ts";

/** Returns the entry of an image in the list of images. */
function queueEntry({ page }: Visitor, name: string): Locator {
  return page.locator(".queue-item").filter({ hasText: name });
}

/** Enters micrometers per pixel and leaves the input, so that the page takes the value. */
function enterScale({ page }: Visitor, mpp: string): Promise<void> {
  return page.getByLabel("Micrometers per pixel").fill(mpp).then(() => page.keyboard.press("Tab"));
}

/** Fails unless the shown field has no count, no density, no candidates and no exports. */
async function showsNoResult({ page }: Visitor): Promise<void> {
  equal(await page.locator(".counts").count(), 0, "a count");
  equal(await page.locator(".candidate").count(), 0, "candidates");
  equal(await page.getByRole("region", { name: "Export" }).count(), 0, "exports");
  const text = await page.getByRole("complementary", { name: "Result" }).innerText();
  ok(!/mitos[ie]s|per mm²/.test(text), text);
}

/** Makes the browser open a damaged PNG without an error, as Firefox and WebKit do. The image is blank. */
function decodeDamagedPngs(): void {
  const decode = globalThis.createImageBitmap.bind(globalThis);
  const lenient = async (image: ImageBitmapSource, options?: ImageBitmapOptions) => {
    try {
      return await decode(image, options);
    } catch (thrown) {
      if (!(image instanceof Blob)) throw thrown;
      const header = new DataView(await image.slice(0, 24).arrayBuffer());
      return await decode(new ImageData(header.getUint32(16), header.getUint32(20)));
    }
  };
  Object.assign(globalThis, { createImageBitmap: lenient });
}

browserTest(
  "a truncated PNG that the browser opens fails with the message of the service",
  async () => {
    await using visitor = await visit();
    const { page } = visitor;
    await page.addInitScript(decodeDamagedPngs);
    await page.reload();
    const [field, patch] = [await sample("field"), await sample("metaphase")];
    await visitor.drop(
      { name: "cut.png", bytes: field.slice(0, field.length / 2), type: "image/png" },
      { name: "cut-patch.png", bytes: patch.slice(0, 3000) },
      { name: "whole-patch.png", bytes: patch },
    );
    const sentence = /The PNG ends after \d+ bytes, inside its chunk IDAT; send the whole file\./;
    await queueEntry(visitor, "cut.png").filter({ hasText: sentence }).waitFor();
    match(await page.getByRole("alert").innerText(), sentence);
    await showsNoResult(visitor);

    await page.getByRole("button", { name: /^2 patches/ }).click();
    match(await page.locator(".patch.failed").innerText(), sentence);
    await visitor.waitForCount("with a mitosis", "1");
    await visitor.waitForCount("scored", "1");
    await page.getByText("Patches that are not counted: 1 failed.").waitFor();
    const csv = new TextDecoder().decode((await visitor.exportAs("CSV")).bytes).split("\r\n");
    match(csv[2] ?? "", /^whole-patch\.png,0\.\d+,true,undecided,/);
    match(
      csv[1] ?? "",
      /^cut-patch\.png,,,undecided,/,
      "a patch that was not scored has no probability",
    );
  },
);

browserTest("a text file named .png is refused with a message and has no count", async () => {
  await using visitor = await visit();
  await visitor.drop({
    name: "notes.png",
    bytes: new TextEncoder().encode("12 mitoses, says the resident"),
    type: "image/png",
  });
  const entry = queueEntry(visitor, "notes.png");
  await entry.filter({ hasText: "The file is not a PNG, JPEG or TIFF" }).waitFor();
  equal(await visitor.page.locator(".counts").count(), 0);
  equal(await visitor.page.getByRole("button", { name: "Overlay PNG" }).count(), 0);
});

browserTest(
  "a field with too many pixels is refused with the limit on pixels, not on bytes",
  async () => {
    await using visitor = await visit({ MAX_MEGAPIXELS: "1" });
    await visitor.drop({ name: "large.png", bytes: await sample("field"), type: "image/png" });
    const entry = queueEntry(visitor, "large.png");
    await entry.filter({ hasText: /at most 1 million are accepted/ }).waitFor();
    equal(await visitor.page.getByText("MAX_BODY_BYTES").count(), 0);
    await showsNoResult(visitor);
  },
);

browserTest("a cancelled search shows no count", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await visitor.drop({ name: "large.png", bytes: await largeField(3), type: "image/png" });
  const entry = queueEntry(visitor, "large.png");
  await entry.filter({ hasText: /[1-9]\d* mitoses so far/ }).waitFor({ timeout: 60_000 });
  await page.locator(".counts").getByText("mitoses so far").waitFor();
  await page.getByText("This is not the final count.").waitFor();
  equal(await page.getByText("per mm²").count(), 0);
  equal(await page.getByRole("region", { name: "Export" }).count(), 0);
  await page.getByRole("button", { name: "Cancel large.png" }).click();
  await page.getByText("The search was cancelled, so there is no result.").waitFor();
  equal((await entry.locator(".queue-text").innerText()).trim(), "cancelled");
  await showsNoResult(visitor);
});

browserTest("the scale is shown with its origin, and only an entered one is sent", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname === "/model/detect") asked.push(searchParams.get("mpp") ?? "none");
  });
  await visitor.drop({ name: "field.png", bytes: await sample("field"), type: "image/png" });
  await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
  await page.getByText("0.25 µm/px (assumed)").waitFor();
  await page.getByText("The file states no scale and none was entered").waitFor();
  await enterScale(visitor, "0.24");
  await page.getByText("This result is for 0.25 µm/px (assumed).").waitFor();
  await page.getByRole("button", { name: "Search again at this scale" }).click();
  await page.locator(".scale-note").getByText("0.24 µm/px (entered)").waitFor();
  equal(await page.getByText("The file states no scale").count(), 0);
  deepEqual(asked, ["none", "0.24"]);
});

browserTest(
  "a failed new search shows no count, and a button that restores the former result",
  async () => {
    await using visitor = await visit();
    const { page, service } = visitor;
    await visitor.drop({ name: "field.png", bytes: await sample("field"), type: "image/png" });
    await visitor.waitForAnnouncement(/field\.png: \d+ mitoses/);
    await page.getByRole("slider", { name: "Threshold" }).fill(
      String(await separatingThreshold(service)),
    );
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length));
    await enterScale(visitor, "0.5");
    await visitor.waitForCount("per mm², not final", "137.3"); // Still the density of the last search, at 0.25 µm/px.
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Search again at this scale" }).click();
    await page.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
    match(await queueEntry(visitor, "field.png").innerText(), /The service does not answer/);
    await showsNoResult(visitor);
    await page.getByRole("button", {
      name: "Back to the former result, at 0.25 µm/px (assumed)",
    }).click();
    await visitor.waitForCount("mitoses", String(DRAWN_MITOSES.length));
    await visitor.waitForCount("per mm², not final", "137.3"); // 9 in (1024 * 0.25 µm)² = 0.065536 mm²
    await page.getByRole("tab", { name: "Export" }).click();
    await page.getByRole("region", { name: "Export" }).waitFor();
  },
);

browserTest("the image of one field is never shown beside the result of another", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await visitor.drop(
    { name: "first.png", bytes: await sample("field"), type: "image/png" },
    { name: "second.png", bytes: await sample("field"), type: "image/png" },
  );
  await visitor.waitForAnnouncement(/second\.png: \d+ mitoses/);
  const paintedPixels = () =>
    page.locator(".viewer-host canvas").evaluateAll((canvases) =>
      canvases.reduce((sum, canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const context = (canvas as HTMLCanvasElement).getContext("2d");
        const data = context?.getImageData(0, 0, width, height).data ?? [];
        return sum + data.filter((value, i) => i % 4 === 3 && value > 0).length;
      }, 0)
    );
  await page.waitForTimeout(1000);
  ok(await paintedPixels() > 10_000, "the first field is shown");
  await page.evaluate(() => {
    Object.assign(globalThis, { createImageBitmap: () => new Promise(() => {}) });
  });
  await page.getByRole("button", { name: /^second\.png/ }).click();
  await page.getByText("Opening the image …").waitFor();
  await page.getByRole("heading", { name: "second.png" }).waitFor();
  await page.waitForTimeout(500);
  equal(await paintedPixels(), 0, "the first field is removed before the second is decoded");
  ok(await page.locator(".scale-bar").isHidden());
});

browserTest("the saved theme is applied when the page is opened", async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await page.getByRole("button", { name: "Theme: system. Change to light" }).click();
  await page.getByRole("button", { name: "Theme: light. Change to dark" }).click();
  await page.reload();
  await page.getByRole("button", { name: /^Theme: dark/ }).waitFor();
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  equal(await scheme(), "dark");
  await page.getByRole("button", { name: "Theme: dark. Change to system" }).click();
  await page.reload();
  await page.getByRole("button", { name: /^Theme: system/ }).waitFor();
  equal(await scheme(), "light dark");
});

browserTest(
  "a refused API key is named, and images wait until the right one is entered",
  async () => {
    await using service = await listen({ API_KEYS: "alpha" });
    await using browser = await openBrowser();
    const page = await browser.newPage(service.url);
    await page.goto(`${service.url}app`);
    await page.getByText("This service asks for an API key.").waitFor();
    await page.getByRole("button", { name: "Try the synthetic samples" }).click();
    await page.getByText("5 wait until the service describes its model.").waitFor();
    const enter = async (key: string) => {
      await page.getByLabel("API key").fill(key);
      await page.getByRole("button", { name: "Continue" }).click();
    };
    await enter("beta");
    await page.getByText("That key was refused. Enter another one.").waitFor();
    await enter("alpha");
    await page.getByText("9 mitoses").first().waitFor();
    equal(await page.getByText("API key").count(), 0);
  },
);
