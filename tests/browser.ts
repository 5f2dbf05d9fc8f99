import { chromium as launcher, type Page } from "playwright-core";
import { chromium } from "./optional.ts";

/** A browser that only gets to see one service. */
export interface TestBrowser extends AsyncDisposable {
  /** Addresses elsewhere that a page asked for; they are refused. */
  readonly refused: string[];
  /** Opens an empty page that may ask at `origin` only. */
  newPage(origin: string): Promise<Page>;
}

/** Starts Chromium without a window. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launcher.launch({
    executablePath: chromium,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const refused: string[] = [];
  return {
    refused,
    async newPage(origin) {
      const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
      await page.route(/^https?:/, (route) => {
        const url = route.request().url();
        if (url.startsWith(origin)) return route.continue();
        refused.push(url);
        return route.abort();
      });
      return page;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
