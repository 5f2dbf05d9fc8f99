/// <reference lib="dom" />
import { deepEqual, equal, match } from "node:assert/strict";
import puppeteer, { type Page } from "npm:puppeteer-core@24.31.0";
import { firefox, firefoxTest } from "../optional.ts";
import { listen, sample } from "../service.ts";

/** Waits until an element that a selector names has this text. */
function waitForText(page: Page, selector: string, text: string): Promise<unknown> {
  return page.waitForFunction(
    (selector, text) =>
      [...document.querySelectorAll(selector)].some(({ textContent }) =>
        textContent?.includes(text)
      ),
    { timeout: 60_000 },
    selector,
    text,
  );
}

/** Clicks the first button with this text. */
async function press(page: Page, text: string): Promise<void> {
  await waitForText(page, "button:enabled", text);
  await page.evaluate((text) => {
    const button = [...document.querySelectorAll("button")].find(({ textContent }) =>
      textContent?.includes(text)
    );
    button?.click();
  }, text);
}

async function drop(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  await page.evaluate(
    (name, base64) => {
      const dataTransfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], name));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
    },
    name,
    bytes.toBase64(),
  );
}

firefoxTest(
  "in Firefox a field is searched, reviewed, counted and reported, and a reload loses no decision",
  async () => {
    await using service = await listen();
    const browser = await puppeteer.launch({
      browser: "firefox",
      executablePath: firefox,
      headless: true,
    });
    try {
      const page = await browser.newPage();
      await page.setViewport({ width: 1280, height: 800 });
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(`${service.url}app`);
      await waitForText(page, "button", "Model:");
      const field = await sample("field");
      await drop(page, "field.png", field);
      await waitForText(page, ".counts", "mitoses");
      await press(page, "Confirm 0.25 µm/px");
      await page.waitForSelector('#candidates [aria-posinset="1"]');
      await page.click('#candidates [aria-posinset="1"]');
      await page.keyboard.press("r");
      await waitForText(page, ".counts dd", "8");
      await page.keyboard.press("a");
      await page.keyboard.press("g");
      await waitForText(page, ".review-progress", "2 of 9 reviewed");
      await press(page, "Show the image");
      await page.click("#tab-counting");
      await press(page, "Hottest circle");
      await waitForText(page, ".counting h3", "In the counting area");
      await waitForText(page, ".counting", "Score, CAP, per mm²");
      await press(page, "Report");
      await page.waitForSelector('.report[data-status="ready"]', { timeout: 60_000 });
      match(await page.$eval(".report", ({ textContent }) => textContent ?? ""), /Rejected1/);

      // Firefox asks before the page is left, because no session was saved.
      page.on("dialog", (dialog) => dialog.accept());
      await page.reload();
      await waitForText(page, "button", "Model:");
      await drop(page, "field.png", field);
      await waitForText(page, ".counts dd", "8");
      equal((await page.$$("#candidates .rejected")).length, 1);

      // Firefox shows a part of a truncated PNG; the service says what is wrong, and no count is shown.
      await drop(page, "cut.png", field.slice(0, field.length / 2));
      await waitForText(page, ".queue-item.failed", "The PNG ends after");
      deepEqual(errors, []);
    } finally {
      await browser.close();
    }
  },
);
