/// <reference lib="dom" />
import type { Download, Page } from "playwright-core";
import { Buffer } from "node:buffer";
import { openBrowser, type TestBrowser } from "../browser.ts";
import { listen, type ListeningService } from "../service.ts";

/** A file that a visitor opens. */
export interface VisitorFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type?: string;
}

/** A browser with the page open, and the actions of its user. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  readonly service: ListeningService;
  readonly browser: TestBrowser;
  /** Errors in the console of the browser: refused by the policy, thrown, not found. */
  readonly complaints: string[];
  /** Drops files on the page. */
  drop(...files: VisitorFile[]): Promise<void>;
  /** Waits until the page announces this text to screen readers. */
  hears(text: RegExp): Promise<void>;
  /** Waits until a count beside the image has this value. */
  counts(what: string, value: string): Promise<void>;
  /** Presses an export button and reads the saved file. */
  saves(format: string): Promise<{ name: string; bytes: Uint8Array }>;
}

/** Starts a service for this test and opens its page. */
export async function visit(overrides: Record<string, string> = {}): Promise<Visitor> {
  const service = await listen(overrides);
  const browser = await openBrowser();
  const page = await browser.newPage(service.url);
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${service.url}app`);
  await page.getByRole("button", { name: /^Model:/ }).waitFor();
  return {
    page,
    service,
    browser,
    complaints,
    async drop(...files) {
      const sent = files.map(({ name, bytes, type = "" }) => {
        return { name, type, base64: Buffer.from(bytes).toString("base64") };
      });
      const transfer = await page.evaluateHandle((sent) => {
        const transfer = new DataTransfer();
        for (const { name, type, base64 } of sent) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          transfer.items.add(new File([bytes], name, { type }));
        }
        return transfer;
      }, sent);
      await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
    },
    async hears(text) {
      await page.getByRole("status").filter({ hasText: text }).first().waitFor();
    },
    async counts(what, value) {
      await page.locator(".counts div")
        .filter({ has: page.getByText(what, { exact: true }) })
        .getByText(value, { exact: true })
        .waitFor({ timeout: 5000 });
    },
    async saves(format) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: format, exact: true }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: await bytesOf(download) };
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}

async function bytesOf(download: Download): Promise<Uint8Array> {
  return await Deno.readFile(await download.path());
}
