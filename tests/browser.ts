import { chromium as launcher, type Page } from "npm:playwright-core@1.65.1";
import { chromium } from "./optional.ts";

/** A browser that can reach only one service. */
export interface TestBrowser extends AsyncDisposable {
  /** Addresses of other servers that a page requested. The requests were blocked. */
  readonly refused: string[];
  /** Opens an empty page that can reach only `origin`. */
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
