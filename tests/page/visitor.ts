/// <reference lib="dom" />
import type { Download, Page } from "npm:playwright-core@1.65.1";
import { Buffer } from "node:buffer";
import { openBrowser, type TestBrowser } from "../browser.ts";
import { listen, type ListeningService } from "../service.ts";

/** A file that a visitor opens. */
export interface VisitorFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type?: string;
}

/** A person at a browser in which the page is open, and what the person can do and see. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  readonly service: ListeningService;
  readonly browser: TestBrowser;
  /** Errors in the console of the browser: exceptions, missing files, violations of the content policy. */
  readonly consoleErrors: string[];
  /** Drops files on the page. */
  drop(...files: VisitorFile[]): Promise<void>;
  /** Waits until the page announces this text to screen readers. */
  waitForAnnouncement(text: RegExp): Promise<void>;
  /** Waits until the count with this label in the result has this value. */
  waitForCount(label: string, value: string): Promise<void>;
  /** Presses the export button with this title, and returns the saved file. */
  exportAs(title: string): Promise<{ name: string; bytes: Uint8Array }>;
}

/** Starts a service with these environment variables, opens its page, and waits for its model. */
export async function visit(env: Record<string, string> = {}): Promise<Visitor> {
  const service = await listen(env);
  const browser = await openBrowser();
  const page = await browser.newPage(service.url);
  const consoleErrors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") consoleErrors.push(message.text());
  });
  page.on("pageerror", (error) => consoleErrors.push(error.message));
  await page.goto(`${service.url}app`);
  await page.getByRole("button", { name: /^Model:/ }).waitFor();
  return {
    page,
    service,
    browser,
    consoleErrors,
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
    async waitForAnnouncement(text) {
      await page.getByRole("status").filter({ hasText: text }).first().waitFor();
    },
    async waitForCount(label, value) {
      await page.locator(".counts div")
        .filter({ has: page.getByText(label, { exact: true }) })
        .getByText(value, { exact: true })
        .waitFor({ timeout: 5000 });
    },
    async exportAs(title) {
      const tab = page.getByRole("tab", { name: "Export" });
      const hasTabs = await tab.count() > 0;
      if (hasTabs) await tab.click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: title, exact: true }).click(),
      ]);
      if (hasTabs) await page.getByRole("tab", { name: "Candidates" }).click();
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
